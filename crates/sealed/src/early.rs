//! Descriptions before the handshake is through. The practice leaves a prekey for whoever comes; with it a guest's offer goes beside its commit, and the practice's answer
//! beside its hello. One offer, one answer, and the prekey is void.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey},
};

use crate::{
    context::{Context, HandshakeId},
    crypto::{KeyPair, MacKey, derive, lp, sha256},
    handshake::{IdentityKey, identity_hash, split},
    links::{IdentityHash, RoomKey},
    message::{MessageType, Refusal, expect_body, head, parse_head},
    session::{pad, unpad},
};

/// The practice, having left a prekey at the server.
pub struct Prekey {
    context: Context,
    room_key: RoomKey,
    id: HandshakeId,
    own: KeyPair,
    message: Vec<u8>,
}

impl Prekey {
    /// Makes the message to be left. `id` is 16 random bytes, `own` a key pair for this prekey alone.
    pub fn leave(
        context: &Context,
        room_key: &RoomKey,
        identity: &IdentityKey<'_>,
        id: HandshakeId,
        own: KeyPair,
    ) -> (Self, Vec<u8>) {
        let ctx = context.bytes(id);
        let body = [&own.point()[..], &identity.public].concat();
        let said = [&lp(b"prekey")[..], &ctx, &body].concat();
        let signature = (identity.sign)(&said);
        let mac = MacKey::new(&room_key.0, b"mac A", &ctx).sign(&[&said, &signature]);
        let message = [head(MessageType::Prekey, id), body, signature.to_vec(), mac].concat();
        let prekey = Self {
            context: context.clone(),
            room_key: room_key.clone(),
            id,
            own,
            message: message.clone(),
        };
        (prekey, message)
    }

    /// Opens a guest's early offer, and gives what seals the answer. The prekey is used up by it.
    ///
    /// # Errors
    /// [`Refusal::OtherHandshake`] when it was sealed with another prekey (it can't be opened then, and the handshake goes on without it).
    pub fn open(&self, early_b: &[u8]) -> Result<(EarlyAnswer, Vec<u8>), Refusal> {
        let (kind, hid, body) = parse_head(early_b)?;
        if kind != MessageType::EarlyB {
            return Err(Refusal::Unexpected);
        }
        let (id, body) = body.split_at_checked(ID).ok_or(Refusal::Malformed)?;
        if id != self.id.0 {
            return Err(Refusal::OtherHandshake);
        }
        let (point, sealed) = body.split_at_checked(POINT).ok_or(Refusal::Malformed)?;
        let secret = self.own.agree(point)?;
        let roots = Roots::new(&self.context, hid, &self.room_key, secret, &self.message, point);
        let payload = roots.open(EARLY_B, sealed)?;
        Ok((EarlyAnswer { roots, hid }, payload))
    }
}

/// The practice's right to answer one early offer.
pub struct EarlyAnswer {
    roots: Roots,
    hid: HandshakeId,
}

impl EarlyAnswer {
    /// Seals the answer.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] when it doesn't fit into its bucket.
    pub fn seal(self, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
        Ok([head(MessageType::EarlyA, self.hid), self.roots.seal(EARLY_A, payload)?].concat())
    }
}

/// The guest, having found a prekey.
pub struct EarlyOffer {
    roots: Roots,
    hid: HandshakeId,
    id: HandshakeId,
    point: Vec<u8>,
}

impl EarlyOffer {
    /// Looks whether the practice itself has left this prekey. `hid` is the handshake's, `own` a key pair for this offer alone.
    ///
    /// # Errors
    /// When it has not.
    pub fn new(
        context: &Context,
        room_key: &RoomKey,
        practice: IdentityHash,
        hid: HandshakeId,
        own: &KeyPair,
        prekey: &[u8],
    ) -> Result<Self, Refusal> {
        let (kind, id, rest) = parse_head(prekey)?;
        if kind != MessageType::Prekey {
            return Err(Refusal::Unexpected);
        }
        let [body, signature, mac] = split(rest, [2 * POINT, SIGNATURE, MAC])?;
        let ctx = context.bytes(id);
        let said = [&lp(b"prekey")[..], &ctx, body].concat();
        MacKey::new(&room_key.0, b"mac A", &ctx).verify(&[&said, signature], mac)?;
        let (point, identity) = body.split_at(POINT);
        if identity_hash(identity) != practice {
            return Err(Refusal::Identity);
        }
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, identity)
            .verify(&said, signature)
            .map_err(|_| Refusal::Signature)?;
        let secret = own.agree(point)?;
        let own_point = own.point();
        Ok(Self {
            roots: Roots::new(context, hid, room_key, secret, prekey, &own_point),
            hid,
            id,
            point: own_point,
        })
    }

    /// Seals the offer; once.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] when it doesn't fit into its bucket.
    pub fn seal(self, payload: &[u8]) -> Result<(AwaitedAnswer, Vec<u8>), Refusal> {
        let sealed = self.roots.seal(EARLY_B, payload)?;
        let message = [
            head(MessageType::EarlyB, self.hid),
            self.id.0.to_vec(),
            self.point,
            sealed,
        ]
        .concat();
        let awaited = AwaitedAnswer {
            roots: self.roots,
            hid: self.hid,
        };
        Ok((awaited, message))
    }
}

/// The guest, waiting for the answer to its early offer.
pub struct AwaitedAnswer {
    roots: Roots,
    hid: HandshakeId,
}

impl AwaitedAnswer {
    /// Opens the practice's early answer.
    ///
    /// # Errors
    /// [`Refusal::OtherHandshake`] for an old one, to be thrown away in silence.
    pub fn open(&self, early_a: &[u8]) -> Result<Vec<u8>, Refusal> {
        self.roots
            .open(EARLY_A, expect_body(early_a, MessageType::EarlyA, self.hid)?)
    }
}

/// What the two keys grow from. Each key seals one message.
struct Roots {
    ctx: Vec<u8>,
    ikm: Vec<u8>,
    salt: [u8; 32],
}

impl Roots {
    fn new(
        context: &Context,
        hid: HandshakeId,
        room_key: &RoomKey,
        secret: [u8; 32],
        prekey: &[u8],
        point: &[u8],
    ) -> Self {
        let ctx = context.bytes(hid);
        Self {
            ikm: [secret, room_key.0].concat(),
            salt: sha256(&[&lp(b"early"), &ctx, &lp(prekey), point]),
            ctx,
        }
    }

    fn seal(&self, label: &[u8], payload: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut sealed = pad(BUCKETS, payload)?;
        self.key(label)
            .seal_in_place_append_tag(zero(), Aad::from(self.aad(label)), &mut sealed)
            .expect("a message is far below AES-GCM's limit");
        Ok(sealed)
    }

    fn open(&self, label: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut sealed = sealed.to_vec();
        let padded = self
            .key(label)
            .open_in_place(zero(), Aad::from(self.aad(label)), &mut sealed)
            .map_err(|_| Refusal::Sealed)?;
        Ok(unpad(BUCKETS, padded)?.to_vec())
    }

    fn key(&self, label: &[u8]) -> LessSafeKey {
        let key: [u8; 32] = derive(&self.ikm, &self.salt, &[&lp(label), &self.ctx[..]].concat());
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("the key has 32 bytes"))
    }

    fn aad(&self, label: &[u8]) -> Vec<u8> {
        [&lp(label)[..], &self.salt].concat()
    }
}

/// Each key seals one message.
fn zero() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

impl fmt::Debug for Prekey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prekey({:?})", self.id)
    }
}

impl fmt::Debug for EarlyAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EarlyAnswer({:?})", self.hid)
    }
}

impl fmt::Debug for EarlyOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EarlyOffer({:?})", self.hid)
    }
}

impl fmt::Debug for AwaitedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AwaitedAnswer({:?})", self.hid)
    }
}

const EARLY_A: &[u8] = b"early A";
const EARLY_B: &[u8] = b"early B";
/// One size for what all browsers write, small enough to leave in one flight; and one for what doesn't fit.
const BUCKETS: &[usize] = &[4_096, 24_576];
const ID: usize = 16;
const POINT: usize = 65;
const SIGNATURE: usize = 64;
const MAC: usize = 32;
