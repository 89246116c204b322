use std::fmt;

use crate::crypto::lp;

/// A room's id as it stands in the protocol: 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomId(String);

impl RoomId {
    /// `None` when the text is no room id.
    pub fn new(text: &str) -> Option<Self> {
        let hex = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        (text.len() == 32 && text.as_bytes().iter().all(hex)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The guest's name for one handshake: 16 random bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HandshakeId(pub [u8; 16]);

impl fmt::Debug for HandshakeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandshakeId({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// What every derivation and every MAC of a handshake is bound to: the same words in another room, at another time or for another seat are worth nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The room.
    pub room: RoomId,
    /// Which of the room's times: goes up by one when the appointment is moved.
    pub epoch: u32,
    /// The guest's seat, 1 to 3. The practice's is 0.
    pub guest: u8,
}

impl Context {
    pub(crate) fn bytes(&self, hid: HandshakeId) -> Vec<u8> {
        let mut bytes = lp(b"visite sealed v1");
        bytes.extend(lp(self.room.as_bytes()));
        bytes.extend(self.epoch.to_be_bytes());
        bytes.extend([PRACTICE_SEAT, self.guest]);
        bytes.extend(hid.0);
        bytes
    }
}

const PRACTICE_SEAT: u8 = 0;
