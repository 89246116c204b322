//! One device on its practice's line, from its first frame to its last.

use std::{sync::Arc, time::Duration};

use api::control::v1::{IdentifyDeviceRequest, IdentifyDeviceResponse};
use axum::extract::ws::WebSocket;
use daemon::Life;
use room::{
    RecordId, Refusal,
    practice::wire::{FromConsole, ToConsole},
};
use tokio::time::timeout;
use tonic::Code;

use crate::{
    Parts,
    desk::{Known, Place},
    meter::Allowance,
    outbox,
    talk::{Ear, Farewell, Party, converse},
};

/// A device that is on the line, and where its tokens are looked at.
struct Worker<'a> {
    place: Place,
    parts: &'a Parts,
}

/// Serves a device until it goes, or has to.
pub(crate) async fn serve(mut socket: WebSocket, allowance: Allowance, parts: Arc<Parts>, life: Life) {
    let end = tokio::select! {
        end = work(&mut socket, Ear::new(allowance), &parts) => end,
        () = life.ending() => parts.departures.next(),
    };
    parts.tally.line_ended(&end);
    end.say(socket).await;
}

async fn work(socket: &mut WebSocket, mut ear: Ear, parts: &Parts) -> Farewell {
    let known = match admit(socket, &mut ear, parts).await {
        Ok(known) => known,
        Err(farewell) => return farewell,
    };
    let (outbox, inbox) = outbox::outbox();
    let place = parts.desk.join(known, outbox).await;
    converse(socket, ear, &Worker { place, parts }, inbox).await
}

async fn admit(socket: &mut WebSocket, ear: &mut Ear, parts: &Parts) -> Result<Known, Farewell> {
    match FromConsole::parse(&ear.hear_join(socket).await?)? {
        FromConsole::Join { token } => Ok(identify(token.0, parts).await?),
        _ => Err(Refusal::BadMessage.into()),
    }
}

async fn identify(token: String, parts: &Parts) -> Result<Known, Refusal> {
    let mut control = parts.session.control();
    let answer = timeout(SESSION, control.identify_device(IdentifyDeviceRequest { token })).await;
    match answer {
        Ok(Ok(answer)) => read(answer.get_ref()).ok_or(Refusal::Unavailable),
        Ok(Err(status)) if status.code() == Code::Unauthenticated => Err(Refusal::TokenInvalid),
        Ok(Err(_)) | Err(_) => Err(Refusal::Unavailable),
    }
}

fn read(answer: &IdentifyDeviceResponse) -> Option<Known> {
    Some(Known {
        device: RecordId::parse(&answer.device)?,
        practice: RecordId::parse(&answer.practice)?,
        expires: answer.expire_time?.seconds.try_into().ok()?,
    })
}

impl Party for Worker<'_> {
    async fn take(&self, text: &str) -> Result<Option<String>, Farewell> {
        match FromConsole::parse(text)? {
            FromConsole::Ping { n } => return Ok(Some(ToConsole::Pong { n }.to_json())),
            FromConsole::Pong { .. } => {}
            FromConsole::Board { data } => self.place.board(data).await,
            FromConsole::Renew { token } => self.place.renew(identify(token.0, self.parts).await?).await,
            FromConsole::Join { .. } => return Err(Refusal::BadMessage.into()),
        }
        Ok(None)
    }

    async fn close(&self, why: Refusal) {
        self.place.break_off(why).await;
    }
}

const SESSION: Duration = Duration::from_secs(5);
