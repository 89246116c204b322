//! One device on its practice's line, from its first frame to its last.

use std::{sync::Arc, time::Duration};

use api::control::v1::{IdentifyDeviceRequest, IdentifyDeviceResponse};
use axum::extract::ws::WebSocket;
use daemon::Life;
use room::{
    RecordId, Refusal,
    practice::wire::{FromConsole, ToConsole},
};
use tokio::time::{sleep_until, timeout};
use tonic::Code;

use crate::{
    Parts,
    desk::{Known, Place},
    meter::Allowance,
    outbox::{self, Inbox},
    talk::{Ear, Farewell, Pulse, send},
};

/// Serves a device until it goes, or has to.
pub(crate) async fn serve(mut socket: WebSocket, allowance: Allowance, parts: Arc<Parts>, life: Life) {
    let end = tokio::select! {
        end = work(&mut socket, Ear::new(allowance), &parts) => end,
        () = life.ending() => Farewell::Code(1001),
    };
    end.say(socket).await;
}

async fn work(socket: &mut WebSocket, mut ear: Ear, parts: &Parts) -> Farewell {
    let known = match admit(socket, &mut ear, parts).await {
        Ok(known) => known,
        Err(farewell) => return farewell,
    };
    let (outbox, inbox) = outbox::outbox();
    let place = parts.desk.join(known, outbox).await;
    converse(socket, ear, &place, inbox, parts).await
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

/// Frames go both ways until one side ends it.
async fn converse(socket: &mut WebSocket, mut ear: Ear, place: &Place, mut inbox: Inbox, parts: &Parts) -> Farewell {
    let mut pulse = Pulse::new();
    loop {
        tokio::select! {
            heard = ear.hear(socket) => {
                pulse.heard();
                let taken = match heard {
                    Ok(Some(text)) => take(&text, place, parts).await,
                    Ok(None) => Ok(None),
                    Err(farewell) => Err(farewell),
                };
                match taken {
                    Ok(Some(answer)) => if let Err(end) = send(socket, answer.to_json()).await { return end },
                    Ok(None) => {}
                    Err(farewell) => {
                        if let Farewell::Refused(_, why) = farewell {
                            place.close(why).await;
                        }
                        return farewell;
                    }
                }
            }
            frame = inbox.next() => match frame {
                Some(outbox::Frame::Joined(text) | outbox::Frame::Text(text)) => {
                    if let Err(end) = send(socket, text).await { return end }
                }
                Some(outbox::Frame::Close(refusal)) => return refusal.into(),
                None => return Farewell::Code(1001),
            },
            () = sleep_until(pulse.due()) => match pulse.check() {
                Some(ping) => if let Err(end) = send(socket, ping).await { return end },
                None => return Farewell::Silent,
            },
        }
    }
}

/// What a frame leads to: an answer at once, something for the desk, or the end.
async fn take(text: &str, place: &Place, parts: &Parts) -> Result<Option<ToConsole>, Farewell> {
    match FromConsole::parse(text)? {
        FromConsole::Ping { n } => return Ok(Some(ToConsole::Pong { n })),
        FromConsole::Pong { .. } => {}
        FromConsole::Board { data } => place.board(data).await,
        FromConsole::Renew { token } => place.renew(identify(token.0, parts).await?).await,
        FromConsole::Join { .. } => return Err(Refusal::BadMessage.into()),
    }
    Ok(None)
}

const SESSION: Duration = Duration::from_secs(5);
