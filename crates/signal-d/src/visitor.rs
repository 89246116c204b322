//! One browser, from its first frame to its last.

use std::{net::IpAddr, sync::Arc, time::Duration};

use api::control::v1::RedeemInviteRequest;
use axum::extract::ws::WebSocket;
use daemon::Life;
use room::{
    Pass, Refusal,
    pass::Hour,
    wire::{Error, FromBrowser, JoinRequest, ToBrowser},
};
use tokio::time::timeout;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    Parts, clock,
    hall::{Entrance, Presence},
    meter::Allowance,
    outbox,
    talk::{Ear, Farewell, Party, converse},
};

/// Serves a browser until it goes, or has to.
pub(crate) async fn serve(mut socket: WebSocket, allowance: Allowance, source: IpAddr, parts: Arc<Parts>, life: Life) {
    let end = tokio::select! {
        end = visit(&mut socket, Ear::new(allowance), source, &parts) => end,
        () = life.ending() => parts.departures.next(),
    };
    parts.tally.visit_ended(&end);
    end.say(socket).await;
}

async fn visit(socket: &mut WebSocket, mut ear: Ear, source: IpAddr, parts: &Parts) -> Farewell {
    let request = match read_join(socket, &mut ear).await {
        Ok(request) => request,
        Err(farewell) => return farewell,
    };
    let (outbox, inbox) = outbox::outbox();
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
    let presence = parts.hall.join(entrance).await;
    converse(socket, ear, &presence, inbox).await
}

async fn read_join(socket: &mut WebSocket, ear: &mut Ear) -> Result<JoinRequest, Farewell> {
    match FromBrowser::parse(&ear.hear_join(socket).await?)? {
        FromBrowser::Join(request) => Ok(request),
        _ => Err(Refusal::BadMessage.into()),
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

impl Party for Presence {
    async fn take(&self, text: &str) -> Result<Option<String>, Farewell> {
        match FromBrowser::parse(text)? {
            FromBrowser::Ping { n } => return Ok(Some(ToBrowser::Pong { n }.to_json())),
            FromBrowser::Pong { .. } => {}
            message => self.say(message).await,
        }
        Ok(None)
    }

    async fn close(&self, why: Refusal) {
        self.break_off(why).await;
    }
}

const SESSION: Duration = Duration::from_secs(5);
