//! The WebSocket to signal-d: docs/signalling.md section 3, without coming back. Whoever probes a server wants to hear that a line was lost.

use std::{collections::VecDeque, fmt, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, Request, header};
use room::{
    ClientId, Sealed, Seat, StreamId,
    wire::{self, FromBrowser, JoinRequest, Joined, SealedFrom, Secret, ToBrowser},
};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::rustls::ClientConfig;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Error, Message, handshake::client::generate_key, protocol::WebSocketConfig},
};

use crate::{
    chance::draw,
    server::{Origin, Tls, connect, in_time},
    steps::{Failure, Step, Steps},
};

/// One connection to one seat of one room.
pub(crate) struct Line {
    socket: WebSocketStream<Tls>,
    stream: StreamId,
    /// With whom one talks.
    peer: Seat,
    sent: u64,
    /// The last page life of the other that was heard, and up to which number.
    had: Option<(StreamId, u64)>,
    waiting: VecDeque<SealedFrom>,
    /// What is to be said, as text.
    unsent: VecDeque<String>,
    heard_at: Instant,
    /// Since then, whether the line lives.
    has_asked: bool,
    pings: u64,
}

/// What a line has to tell.
pub(crate) enum Heard {
    Joined(Box<Joined>),
    /// The other end's page life, while it is there.
    Peer(Option<StreamId>),
    Sealed(Vec<u8>),
}

/// What opens the door.
pub(crate) enum Pass {
    Invite(String),
    /// The practice's room token.
    Token(String),
}

impl Line {
    pub(crate) async fn open(
        origin: &Origin,
        tls: &Arc<ClientConfig>,
        patience: Duration,
        peer: Seat,
    ) -> Result<Self, Failure> {
        // Its own parts are those of the first connection, and not told once more.
        let stream = connect(origin, tls, patience, &mut Steps::begin())
            .await
            .map_err(|failure| Failure::new(Step::WebSocket, failure.to_string()))?;
        let failed = |what: &dyn fmt::Display| Failure::new(Step::WebSocket, what.to_string());
        let request = Request::builder()
            .uri(format!("wss://{}/signal", origin.authority()))
            .header(header::HOST, origin.authority())
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, generate_key())
            .header(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL))
            .body(())
            .map_err(|error| failed(&error))?;
        let mut limits = WebSocketConfig::default();
        limits.max_message_size = Some(LARGEST);
        limits.max_frame_size = Some(LARGEST);
        let opening = client_async_with_config(request, stream, Some(limits));
        let (socket, _) = in_time(Step::WebSocket, patience, opening)
            .await?
            .map_err(|error| failed(&error))?;
        Ok(Self {
            socket,
            stream: StreamId::new(draw()),
            peer,
            sent: 0,
            had: None,
            waiting: VecDeque::new(),
            unsent: VecDeque::new(),
            heard_at: Instant::now(),
            has_asked: false,
            pings: 0,
        })
    }

    pub(crate) async fn join(&mut self, pass: Pass, client: ClientId) -> Result<(), Failure> {
        let (invite, token) = match pass {
            Pass::Invite(invite) => (Some(Secret(invite)), None),
            Pass::Token(token) => (None, Some(Secret(token))),
        };
        let takeover = token.is_some();
        let stream = self.stream;
        let join = JoinRequest {
            invite,
            token,
            client,
            stream,
            takeover,
        };
        self.say(&FromBrowser::Join(join)).await
    }

    pub(crate) async fn seal(&mut self, data: &[u8]) -> Result<(), Failure> {
        self.sent += 1;
        let data = Sealed::new(data).expect("what is sealed fits into a message");
        let (to, seq) = (self.peer, self.sent);
        self.say(&FromBrowser::Sealed { to, seq, data }).await
    }

    /// Goes for good.
    pub(crate) async fn leave(mut self) {
        // Nobody is there any more who could be told of a failure.
        let _ = self.say(&FromBrowser::Leave {}).await;
        let _ = self.socket.close(None).await;
    }

    /// The next thing to be told. Nothing is lost when the future is dropped: what came, and what is to be said about it, is kept.
    pub(crate) async fn next(&mut self) -> Result<Heard, Failure> {
        loop {
            self.flush().await?;
            if let Some(sealed) = self.waiting.pop_front() {
                match self.take(&sealed) {
                    Some(data) => return Ok(Heard::Sealed(data)),
                    None => continue,
                }
            }
            let Some(frame) = self.receive().await? else { continue };
            match read(&frame)? {
                ToBrowser::Joined(mut joined) => {
                    self.waiting.extend(joined.sealed.drain(..));
                    return Ok(Heard::Joined(joined));
                }
                ToBrowser::Peer(peer) if peer.seat == self.peer => return Ok(Heard::Peer(peer.stream)),
                ToBrowser::Sealed(sealed) => self.waiting.push_back(sealed),
                ToBrowser::Ping { n } => self.put(&FromBrowser::Pong { n }),
                ToBrowser::Error(error) => return Err(refused(&error)),
                ToBrowser::Peer(_) | ToBrowser::Ack { .. } | ToBrowser::Pong { .. } => {}
            }
        }
    }

    /// A text frame; asks a line that is silent whether it lives.
    async fn receive(&mut self) -> Result<Option<String>, Failure> {
        let patience = if self.has_asked { LOST } else { SILENCE };
        let Ok(frame) = timeout_at(self.heard_at + patience, self.socket.next()).await else {
            if self.has_asked {
                return Err(lost("the server was silent for 10 s"));
            }
            self.has_asked = true;
            self.pings += 1;
            let n = self.pings;
            self.put(&FromBrowser::Ping { n });
            return Ok(None);
        };
        self.heard_at = Instant::now();
        self.has_asked = false;
        match frame {
            Some(Ok(Message::Text(text))) => Ok(Some(text.as_str().to_owned())),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Close(close))) => {
                let why = close.map_or_else(|| "without a word".to_owned(), |close| close.to_string());
                Err(lost(&format!("the server closed the line: {why}")))
            }
            Some(Ok(_)) => Err(lost("the server sent something else than text")),
            Some(Err(error)) => Err(lost(&error.to_string())),
            None => Err(lost("the server closed the line")),
        }
    }

    /// What is new of what came sealed, acknowledged.
    fn take(&mut self, sealed: &SealedFrom) -> Option<Vec<u8>> {
        let &SealedFrom { from, stream, seq, .. } = sealed;
        if from != self.peer {
            return None;
        }
        let is_old = self.had.is_some_and(|(had, last)| had == stream && seq <= last);
        self.had = Some((stream, seq));
        self.put(&FromBrowser::Ack { to: from, stream, seq });
        (!is_old).then(|| sealed.data.as_bytes().to_vec())
    }

    async fn say(&mut self, message: &FromBrowser) -> Result<(), Failure> {
        self.put(message);
        self.flush().await
    }

    fn put(&mut self, message: &FromBrowser) {
        let text = serde_json::to_string(message).expect("messages are plain structs");
        self.unsent.push_back(text);
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        while let Some(text) = self.unsent.front() {
            let fed = self.socket.feed(Message::text(text.clone())).await;
            fed.map_err(|error| not_sent(&error))?;
            self.unsent.pop_front();
        }
        self.socket.flush().await.map_err(|error| not_sent(&error))
    }
}

fn not_sent(error: &Error) -> Failure {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => lost("the server closed the line"),
        error => lost(&error.to_string()),
    }
}

fn read(frame: &str) -> Result<ToBrowser, Failure> {
    serde_json::from_str(frame)
        .map_err(|error| Failure::new(Step::Join, format!("the server speaks another version: {error}")))
}

fn refused(error: &wire::Error) -> Failure {
    Failure::new(Step::Join, format!("{} ({})", error.message, error.code))
}

fn lost(what: &str) -> Failure {
    Failure::new(Step::Join, what)
}

const PROTOCOL: &str = "visite.signal.v1";
/// Bytes: a `joined` with all that waits on three paths.
const LARGEST: usize = 4 * 1024 * 1024;
const SILENCE: Duration = Duration::from_secs(4);
const LOST: Duration = Duration::from_secs(10);
