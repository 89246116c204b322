//! Reading what a page sends and writing what it is told, errors included.

use axum::{
    Json,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use prost_types::{Duration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A body that is exactly a `T`: unknown and repeated fields are refused by the types.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let is_json =
            |value: &HeaderValue| value.as_bytes().split(|byte| *byte == b';').next() == Some(b"application/json");
        if !request.headers().get(header::CONTENT_TYPE).is_some_and(is_json) {
            return Err(Refused::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "send application/json",
            ));
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|error| Refused::new(error.status(), "bad_request", "the body can't be read"))?;
        // A list would do for an object, too, if one let it.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(Refused::new(StatusCode::BAD_REQUEST, "bad_request", "send an object"));
        }
        let parsed = serde_json::from_slice(&bytes);
        parsed
            .map(Self)
            .map_err(|error| Refused::new(StatusCode::BAD_REQUEST, "bad_request", &error.to_string()))
    }
}

/// Why a call is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
    retry_after: Option<u64>,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: &str) -> Self {
        Self {
            status,
            code,
            message: message.to_owned(),
            field: None,
            retry_after: None,
        }
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    pub(crate) fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "one moment, please").retry_after(2)
    }

    pub(crate) fn slow_down(wait: std::time::Duration) -> Self {
        let message = "too many wrong links from this network";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", message).retry_after(wait.as_secs() + 1)
    }

    /// The answer for a `NotFound` of session-d, where it has a name of its own.
    pub(crate) fn not_found_is(self, code: &'static str, message: &str) -> Self {
        if self.code == "not_found" {
            Self::new(StatusCode::NOT_FOUND, code, message)
        } else {
            self
        }
    }
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        let (http, code) = match status.code() {
            Code::InvalidArgument => (StatusCode::BAD_REQUEST, "invalid_argument"),
            Code::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Code::PermissionDenied => (StatusCode::FORBIDDEN, "permission_denied"),
            Code::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Code::AlreadyExists => (StatusCode::CONFLICT, "already_exists"),
            Code::Aborted => (StatusCode::CONFLICT, "aborted"),
            Code::FailedPrecondition => (StatusCode::CONFLICT, "failed_precondition"),
            Code::ResourceExhausted => (StatusCode::TOO_MANY_REQUESTS, "resource_exhausted"),
            _ => return Self::unavailable(),
        };
        let refused = Self {
            field: status
                .get_details_bad_request()
                .and_then(|details| details.field_violations.into_iter().next())
                .map(|violation| violation.field),
            ..Self::new(http, code, status.message())
        };
        if http == StatusCode::TOO_MANY_REQUESTS {
            refused.retry_after(2)
        } else {
            refused
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(field) = self.field {
            error["field"] = field.into();
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        (self.status, headers, Json(json!({ "error": error }))).into_response()
    }
}

/// An answer that nobody keeps.
pub(crate) fn answer(body: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// `{}`: these calls say everything in their path, or by who makes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// A call of session-d in the name of whoever sent these headers.
pub(crate) fn in_the_name_of<T>(headers: &HeaderMap, message: T) -> Result<tonic::Request<T>, Refused> {
    let refused = || Refused::new(StatusCode::UNAUTHORIZED, "unauthenticated", "sign in first");
    let credential = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(refused)?;
    // A page has a device's token; API keys are for session-d's own port.
    if !credential.starts_with("Bearer ey") {
        return Err(refused());
    }
    let mut request = tonic::Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", credential.parse().map_err(|_| refused())?);
    Ok(request)
}

/// Bytes as base64url.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bytes64(pub(crate) Vec<u8>);

impl<'de> Deserialize<'de> for Bytes64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Milliseconds to a time of the protos.
pub(crate) fn timestamp(ms: u64) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(ms / 1000).unwrap_or(i64::MAX),
        nanos: 0,
    }
}

pub(crate) fn duration(ms: u64) -> Duration {
    Duration {
        seconds: i64::try_from(ms / 1000).unwrap_or(i64::MAX),
        nanos: 0,
    }
}

pub(crate) fn ms(time: Option<Timestamp>) -> i64 {
    time.map_or(0, |time| time.seconds.saturating_mul(1000))
}

pub(crate) fn duration_ms(duration: Option<Duration>) -> i64 {
    duration.map_or(0, |duration| duration.seconds.saturating_mul(1000))
}
