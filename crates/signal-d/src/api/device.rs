use std::{sync::Arc, time::Instant};

use api::{
    control::v1::{CreateDeviceChallengeRequest, EnrolDeviceRequest, SignInDeviceRequest},
    session::v1::{DropDeviceKeysRequest, GetDeviceKeysRequest, Role},
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use serde_json::json;
use tonic::Code;

use super::json::{Body, Bytes64, Nothing, Refused, answer, base64, in_the_name_of, ms};
use crate::{Parts, accept::Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrol {
    code: String,
    public_key: Bytes64,
    name: String,
}

pub(super) async fn enrol(
    State(parts): State<Arc<Parts>>,
    Extension(Source(source)): Extension<Source>,
    Body(enrol): Body<Enrol>,
) -> Result<Response, Refused> {
    parts
        .throttle
        .check(source, Instant::now())
        .map_err(Refused::slow_down)?;
    let request = EnrolDeviceRequest {
        code: enrol.code,
        public_key: enrol.public_key.0,
        name: enrol.name,
    };
    let enrolled = match parts.session.control().enrol_device(request).await {
        Ok(enrolled) => enrolled,
        Err(status) => {
            if status.code() == Code::NotFound {
                let noted = parts.throttle.take(source, Instant::now());
                noted.map_err(Refused::slow_down)?;
            }
            let refused = Refused::from(status);
            return Err(refused.not_found_is("enrolment_invalid", "this enrolment link is not valid (any more)"));
        }
    };
    let enrolled = enrolled.into_inner();
    Ok(answer(json!({
        "device": enrolled.device,
        "practice": enrolled.practice,
        "practice_name": enrolled.practice_name,
        "role": role_name(enrolled.role()),
        "pending": enrolled.pending,
        "others": enrolled.others,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Challenge {
    device: String,
}

pub(super) async fn challenge(
    State(parts): State<Arc<Parts>>,
    Body(Challenge { device }): Body<Challenge>,
) -> Result<Response, Refused> {
    let made = parts
        .session
        .control()
        .create_device_challenge(CreateDeviceChallengeRequest { device })
        .await?;
    Ok(answer(json!({ "challenge": base64(&made.into_inner().challenge) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    device: String,
    challenge: Bytes64,
    signature: Bytes64,
}

pub(super) async fn sign_in(State(parts): State<Arc<Parts>>, Body(sign_in): Body<SignIn>) -> Result<Response, Refused> {
    let request = SignInDeviceRequest {
        device: sign_in.device,
        challenge: sign_in.challenge.0,
        signature: sign_in.signature.0,
    };
    let session = parts
        .session
        .control()
        .sign_in_device(request)
        .await
        .map_err(|status| match status.code() {
            Code::Unauthenticated => Refused::new(StatusCode::UNAUTHORIZED, "sign_in_failed", "the sign-in failed"),
            _ => status.into(),
        })?;
    let session = session.into_inner();
    Ok(answer(json!({
        "token": session.token,
        "expires_at": ms(session.expire_time),
        "practice": session.practice,
        "practice_name": session.practice_name,
        "role": role_name(session.role()),
        "has_relay": session.has_relay,
        "counts_outcomes": parts.counts_outcomes,
    })))
}

/// What the confirming device has left for this one.
pub(super) async fn keys(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let keys = parts
        .session
        .practices()
        .get_device_keys(in_the_name_of(&headers, GetDeviceKeysRequest {})?)
        .await?;
    Ok(answer(json!({ "sealed_keys": base64(&keys.get_ref().sealed_keys) })))
}

pub(super) async fn drop_keys(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    parts
        .session
        .practices()
        .drop_device_keys(in_the_name_of(&headers, DropDeviceKeysRequest {})?)
        .await?;
    Ok(answer(json!({})))
}

/// session-d always says which; whoever it doesn't name so may do less.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Doctor => "doctor",
        Role::Staff | Role::Unspecified => "staff",
    }
}
