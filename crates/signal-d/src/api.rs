//! The HTTP calls of the browser client (`docs/signalling.md`, section 2): JSON in, a call of session-d, JSON out. Nothing is decided here.

mod device;
mod devices;
mod guest;
mod hours;
mod json;
mod outcome;
mod rooms;
mod settings;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::json;

use crate::{Parts, clock};
use json::{Refused, answer};

pub(crate) fn routes() -> Router<Arc<Parts>> {
    Router::new()
        .route("/clock", get(clock_now))
        .route("/ice", post(guest::ice))
        .route("/invite", post(guest::look_up))
        .route("/invite/reply", post(guest::reply))
        .route("/invite/enter", post(guest::enter))
        .route("/enrol", post(device::enrol))
        .route("/device/challenge", post(device::challenge))
        .route("/device/session", post(device::sign_in))
        .route("/device/keys", post(device::keys))
        .route("/device/keys/drop", post(device::drop_keys))
        .route("/devices/list", post(devices::list))
        .route("/devices/enrolment", post(devices::enrolment))
        .route("/devices/confirm", post(devices::confirm))
        .route("/devices/revoke", post(devices::revoke))
        .route("/outcome", post(outcome::report))
        .route("/practice/settings", post(settings::read))
        .route(
            "/practice/settings/update",
            post(settings::update).layer(with_body_of(MAX_SETTINGS)),
        )
        .route("/rooms", post(rooms::create).layer(with_body_of(MAX_WITH_WELCOME)))
        .route("/rooms/list", post(rooms::list))
        .route("/rooms/{room}/move", post(rooms::move_to))
        .route("/rooms/{room}/close", post(rooms::close))
        .route(
            "/rooms/{room}/welcome",
            post(rooms::welcome).layer(with_body_of(MAX_WITH_WELCOME)),
        )
        .route("/rooms/{room}/label", post(rooms::label))
        .route("/rooms/{room}/invites", post(rooms::invite))
        .route("/rooms/{room}/token", post(rooms::token))
        .route("/rooms/{room}/progress", post(rooms::progress))
        .route("/invites/{invite}/revoke", post(rooms::revoke_invite))
        .route("/hours", post(hours::create).layer(with_body_of(MAX_WITH_WELCOME)))
        .route("/hours/list", post(hours::list))
        .route("/hours/{hour}/open", post(hours::open))
        .route("/hours/{hour}/close", post(hours::close))
        .route(
            "/hours/{hour}/welcome",
            post(hours::welcome).layer(with_body_of(MAX_WITH_WELCOME)),
        )
        .route("/hours/{hour}/revoke", post(hours::revoke))
        .fallback(async || Refused::new(StatusCode::NOT_FOUND, "not_found", "there is no such call"))
        .method_not_allowed_fallback(async || {
            Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "calls are POST")
        })
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// For the few calls that carry more than the others.
fn with_body_of(bytes: usize) -> DefaultBodyLimit {
    DefaultBodyLimit::max(bytes)
}

/// What a call is told that takes too long.
pub(crate) fn unavailable() -> Response {
    Refused::unavailable().into_response()
}

async fn clock_now() -> Response {
    answer(json!({ "now": clock::now_ms() }))
}

const MAX_BODY: usize = 16 * 1024;
/// 32 KiB of welcome are 43 KiB of base64url.
const MAX_WITH_WELCOME: usize = 64 * 1024;
/// 64 KiB of settings are 86 KiB of base64url.
const MAX_SETTINGS: usize = 96 * 1024;
