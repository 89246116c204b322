//! One browser, from its first frame to its last.

use std::{net::IpAddr, sync::Arc, time::Duration};

use api::control::v1::RedeemInviteRequest;
use axum::extract::ws::{Message, WebSocket};
use daemon::Life;
use room::{
    Burst, Flow, Pass, Refusal,
    pass::Hour,
    wire::{Error, FromBrowser, JoinRequest, MAX_FRAME, ToBrowser},
};
use tokio::time::{Instant, sleep_until, timeout};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    Parts, clock,
    frames::{self, End},
    hall::{self, Entrance, Inbox, Presence},
    meter::Allowance,
};

/// Serves a browser until it goes, or has to.
pub(crate) async fn serve(mut socket: WebSocket, allowance: Allowance, source: IpAddr, parts: Arc<Parts>, life: Life) {
    let end = tokio::select! {
        end = visit(&mut socket, Ear::new(allowance), source, &parts) => end,
        () = life.ending() => Farewell::Code(1001),
    };
    match end {
        Farewell::Silent => {}
        Farewell::Code(code) => frames::close(socket, code, "").await,
        Farewell::Refused(error, refusal) => {
            let text = ToBrowser::Error(error).to_json();
            if frames::send(&mut socket, Message::Text(text.into())).await.is_ok() {
                frames::close(socket, refusal.close_code(), refusal.code()).await;
            }
        }
    }
}

/// How it ends.
enum Farewell {
    /// The browser is gone.
    Silent,
    Code(u16),
    Refused(Error, Refusal),
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

async fn visit(socket: &mut WebSocket, mut ear: Ear, source: IpAddr, parts: &Parts) -> Farewell {
    let request = match timeout(JOIN_WITHIN, read_join(socket, &mut ear)).await {
        Ok(Ok(request)) => request,
        Ok(Err(farewell)) => return farewell,
        Err(_) => return Refusal::JoinTimeout.into(),
    };
    let (outbox, inbox) = hall::outbox();
    let (pass, token) = match admit(&request, source, parts).await {
        Ok(admitted) => admitted,
        Err(farewell) => return farewell,
    };
    let entrance = Entrance {
        pass,
        token,
        stream: request.stream,
        takeover: request.takeover,
        ice_servers: parts.ice_servers.clone(),
        outbox,
    };
    match parts.hall.join(entrance).await {
        Ok(presence) => converse(socket, ear, &presence, inbox).await,
        Err(refusal) => refusal.into(),
    }
}

async fn read_join(socket: &mut WebSocket, ear: &mut Ear) -> Result<JoinRequest, Farewell> {
    loop {
        match ear.hear(socket).await? {
            frames::Frame::Control => {}
            frames::Frame::Binary(_) => return Err(Farewell::Code(1003)),
            frames::Frame::Text(text) => {
                return match FromBrowser::parse(&text)? {
                    FromBrowser::Join(request) => Ok(request),
                    _ => Err(Refusal::BadMessage.into()),
                };
            }
        }
    }
}

/// What lets somebody in: a good token, or an invite that session-d gives one for.
async fn admit(request: &JoinRequest, source: IpAddr, parts: &Parts) -> Result<(Pass, String), Farewell> {
    let token = match (&request.invite, &request.token) {
        (None, Some(token)) => token.0.clone(),
        (Some(invite), None) => redeem(&invite.0, request, source, parts).await?,
        _ => return Err(Refusal::BadMessage.into()),
    };
    let pass = parts
        .session
        .verify(&token)
        .filter(|pass| pass.client == request.client);
    let pass = pass.ok_or(Refusal::TokenInvalid)?;
    match pass.window.at(clock::now()) {
        Hour::Open => Ok((pass, token)),
        Hour::Over => Err(Refusal::Over.into()),
        // The practice may come before its guests.
        Hour::Early if pass.role() == "practice" => Ok((pass, token)),
        Hour::Early => Err(too_early(pass.window.opens * 1000)),
    }
}

async fn redeem(invite: &str, request: &JoinRequest, source: IpAddr, parts: &Parts) -> Result<String, Farewell> {
    parts
        .throttle
        .check(source, std::time::Instant::now())
        .map_err(slow_down)?;
    let ask = RedeemInviteRequest {
        invite: invite.to_owned(),
        client: request.client.to_string(),
    };
    let mut control = parts.session.control();
    let answer = timeout(SESSION, control.redeem_invite(ask))
        .await
        .map_err(|_| Refusal::Unavailable)?;
    match answer {
        Ok(answer) => Ok(answer.into_inner().token),
        Err(status) => {
            if status.code() == Code::NotFound {
                let noted = parts.throttle.take(source, std::time::Instant::now());
                noted.map_err(slow_down)?;
            }
            Err(refused_by_session(&status, invite, parts).await)
        }
    }
}

async fn refused_by_session(status: &Status, invite: &str, parts: &Parts) -> Farewell {
    match status.code() {
        Code::NotFound => Refusal::InviteInvalid.into(),
        Code::ResourceExhausted => Refusal::InviteUsed.into(),
        Code::InvalidArgument => Refusal::BadMessage.into(),
        Code::FailedPrecondition => match status.get_details_error_info() {
            Some(info) if info.reason == "TOO_EARLY" => opens_at(invite, parts).await,
            _ => Refusal::Over.into(),
        },
        _ => Refusal::Unavailable.into(),
    }
}

async fn opens_at(invite: &str, parts: &Parts) -> Farewell {
    let found = timeout(
        SESSION,
        parts
            .session
            .control()
            .lookup_invite(api::control::v1::LookupInviteRequest {
                invite: invite.to_owned(),
            }),
    )
    .await;
    let opens = found
        .ok()
        .and_then(Result::ok)
        .and_then(|found| found.into_inner().open_time);
    match opens.and_then(|opens| u64::try_from(opens.seconds).ok()) {
        Some(opens) => too_early(opens * 1000),
        None => Refusal::Unavailable.into(),
    }
}

fn too_early(opens_at: u64) -> Farewell {
    let mut error = Error::from(Refusal::TooEarly);
    error.opens_at = Some(opens_at);
    Farewell::Refused(error, Refusal::TooEarly)
}

fn slow_down(wait: Duration) -> Farewell {
    let mut error = Error::from(Refusal::SlowDown);
    error.retry_after_ms = u64::try_from(wait.as_millis()).ok();
    Farewell::Refused(error, Refusal::SlowDown)
}

/// Frames go both ways until one side ends it.
async fn converse(socket: &mut WebSocket, mut ear: Ear, presence: &Presence, mut inbox: Inbox) -> Farewell {
    let mut line = Line::new();
    loop {
        tokio::select! {
            frame = ear.hear(socket) => {
                line.heard();
                let taken = match frame {
                    Ok(frame) => take(frame, presence).await,
                    Err(farewell) => Err(farewell),
                };
                match taken {
                    Ok(Some(answer)) => if let Err(end) = send(socket, &answer).await { return end },
                    Ok(None) => {}
                    Err(farewell) => {
                        // Who breaks a rule gives its seat up at once; who is only lost keeps it for a while.
                        if let Farewell::Refused(_, why) = farewell {
                            presence.close(why).await;
                        }
                        return farewell;
                    }
                }
            }
            frame = inbox.next() => match frame {
                Some(hall::Frame::Joined(text) | hall::Frame::Text(text)) => {
                    if let Err(end) = frames::send(socket, Message::Text(text.into())).await {
                        return end.into();
                    }
                }
                Some(hall::Frame::Close(refusal)) => return refusal.into(),
                // It has left.
                None => return Farewell::Code(1000),
            },
            () = sleep_until(line.due()) => match line.check() {
                Some(ping) => if let Err(end) = send(socket, &ping).await { return end },
                None => return Farewell::Silent,
            },
        }
    }
}

/// What a frame leads to: an answer at once, something for the hall, or the end.
async fn take(frame: frames::Frame, presence: &Presence) -> Result<Option<ToBrowser>, Farewell> {
    let text = match frame {
        frames::Frame::Text(text) => text,
        frames::Frame::Control => return Ok(None),
        frames::Frame::Binary(_) => return Err(Farewell::Code(1003)),
    };
    match FromBrowser::parse(&text)? {
        FromBrowser::Ping { n } => Ok(Some(ToBrowser::Pong { n })),
        FromBrowser::Pong { .. } => Ok(None),
        message => {
            presence.say(message).await;
            Ok(None)
        }
    }
}

async fn send(socket: &mut WebSocket, message: &ToBrowser) -> Result<(), Farewell> {
    frames::send(socket, Message::Text(message.to_json().into()))
        .await
        .map_err(Into::into)
}

/// Hears what a browser says, as long as that is neither too often nor without end.
struct Ear {
    flow: Flow,
    allowance: Allowance,
}

impl Ear {
    fn new(allowance: Allowance) -> Self {
        allowance.set(A_FRAME);
        Self {
            flow: Flow::new(std::time::Instant::now()),
            allowance,
        }
    }

    async fn hear(&mut self, socket: &mut WebSocket) -> Result<frames::Frame, Farewell> {
        match frames::read(socket).await {
            Ok(frame) => {
                self.allowance.set(A_FRAME);
                let flow = self.flow.take(FRAMES, std::time::Instant::now());
                flow.map(|()| frame).map_err(|_| Refusal::Flood.into())
            }
            Err(_) if self.allowance.is_spent() => Err(Refusal::Flood.into()),
            Err(end) => Err(end.into()),
        }
    }
}

/// Whether the line is alive: asked after a silence, given up after a longer one.
struct Line {
    heard: Instant,
    asked: u64,
    waiting: bool,
}

impl Line {
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
    fn check(&mut self) -> Option<ToBrowser> {
        if self.waiting {
            return None;
        }
        self.waiting = true;
        self.asked += 1;
        Some(ToBrowser::Ping { n: self.asked })
    }
}

/// The farewell takes its time as well, and all of it is to be over within ten seconds.
const JOIN_WITHIN: Duration = Duration::from_secs(8);
const SESSION: Duration = Duration::from_secs(5);
const ASK_AFTER: Duration = Duration::from_secs(4);
const DEAD_AFTER: Duration = Duration::from_secs(10);
const RETRY_MS: u64 = 2000;
/// What may come on the line for one frame, with all headers of its fragments.
const A_FRAME: usize = 4 * MAX_FRAME;
const FRAMES: Burst = Burst {
    size: 120,
    every: Duration::from_millis(50),
};
