//! What an end says and hears on `control`: who it is, what it signs, come in, goodbye. A value: messages in, acts out.

use std::{
    collections::VecDeque,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use data_encoding::BASE64URL_NOPAD;

use crate::{
    chance::draw,
    control::Control,
    receipt::{Bond, Receipt},
    welcome::Welcome,
};

/// One end's part.
pub(super) struct Talk {
    name: String,
    is_practice: bool,
    /// The guest's: what the practice told it beforehand.
    welcome: Option<Welcome>,
    bond: Option<Bond>,
    acts: VecDeque<Act>,
    is_admitted: bool,
    /// Parts of the practice's document.
    asked: Vec<String>,
    pinged: Option<Instant>,
    theirs: Option<(bool, bool)>,
    pub(super) peer: String,
    pub(super) is_signed: bool,
    pub(super) round_trip: Option<Duration>,
}

/// What is to be done, in order.
pub(super) enum Act {
    Say(Control),
    /// The other has said who it is.
    Greeted,
    /// Both send sound and picture from now on.
    Admitted,
    Held,
    /// The other is gone.
    Parted,
    Refused(String),
}

impl Talk {
    pub(super) fn new(name: String, is_practice: bool, welcome: Option<Welcome>) -> Self {
        Self {
            name,
            is_practice,
            welcome,
            bond: None,
            acts: VecDeque::new(),
            is_admitted: false,
            asked: Vec::new(),
            pinged: None,
            theirs: None,
            peer: String::new(),
            is_signed: false,
            round_trip: None,
        }
    }

    /// The connection that is talked on.
    pub(super) fn bind(&mut self, bond: Bond) {
        self.bond = Some(bond);
        self.is_admitted = false;
    }

    /// What is to be done next.
    pub(super) fn poll(&mut self) -> Option<Act> {
        self.acts.pop_front()
    }

    /// Whether the other says that it sends sound, and pictures: all of it where it has said nothing yet.
    pub(super) fn expects(&self) -> (bool, bool) {
        self.theirs.unwrap_or((true, true))
    }

    pub(super) fn open(&mut self) {
        let visit = (!self.is_practice).then(|| BASE64URL_NOPAD.encode(&draw::<16>()));
        self.say(Control::Hello {
            name: self.name.clone(),
            visit,
            language: LANGUAGE.to_owned(),
        });
        self.pinged = Some(Instant::now());
        self.say(Control::Ping { n: 1 });
        self.sign();
    }

    pub(super) fn say_media(&mut self) {
        self.say(Control::Media {
            audio: true,
            video: true,
            screen: false,
        });
    }

    pub(super) fn part(&mut self) {
        let reason = if self.is_practice { "ended" } else { "left" };
        self.say(Control::Bye {
            reason: reason.to_owned(),
        });
    }

    pub(super) fn hear(&mut self, message: Control) {
        match message {
            Control::Hello { name, .. } => {
                self.peer = name;
                self.acts.push_back(Act::Greeted);
            }
            Control::Consent { statement, signature } if self.is_practice => {
                self.check(&Receipt { statement, signature });
            }
            Control::ConsentSeen { .. } => self.is_signed = true,
            Control::ConsentAsk { part, of, data } if !self.is_practice => self.ask(part, of, data),
            Control::Admit {} if !self.is_practice => self.admit(),
            Control::Hold {} if !self.is_practice => {
                self.is_admitted = false;
                self.acts.push_back(Act::Held);
            }
            Control::Media { audio, video, .. } => self.theirs = Some((audio, video)),
            Control::Ping { n } => self.say(Control::Pong { n }),
            Control::Pong { n: 1 } => self.round_trip = self.round_trip.or(self.pinged.map(|at| at.elapsed())),
            Control::Bye { .. } => self.acts.push_back(Act::Parted),
            _ => {}
        }
    }

    /// The guest's: agrees to what the practice asks.
    fn sign(&mut self) {
        let (Some(bond), Some(welcome)) = (&self.bond, &self.welcome) else {
            return;
        };
        let Some(text) = welcome.asks(LANGUAGE) else { return };
        let Receipt { statement, signature } = Receipt::sign(text, &welcome.items, &self.name, bond, now());
        self.say(Control::Consent { statement, signature });
    }

    /// The practice's: who has rightly signed comes in.
    fn check(&mut self, receipt: &Receipt) {
        let Some(sha256) = self.bond.as_ref().and_then(|bond| receipt.check(bond)) else {
            let what = "the guest's receipt is not rightly signed, or of another connection";
            return self.acts.push_back(Act::Refused(what.to_owned()));
        };
        self.is_signed = true;
        self.say(Control::ConsentSeen { sha256 });
        self.say(Control::Admit {});
        self.admit();
    }

    fn admit(&mut self) {
        if !std::mem::replace(&mut self.is_admitted, true) {
            self.acts.push_back(Act::Admitted);
        }
    }

    /// The practice's text in place of its welcome's, or where there was none: in parts, in order.
    fn ask(&mut self, part: usize, of: usize, data: String) {
        if part == 0 {
            self.asked.clear();
        }
        if part != self.asked.len() || of > MOST_PARTS {
            return self
                .acts
                .push_back(Act::Refused("the practice's text came in disorder".to_owned()));
        }
        self.asked.push(data);
        if self.asked.len() < of {
            return;
        }
        let document = BASE64URL_NOPAD.decode(self.asked.concat().as_bytes()).ok();
        match document.and_then(|document| Welcome::parse(&document)) {
            Some(welcome) => {
                self.welcome = Some(welcome);
                self.sign();
            }
            None => self
                .acts
                .push_back(Act::Refused("the practice's text can't be read".to_owned())),
        }
    }

    fn say(&mut self, message: Control) {
        self.acts.push_back(Act::Say(message));
    }
}

/// Milliseconds since the Unix epoch.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

const LANGUAGE: &str = "en";
const MOST_PARTS: usize = 4;

#[cfg(test)]
mod tests {
    use sealed::Fingerprint;

    use super::*;
    use crate::receipt::Fingerprints;

    #[test]
    fn a_guest_that_signs_is_let_in() {
        let (mut guest, mut practice) = two(Some(Welcome::of_a_probe("Probe", 0)));

        talk(&mut guest, &mut practice);

        for one in [&guest, &practice] {
            assert!(one.is_signed && one.is_admitted && one.round_trip.is_some());
        }
        assert_eq!((guest.peer.as_str(), practice.peer.as_str()), ("Dr. Probe", "Probe"));
    }

    #[test]
    fn who_signs_nothing_stays_outside() {
        let (mut guest, mut practice) = two(None);

        talk(&mut guest, &mut practice);

        assert!(!guest.is_admitted && !practice.is_admitted);
        assert_eq!(practice.peer, "Probe");
    }

    #[test]
    fn a_receipt_of_another_connection_is_refused() {
        let (mut guest, mut practice) = two(Some(Welcome::of_a_probe("Probe", 0)));
        practice.bind(bond(3));

        let refused = talk(&mut guest, &mut practice);

        assert!(refused.is_some_and(|what| what.contains("another connection")));
        assert!(!practice.is_admitted);
    }

    fn two(welcome: Option<Welcome>) -> (Talk, Talk) {
        let mut guest = Talk::new("Probe".to_owned(), false, welcome);
        let mut practice = Talk::new("Dr. Probe".to_owned(), true, None);
        for one in [&mut guest, &mut practice] {
            one.bind(bond(2));
            one.open();
        }
        (guest, practice)
    }

    fn bond(guest: u8) -> Bond {
        Bond {
            room: "00112233445566778899aabbccddeeff".to_owned(),
            epoch: 1,
            fingerprints: Fingerprints::new(Fingerprint([1; 32]), Fingerprint([guest; 32])),
        }
    }

    /// Until both have said all. What either refuses.
    fn talk(guest: &mut Talk, practice: &mut Talk) -> Option<String> {
        let mut refused = None;
        loop {
            let said = [(guest.poll(), true), (practice.poll(), false)];
            if said.iter().all(|(act, _)| act.is_none()) {
                return refused;
            }
            for (act, is_guests) in said {
                match act {
                    Some(Act::Say(message)) if is_guests => practice.hear(message),
                    Some(Act::Say(message)) => guest.hear(message),
                    Some(Act::Refused(what)) => refused = Some(what),
                    _ => {}
                }
            }
        }
    }
}
