//! What the practice's browsers have in common. Sealed by them: here it is bytes.

use std::sync::Arc;

use api::session::v1::{GetPracticeSettingsRequest, UpdatePracticeSettingsRequest};
use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use serde_json::json;

use super::{
    json::{Body, Bytes64, Nothing, Refused, answer, base64, in_the_name_of},
    rooms::own_practice,
};
use crate::Parts;

pub(super) async fn read(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let request = GetPracticeSettingsRequest {
        practice: own_practice(&parts, &headers).await?,
    };
    let settings = parts
        .session
        .practices()
        .get_practice_settings(in_the_name_of(&headers, request)?)
        .await?
        .into_inner();
    Ok(answer(
        json!({ "sealed": base64(&settings.sealed), "revision": settings.revision }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Update {
    sealed: Bytes64,
    revision: u64,
}

pub(super) async fn update(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(update): Body<Update>,
) -> Result<Response, Refused> {
    let request = UpdatePracticeSettingsRequest {
        practice: own_practice(&parts, &headers).await?,
        sealed: update.sealed.0,
        revision: update.revision,
    };
    let updated = parts
        .session
        .practices()
        .update_practice_settings(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(json!({ "revision": updated.get_ref().revision })))
}
