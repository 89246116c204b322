//! What every WebSocket of ours has in common: how it is heard, whether it is alive, and how it ends.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::extract::ws::{Message, WebSocket};
use room::{
    Burst, Flow, Refusal,
    wire::{Error, MAX_FRAME, ToBrowser},
};
use tokio::time::{Instant, sleep_until, timeout};

use crate::{
    frames::{self, End},
    meter::Allowance,
    outbox::{Frame, Inbox},
};

/// How it ends.
pub(crate) enum Farewell {
    /// The browser is gone.
    Silent,
    Code(u16),
    Refused(Error, Refusal),
    /// The server is going down; the browser is told when to come back.
    Ending(Duration),
}

/// When those come back who are sent away at the server's end: one after the other, so that the next life is not met by all at once.
#[derive(Debug, Default)]
pub(crate) struct Departures {
    count: AtomicU32,
}

impl Departures {
    /// For the next one who is sent away.
    pub(crate) fn next(&self) -> Farewell {
        let before = self.count.fetch_add(1, Ordering::Relaxed);
        Farewell::Ending(FIRST_RETURN + RETURNS_APART * (before % RETURNS))
    }
}

impl Farewell {
    pub(crate) async fn say(self, mut socket: WebSocket) {
        match self {
            Self::Silent => {}
            Self::Ending(after) => {
                let mut error = Error::from(Refusal::Unavailable);
                error.retry_after_ms = u64::try_from(after.as_millis()).ok();
                if send(&mut socket, ToBrowser::Error(error).to_json()).await.is_ok() {
                    frames::close(socket, GOING_AWAY, "").await;
                }
            }
            Self::Code(code) => frames::close(socket, code, "").await,
            Self::Refused(error, refusal) => {
                if send(&mut socket, ToBrowser::Error(error).to_json()).await.is_ok() {
                    frames::close(socket, refusal.close_code(), refusal.code()).await;
                }
            }
        }
    }
}

impl From<Refusal> for Farewell {
    fn from(refusal: Refusal) -> Self {
        let mut error = Error::from(refusal);
        if refusal == Refusal::Unavailable {
            error.retry_after_ms = Some(RETRY_MS);
        }
        Self::Refused(error, refusal)
    }
}

impl From<End> for Farewell {
    fn from(end: End) -> Self {
        match end {
            End::Closed => Self::Silent,
            End::Fault(code) => Self::Code(code),
        }
    }
}

async fn send(socket: &mut WebSocket, text: String) -> Result<(), Farewell> {
    frames::send(socket, Message::Text(text.into()))
        .await
        .map_err(Into::into)
}

/// A browser that is let in.
pub(crate) trait Party {
    /// What a frame of its leads to: an answer at once, something for an owner, or the end.
    fn take(&self, text: &str) -> impl Future<Output = Result<Option<String>, Farewell>> + Send;
    /// It broke a rule.
    fn close(&self, why: Refusal) -> impl Future<Output = ()> + Send;
}

/// Frames go both ways until one side ends it.
pub(crate) async fn converse(
    socket: &mut WebSocket,
    mut ear: Ear,
    party: &(impl Party + Sync),
    mut inbox: Inbox,
) -> Farewell {
    let mut pulse = Pulse::new();
    loop {
        let text = tokio::select! {
            heard = ear.hear(socket) => {
                pulse.heard();
                let taken = match heard {
                    Ok(Some(text)) => party.take(&text).await,
                    Ok(None) => Ok(None),
                    Err(farewell) => Err(farewell),
                };
                match taken {
                    Ok(answer) => answer,
                    Err(farewell) => {
                        // Who breaks a rule is out at once; who is only lost may come back for a while.
                        if let Farewell::Refused(_, why) = farewell {
                            party.close(why).await;
                        }
                        return farewell;
                    }
                }
            }
            frame = inbox.next() => match frame {
                Some(Frame::Joined(text) | Frame::Text(text)) => Some(text),
                Some(Frame::Close(refusal)) => return refusal.into(),
                // It has left.
                None => return Farewell::Code(1000),
            },
            () = sleep_until(pulse.due()) => match pulse.check() {
                Some(ping) => Some(ping),
                None => return Farewell::Silent,
            },
        };
        if let Some(text) = text
            && let Err(end) = send(socket, text).await
        {
            return end;
        }
    }
}

/// Hears what a browser says, as long as that is neither too often nor without end.
pub(crate) struct Ear {
    flow: Flow,
    allowance: Allowance,
}

impl Ear {
    pub(crate) fn new(allowance: Allowance) -> Self {
        allowance.set(A_FRAME);
        Self {
            flow: Flow::new(std::time::Instant::now()),
            allowance,
        }
    }

    /// The text of the next frame; `None` where it was none that says anything.
    pub(crate) async fn hear(&mut self, socket: &mut WebSocket) -> Result<Option<String>, Farewell> {
        match frames::read(socket).await {
            Ok(frame) => {
                self.allowance.set(A_FRAME);
                let flow = self.flow.take(FRAMES, std::time::Instant::now());
                flow.map_err(|_| Refusal::Flood)?;
                match frame {
                    frames::Frame::Text(text) => Ok(Some(text)),
                    frames::Frame::Control => Ok(None),
                    frames::Frame::Binary(_) => Err(Farewell::Code(1003)),
                }
            }
            Err(_) if self.allowance.is_spent() => Err(Refusal::Flood.into()),
            Err(end) => Err(end.into()),
        }
    }

    /// The first text, which is due at once.
    pub(crate) async fn hear_join(&mut self, socket: &mut WebSocket) -> Result<String, Farewell> {
        let first = async {
            loop {
                if let Some(text) = self.hear(socket).await? {
                    return Ok(text);
                }
            }
        };
        timeout(JOIN_WITHIN, first)
            .await
            .unwrap_or_else(|_| Err(Refusal::JoinTimeout.into()))
    }
}

/// Whether the line is alive: asked after a silence, given up after a longer one.
struct Pulse {
    heard: Instant,
    asked: u64,
    waiting: bool,
}

impl Pulse {
    fn new() -> Self {
        Self {
            heard: Instant::now(),
            asked: 0,
            waiting: false,
        }
    }

    fn heard(&mut self) {
        self.heard = Instant::now();
        self.waiting = false;
    }

    fn due(&self) -> Instant {
        self.heard + if self.waiting { DEAD_AFTER } else { ASK_AFTER }
    }

    /// The question, or `None` when there was no answer.
    fn check(&mut self) -> Option<String> {
        if self.waiting {
            return None;
        }
        self.waiting = true;
        self.asked += 1;
        Some(ToBrowser::Ping { n: self.asked }.to_json())
    }
}

/// The farewell takes its time as well, and all of it is to be over within ten seconds.
const JOIN_WITHIN: Duration = Duration::from_secs(8);
const ASK_AFTER: Duration = Duration::from_secs(4);
const DEAD_AFTER: Duration = Duration::from_secs(10);
const RETRY_MS: u64 = 2000;
/// The server is going down (RFC 6455 section 7.4.1).
const GOING_AWAY: u16 = 1001;
/// A restart takes about as long.
const FIRST_RETURN: Duration = Duration::from_millis(500);
/// Two thousand are back within seven seconds; a core makes several times as many handshakes in that time.
const RETURNS_APART: Duration = Duration::from_millis(3);
/// Nobody waits longer than half a minute: the next one comes with the first.
const RETURNS: u32 = 10_000;
/// What may come on the line for one frame, with all headers of its fragments.
const A_FRAME: usize = 4 * MAX_FRAME;
const FRAMES: Burst = Burst {
    size: 120,
    every: Duration::from_millis(50),
};
