//! Traces for OpenTelemetry: a span for each call that comes in and for each that goes out to another daemon, sent to a collector over OTLP. Off unless configured.
//!
//! A span says which method, how long, and how it ended. It has no room for whom it was about: names are methods and templates of routes, attributes are of a short list, and
//! no event, no error's text and no `tracestate` goes along.

mod export;
mod place;

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use http::{HeaderMap, Method, Response, Uri};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::{self as proto, Status, span::SpanKind, status::StatusCode},
};
use serde::Deserialize;
use tonic::{Code, transport::Endpoint};

use crate::{
    ConfigError, Reach, dial,
    metrics::{Kind, Text},
    tls,
};
use export::Queue;
use place::Place;

/// `[otel]`: where traces are sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtelConfig {
    /// The collector's URL for OTLP over gRPC: `http://127.0.0.1:4317`.
    pub endpoint: String,
    /// The authorities that the collector's certificate may be of (PEM), where `endpoint` begins with https.
    #[serde(default = "dial::system_authorities")]
    pub ca: PathBuf,
    /// How many in a hundred of the traces that begin here are sent: 0 to 100.
    #[serde(default = "all")]
    pub sample_percent: u8,
}

impl OtelConfig {
    /// Whether it could work.
    ///
    /// # Errors
    /// Says which of the keys is at fault.
    pub fn check(&self) -> Result<(), ConfigError> {
        match Endpoint::from_shared(self.endpoint.clone()) {
            Ok(endpoint) if matches!(endpoint.uri().scheme_str(), Some("http" | "https")) => {}
            _ => {
                let what = format!("{} has to be like http://127.0.0.1:4317", self.endpoint);
                return Err(ConfigError::of_key("endpoint", what));
            }
        }
        if self.sample_percent > 100 {
            return Err(ConfigError::of_key("sample_percent", "has to be 0 (none) to 100 (all)"));
        }
        if self.is_secure() {
            tls::check_authority(&self.ca).map_err(|error| error.within("ca"))?;
        }
        Ok(())
    }

    /// What it takes to send there.
    #[must_use]
    pub fn within(&self, reach: Reach) -> Reach {
        let uri = self.endpoint.parse::<Uri>().ok();
        let port = uri.and_then(|uri| uri.port_u16());
        let port = port.unwrap_or(if self.is_secure() { 443 } else { 80 });
        // A name may be asked for over TCP as well.
        let reach = reach.calling(port).calling(53);
        if self.is_secure() {
            reach.reading(&self.ca)
        } else {
            reach
        }
    }

    fn is_secure(&self) -> bool {
        self.endpoint.starts_with("https://")
    }
}

/// What a daemon traces: nothing by default. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Traces(Option<Arc<On>>);

#[derive(Debug)]
struct On {
    queue: Queue,
    /// The probability with which a trace that begins here is sent.
    sample: f64,
}

impl Traces {
    /// Of the daemon `service`, where they are configured. The collector is connected to when there is something to send, and again when it was lost.
    ///
    /// # Errors
    /// When the configuration can't work.
    pub fn open(config: Option<&OtelConfig>, service: &'static str) -> anyhow::Result<Self> {
        let Some(config) = config else {
            return Ok(Self::default());
        };
        config.check()?;
        let ca = config.is_secure().then_some(config.ca.as_path());
        let collector = dial::lazily(&config.endpoint, ca)?;
        Ok(Self(Some(Arc::new(On {
            queue: Queue::to(collector, service),
            sample: f64::from(config.sample_percent) / 100.0,
        }))))
    }

    /// Answers an HTTP request; `route` is the template of its path.
    pub async fn answering<A>(
        &self,
        method: &Method,
        route: &str,
        answer: impl Future<Output = Response<A>>,
    ) -> Response<A> {
        let method = KNOWN_METHODS.iter().find(|known| *known == method);
        let method = method.map_or("_OTHER", Method::as_str);
        let Some(mut span) = self.begin(&format!("{method} {route}"), SpanKind::Server, None) else {
            return answer.await;
        };
        let answer = CURRENT.scope(span.place, answer).await;
        let status = answer.status();
        span.attribute(text("http.request.method", method));
        span.attribute(text("http.route", route));
        span.attribute(number("http.response.status_code", status.as_u16().into()));
        span.end(status.is_server_error());
        answer
    }

    /// Waits until what there is has been sent, for two seconds at the most: at the end.
    pub async fn flush(&self) {
        if let Some(on) = &self.0 {
            on.queue.flush().await;
        }
    }

    /// A call that has come, by whoever.
    pub(crate) fn called(&self, method: &str, headers: &HeaderMap) -> Option<Span> {
        self.0.as_ref()?;
        let mut span = self.begin(
            method.trim_start_matches('/'),
            SpanKind::Server,
            Place::told_in(headers),
        )?;
        span.rpc(method);
        Some(span)
    }

    /// A call to another daemon, which is told of it.
    pub(crate) fn calling(&self, method: &str, headers: &mut HeaderMap) -> Option<Span> {
        self.0.as_ref()?;
        let parent = CURRENT.try_with(|place| *place).ok();
        let mut span = self.begin(method.trim_start_matches('/'), SpanKind::Client, parent)?;
        span.rpc(method);
        span.place.tell_in(headers);
        Some(span)
    }

    pub(crate) fn tell(&self, text: &mut Text) {
        let Some(on) = &self.0 else { return };
        let counts = &on.queue.counts;
        let help = "Spans that were sent to the collector, that it didn't take, and for which there was no room.";
        let mut family = text.family("visite_traces_spans_total", Kind::Counter, help);
        for (outcome, count) in [
            ("sent", &counts.sent),
            ("failed", &counts.failed),
            ("dropped", &counts.dropped),
        ] {
            family.sample(&[("outcome", outcome)], count);
        }
    }

    fn begin(&self, name: &str, kind: SpanKind, parent: Option<Place>) -> Option<Span> {
        let on = self.0.as_ref()?;
        let place = match parent {
            Some(parent) => parent.next()?,
            None => Place::first(on.sample)?,
        };
        let told = place.sampled.then(|| {
            Box::new(proto::Span {
                trace_id: place.trace.into(),
                span_id: place.span.into(),
                parent_span_id: parent.map_or_else(Vec::new, |parent| parent.span.into()),
                name: name.to_owned(),
                kind: kind.into(),
                start_time_unix_nano: now(),
                flags: u32::from(place.sampled),
                ..Default::default()
            })
        });
        let on = Arc::clone(on);
        Some(Span { on, place, told })
    }
}

/// One call, from its begin to its end.
pub(crate) struct Span {
    on: Arc<On>,
    place: Place,
    /// None where it is not sent.
    told: Option<Box<proto::Span>>,
}

impl Span {
    /// What is called meanwhile belongs to this.
    pub(crate) fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.place, work)
    }

    /// A gRPC call has ended so.
    pub(crate) fn end_with(mut self, code: Code) {
        self.attribute(number("rpc.grpc.status_code", i64::from(code as i32)));
        let is_client = self.told.as_ref().is_some_and(|told| told.kind() == SpanKind::Client);
        let is_fault = matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        );
        self.end(is_fault || is_client && code != Code::Ok);
    }

    fn rpc(&mut self, method: &str) {
        let (service, method) = method.trim_start_matches('/').split_once('/').unwrap_or((method, ""));
        self.attribute(text("rpc.system", "grpc"));
        self.attribute(text("rpc.service", service));
        self.attribute(text("rpc.method", method));
    }

    fn attribute(&mut self, attribute: KeyValue) {
        if let Some(told) = &mut self.told {
            told.attributes.push(attribute);
        }
    }

    fn end(mut self, failed: bool) {
        let Some(mut told) = self.told.take() else { return };
        told.end_time_unix_nano = now();
        if failed {
            let code = StatusCode::Error.into();
            told.status = Some(Status {
                code,
                ..Default::default()
            });
        }
        self.on.queue.send(*told);
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Span({:?})", self.place)
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.to_owned()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::IntValue(value))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..Default::default()
    }
}

/// Nanoseconds of the Unix epoch.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
}

fn all() -> u8 {
    100
}

tokio::task_local! {
    /// Of the call that is being answered.
    static CURRENT: Place;
}

/// What strangers make up is one.
const KNOWN_METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];
