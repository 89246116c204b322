use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::{
    context::HandshakeId,
    crypto::{Fingerprint, derive, lp},
    message::{HEAD, MessageType, Refusal, expect_body, head},
};

/// What a handshake leads to: seals and opens envelopes, one counter for each direction.
pub struct Session {
    hid: HandshakeId,
    side: Side,
    ctx: Vec<u8>,
    transcript: [u8; 32],
    outgoing: Direction,
    incoming: Direction,
    safety_code: u32,
    peer: Fingerprint,
}

/// What is in an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A session description.
    Description,
    /// ICE candidates.
    Candidates,
    /// The practice asks for a new handshake: the path is lost.
    Restart,
}

impl Session {
    pub(crate) fn new(side: Side, hid: HandshakeId, peer: Fingerprint, roots: &Roots) -> Self {
        let (a_to_b, b_to_a) = (roots.direction(b"A to B"), roots.direction(b"B to A"));
        let (outgoing, incoming) = match side {
            Side::Practice => (a_to_b, b_to_a),
            Side::Guest => (b_to_a, a_to_b),
        };
        let code = u64::from_be_bytes(roots.key(b"safety code")) % SAFETY_CODES;
        Self {
            hid,
            side,
            ctx: roots.ctx.clone(),
            transcript: roots.transcript,
            outgoing,
            incoming,
            safety_code: u32::try_from(code).expect("below a million"),
            peer,
        }
    }

    /// Six digits that both sides can read out: equal when nobody sits between them.
    pub fn safety_code(&self) -> String {
        format!("{:06}", self.safety_code)
    }

    /// The certificate that the other side's DTLS has to show.
    pub fn peer_fingerprint(&self) -> Fingerprint {
        self.peer
    }

    /// Seals `payload` into the next envelope.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] when it doesn't fit into its bucket.
    pub fn seal(&mut self, kind: Kind, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut sealed = pad(kind.buckets(), payload)?;
        let counter = self.outgoing.counter;
        let aad = self.aad(self.side, kind, counter);
        self.outgoing
            .key
            .seal_in_place_append_tag(nonce(counter), Aad::from(aad), &mut sealed)
            .expect("an envelope is far below AES-GCM's limit");
        self.outgoing.counter += 1;
        let mut envelope = head(MessageType::Envelope, self.hid);
        envelope.push(kind.number());
        envelope.extend(counter.to_be_bytes());
        envelope.extend(sealed);
        Ok(envelope)
    }

    /// Opens the other side's next envelope.
    ///
    /// # Errors
    /// [`Refusal::OtherHandshake`] for an old one, to be thrown away in silence. Every other ends the handshake.
    pub fn open(&mut self, envelope: &[u8]) -> Result<(Kind, Vec<u8>), Refusal> {
        let body = expect_body(envelope, MessageType::Envelope, self.hid)?;
        let (&kind, body) = body.split_first().ok_or(Refusal::Malformed)?;
        let kind = Kind::from_number(kind).ok_or(Refusal::Malformed)?;
        let (counter, sealed) = body.split_first_chunk().ok_or(Refusal::Malformed)?;
        let counter = u64::from_be_bytes(*counter);
        if counter != self.incoming.counter {
            return Err(Refusal::Counter);
        }
        let mut sealed = sealed.to_vec();
        let aad = self.aad(self.side.other(), kind, counter);
        let padded = self
            .incoming
            .key
            .open_in_place(nonce(counter), Aad::from(aad), &mut sealed)
            .map_err(|_| Refusal::Sealed)?;
        let payload = unpad(kind.buckets(), padded)?.to_vec();
        self.incoming.counter += 1;
        Ok((kind, payload))
    }

    fn aad(&self, sender: Side, kind: Kind, counter: u64) -> Vec<u8> {
        let direction = match sender {
            Side::Practice => 0,
            Side::Guest => 1,
        };
        let mut aad = [&lp(b"envelope")[..], &self.ctx, &[direction, kind.number()]].concat();
        aad.extend(counter.to_be_bytes());
        aad.extend(self.transcript);
        aad
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({:?})", self.hid)
    }
}

impl Kind {
    fn number(self) -> u8 {
        match self {
            Self::Description => 1,
            Self::Candidates => 2,
            Self::Restart => 3,
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        [Self::Description, Self::Candidates, Self::Restart]
            .into_iter()
            .find(|kind| kind.number() == number)
    }

    /// The sizes that a plaintext may have. One for descriptions, whatever browser wrote them, but for those that don't fit.
    fn buckets(self) -> &'static [usize] {
        match self {
            Self::Description => &[12_288, 24_576],
            Self::Candidates | Self::Restart => &[1_024],
        }
    }
}

/// Which end of the visit a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Practice,
    Guest,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Practice => Self::Guest,
            Self::Guest => Self::Practice,
        }
    }
}

/// What all keys of a session grow from.
pub(crate) struct Roots {
    pub(crate) ikm: Vec<u8>,
    pub(crate) transcript: [u8; 32],
    pub(crate) ctx: Vec<u8>,
}

impl Roots {
    fn key<const N: usize>(&self, label: &[u8]) -> [u8; N] {
        derive(&self.ikm, &self.transcript, &[&lp(label), &self.ctx[..]].concat())
    }

    fn direction(&self, label: &[u8]) -> Direction {
        let key = UnboundKey::new(&AES_256_GCM, &self.key::<32>(label)).expect("the key has 32 bytes");
        Direction {
            key: LessSafeKey::new(key),
            counter: 0,
        }
    }
}

struct Direction {
    key: LessSafeKey,
    counter: u64,
}

fn nonce(counter: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_be_bytes());
    Nonce::assume_unique_for_key(nonce)
}

/// The payload, its length before it, and zeros up to one of these sizes.
pub(crate) fn pad(buckets: &[usize], payload: &[u8]) -> Result<Vec<u8>, Refusal> {
    let needed = LENGTH + payload.len();
    let bucket = buckets.iter().find(|&&bucket| needed <= bucket);
    let &bucket = bucket.ok_or(Refusal::TooLarge)?;
    let mut padded = Vec::with_capacity(bucket + AES_256_GCM.tag_len() + HEAD);
    padded.extend(u32::try_from(payload.len()).expect("it fits its bucket").to_be_bytes());
    padded.extend(payload);
    padded.resize(bucket, 0);
    Ok(padded)
}

pub(crate) fn unpad<'a>(buckets: &[usize], padded: &'a [u8]) -> Result<&'a [u8], Refusal> {
    if !buckets.contains(&padded.len()) {
        return Err(Refusal::Malformed);
    }
    let (length, rest) = padded.split_first_chunk::<LENGTH>().ok_or(Refusal::Malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refusal::Malformed)?;
    let (payload, padding) = rest.split_at_checked(length).ok_or(Refusal::Malformed)?;
    if padding.iter().any(|&byte| byte != 0) {
        return Err(Refusal::Malformed);
    }
    Ok(payload)
}

const LENGTH: usize = 4;
const SAFETY_CODES: u64 = 1_000_000;
