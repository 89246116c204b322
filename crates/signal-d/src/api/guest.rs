use std::{sync::Arc, time::Instant};

use api::control::v1::LookupInviteRequest;
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::json;
use tonic::Code;

use super::json::{Body, Refused, answer, base64, ms};
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
    parts
        .throttle
        .check(source, Instant::now())
        .map_err(Refused::slow_down)?;
    let found = parts
        .session
        .control()
        .lookup_invite(LookupInviteRequest { invite })
        .await;
    let found = match found {
        Ok(found) => found.into_inner(),
        Err(status) => {
            if status.code() == Code::NotFound {
                let noted = parts.throttle.note_wrong_invite(source, Instant::now());
                noted.map_err(Refused::slow_down)?;
            }
            return Err(Refused::from(status).not_found_is("invite_invalid", "this link is not valid (any more)"));
        }
    };
    if ms(found.close_time) <= i64::try_from(clock::now_ms()).unwrap_or(i64::MAX) {
        return Err(Refused::new(StatusCode::GONE, "over", "the appointment is over"));
    }
    Ok(answer(json!({
        "practice": found.practice_name,
        "room": found.room,
        "seat": found.seat,
        "epoch": found.epoch,
        "starts_at": ms(found.start_time),
        "ends_at": ms(found.end_time),
        "opens_at": ms(found.open_time),
        "closes_at": ms(found.close_time),
        "sealed_welcome": base64(&found.sealed_welcome),
        "now": clock::now_ms(),
    })))
}
