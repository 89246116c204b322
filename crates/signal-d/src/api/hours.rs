//! Open consultation hours: lasting links, whose guests get a room each.

use std::sync::Arc;

use api::session::v1::{
    CloseHourRequest, CreateHourRequest, Hour, ListHoursRequest, OpenHourRequest, RevokeHourRequest,
    SetHourWelcomeRequest,
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    json::{Body, Bytes64, Nothing, Refused, answer, base64, in_the_name_of, ms, timestamp},
    rooms::{Welcome, own_practice},
};
use crate::Parts;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    #[serde(default)]
    hour: String,
    sha256: Bytes64,
    sealed_label: Bytes64,
    #[serde(default)]
    sealed_welcome: Bytes64,
    #[serde(default)]
    request_id: String,
}

pub(super) async fn create(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(create): Body<Create>,
) -> Result<Response, Refused> {
    let request = CreateHourRequest {
        practice: own_practice(&parts, &headers).await?,
        hour_id: create.hour,
        sha256: create.sha256.0,
        sealed_label: create.sealed_label.0,
        sealed_welcome: create.sealed_welcome.0,
        request_id: create.request_id,
    };
    let hour = parts
        .session
        .hours()
        .create_hour(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(hour_json(hour.get_ref())))
}

pub(super) async fn list(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let request = ListHoursRequest {
        practice: own_practice(&parts, &headers).await?,
    };
    let list = parts
        .session
        .hours()
        .list_hours(in_the_name_of(&headers, request)?)
        .await?;
    let hours: Vec<_> = list.get_ref().hours.iter().map(hour_json).collect();
    Ok(answer(json!({ "hours": hours })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Open {
    until: u64,
}

pub(super) async fn open(
    State(parts): State<Arc<Parts>>,
    Path(hour): Path<String>,
    headers: HeaderMap,
    Body(Open { until }): Body<Open>,
) -> Result<Response, Refused> {
    let request = OpenHourRequest {
        hour,
        until: Some(timestamp(until)),
    };
    let hour = parts
        .session
        .hours()
        .open_hour(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(hour_json(hour.get_ref())))
}

pub(super) async fn close(
    State(parts): State<Arc<Parts>>,
    Path(hour): Path<String>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let hour = parts
        .session
        .hours()
        .close_hour(in_the_name_of(&headers, CloseHourRequest { hour })?)
        .await?;
    Ok(answer(hour_json(hour.get_ref())))
}

pub(super) async fn welcome(
    State(parts): State<Arc<Parts>>,
    Path(hour): Path<String>,
    headers: HeaderMap,
    Body(Welcome { sealed_welcome }): Body<Welcome>,
) -> Result<Response, Refused> {
    let request = SetHourWelcomeRequest {
        hour,
        sealed_welcome: sealed_welcome.0,
    };
    parts
        .session
        .hours()
        .set_hour_welcome(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(json!({})))
}

pub(super) async fn revoke(
    State(parts): State<Arc<Parts>>,
    Path(hour): Path<String>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let hour = parts
        .session
        .hours()
        .revoke_hour(in_the_name_of(&headers, RevokeHourRequest { hour })?)
        .await?;
    Ok(answer(hour_json(hour.get_ref())))
}

fn hour_json(hour: &Hour) -> Value {
    json!({
        "id": hour.id,
        "sealed_label": base64(&hour.sealed_label),
        "open_until": hour.open_until.map(|time| ms(Some(time))),
        "revoked": hour.revoke_time.is_some(),
        "created_at": ms(hour.create_time),
    })
}
