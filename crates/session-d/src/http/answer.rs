//! From a gRPC answer to an HTTP one: a resource, a line for each message of a stream, or a `google.rpc.Status`.

use std::convert::Infallible;

use futures_util::stream::{self, Stream};
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS},
};
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};
use serde_json::json;
use tonic::{
    Code, Status,
    body::Body,
    codegen::{Bytes, StdError},
};

use super::routes::Route;

/// Why a request is refused, and with which status where the code doesn't say.
#[derive(Debug)]
pub(super) struct Refusal {
    status: Status,
    http: Option<StatusCode>,
    allow: Option<HeaderValue>,
}

impl Refusal {
    /// The path is good for other methods only.
    pub(super) fn of_method(others: &[&Method]) -> Self {
        let names: Vec<_> = others.iter().map(|method| method.as_str()).collect();
        let names = names.join(", ");
        Self {
            status: Status::unimplemented(format!("this path is for {names}")),
            http: Some(StatusCode::METHOD_NOT_ALLOWED),
            allow: names.parse().ok(),
        }
    }

    pub(super) fn of_type() -> Self {
        Self {
            status: Status::invalid_argument("the body has to be application/json"),
            http: Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            allow: None,
        }
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self {
            status,
            http: None,
            allow: None,
        }
    }
}

/// How answers are written.
#[derive(Debug)]
pub(super) struct Answers {
    /// `google.rpc.Status`
    status: MessageDescriptor,
}

impl Answers {
    pub(super) fn described_in(pool: &DescriptorPool) -> Self {
        let status = pool.get_message_by_name("google.rpc.Status");
        Self {
            status: status.expect("is described"),
        }
    }

    pub(super) fn refusal(&self, refusal: Refusal) -> Response<Body> {
        let code = refusal.status.code();
        let body = serde_json::to_vec(&self.as_json(&refusal.status)).expect("messages have a JSON form");
        let mut response = json_response(body);
        *response.status_mut() = refusal.http.unwrap_or_else(|| http_status(code));
        if code == Code::Unauthenticated {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(allow) = refusal.allow {
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }

    /// The one message that answers a call.
    pub(super) async fn single<B>(&self, route: &Route, answer: Response<B>) -> Result<Response<Body>, Refusal>
    where
        B: http_body::Body<Data = Bytes>,
    {
        refused(answer.headers())?;
        let broken = || Status::internal("the answer can't be read");
        let body = answer.into_body().collect().await.map_err(|_| broken())?;
        refused(body.trailers().ok_or_else(broken)?)?;
        let body = body.to_bytes();
        let message = body.get(PREFIX..).ok_or_else(broken)?;
        let message = DynamicMessage::decode(route.method.output(), message).map_err(|_| broken())?;
        Ok(json_response(serde_json::to_vec(&message).map_err(|_| broken())?))
    }

    /// A line for each message, for as long as there are any; where the stream ends with an error, a last line says it.
    pub(super) fn stream<B>(&self, route: &Route, answer: Response<B>) -> Result<Response<Body>, Refusal>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<StdError>,
    {
        refused(answer.headers())?;
        let lines = Lines {
            body: Box::pin(answer.into_body()),
            unread: Vec::new(),
            message: route.method.output(),
            status: self.status.clone(),
        };
        let mut response = Response::new(Body::new(StreamBody::new(lines.read())));
        head(response.headers_mut(), "application/x-ndjson");
        Ok(response)
    }

    fn as_json(&self, status: &Status) -> DynamicMessage {
        status_message(&self.status, status)
    }
}

/// `google.rpc.Status`, with the details that there are.
fn status_message(descriptor: &MessageDescriptor, status: &Status) -> DynamicMessage {
    let detailed = DynamicMessage::decode(descriptor.clone(), status.details());
    let mut message = detailed.unwrap_or_else(|_| DynamicMessage::new(descriptor.clone()));
    message.set_field_by_name("code", Value::I32(status.code().into()));
    message.set_field_by_name("message", Value::String(status.message().to_owned()));
    message
}

/// What is still to be read of a stream.
struct Lines<B> {
    body: std::pin::Pin<Box<B>>,
    unread: Vec<u8>,
    message: MessageDescriptor,
    status: MessageDescriptor,
}

impl<B> Lines<B>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<StdError>,
{
    fn read(self) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> + Send {
        stream::unfold(Some(self), |lines| async move {
            let mut lines = lines?;
            let (line, goes_on) = match lines.next().await {
                Ok(Some(message)) => (serde_json::to_vec(&message), true),
                Ok(None) => return None,
                Err(status) => {
                    let status = status_message(&lines.status, &status);
                    (serde_json::to_vec(&json!({ "error": status })), false)
                }
            };
            let mut line = line.expect("messages have a JSON form");
            line.push(b'\n');
            Some((Ok(Frame::data(line.into())), goes_on.then_some(lines)))
        })
    }

    /// `None` at a good end.
    async fn next(&mut self) -> Result<Option<DynamicMessage>, Status> {
        let broken = || Status::internal("the stream can't be read");
        loop {
            if let Some(message) = self.take() {
                return DynamicMessage::decode(self.message.clone(), message.as_slice())
                    .map(Some)
                    .map_err(|_| broken());
            }
            let frame = self.body.frame().await.ok_or_else(broken)?.map_err(|_| broken())?;
            match frame.into_data() {
                Ok(data) => self.unread.extend_from_slice(&data),
                Err(frame) => {
                    let trailers = frame.into_trailers().map_err(|_| broken())?;
                    return refused_status(&trailers).map(|()| None);
                }
            }
        }
    }

    /// The next message, where all of it is there.
    fn take(&mut self) -> Option<Vec<u8>> {
        let prefix: [u8; 4] = self.unread.get(1..PREFIX)?.try_into().ok()?;
        let end = PREFIX + usize::try_from(u32::from_be_bytes(prefix)).ok()?;
        if self.unread.len() < end {
            return None;
        }
        let rest = self.unread.split_off(end);
        let message = std::mem::replace(&mut self.unread, rest);
        Some(message[PREFIX..].to_vec())
    }
}

fn refused(headers: &HeaderMap) -> Result<(), Refusal> {
    Ok(refused_status(headers)?)
}

fn refused_status(headers: &HeaderMap) -> Result<(), Status> {
    match Status::from_header_map(headers) {
        Some(status) if status.code() != Code::Ok => Err(status),
        Some(_) | None => Ok(()),
    }
}

/// What there is to ask, for programs.
pub(super) fn openapi() -> Response<Body> {
    json_response(api::OPENAPI.as_bytes().to_vec())
}

fn json_response(body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::new(Full::new(Bytes::from(body))));
    head(response.headers_mut(), "application/json");
    response
}

fn head(headers: &mut HeaderMap, kind: &'static str) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// As `google/rpc/code.proto` says.
fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Cancelled | Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Bytes before each message: whether it is compressed, and its length.
const PREFIX: usize = 5;
