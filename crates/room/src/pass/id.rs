//! Names of things, parsed at the door: what is held here is well-formed.

use std::{fmt, hash::Hash, marker::PhantomData};

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};

/// 128 random bits, written as 32 lower-case hexadecimal digits, that name a `Kind` of thing.
pub struct Id<Kind>([u8; 16], PhantomData<fn() -> Kind>);

/// Names a room.
pub type RoomId = Id<kind::Room>;
/// Names an invite (and isn't one: it lets nobody in).
pub type InviteId = Id<kind::Invite>;
/// Names a practice's browser.
pub type DeviceId = Id<kind::Device>;

/// What an [`Id`] may name. Others add their own.
pub mod kind {
    /// An appointment.
    #[derive(Debug)]
    pub enum Room {}
    /// An invite.
    #[derive(Debug)]
    pub enum Invite {}
    /// A practice's browser.
    #[derive(Debug)]
    pub enum Device {}
}

impl<Kind> Id<Kind> {
    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes, PhantomData)
    }

    /// From its 32 digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        Some(Self::from_bytes(bytes.try_into().ok()?))
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

// Derived, these would ask the same of `Kind`, which only is a word.
impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Kind> Copy for Id<Kind> {}
impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<Kind> Eq for Id<Kind> {}
impl<Kind> PartialOrd for Id<Kind> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<Kind> Ord for Id<Kind> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<Kind> Hash for Id<Kind> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}
impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A place in a room: 0 is the practice's, 1 to 3 are guests'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(u8);

/// What somebody is in a visit; the seat says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Who arranged the visit.
    Practice,
    /// Who came by a link.
    Guest,
}

impl Seat {
    /// The practice's.
    pub const PRACTICE: Self = Self(0);

    /// How many there are in a room.
    pub const COUNT: u8 = 4;

    /// The seat of this number, where there is one.
    pub const fn new(number: u8) -> Option<Self> {
        if number < Self::COUNT { Some(Self(number)) } else { None }
    }

    /// All seats of a room.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whose it is.
    pub const fn role(self) -> Role {
        if self.0 == 0 { Role::Practice } else { Role::Guest }
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One browser in one visit: 16 bytes of its own choice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId([u8; 16]);

impl ClientId {
    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// From its 22 characters of canonical base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// A practice's device is always the same client: the first half of its id's SHA-256 (of the 32 digits as ASCII).
    pub fn of_device(device: DeviceId) -> Self {
        let hash = digest(&SHA256, device.to_string().as_bytes());
        Self(*hash.as_ref().first_chunk().expect("SHA-256 has 32 bytes"))
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

/// It belongs to one person's browser, so it doesn't print.
impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientId")
    }
}

/// By what somebody got a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearer {
    /// A guest, by a link.
    Invite(InviteId),
    /// The practice, from one of its browsers.
    Device(DeviceId),
}

impl Bearer {
    /// What one who comes by this can be.
    pub const fn role(&self) -> Role {
        match self {
            Self::Invite(_) => Role::Guest,
            Self::Device(_) => Role::Practice,
        }
    }

    /// From `invite:<id>` or `device:<id>`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("invite", id) => Id::parse(id).map(Self::Invite),
            ("device", id) => Id::parse(id).map(Self::Device),
            _ => None,
        }
    }
}

impl fmt::Display for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invite(id) => write!(f, "invite:{id}"),
            Self::Device(id) => write!(f, "device:{id}"),
        }
    }
}
