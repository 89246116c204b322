//! The steps of a visit, how long each took, and what went wrong where.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// One step of a visit, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The server's name is looked up.
    Dns,
    /// A TCP connection to it stands: one round trip.
    Tcp,
    /// TLS stands, and the certificate is good.
    Tls,
    /// The practice's device has signed in.
    SignIn,
    /// The practice's device has made the appointment.
    Arrange,
    /// The guest's page has come.
    Page,
    /// The guest's link was looked up.
    Invite,
    /// A second connection, with TLS, has become a WebSocket.
    WebSocket,
    /// The seat is taken.
    Join,
    /// STUN has told this end's address.
    Stun,
    /// The relay has given an address.
    Relay,
    /// The sealed handshake is through.
    Seal,
    /// A path between the two is found.
    Ice,
    /// DTLS stands on it.
    Dtls,
    /// The other's first message has come by a data channel.
    Data,
    /// The guest is let in: where the practice asks for consent, that was signed, and found right, before.
    Admit,
    /// The other's first sound and picture have come.
    Media,
}

impl Step {
    /// As it stands in reports and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::SignIn => "sign_in",
            Self::Arrange => "arrange",
            Self::Page => "page",
            Self::Invite => "invite",
            Self::WebSocket => "websocket",
            Self::Join => "join",
            Self::Stun => "stun",
            Self::Relay => "relay",
            Self::Seal => "seal",
            Self::Ice => "ice",
            Self::Dtls => "dtls",
            Self::Data => "data",
            Self::Admit => "admit",
            Self::Media => "media",
        }
    }

    /// Where an operator looks first when this step fails.
    fn remedy(self) -> &'static str {
        match self {
            Self::Dns => "see whether the name has an A or AAAA record",
            Self::Tcp => "see whether signal-d runs, and whether the firewall lets its TCP port in",
            Self::Tls => "see whether the certificate is in time, names this server and is sent with its intermediates",
            Self::SignIn => {
                "see whether the probe's device was revoked (visite device list); `visite probe setup` enrols it anew"
            }
            Self::Arrange => "see whether session-d runs and can write (its log, free space)",
            Self::Page => "see signal-d's web_root: are the built pages there?",
            Self::Invite | Self::Join => "see whether signal-d reaches session-d (their logs)",
            Self::WebSocket => "see whether a proxy before signal-d passes WebSockets on",
            Self::Stun => {
                "see signal-d's ice_servers, whether stun-d runs, and whether the firewall lets its UDP ports in"
            }
            Self::Relay => {
                "see session-d's [relay] and stun-d's [turn]: the same secret? Are the relay's ports open in the firewall?"
            }
            Self::Seal => {
                "the two ends can't hear each other by the server: see signal-d's log, and whether both ends have the same version"
            }
            Self::Ice => {
                "UDP does not come through between the two ends; by the relay: see whether the firewall lets in the ports that stun-d relays at (relay_ports)"
            }
            Self::Dtls | Self::Data => {
                "small packets come through and larger ones do not: see the path's MTU; otherwise whether both ends have the same version"
            }
            Self::Admit => "the other end did not go on: see what it says",
            Self::Media => "the path passes data and no media: see whether a firewall on it drops RTP",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a visit did not come about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {what}")]
pub struct Failure {
    /// Where it stopped.
    pub step: Step,
    /// What was wrong.
    pub what: String,
}

impl Failure {
    /// `what` went wrong at `step`.
    pub fn new(step: Step, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { step, what }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.step.remedy()
    }
}

/// When each step was done.
#[derive(Debug, Clone)]
pub struct Steps {
    last: Instant,
    done: Vec<(Step, Duration)>,
}

impl Steps {
    /// From now on.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            last: Instant::now(),
            done: Vec::new(),
        }
    }

    /// `step` is done: what has passed since the one before is its time.
    pub fn done(&mut self, step: Step) {
        let now = Instant::now();
        self.done.push((step, now - self.last));
        self.last = now;
    }

    /// What has passed since the last step belongs to none: somebody was waited for.
    pub fn rest(&mut self) {
        self.last = Instant::now();
    }

    /// Each step that was done, in order, with its time.
    #[must_use]
    pub fn all(&self) -> &[(Step, Duration)] {
        &self.done
    }

    /// Whether `step` was done.
    #[must_use]
    pub fn has(&self, step: Step) -> bool {
        self.done.iter().any(|(done, _)| *done == step)
    }
}
