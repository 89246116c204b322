use std::fmt;

use data_encoding::{BASE64URL_NOPAD, Encoding, HEXLOWER};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// 128 bits that stand for something, in the one text form that the protocol gives them. Another spelling of the same bits is refused.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $encoding:expr, $form:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// From its bytes.
            pub const fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// From its text; `None` unless it is the one right spelling.
            pub fn parse(text: &str) -> Option<Self> {
                parse(&$encoding, text).map(Self)
            }

            /// Its bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&$encoding.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({}…)"), &HEXLOWER.encode(&self.0[..2]))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| D::Error::custom(concat!("not ", $form)))
            }
        }
    };
}

id!(
    /// A room: 32 lower-case hexadecimal digits.
    RoomId,
    HEXLOWER,
    "32 lower-case hexadecimal digits"
);
id!(
    /// A practice, device, invite or API key as session-d knows it: 32 lower-case hexadecimal digits. It is no secret and admits nobody.
    RecordId,
    HEXLOWER,
    "32 lower-case hexadecimal digits"
);
id!(
    /// One browser in one visit: 22 characters of base64url. Kept over reloads.
    ClientId,
    BASE64URL_NOPAD,
    "22 characters of base64url"
);
id!(
    /// One life of a page: 22 characters of base64url. Kept over reconnects, new at every load.
    StreamId,
    BASE64URL_NOPAD,
    "22 characters of base64url"
);

/// A connection, numbered by whoever accepts them; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// A place in a room: 0 is the practice's, 1 to 3 are guests'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Seat(u8);

impl Seat {
    /// The practice's seat.
    pub const PRACTICE: Self = Self(0);
    /// The guests' seats.
    pub const GUESTS: [Self; 3] = [Self(1), Self(2), Self(3)];

    /// `None` when a room has no such seat.
    pub fn new(number: u8) -> Option<Self> {
        (number <= 3).then_some(Self(number))
    }

    /// 0 to 3.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Seat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u8::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("a room has the seats 0 to 3"))
    }
}

fn parse(encoding: &Encoding, text: &str) -> Option<[u8; 16]> {
    // Longer texts needn't be decoded to be refused.
    if text.len() > 32 {
        return None;
    }
    encoding.decode(text.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let room = RoomId::new([0xab; 16]);
        let client = ClientId::new([0xff; 16]);

        assert_eq!(RoomId::parse(&room.to_string()), Some(room));
        assert_eq!(RoomId::parse(&room.to_string().to_uppercase()), None);
        assert_eq!(ClientId::parse("_____________________w"), Some(client));
        assert_eq!(ClientId::parse("_____________________x"), None, "unused bits are zero");
        assert_eq!(ClientId::parse("_____________________w=="), None);
        assert_eq!(ClientId::parse(""), None);
    }
}
