//! The head that every message has, and why a message is refused.

use crate::context::HandshakeId;

/// What kind of message it is: the second byte of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageType {
    /// The guest binds itself to its hello.
    Commit,
    /// The practice's hello.
    HelloA,
    /// The guest's hello.
    HelloB,
    /// Something sealed, once both have said hello.
    Envelope,
    /// What the practice leaves for whoever comes.
    Prekey,
    /// The guest's offer, beside its commit.
    EarlyB,
    /// The practice's answer, beside its hello.
    EarlyA,
}

/// Why a message is refused. None of these says anything about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too short, too long, or padded with something else than zeros.
    #[error("the message is malformed")]
    Malformed,
    /// The other side speaks another version of the protocol.
    #[error("the other side speaks another version")]
    Version,
    /// Not what this step of the handshake waits for.
    #[error("the message is not the one that was due")]
    Unexpected,
    /// It belongs to another handshake, an earlier page life's for example: to be thrown away in silence.
    #[error("the message belongs to another handshake")]
    OtherHandshake,
    /// The other side has another room key, or the message was changed on its way.
    #[error("the other side does not have this link's key")]
    Mac,
    /// The practice's key is not the one that the link names.
    #[error("this is not the practice that the link names")]
    Identity,
    /// The practice's signature is wrong.
    #[error("the practice's signature is wrong")]
    Signature,
    /// A key exchange with a point that is not on the curve.
    #[error("the key exchange is broken")]
    Point,
    /// The guest's hello is not the one it had committed to.
    #[error("the hello is not the one that was committed to")]
    Commitment,
    /// An envelope twice, or one left out.
    #[error("an envelope is missing or came twice")]
    Counter,
    /// An envelope was changed on its way.
    #[error("the envelope is damaged")]
    Sealed,
    /// More than fits into its bucket.
    #[error("the payload is too large")]
    TooLarge,
}

/// The type and the handshake of a message, and what follows.
///
/// # Errors
/// When there is no head of this version.
pub(crate) fn parse_head(message: &[u8]) -> Result<(MessageType, HandshakeId, &[u8]), Refusal> {
    let (head, body) = message.split_first_chunk::<HEAD>().ok_or(Refusal::Malformed)?;
    if head[0] != VERSION {
        return Err(Refusal::Version);
    }
    let kind = match head[1] {
        1 => MessageType::Commit,
        2 => MessageType::HelloA,
        3 => MessageType::HelloB,
        4 => MessageType::Envelope,
        5 => MessageType::Prekey,
        6 => MessageType::EarlyB,
        7 => MessageType::EarlyA,
        _ => return Err(Refusal::Malformed),
    };
    let hid = head[2..].try_into().expect("the head's last 16 bytes");
    Ok((kind, HandshakeId(hid), body))
}

/// The body of a message that must be of type `due` and of handshake `hid`.
pub(crate) fn expect_body(message: &[u8], due: MessageType, hid: HandshakeId) -> Result<&[u8], Refusal> {
    let (kind, of, body) = parse_head(message)?;
    if of != hid {
        Err(Refusal::OtherHandshake)
    } else if kind != due {
        Err(Refusal::Unexpected)
    } else {
        Ok(body)
    }
}

pub(crate) fn head(kind: MessageType, hid: HandshakeId) -> Vec<u8> {
    let kind = match kind {
        MessageType::Commit => 1,
        MessageType::HelloA => 2,
        MessageType::HelloB => 3,
        MessageType::Envelope => 4,
        MessageType::Prekey => 5,
        MessageType::EarlyB => 6,
        MessageType::EarlyA => 7,
    };
    [&[VERSION, kind][..], &hid.0].concat()
}

const VERSION: u8 = 1;
pub(crate) const HEAD: usize = 18;
