use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::{
    context::{Context, HandshakeId},
    crypto::{Ephemeral, Fingerprint, MacKey, derive, lp, sha256},
    links::{IdentityHash, RoomKey},
    message::{MessageType, Refusal, expect_body, head, parse_head},
    session::{Roots, Session, Side},
};

/// The guest, having committed itself and waiting for the practice's hello.
pub struct Guest {
    common: Common,
    practice: IdentityHash,
    commit: Vec<u8>,
}

impl Guest {
    /// Begins a handshake: the first message, and who waits for its answer. `hid` is 16 random bytes.
    pub fn commit(
        context: &Context,
        room_key: &RoomKey,
        practice: IdentityHash,
        hid: HandshakeId,
        own: Ephemeral,
    ) -> (Self, Vec<u8>) {
        let common = Common::new(context, room_key, hid, own);
        let commitment = common.commitment(&common.body(FINGERPRINT_B));
        let mac = common.mac_b().sign(&[&lp(b"commit"), &common.ctx, &commitment]);
        let commit = [head(MessageType::Commit, hid), commitment.to_vec(), mac].concat();
        let guest = Self {
            common,
            practice,
            commit: commit.clone(),
        };
        (guest, commit)
    }

    /// Takes the practice's hello, and gives the session and the guest's own hello, to be sent before anything sealed.
    ///
    /// # Errors
    /// [`Refusal::OtherHandshake`] says that the message is an old one, to be thrown away; the guest still waits (it isn't used up). Every other ends the handshake.
    pub fn hello(&self, hello_a: &[u8]) -> Result<(Session, Vec<u8>), Refusal> {
        let Common { ctx, hid, .. } = &self.common;
        let message = expect_body(hello_a, MessageType::HelloA, *hid)?;
        let [body, signature, mac] = split(message, [BODY_A, SIGNATURE, MAC])?;
        let said = [&lp(b"hello A")[..], ctx, &lp(&self.commit), body];
        self.common.mac_a().verify(&[&said.concat(), signature], mac)?;
        let [point, nonce, veiled, identity] = split(body, [POINT, NONCE, FINGERPRINT, POINT])?;
        if identity_hash(identity) != self.practice {
            return Err(Refusal::Identity);
        }
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, identity)
            .verify(&said.concat(), signature)
            .map_err(|_| Refusal::Signature)?;

        let fingerprint = self.common.veil(FINGERPRINT_A, nonce, veiled);
        let body = self.common.body(FINGERPRINT_B);
        let mac = self
            .common
            .mac_b()
            .sign(&[&hello_b_said(ctx, &self.commit, hello_a, &body)]);
        let hello_b = [head(MessageType::HelloB, *hid), body, mac].concat();
        let messages = [&self.commit[..], hello_a, &hello_b];
        let session = self.common.session(Side::Guest, point, fingerprint, messages)?;
        Ok((session, hello_b))
    }
}

/// The practice, having said hello and waiting for the guest's.
pub struct Practice {
    common: Common,
    commitment: [u8; 32],
    commit: Vec<u8>,
    hello_a: Vec<u8>,
}

/// A practice's identity key, for this module: its public point, and something that signs with it (ECDSA P-256 with SHA-256, r‖s).
pub struct IdentityKey<'a> {
    /// The uncompressed point.
    pub public: [u8; 65],
    /// Signs.
    pub sign: &'a dyn Fn(&[u8]) -> [u8; 64],
}

impl Practice {
    /// Answers a guest's commit: the practice's hello, and who waits for the guest's.
    ///
    /// # Errors
    /// When the message is no commit of somebody who has the room's key.
    pub fn answer(
        context: &Context,
        room_key: &RoomKey,
        identity: &IdentityKey<'_>,
        own: Ephemeral,
        commit: &[u8],
    ) -> Result<(Self, Vec<u8>), Refusal> {
        let (kind, hid, body) = parse_head(commit)?;
        if kind != MessageType::Commit {
            return Err(Refusal::Unexpected);
        }
        let [commitment, mac] = split(body, [HASH, MAC])?;
        let common = Common::new(context, room_key, hid, own);
        let ctx = &common.ctx;
        common.mac_b().verify(&[&lp(b"commit"), ctx, commitment], mac)?;

        let body = [&common.body(FINGERPRINT_A)[..], &identity.public].concat();
        let said = [&lp(b"hello A")[..], ctx, &lp(commit), &body].concat();
        let signature = (identity.sign)(&said);
        let mac = common.mac_a().sign(&[&said, &signature]);
        let hello_a = [head(MessageType::HelloA, hid), body, signature.to_vec(), mac].concat();
        let practice = Self {
            commitment: commitment.try_into().expect("split gave 32 bytes"),
            commit: commit.to_vec(),
            hello_a: hello_a.clone(),
            common,
        };
        Ok((practice, hello_a))
    }

    /// Takes the guest's hello.
    ///
    /// # Errors
    /// As for [`Guest::hello`].
    pub fn finish(&self, hello_b: &[u8]) -> Result<Session, Refusal> {
        let Common { ctx, hid, .. } = &self.common;
        let message = expect_body(hello_b, MessageType::HelloB, *hid)?;
        let [body, mac] = split(message, [BODY_B, MAC])?;
        let said = hello_b_said(ctx, &self.commit, &self.hello_a, body);
        self.common.mac_b().verify(&[&said], mac)?;
        if self.common.commitment(body) != self.commitment {
            return Err(Refusal::Commitment);
        }
        let [point, nonce, veiled] = split(body, [POINT, NONCE, FINGERPRINT])?;
        let fingerprint = self.common.veil(FINGERPRINT_B, nonce, veiled);
        let messages = [&self.commit[..], &self.hello_a, hello_b];
        self.common.session(Side::Practice, point, fingerprint, messages)
    }
}

/// What a link's fragment says about a practice's public identity key.
pub fn identity_hash(public: &[u8]) -> IdentityHash {
    let hash = sha256(&[public]);
    IdentityHash(hash[..16].try_into().expect("half of 32 bytes"))
}

/// What both sides have from the beginning to the end.
struct Common {
    ctx: Vec<u8>,
    hid: HandshakeId,
    room_key: RoomKey,
    own: Ephemeral,
}

impl Common {
    fn new(context: &Context, room_key: &RoomKey, hid: HandshakeId, own: Ephemeral) -> Self {
        Self {
            ctx: context.bytes(hid),
            hid,
            room_key: room_key.clone(),
            own,
        }
    }

    fn mac_a(&self) -> MacKey {
        MacKey::new(&self.room_key.0, b"mac A", &self.ctx)
    }

    fn mac_b(&self) -> MacKey {
        MacKey::new(&self.room_key.0, b"mac B", &self.ctx)
    }

    fn commitment(&self, body_b: &[u8]) -> [u8; 32] {
        sha256(&[&lp(b"commitment"), &self.ctx, body_b])
    }

    /// Point ‖ nonce ‖ veiled fingerprint: what both hellos say first.
    fn body(&self, label: &[u8]) -> Vec<u8> {
        let Ephemeral { nonce, fingerprint, .. } = &self.own;
        [
            &self.own.keys.point()[..],
            nonce,
            &self.veil(label, nonce, &fingerprint.0),
        ]
        .concat()
    }

    /// Hides a fingerprint from whoever relays it, and shows it again to who has the room's key. The nonce is its sender's, and so is never used twice.
    fn veil(&self, label: &[u8], nonce: &[u8], fingerprint: &[u8]) -> [u8; FINGERPRINT] {
        let mut veiled: [u8; FINGERPRINT] = derive(&self.room_key.0, b"", &[&lp(label)[..], &self.ctx, nonce].concat());
        for (byte, other) in veiled.iter_mut().zip(fingerprint) {
            *byte ^= other;
        }
        veiled
    }

    fn session(
        &self,
        side: Side,
        point: &[u8],
        fingerprint: [u8; FINGERPRINT],
        messages: [&[u8]; 3],
    ) -> Result<Session, Refusal> {
        let [commit, hello_a, hello_b] = messages.map(lp);
        let roots = Roots {
            ikm: [self.own.keys.agree(point)?, self.room_key.0].concat(),
            transcript: sha256(&[&lp(b"transcript"), &self.ctx, &commit, &hello_a, &hello_b]),
            ctx: self.ctx.clone(),
        };
        Ok(Session::new(side, self.hid, Fingerprint(fingerprint), &roots))
    }
}

/// What the MAC of the guest's hello is over.
fn hello_b_said(ctx: &[u8], commit: &[u8], hello_a: &[u8], body: &[u8]) -> Vec<u8> {
    [&lp(b"hello B")[..], ctx, &lp(commit), &lp(hello_a), body].concat()
}

/// Cuts `bytes` into fields of these lengths; refuses what is shorter or longer.
pub(crate) fn split<const N: usize>(mut bytes: &[u8], lengths: [usize; N]) -> Result<[&[u8]; N], Refusal> {
    let mut fields = [&[][..]; N];
    for (field, length) in fields.iter_mut().zip(lengths) {
        (*field, bytes) = bytes.split_at_checked(length).ok_or(Refusal::Malformed)?;
    }
    if bytes.is_empty() {
        Ok(fields)
    } else {
        Err(Refusal::Malformed)
    }
}

impl fmt::Debug for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guest({:?})", self.common.hid)
    }
}

impl fmt::Debug for Practice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Practice({:?})", self.common.hid)
    }
}

impl fmt::Debug for IdentityKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityKey")
    }
}

const FINGERPRINT_A: &[u8] = b"fingerprint A";
const FINGERPRINT_B: &[u8] = b"fingerprint B";
const POINT: usize = 65;
const NONCE: usize = 32;
const FINGERPRINT: usize = 32;
const HASH: usize = 32;
const MAC: usize = 32;
const SIGNATURE: usize = 64;
const BODY_B: usize = POINT + NONCE + FINGERPRINT;
const BODY_A: usize = BODY_B + POINT;
