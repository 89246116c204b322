//! How a device shows who it is: it signs a challenge, and gets a token for the console's calls.

use std::{collections::BTreeMap, fmt, sync::Mutex};

use aws_lc_rs::{
    agreement::{ECDH_P256, ParsedPublicKey as ParsedKey, UnparsedPublicKey as UnparsedKey},
    constant_time, digest,
    hmac::{self, HMAC_SHA256},
    signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey},
};
use room::{
    ClientId, RecordId,
    token::{self, Keys, Times, TokenRefused},
};
use serde::{Deserialize, Serialize};

use super::secrets::random;

/// Challenges that need no memory but of those that were used: a MAC over the device and the end of the challenge's time.
pub(crate) struct Challenges {
    key: hmac::Key,
    used: Mutex<BTreeMap<Challenge, u64>>,
}

/// Expiry (8 bytes) ‖ random (16) ‖ MAC (16).
pub(crate) type Challenge = [u8; 40];

impl Challenges {
    pub(crate) fn new() -> Self {
        Self {
            key: hmac::Key::new(HMAC_SHA256, &random::<32>()),
            used: Mutex::new(BTreeMap::new()),
        }
    }

    pub(crate) fn make(&self, device: RecordId, now: u64) -> Challenge {
        let mut challenge = [0; 40];
        challenge[..8].copy_from_slice(&(now + GOOD_FOR).to_be_bytes());
        challenge[8..24].copy_from_slice(&random::<16>());
        let mac = self.mac(device, &challenge[..24]);
        challenge[24..].copy_from_slice(&mac);
        challenge
    }

    /// Whether a challenge was made for this device, lately, and is shown for the first time.
    pub(crate) fn spend(&self, device: RecordId, challenge: &[u8], now: u64) -> bool {
        let Ok(challenge) = Challenge::try_from(challenge) else {
            return false;
        };
        let expires = u64::from_be_bytes(challenge[..8].try_into().expect("8 of 40 bytes"));
        let mac = self.mac(device, &challenge[..24]);
        if constant_time::verify_slices_are_equal(&mac, &challenge[24..]).is_err() || expires < now {
            return false;
        }
        let mut used = self.used.lock().expect("nothing panics while it holds the lock");
        used.retain(|_, expires| *expires >= now);
        // Only who has a device's key gets this far; more than this in a minute is no practice.
        used.len() < MAX_USED && used.insert(challenge, expires).is_none()
    }

    /// Keeps in memory only what could be shown again.
    pub(crate) fn forget_old(&self, now: u64) {
        let mut used = self.used.lock().expect("nothing panics while it holds the lock");
        used.retain(|_, expires| *expires >= now);
    }

    fn mac(&self, device: RecordId, bytes: &[u8]) -> [u8; 16] {
        let mac = hmac::sign(&self.key, &[device.as_bytes(), bytes].concat());
        mac.as_ref()[..16].try_into().expect("half of 32 bytes")
    }
}

impl fmt::Debug for Challenges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenges")
    }
}

/// Whether `signature` (r‖s) is that of the device's key over the challenge.
pub(crate) fn signature_is_good(public_key: &[u8], challenge: &[u8], signature: &[u8]) -> bool {
    let signed = [SIGN_IN_LABEL, challenge].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key)
        .verify(&signed, signature)
        .is_ok()
}

/// Whether 65 bytes are a point on the curve P-256.
pub(crate) fn is_public_key(bytes: &[u8]) -> bool {
    let point = UnparsedKey::new(&ECDH_P256, bytes);
    bytes.len() == 65 && ParsedKey::try_from(&point).is_ok()
}

/// What the practice's device passes as `client` in its joins: its tokens are bound to it.
pub(crate) fn client_of(device: RecordId) -> ClientId {
    let hash = digest::digest(&digest::SHA256, device.to_string().as_bytes());
    ClientId::new(hash.as_ref()[..16].try_into().expect("half of 32 bytes"))
}

/// What a device of a practice may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Everything.
    Doctor,
    /// Arrange appointments, and take part in none.
    Staff,
}

/// Who a device token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeviceToken {
    pub(crate) device: RecordId,
    pub(crate) practice: RecordId,
}

impl DeviceToken {
    pub(crate) fn mint(self, times: Times, key_id: &str, sign: impl Fn(&[u8]) -> [u8; 64]) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: self.device,
            practice: self.practice,
            nbf: times.nbf,
            exp: times.exp,
        };
        token::mint(key_id, &claims, sign)
    }

    /// Who it is for, and when it runs out.
    pub(crate) fn verify(token: &str, keys: &Keys, now: u64) -> Result<(Self, u64), TokenRefused> {
        let claims: Claims = token::open(token, keys)?;
        let times = Times {
            nbf: claims.nbf,
            exp: claims.exp,
        };
        times.check(now)?;
        if claims.iss != ISSUER || claims.aud != AUDIENCE {
            return Err(TokenRefused);
        }
        let token = Self {
            device: claims.sub,
            practice: claims.practice,
        };
        Ok((token, claims.exp))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: RecordId,
    practice: RecordId,
    nbf: u64,
    exp: u64,
}

const ISSUER: &str = "visite";
const AUDIENCE: &str = "console";
const SIGN_IN_LABEL: &[u8] = b"visite device sign-in v1\0";
/// Seconds.
const GOOD_FOR: u64 = 60;
const MAX_USED: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: RecordId = RecordId::new([3; 16]);

    #[test]
    fn a_challenge_is_good_once_and_for_a_minute() {
        let challenges = Challenges::new();
        let (first, second) = (challenges.make(DEVICE, NOW), challenges.make(DEVICE, NOW));

        assert!(challenges.spend(DEVICE, &first, NOW + 60));
        assert!(!challenges.spend(DEVICE, &first, NOW + 60), "twice");
        assert!(!challenges.spend(DEVICE, &second, NOW + 61), "late");
    }

    #[test]
    fn another_devices_or_a_forged_challenge_is_not_good() {
        let challenges = Challenges::new();
        let mut forged = challenges.make(DEVICE, NOW);
        forged[7] += 1;

        assert!(!challenges.spend(DEVICE, &forged, NOW));
        assert!(!challenges.spend(RecordId::new([4; 16]), &challenges.make(DEVICE, NOW), NOW));
        assert!(!challenges.spend(DEVICE, &Challenges::new().make(DEVICE, NOW), NOW));
        assert!(!challenges.spend(DEVICE, b"short", NOW));
    }

    #[test]
    fn only_points_on_the_curve_are_keys() {
        assert!(!is_public_key(&[4; 65]));
        assert!(!is_public_key(&[]));
    }

    const NOW: u64 = 1_790_000_000;
}
