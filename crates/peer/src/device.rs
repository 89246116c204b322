//! A practice's device, as far as a probe needs one: it enrols, signs in, makes appointments and cancels them (docs/signalling.md sections 1 and 2).

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use room::ClientId;
use sealed::{Fragment, IssuerSecret, RoomId, RoomKey, identity_hash};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio_rustls::rustls::ClientConfig;

use crate::{
    chance::draw,
    link::Link,
    server::{Origin, Server},
    signing::SigningKey,
    steps::{Failure, Step, Steps},
    welcome::Welcome,
};

/// The only device of a practice of its own, with all that such a practice keeps. Whoever has it is that practice: it belongs into a file that nobody else reads.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    v: u32,
    server: String,
    device: String,
    practice: String,
    key: SigningKey,
    identity: SigningKey,
    secret: String,
}

/// A link or a code that enrols a device: `https://video.example.org/practice#enrol=…`.
#[derive(Clone)]
pub struct Enrolment {
    code: String,
}

/// A visit that was arranged. The link is the guest's.
pub struct Appointment {
    /// What a guest opens.
    pub link: Link,
    pub(crate) room: RoomId,
    /// Opens the practice's seat.
    pub(crate) token: String,
    id: String,
}

/// A device that has signed in: for ten minutes at most, then another is to be opened.
pub struct Console<'a> {
    device: &'a Device,
    server: Server,
    token: String,
}

impl Enrolment {
    /// The code, or the link that it stands in.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let code = text.rsplit_once("enrol=").map_or(text, |(_, code)| code);
        let code = code.trim().to_owned();
        Self { code }
    }
}

impl Device {
    /// Spends the code. The device is to be the first of a practice that has no other.
    ///
    /// # Errors
    /// Where the server refuses the code, or the practice has another device: a probe doesn't get the keys of a practice with patients.
    pub async fn enrol(
        origin: &Origin,
        tls: &Arc<ClientConfig>,
        enrolment: &Enrolment,
        patience: Duration,
    ) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Enrolled {
            device: String,
            practice_name: String,
            role: String,
            pending: bool,
            others: u32,
        }
        let mut server = Server::connect(origin, tls, patience, &mut Steps::begin()).await?;
        let key = SigningKey::draw();
        let body = json!({
            "code": enrolment.code,
            "public_key": BASE64URL_NOPAD.encode(&key.public()),
            "name": "Probe",
        });
        let enrolled: Enrolled = server.post(Step::SignIn, "/api/v1/enrol", &body, None).await?;
        if enrolled.others > 0 || enrolled.pending || enrolled.role != "doctor" {
            let what =
                "the code is for a practice that has devices; a probe wants one of its own: visite practice add Probe";
            return Err(Failure::new(Step::SignIn, what));
        }
        Ok(Self {
            v: VERSION,
            server: origin.to_string(),
            device: enrolled.device,
            practice: enrolled.practice_name,
            key,
            identity: SigningKey::draw(),
            secret: BASE64URL_NOPAD.encode(&draw::<32>()),
        })
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_json(text: &[u8]) -> Result<Self, serde_json::Error> {
        let device: Self = serde_json::from_slice(text)?;
        let is_right = device.v == VERSION && device.secret().is_some() && Origin::parse(&device.server).is_ok();
        is_right
            .then_some(device)
            .ok_or_else(|| serde::de::Error::custom("it is of another version, or damaged"))
    }

    /// For a file that nobody else may read.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("keys are printed as text")
    }

    /// The installation at which it was enrolled.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::parse(&self.server).expect("it was read when the device was")
    }

    pub(crate) fn identity(&self) -> &SigningKey {
        &self.identity
    }

    /// The name under which a device's tokens take a seat.
    pub(crate) fn client(&self) -> ClientId {
        let hash = digest(&SHA256, self.device.as_bytes());
        ClientId::new(*hash.as_ref().first_chunk().expect("SHA-256 has 32 bytes"))
    }

    fn welcome(&self, now: u64, room: &str, room_key: &RoomKey) -> String {
        Welcome::of_a_probe(&self.practice, now).seal(&self.identity, room, room_key)
    }

    fn secret(&self) -> Option<[u8; 32]> {
        BASE64URL_NOPAD.decode(self.secret.as_bytes()).ok()?.try_into().ok()
    }
}

impl<'a> Console<'a> {
    /// Signs in.
    ///
    /// # Errors
    /// Where the server can't be reached or refuses.
    pub async fn open(
        device: &'a Device,
        tls: &Arc<ClientConfig>,
        patience: Duration,
        steps: &mut Steps,
    ) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Challenge {
            challenge: String,
        }
        #[derive(Deserialize)]
        struct Session {
            token: String,
        }
        let mut server = Server::connect(&device.origin(), tls, patience, steps).await?;
        let id = &device.device;
        let body = json!({ "device": id });
        let asked = server.post(Step::SignIn, "/api/v1/device/challenge", &body, None);
        let Challenge { challenge } = asked.await?;
        let bytes = BASE64URL_NOPAD.decode(challenge.as_bytes());
        let bytes = bytes.map_err(|_| Failure::new(Step::SignIn, "the challenge is no base64url"))?;
        let signature = device.key.sign(&[b"visite device sign-in v1\0", &bytes[..]].concat());
        let signature = BASE64URL_NOPAD.encode(&signature);
        let body = json!({ "device": id, "challenge": challenge, "signature": signature });
        let Session { token } = server.post(Step::SignIn, "/api/v1/device/session", &body, None).await?;
        steps.done(Step::SignIn);
        Ok(Self { device, server, token })
    }

    /// Makes an appointment that begins now and takes `duration`.
    ///
    /// # Errors
    /// Where the server can't be reached or refuses.
    pub async fn arrange(&mut self, duration: Duration, steps: &mut Steps) -> Result<Appointment, Failure> {
        #[derive(Deserialize)]
        struct Clock {
            now: u64,
        }
        let Self { device, server, .. } = self;
        let clock = server.get(Step::Arrange, "/api/v1/clock").await?;
        let Clock { now } = serde_json::from_slice(&clock)
            .map_err(|error| Failure::new(Step::Arrange, format!("the server's clock can't be read: {error}")))?;
        let id = HEXLOWER.encode(&draw::<16>());
        let room = RoomId::new(&id).expect("32 hexadecimal digits");
        let issuer = IssuerSecret::derive(&device.secret().expect("it was read when the device was"), "console");
        let room_key = issuer.room_key(&room);
        let invite = issuer.invite(&room, GUEST, 0);
        let hash = BASE64URL_NOPAD.encode(digest(&SHA256, invite.as_bytes()).as_ref());
        let body = json!({
            "room": id,
            "starts_at": now,
            "duration_ms": u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            "invites": [{ "seat": GUEST, "max_uses": 3, "sha256": hash }],
            "sealed_welcome": device.welcome(now, &id, &room_key),
            "request_id": id,
        });
        let _: Value = self.post("/api/v1/rooms", &body).await?;
        let token = self.room_token(&id).await?;
        steps.done(Step::Arrange);
        let practice = identity_hash(&self.device.identity.public());
        let fragment = Fragment { room_key, practice };
        let origin = self.device.origin();
        let link = Link {
            origin,
            invite,
            fragment,
        };
        Ok(Appointment { link, room, token, id })
    }

    /// Cancels it: nothing of it is left but what the server keeps of every appointment for a while.
    ///
    /// # Errors
    /// Where the server can't be reached or refuses.
    pub async fn cancel(&mut self, appointment: &Appointment) -> Result<(), Failure> {
        let path = format!("/api/v1/rooms/{}/close", appointment.id);
        let _: Value = self.post(&path, &json!({})).await?;
        Ok(())
    }

    async fn room_token(&mut self, room: &str) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Token {
            token: String,
        }
        let Token { token } = self.post(&format!("/api/v1/rooms/{room}/token"), &json!({})).await?;
        Ok(token)
    }

    async fn post<A: DeserializeOwned>(&mut self, path: &str, body: &Value) -> Result<A, Failure> {
        self.server.post(Step::Arrange, path, body, Some(&self.token)).await
    }
}

/// Says whose, and no key.
impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Device({} at {})", self.device, self.server)
    }
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment")
    }
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Console({:?})", self.device)
    }
}

impl std::fmt::Debug for Appointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Appointment({})", self.id)
    }
}

const VERSION: u32 = 1;
const GUEST: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_read_as_it_was_kept() {
        let device = Device {
            v: VERSION,
            server: "https://video.example.org".to_owned(),
            device: "00112233445566778899aabbccddeeff".to_owned(),
            practice: "Probe".to_owned(),
            key: SigningKey::draw(),
            identity: SigningKey::draw(),
            secret: BASE64URL_NOPAD.encode(&[7; 32]),
        };

        let again = Device::from_json(device.to_json().as_bytes()).expect("a device");

        assert_eq!(again.key.public(), device.key.public());
        assert_eq!(again.to_json(), device.to_json());
        let damaged = device.to_json().replace("\"v\": 1", "\"v\": 2");
        assert!(Device::from_json(damaged.as_bytes()).is_err());
        assert!(!format!("{device:?}").contains(&device.secret));
    }

    #[test]
    fn a_code_is_found_in_its_link() {
        for text in [
            "AbC-1",
            "https://video.example.org/practice#enrol=AbC-1",
            "/practice#enrol=AbC-1\n",
        ] {
            assert_eq!(Enrolment::parse(text).code, "AbC-1");
        }
    }
}
