//! What signal-d counts, for whoever watches it. How much there is, and never of whom.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use daemon::metrics::{Count, Histogram, Kind, Text, Watched};
use room::{Refusal, Usage};

use crate::{Parts, talk::Farewell};

#[derive(Debug)]
pub(crate) struct Tally {
    open: Count,
    established: Count,
    failed: Count,
    turned_away: Count,
    /// By the status less [`FIRST_STATUS`].
    answers: [AtomicU64; STATUSES],
    rooms: Count,
    seats: Count,
    waiting_bytes: Count,
    pub(crate) devices: Count,
    joins: [Count; Role::ALL.len()],
    visits_ended: Endings,
    lines_ended: Endings,
    relayed: Count,
    relayed_bytes: Count,
    outcomes: [Count; Outcome::ALL.len()],
    /// To what was found: direct, relayed.
    setup: [Histogram; 2],
    pub(crate) feed: Feed,
}

/// The feed of session-d.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    connected: Count,
    breaks: Count,
    pub(crate) last_change: Count,
}

/// Who joins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    Practice,
    Guest,
    /// Of a practice, on its line.
    Device,
}

impl Role {
    const ALL: [Self; 3] = [Self::Practice, Self::Guest, Self::Device];

    fn word(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Guest => "guest",
            Self::Device => "device",
        }
    }
}

/// What came of looking for a way from browser to browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Direct,
    Relayed,
    /// None was found in time.
    NoPath,
    /// The practice connects by the relay only, and the operator has none.
    RelayMissing,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Direct, Self::Relayed, Self::NoPath, Self::RelayMissing];

    fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Relayed => "relayed",
            Self::NoPath => "no_path",
            Self::RelayMissing => "relay_missing",
        }
    }
}

/// How WebSockets have ended.
#[derive(Debug)]
struct Endings {
    left: Count,
    lost: Count,
    ending: Count,
    fault: Count,
    /// By their place in [`Refusal::ALL`], which is in the order of their declaration.
    refused: [Count; Refusal::ALL.len()],
}

impl Endings {
    fn new() -> Self {
        Self {
            left: Count::default(),
            lost: Count::default(),
            ending: Count::default(),
            fault: Count::default(),
            refused: std::array::from_fn(|_| Count::default()),
        }
    }

    fn note(&self, farewell: &Farewell) {
        let count = match farewell {
            Farewell::Silent => &self.lost,
            Farewell::Code(1000) => &self.left,
            Farewell::Ending(_) => &self.ending,
            Farewell::Code(_) => &self.fault,
            Farewell::Refused(_, why) => &self.refused[*why as usize],
        };
        count.add(1);
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, &Count)> {
        let own = [
            ("left", &self.left),
            ("lost", &self.lost),
            ("ending", &self.ending),
            ("fault", &self.fault),
        ];
        own.into_iter()
            .chain(Refusal::ALL.iter().map(|why| why.code()).zip(&self.refused))
    }
}

/// A connection, from its being accepted to its end.
#[derive(Debug)]
pub(crate) struct Open {
    tally: Arc<Tally>,
    is_established: bool,
}

impl Open {
    /// TLS stands.
    pub(crate) fn established(&mut self) {
        self.is_established = true;
        self.tally.established.add(1);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.tally.open.take_one();
        if !self.is_established {
            self.tally.failed.add(1);
        }
    }
}

impl Feed {
    pub(crate) fn connected(&self) {
        self.connected.set(1);
    }

    pub(crate) fn broken(&self) {
        self.breaks.add(self.connected.read());
        self.connected.set(0);
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected.read() == 1
    }
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            open: Count::default(),
            established: Count::default(),
            failed: Count::default(),
            turned_away: Count::default(),
            answers: std::array::from_fn(|_| AtomicU64::new(0)),
            rooms: Count::default(),
            seats: Count::default(),
            waiting_bytes: Count::default(),
            devices: Count::default(),
            joins: std::array::from_fn(|_| Count::default()),
            visits_ended: Endings::new(),
            lines_ended: Endings::new(),
            relayed: Count::default(),
            relayed_bytes: Count::default(),
            outcomes: std::array::from_fn(|_| Count::default()),
            setup: std::array::from_fn(|_| Histogram::of_waits()),
            feed: Feed::default(),
        }
    }

    /// Somebody has come, and has a place.
    pub(crate) fn open(self: &Arc<Self>) -> Open {
        self.open.add(1);
        Open {
            tally: Arc::clone(self),
            is_established: false,
        }
    }

    /// Somebody has come, and there is no place.
    pub(crate) fn turned_away(&self) {
        self.turned_away.add(1);
    }

    pub(crate) fn answered(&self, status: u16) {
        if let Some(answers) = self.answers.get(usize::from(status.wrapping_sub(FIRST_STATUS))) {
            answers.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn joined(&self, role: Role) {
        self.joins[role as usize].add(1);
    }

    pub(crate) fn visit_ended(&self, farewell: &Farewell) {
        self.visits_ended.note(farewell);
    }

    pub(crate) fn line_ended(&self, farewell: &Farewell) {
        self.lines_ended.note(farewell);
    }

    pub(crate) fn relayed(&self, bytes: usize) {
        self.relayed.add(1);
        self.relayed_bytes.add(bytes as u64);
    }

    pub(crate) fn connected(&self, outcome: Outcome, took_ms: u32) {
        self.outcomes[outcome as usize].add(1);
        if let Some(setup) = self.setup.get(outcome as usize) {
            setup.observe(Duration::from_millis(took_ms.into()));
        }
    }

    pub(crate) fn in_use(&self, usage: Usage) {
        self.rooms.set(usage.rooms as u64);
        self.seats.set(usage.seats as u64);
        self.waiting_bytes.set(usage.bytes as u64);
    }

    fn tell_connections(&self, text: &mut Text) {
        text.gauge("visite_signal_connections", "Connections that are open.", &self.open);
        let help = "Connections that came, by what became of them: TLS stands, TLS failed, no place.";
        let mut came = text.family("visite_signal_accepted_total", Kind::Counter, help);
        for (outcome, count) in [
            ("established", &self.established),
            ("failed", &self.failed),
            ("turned_away", &self.turned_away),
        ] {
            came.sample(&[("outcome", outcome)], count);
        }
        let mut answers = text.family("visite_signal_http_responses_total", Kind::Counter, "HTTP answers.");
        for (status, count) in (FIRST_STATUS..).zip(&self.answers) {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                answers.sample(&[("code", &status.to_string())], count);
            }
        }
    }

    fn tell_visits(&self, text: &mut Text) {
        text.gauge(
            "visite_signal_rooms",
            "Rooms that somebody is in, or in which something waits.",
            &self.rooms,
        );
        text.gauge("visite_signal_seats", "Seats that a browser is on.", &self.seats);
        text.gauge(
            "visite_signal_devices",
            "Devices that are on their practice's line.",
            &self.devices,
        );
        text.gauge(
            "visite_signal_waiting_bytes",
            "Sealed bytes that wait to be acknowledged.",
            &self.waiting_bytes,
        );
        let mut joins = text.family("visite_signal_joins_total", Kind::Counter, "Browsers that were let in.");
        for (role, count) in Role::ALL.into_iter().zip(&self.joins) {
            joins.sample(&[("role", role.word())], count);
        }
        let help = "WebSockets that have ended, and those that were refused, by the reason.";
        let mut endings = text.family("visite_signal_endings_total", Kind::Counter, help);
        for (line, ended) in [("visit", &self.visits_ended), ("practice", &self.lines_ended)] {
            for (reason, count) in ended.all() {
                endings.sample(&[("line", line), ("reason", reason)], count);
            }
        }
        text.counter(
            "visite_signal_relayed_messages_total",
            "Sealed messages from seat to seat.",
            &self.relayed,
        );
        text.counter(
            "visite_signal_relayed_bytes_total",
            "Bytes in them.",
            &self.relayed_bytes,
        );
    }
}

impl Tally {
    fn tell_outcomes(&self, text: &mut Text) {
        let help = "What came of looking for a way from browser to browser, as practices' pages report it.";
        let mut outcomes = text.family("visite_visit_connections_total", Kind::Counter, help);
        for (outcome, count) in Outcome::ALL.into_iter().zip(&self.outcomes) {
            outcomes.sample(&[("outcome", outcome.word())], count);
        }
        let help = "From the guest's being there to a way from browser to browser.";
        let mut setup = text.family("visite_visit_setup_seconds", Kind::Histogram, help);
        for (outcome, took) in Outcome::ALL.into_iter().zip(&self.setup) {
            setup.histogram(&[("outcome", outcome.word())], took);
        }
    }
}

impl Feed {
    fn tell(&self, text: &mut Text) {
        text.gauge(
            "visite_feed_connected",
            "1: the feed of session-d is followed. 0: what is revoked is not heard of.",
            &self.connected,
        );
        text.counter("visite_feed_breaks_total", "How often the feed broke.", &self.breaks);
        text.gauge(
            "visite_feed_last_change",
            "The number of the last change that was heard of; session-d has it as visite_store_last_change.",
            &self.last_change,
        );
    }
}

impl Watched for Parts {
    fn tell(&self, text: &mut Text) {
        self.tally.tell_connections(text);
        self.tally.tell_visits(text);
        self.tally.tell_outcomes(text);
        self.tally.feed.tell(text);
        let help = "Invites that nobody has made: mistyped, or guessed.";
        text.counter("visite_signal_wrong_invites_total", help, self.throttle.taken());
        let help = "Tries that were held back, since their network had too many.";
        let mut held_back = text.family("visite_signal_slowed_down_total", Kind::Counter, help);
        held_back.sample(&[("what", "invites")], self.throttle.held_back());
        held_back.sample(&[("what", "hours")], self.entering.held_back());
    }

    async fn ready(&self) -> Result<(), String> {
        if !self.session.is_ready() {
            return Err("session-d has not been reached yet".to_owned());
        }
        if !self.tally.feed.is_connected() {
            return Err("session-d is not reached any more".to_owned());
        }
        Ok(())
    }
}

const FIRST_STATUS: u16 = 100;
const STATUSES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_a_place_of_its_own() {
        for (at, why) in Refusal::ALL.into_iter().enumerate() {
            assert_eq!(at, why as usize, "{why:?}");
        }
    }
}
