use std::{net::IpAddr, sync::Arc, time::Instant};

use api::control::v1::{Appointment, EnterHourRequest, LookupInviteRequest, ReplyToInviteRequest};
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use room::{RoomId, Sealed, Seat};
use serde::Deserialize;
use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::json::{Body, Bytes64, Nothing, Refused, answer, base64, ms};
use crate::{Parts, accept::Source, clock};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LookUp {
    invite: String,
}

/// What somebody with a link may know before joining.
pub(super) async fn look_up(
    State(parts): State<Arc<Parts>>,
    Extension(Source(source)): Extension<Source>,
    Body(LookUp { invite }): Body<LookUp>,
) -> Result<Response, Refused> {
    may_try(&parts, source)?;
    let found = parts
        .session
        .control()
        .lookup_invite(LookupInviteRequest { invite })
        .await;
    let found = found.map_err(|status| refused(&parts, source, status))?.into_inner();
    if let Some(hour) = &found.hour {
        return Ok(answer(json!({
            "practice": found.practice_name,
            "hour": hour.id,
            "open_until": hour.open_until.map(|time| ms(Some(time))),
            "sealed_welcome": base64(&found.sealed_welcome),
            "now": clock::now_ms(),
        })));
    }
    if ms(found.close_time) <= i64::try_from(clock::now_ms()).unwrap_or(i64::MAX) {
        return Err(over());
    }
    let mut appointment = appointment_json(&found);
    if let Some(left) = left_for(&parts, &found).await {
        appointment["prekey"] = base64(left.as_bytes()).into();
    }
    appointment["practice"] = found.practice_name.into();
    appointment["sealed_welcome"] = base64(&found.sealed_welcome).into();
    Ok(answer(appointment))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    invite: String,
    sealed_reply: Bytes64,
}

/// What somebody with a link says to the practice before it can be reached.
pub(super) async fn reply(
    State(parts): State<Arc<Parts>>,
    Extension(Source(source)): Extension<Source>,
    Body(Reply { invite, sealed_reply }): Body<Reply>,
) -> Result<Response, Refused> {
    may_try(&parts, source)?;
    let request = ReplyToInviteRequest {
        invite,
        sealed_reply: sealed_reply.0,
    };
    let said = parts.session.control().reply_to_invite(request).await;
    said.map_err(|status| refused(&parts, source, status))?;
    Ok(answer(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enter {
    invite: String,
    client: String,
}

/// A room of one's own, for somebody who has come through an open hour's link.
pub(super) async fn enter(
    State(parts): State<Arc<Parts>>,
    Extension(Source(source)): Extension<Source>,
    Body(Enter { invite, client }): Body<Enter>,
) -> Result<Response, Refused> {
    may_try(&parts, source)?;
    // Also with a good link: what is made for one stranger after another fills a waiting room that people wait in.
    parts
        .entering
        .take(source, Instant::now())
        .map_err(Refused::slow_down)?;
    let entered = parts
        .session
        .control()
        .enter_hour(EnterHourRequest { invite, client })
        .await;
    let entered = entered.map_err(|status| refused(&parts, source, status))?.into_inner();
    let mut room = appointment_json(&entered.appointment.unwrap_or_default());
    room["invite"] = entered.invite.into();
    Ok(answer(room))
}

/// The STUN servers, for a browser that checks its network before there is a visit.
pub(super) async fn ice(State(parts): State<Arc<Parts>>, Body(Nothing {}): Body<Nothing>) -> Response {
    answer(json!({ "ice_servers": parts.ice_servers }))
}

fn appointment_json(found: &Appointment) -> Value {
    json!({
        "room": found.room,
        "seat": found.seat,
        "epoch": found.epoch,
        "starts_at": ms(found.start_time),
        "ends_at": ms(found.end_time),
        "opens_at": ms(found.open_time),
        "closes_at": ms(found.close_time),
        "now": clock::now_ms(),
    })
}

/// What the practice's page has left at this appointment's door.
async fn left_for(parts: &Parts, found: &Appointment) -> Option<Sealed> {
    let seat = Seat::new(u8::try_from(found.seat).ok()?)?;
    parts
        .hall
        .left_for(RoomId::parse(&found.room)?, found.epoch, seat)
        .await
}

fn may_try(parts: &Parts, source: IpAddr) -> Result<(), Refused> {
    parts.throttle.check(source, Instant::now()).map_err(Refused::slow_down)
}

/// What a guest is told of session-d's refusal. A wrong invite is counted.
fn refused(parts: &Parts, source: IpAddr, status: Status) -> Refused {
    if status.code() == Code::NotFound
        && let Err(wait) = parts.throttle.take(source, Instant::now())
    {
        return Refused::slow_down(wait);
    }
    match status.get_details_error_info() {
        Some(info) if info.reason == "OVER" => over(),
        Some(info) if info.reason == "NOT_OPEN" => {
            Refused::new(StatusCode::CONFLICT, "not_open", "nobody is let in right now")
        }
        _ => Refused::from(status).not_found_is("invite_invalid", "this link is not valid (any more)"),
    }
}

fn over() -> Refused {
    Refused::new(StatusCode::GONE, "over", "the appointment is over")
}
