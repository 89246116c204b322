//! What an end agrees on with the other by the server: the handshake, descriptions and candidates.

use std::time::Instant;

use sealed::{Ephemeral, Fingerprint, HandshakeId, IdentityKey, Kind, Refusal};
use serde::{Deserialize, Serialize};

use super::{
    Depth, Happened,
    arrive::Side,
    under_way::{UnderWay, broken},
};
use crate::{
    chance::draw,
    connection::{Addresses, Connection},
    line::Heard,
    receipt::{Bond, Fingerprints},
    sdp::NotDescribed,
    steps::{Failure, Step},
    ways::Way,
};

impl UnderWay<'_> {
    pub(super) async fn heard(&mut self, heard: Heard) -> Result<(), Failure> {
        match heard {
            Heard::Joined(_) => Err(Failure::new(Step::Join, "the server said twice that this end is in")),
            Heard::Sealed(message) => self.unseal(&message).await,
            Heard::Peer(stream) => {
                let is_new = stream.is_some() && stream != self.other;
                if is_new {
                    self.since = Instant::now();
                    if self.session.is_none() {
                        self.steps.rest();
                    }
                }
                self.other = stream.or(self.other);
                // What was agreed on with the page before is void.
                if is_new && matches!(self.side, Side::Guest(..)) && !self.steps.has(Step::Ice) {
                    self.begin().await?;
                }
                Ok(())
            }
        }
    }

    /// The guest's: a new handshake.
    pub(super) async fn begin(&mut self) -> Result<(), Failure> {
        let own = self.ephemeral();
        let Side::Guest(link, handshake) = &mut self.side else {
            return Ok(());
        };
        let hid = HandshakeId(draw());
        let (guest, commit) = sealed::Guest::commit(&self.context, &self.room_key, link.fragment.practice, hid, own);
        *handshake = Some(guest);
        self.line.seal(&commit).await
    }

    async fn unseal(&mut self, message: &[u8]) -> Result<(), Failure> {
        let outcome = match (message.get(1), &mut self.side) {
            (Some(&COMMIT), Side::Practice(..)) => return self.committed(message).await,
            (Some(&HELLO_A), Side::Guest(_, Some(guest))) => {
                guest.hello(message).map(|(session, hello)| (session, Some(hello)))
            }
            (Some(&HELLO_B), Side::Practice(_, Some(practice))) => {
                practice.finish(message).map(|session| (session, None))
            }
            (Some(&ENVELOPE), _) => return self.open(message).await,
            // A prekey, and what goes by it: this end needs no head start.
            _ => return Ok(()),
        };
        let (session, hello) = match outcome {
            Ok(done) => done,
            Err(Refusal::OtherHandshake) => return Ok(()),
            Err(refusal) => return Err(Failure::new(Step::Seal, refusal.to_string())),
        };
        self.safety_code = session.safety_code();
        self.talk.bind(self.bond(session.peer_fingerprint()));
        self.session = Some(session);
        self.connection = None;
        self.done(Step::Seal);
        if let Some(hello) = &hello {
            self.line.seal(hello).await?;
        }
        if self.settings.depth == Depth::Seal {
            self.is_complete = true;
            let _ = self.happened.send(Happened::Complete);
        } else if hello.is_some() {
            let (connection, offer) = Connection::offering(&self.certificate, self.addresses(), Instant::now());
            self.connection = Some(connection);
            self.describe("offer", offer).await?;
        }
        Ok(())
    }

    /// The practice's: a guest begins.
    async fn committed(&mut self, commit: &[u8]) -> Result<(), Failure> {
        if self.session.is_none() {
            self.steps.rest();
        }
        self.since = Instant::now();
        let own = self.ephemeral();
        let Side::Practice(device, handshake) = &mut self.side else {
            return Ok(());
        };
        let answered = {
            let identity = IdentityKey {
                public: device.identity().public(),
                sign: &|bytes| device.identity().sign(bytes),
            };
            sealed::Practice::answer(&self.context, &self.room_key, &identity, own, commit)
        };
        let (practice, hello) = answered.map_err(|refusal| Failure::new(Step::Seal, refusal.to_string()))?;
        *handshake = Some(practice);
        self.line.seal(&hello).await
    }

    async fn open(&mut self, envelope: &[u8]) -> Result<(), Failure> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        let (kind, payload) = match session.open(envelope) {
            Ok(opened) => opened,
            Err(Refusal::OtherHandshake) => return Ok(()),
            Err(refusal) => return Err(Failure::new(Step::Seal, refusal.to_string())),
        };
        let peer = session.peer_fingerprint();
        match kind {
            Kind::Description => {
                let description: Description = read(&payload)?;
                match (&self.side, &mut self.connection) {
                    (Side::Guest(..), Some(connection)) if description.kind == "answer" => connection
                        .take_answer(&description.sdp, peer)
                        .map_err(|error| not_described(&error)),
                    (Side::Practice(..), None) if description.kind == "offer" => {
                        let answered = Connection::answering(
                            &self.certificate,
                            self.addresses(),
                            &description.sdp,
                            peer,
                            Instant::now(),
                        );
                        let (connection, answer) = answered.map_err(|error| not_described(&error))?;
                        self.connection = Some(connection);
                        self.describe("answer", answer).await
                    }
                    // Each side's first description only.
                    _ => Ok(()),
                }
            }
            Kind::Candidates => {
                let candidates: Vec<NamedCandidate> = read(&payload)?;
                if let Some(connection) = &mut self.connection {
                    for NamedCandidate { candidate, .. } in candidates {
                        let taken = connection.take_candidate(&candidate);
                        taken.map_err(|error| broken(&self.steps, &error))?;
                    }
                }
                Ok(())
            }
            Kind::Restart => self.begin().await,
        }
    }

    fn bond(&self, peer: Fingerprint) -> Bond {
        let own = self.certificate.fingerprint;
        let (practice, guest) = match self.side {
            Side::Practice(..) => (own, peer),
            Side::Guest(..) => (peer, own),
        };
        Bond {
            room: self.context.room.to_string(),
            epoch: self.context.epoch,
            fingerprints: Fingerprints::new(practice, guest),
        }
    }

    /// With all candidates: they were there before.
    async fn describe(&mut self, kind: &'static str, sdp: String) -> Result<(), Failure> {
        let kind = kind.to_owned();
        self.seal(Kind::Description, &Description { kind, sdp }).await?;
        self.seal(Kind::Candidates, &[(); 0]).await
    }

    async fn seal(&mut self, kind: Kind, payload: &impl Serialize) -> Result<(), Failure> {
        let payload = serde_json::to_vec(payload).expect("a plain struct");
        let session = self.session.as_mut().expect("who describes itself has a session");
        let envelope = session.seal(kind, &payload);
        let envelope = envelope.map_err(|refusal| Failure::new(Step::Seal, refusal.to_string()))?;
        self.line.seal(&envelope).await
    }

    fn addresses(&self) -> Addresses {
        match self.settings.way {
            Way::Direct => Addresses {
                host: Some(self.sockets.host),
                reflexive: self.sockets.reflexive,
                relayed: None,
            },
            _ => Addresses {
                relayed: self.sockets.relayed(),
                ..Addresses::default()
            },
        }
    }

    fn ephemeral(&self) -> Ephemeral {
        // Not every 32 bytes are a P-256 scalar; four billion times out of four billion and one they are.
        std::iter::repeat_with(|| Ephemeral::new(&draw(), draw(), self.certificate.fingerprint))
            .flatten()
            .next()
            .expect("it repeats for ever")
    }
}

fn not_described(error: &NotDescribed) -> Failure {
    Failure::new(Step::Seal, error.to_string())
}

fn read<'de, T: Deserialize<'de>>(payload: &'de [u8]) -> Result<T, Failure> {
    serde_json::from_slice(payload)
        .map_err(|error| Failure::new(Step::Seal, format!("the other end speaks another version: {error}")))
}

/// Kind 1 (docs/signalling.md section 4).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    #[serde(rename = "type")]
    kind: String,
    sdp: String,
}

/// Kind 2.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCandidate {
    candidate: String,
    #[serde(rename = "mid")]
    _mid: String,
}

const COMMIT: u8 = 1;
const HELLO_A: u8 = 2;
const HELLO_B: u8 = 3;
const ENVELOPE: u8 = 4;
