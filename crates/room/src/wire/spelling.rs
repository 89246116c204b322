//! How the words of [`crate::pass`] are spelt in a message, for `#[serde(with)]`.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// A field that may be left out, but is not `null`.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// A text that `parse` understands, or "expected …".
pub(super) fn text<'de, D: Deserializer<'de>, T>(
    from: D,
    expected: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Text<P>(&'static str, P);
    impl<T, P: Fn(&str) -> Option<T>> Visitor<'_> for Text<P> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        // Says what was expected and not what was there: that may be a secret, spelt wrongly.
        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.1)(text).ok_or_else(|| E::custom(format_args!("expected {}", self.0)))
        }
    }
    from.deserialize_str(Text(expected, parse))
}

pub(super) mod seat {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::pass::Seat;

    pub(in crate::wire) fn serialize<S: Serializer>(seat: &Seat, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(seat.number())
    }

    pub(in crate::wire) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Seat, D::Error> {
        Seat::new(u8::deserialize(from)?).ok_or_else(|| D::Error::custom("expected a seat, 0 to 3"))
    }
}

pub(super) mod role {
    use serde::{Deserializer, Serializer};

    use crate::pass::Role;

    pub(in crate::wire) fn serialize<S: Serializer>(role: &Role, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match role {
            Role::Practice => "practice",
            Role::Guest => "guest",
        })
    }

    pub(in crate::wire) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Role, D::Error> {
        super::text(from, "\"practice\" or \"guest\"", |text| match text {
            "practice" => Some(Role::Practice),
            "guest" => Some(Role::Guest),
            _ => None,
        })
    }
}

pub(super) mod room {
    use serde::{Deserializer, Serializer};

    use crate::pass::RoomId;

    pub(in crate::wire) fn serialize<S: Serializer>(room: &RoomId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(room)
    }

    pub(in crate::wire) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RoomId, D::Error> {
        super::text(from, "32 lower-case hexadecimal digits", RoomId::parse)
    }
}

pub(super) mod client {
    use serde::{Deserializer, Serializer};

    use crate::pass::ClientId;

    pub(in crate::wire) fn serialize<S: Serializer>(client: &ClientId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(client)
    }

    pub(in crate::wire) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ClientId, D::Error> {
        super::text(from, "base64url of 16 bytes", ClientId::parse)
    }
}
