use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Instant,
};

use hyper::{
    HeaderMap, Request, Response,
    body::{Body, Frame, SizeHint},
};
use tonic::Code;
use tower::{Layer, Service};

use super::{Histogram, Kind, Text};
use crate::traces::{Span, Traces};

/// What gRPC was asked: by method and code, and how long the answers took to begin.
///
/// Only the methods it was made with have a name; whatever else strangers ask for is counted together.
#[derive(Debug, Clone)]
pub struct Calls {
    methods: Arc<BTreeMap<String, Arc<MethodCalls>>>,
    other: Arc<MethodCalls>,
    traces: Traces,
}

#[derive(Debug)]
struct MethodCalls {
    path: String,
    codes: [AtomicU64; CODES],
    took: Histogram,
}

impl Calls {
    /// `methods` are paths: `/visite.session.v1.RoomService/CreateRoom`.
    pub fn of(methods: impl IntoIterator<Item = String>) -> Self {
        let method = |path: String| (path.clone(), Arc::new(MethodCalls::of(path)));
        Self {
            methods: Arc::new(methods.into_iter().map(method).collect()),
            other: Arc::new(MethodCalls::of(OTHER.to_owned())),
            traces: Traces::default(),
        }
    }

    /// Traces them as well.
    #[must_use]
    pub fn traced_by(self, traces: &Traces) -> Self {
        let traces = traces.clone();
        Self { traces, ..self }
    }

    /// For [`Server::layer`](tonic::transport::Server::layer).
    pub fn layer(&self) -> CallLayer {
        CallLayer(self.clone())
    }

    /// Writes the methods that were called.
    pub fn tell(&self, text: &mut Text) {
        let other = (OTHER.to_owned(), Arc::clone(&self.other));
        let own = self
            .methods
            .iter()
            .map(|(path, calls)| (path.clone(), Arc::clone(calls)));
        let all: Vec<_> = own.chain([other]).collect();
        let names = |path: &str| {
            let (service, method) = path.trim_start_matches('/').split_once('/').unwrap_or((path, ""));
            (service.to_owned(), method.to_owned())
        };
        let help = "gRPC calls that have ended, by their code.";
        let mut answered = text.family("visite_grpc_calls_total", Kind::Counter, help);
        for (path, calls) in &all {
            let (service, method) = names(path);
            for (code, count) in calls.codes.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let code = word(Code::from(code as i32));
                    answered.sample(&[("service", &service), ("method", &method), ("code", code)], count);
                }
            }
        }
        let help = "From the request to the beginning of the answer.";
        let mut took = text.family("visite_grpc_call_duration_seconds", Kind::Histogram, help);
        for (path, calls) in all.iter().filter(|(_, calls)| !calls.took.is_empty()) {
            let (service, method) = names(path);
            took.histogram(&[("service", &service), ("method", &method)], &calls.took);
        }
    }

    fn find(&self, path: &str) -> Arc<MethodCalls> {
        Arc::clone(self.methods.get(path).unwrap_or(&self.other))
    }
}

impl MethodCalls {
    fn of(path: String) -> Self {
        Self {
            path,
            codes: std::array::from_fn(|_| AtomicU64::new(0)),
            took: Histogram::of_answers(),
        }
    }

    fn ended(&self, code: Code) {
        self.codes[code as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// Puts [`Calls`] around a server's services.
#[derive(Debug, Clone)]
pub struct CallLayer(Calls);

impl<S> Layer<S> for CallLayer {
    type Service = CallService<S>;

    fn layer(&self, inner: S) -> CallService<S> {
        CallService {
            inner,
            calls: self.0.clone(),
        }
    }
}

/// A service whose calls are counted.
#[derive(Debug, Clone)]
pub struct CallService<S> {
    inner: S,
    calls: Calls,
}

impl<S, B, A> Service<Request<B>> for CallService<S>
where
    S: Service<Request<B>, Response = Response<A>>,
{
    type Response = Response<Answered<A>>;
    type Error = S::Error;
    type Future = Asked<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Asked<S::Future> {
        let calls = self.calls.find(request.uri().path());
        let span = self.calls.traces.called(&calls.path, request.headers());
        let ending = Ending {
            calls: Some(calls),
            span,
        };
        Asked::by(ending, self.inner.call(request))
    }
}

/// A call that is not answered yet.
#[derive(Debug)]
pub struct Asked<F> {
    began: Instant,
    ending: Ending,
    answer: Pin<Box<F>>,
}

impl<F> Asked<F> {
    /// One that is traced, and not counted.
    pub(crate) fn traced_by(span: Option<Span>, answer: F) -> Self {
        Self::by(Ending { calls: None, span }, answer)
    }

    fn by(ending: Ending, answer: F) -> Self {
        Self {
            began: Instant::now(),
            ending,
            answer: Box::pin(answer),
        }
    }
}

impl<F, A, E> Future for Asked<F>
where
    F: Future<Output = Result<Response<A>, E>>,
{
    type Output = Result<Response<Answered<A>>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { answer, ending, .. } = &mut *self;
        let polled = match &ending.span {
            Some(span) => span.within(|| answer.as_mut().poll(context)),
            None => answer.as_mut().poll(context),
        };
        let answer = ready!(polled)?;
        let mut ending = std::mem::take(&mut self.ending);
        if let Some(calls) = &ending.calls {
            calls.took.observe(self.began.elapsed());
        }
        if let Some(code) = code_of(answer.headers()) {
            ending.with(code);
        }
        Poll::Ready(Ok(answer.map(|body| Answered { body, ending })))
    }
}

/// An answer's body, whose trailers say how the call has ended.
#[derive(Debug)]
pub struct Answered<A> {
    body: A,
    ending: Ending,
}

impl<A: Body + Unpin> Body for Answered<A> {
    type Data = A::Data;
    type Error = A::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<A::Data>, A::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(code) = frame.trailers_ref().and_then(code_of)
        {
            self.ending.with(code);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Counts a call once, and ends its span: with its code, or as cancelled where nobody waits any more.
#[derive(Debug, Default)]
struct Ending {
    calls: Option<Arc<MethodCalls>>,
    span: Option<Span>,
}

impl Ending {
    fn with(&mut self, code: Code) {
        if let Some(calls) = self.calls.take() {
            calls.ended(code);
        }
        if let Some(span) = self.span.take() {
            span.end_with(code);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.with(Code::Cancelled);
    }
}

fn code_of(headers: &HeaderMap) -> Option<Code> {
    headers.get("grpc-status").map(|code| Code::from_bytes(code.as_bytes()))
}

/// As gRPC's documents write them.
fn word(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// What strangers make up.
const OTHER: &str = "/other/other";
const CODES: usize = Code::Unauthenticated as usize + 1;

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::{BodyExt as _, Empty, StreamBody};
    use hyper::body::Bytes;
    use tower::{ServiceExt as _, service_fn};

    use super::*;

    const CREATE: &str = "/visite.session.v1.RoomService/CreateRoom";

    /// A server that refuses whoever has no credential in the answer's head, and says in its trailers that others are served.
    async fn ask(calls: &Calls, path: &str, refused: bool) -> Response<impl Body<Data = Bytes, Error = Infallible>> {
        let server = service_fn(move |_: Request<Empty<Bytes>>| async move {
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", "0".parse().expect("a number"));
            let frames = [Ok::<_, Infallible>(Frame::trailers(trailers))];
            let mut response = Response::new(StreamBody::new(tokio_stream::iter(frames)));
            if refused {
                response
                    .headers_mut()
                    .insert("grpc-status", "16".parse().expect("a number"));
            }
            Ok::<_, Infallible>(response)
        });
        let request = Request::builder().uri(path).body(Empty::new()).expect("a request");
        calls.layer().layer(server).oneshot(request).await.expect("an answer")
    }

    fn told(calls: &Calls) -> String {
        let mut text = Text::default();
        calls.tell(&mut text);
        text.into_string()
    }

    #[tokio::test]
    async fn a_call_is_counted_once_by_how_it_has_ended() {
        let calls = Calls::of([CREATE.to_owned()]);

        ask(&calls, CREATE, true)
            .await
            .into_body()
            .collect()
            .await
            .expect("read");
        ask(&calls, CREATE, false)
            .await
            .into_body()
            .collect()
            .await
            .expect("read");
        drop(ask(&calls, CREATE, false).await);

        let text = told(&calls);
        for code in ["OK", "UNAUTHENTICATED", "CANCELLED"] {
            let line = format!(
                "visite_grpc_calls_total{{service=\"visite.session.v1.RoomService\",method=\"CreateRoom\",code=\"{code}\"}} 1"
            );
            assert!(text.lines().any(|said| said == line), "{line}\n{text}");
        }
        let took = "visite_grpc_call_duration_seconds_count{service=\"visite.session.v1.RoomService\",method=\"CreateRoom\"} 3";
        assert!(text.contains(took), "{text}");
    }

    #[tokio::test]
    async fn strangers_make_no_metric_of_their_own() {
        let calls = Calls::of([CREATE.to_owned()]);

        for n in 0..100 {
            ask(&calls, &format!("/{n}/{n}"), true).await;
        }

        let text = told(&calls);
        let samples = text.lines().filter(|line| line.starts_with("visite_grpc_calls_total{"));
        assert_eq!(samples.count(), 1);
        assert!(
            text.contains("{service=\"other\",method=\"other\",code=\"UNAUTHENTICATED\"} 100"),
            "{text}"
        );
    }
}
