//! The same calls for who speaks HTTP and JSON: a request becomes the gRPC call that it stands for, and goes the way of all others. Who may what, what is counted and what is
//! refused is decided there and nowhere here.
//!
//! `docs/integrate/http.md` has the rules, `/openapi.json` the calls.

mod answer;
mod request;
mod routes;

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use daemon::doors;
use futures_util::future::BoxFuture;
use http::{
    HeaderMap, Method, Request, Response,
    header::{AUTHORIZATION, CONTENT_TYPE},
    request::Parts,
};
use http_body_util::{BodyExt as _, Full, Limited};
use prost_reflect::DescriptorPool;
use tokio::time::{Duration, timeout};
use tonic::{
    Status,
    body::Body,
    codegen::{Bytes, StdError},
};
use tower::{Layer, Service};

use answer::{Answers, Refusal};
use routes::{Found, Route, Routes};

/// Lets HTTP and JSON in beside gRPC.
#[derive(Debug, Clone)]
pub(crate) struct Json(Arc<Calls>);

impl Json {
    /// # Panics
    /// Where the protos say nonsense: a test reads them all.
    pub(crate) fn new() -> Self {
        let mut pool = DescriptorPool::decode(api::FILE_DESCRIPTOR_SET).expect("what was generated can be read");
        pool.decode_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
            .expect("details of errors are described");
        Self(Arc::new(Calls {
            routes: Routes::of(&pool),
            answers: Answers::described_in(&pool),
        }))
    }
}

impl<S> Layer<S> for Json {
    type Service = WithJson<S>;

    fn layer(&self, grpc: S) -> WithJson<S> {
        WithJson {
            grpc,
            calls: Arc::clone(&self.0),
        }
    }
}

/// A gRPC service that is spoken to in JSON, too.
#[derive(Debug, Clone)]
pub(crate) struct WithJson<S> {
    grpc: S,
    calls: Arc<Calls>,
}

impl<S, B> Service<Request<Body>> for WithJson<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<StdError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.grpc.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The one that is ready makes the call.
        let another = self.grpc.clone();
        let mut grpc = std::mem::replace(&mut self.grpc, another);
        if is_grpc(request.headers()) {
            let answer = grpc.call(request);
            return Box::pin(async move { Ok(answer.await?.map(Body::new)) });
        }
        let calls = Arc::clone(&self.calls);
        Box::pin(async move {
            match timeout(PATIENCE, calls.make(grpc, request)).await {
                Ok(Ok(answer)) => Ok(answer?),
                Ok(Err(refusal)) => Ok(calls.answers.refusal(refusal)),
                Err(_) => {
                    let late = Status::deadline_exceeded("it takes too long");
                    Ok(calls.answers.refusal(late.into()))
                }
            }
        })
    }
}

#[derive(Debug)]
struct Calls {
    routes: Routes,
    answers: Answers,
}

impl Calls {
    /// Makes the call that the request stands for. What can't be read of it is refused before anybody is asked.
    async fn make<S, B>(&self, mut grpc: S, request: Request<Body>) -> Result<Result<Response<Body>, S::Error>, Refusal>
    where
        S: Service<Request<Body>, Response = Response<B>>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<StdError>,
    {
        let (parts, body) = request.into_parts();
        if parts.method == Method::GET && parts.uri.path() == "/openapi.json" {
            return Ok(Ok(answer::openapi()));
        }
        let (route, fields) = match self.routes.find(&parts.method, parts.uri.path()) {
            Found::Route(route, fields) => (route, fields),
            Found::Only(others) => return Err(Refusal::of_method(&others)),
            Found::Nothing => return Err(Status::not_found("there is no such call").into()),
        };
        let body = Limited::new(body, LONGEST_BODY).collect().await;
        let body = body
            .map_err(|_| doors::invalid("body", &format!("has to be whole, and at most {LONGEST_BODY} bytes")))?
            .to_bytes();
        let message = request::message(route, fields, &parts, &body)?;
        let answer = match grpc.call(as_grpc(route, parts, &message)).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        if route.method.is_server_streaming() {
            self.answers.stream(route, answer).map(Ok)
        } else {
            self.answers.single(route, answer).await.map(Ok)
        }
    }
}

/// The gRPC request, with the same credentials, from the same connection.
fn as_grpc(route: &Route, parts: Parts, message: &[u8]) -> Request<Body> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    let frame = [&[0], &length[..], message].concat();
    let service = route.method.parent_service().full_name().to_owned();
    let mut request = Request::new(Body::new(Full::new(Bytes::from(frame))));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = format!("/{service}/{}", route.method.name())
        .parse()
        .expect("names of calls are paths");
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(GRPC));
    for credential in parts.headers.get_all(AUTHORIZATION) {
        headers.append(AUTHORIZATION, credential.clone());
    }
    *request.extensions_mut() = parts.extensions;
    request
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(GRPC.as_bytes()))
}

const GRPC: &str = "application/grpc";
/// The largest message that gRPC takes, with bytes in base64.
const LONGEST_BODY: usize = 112 * 1024;
/// A little less than the server's own, which would answer in gRPC's way.
const PATIENCE: Duration = doors::REQUEST.saturating_sub(Duration::from_millis(500));
