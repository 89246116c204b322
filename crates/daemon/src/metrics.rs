//! The port of whoever watches a daemon: `GET /metrics` (Prometheus' text format), `/healthz` (it lives) and `/readyz` (it serves, and reaches what it needs).
//!
//! For an address that strangers don't reach. A daemon implements [`Watched`] and binds a [`Port`]; [`Calls`] counts what gRPC is asked. No label may hold an address, a
//! user, a practice or a room: whoever reads metrics is told how much there is, and not of whom.

mod calls;
mod certificates;
mod count;
mod process;
mod text;

use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{sleep, timeout},
};

pub use calls::{Answered, Asked, CallLayer, CallService, Calls};
pub use count::{Count, Histogram};
pub use text::{Family, Kind, Label, Text};

use crate::{
    Traces,
    tls::{Certificate, Validity},
};
use certificates::Certificates;
use process::Process;

/// What a daemon tells whoever watches it.
pub trait Watched: Send + Sync + 'static {
    /// Writes what it has counted.
    fn tell(&self, text: &mut Text);

    /// Whether it serves and reaches what it needs; else what is wrong, in a few words and without a secret. It is given up after two seconds.
    fn ready(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// Bound, and nobody answered yet.
#[derive(Debug)]
pub struct Port {
    listener: TcpListener,
    addr: SocketAddr,
    own: Own,
}

/// What it tells besides what is [`Watched`].
#[derive(Debug)]
struct Own {
    process: Process,
    certificates: Certificates,
    traces: Traces,
}

impl Port {
    /// Port 0 works. `name` is the daemon's.
    ///
    /// # Errors
    /// When somebody listens there already.
    pub fn bind(addr: SocketAddr, name: &'static str) -> anyhow::Result<Self> {
        let context = || format!("bind {addr} (metrics)");
        let listener = crate::sockets::tcp(addr).with_context(context)?;
        Ok(Self {
            addr: listener.local_addr().with_context(context)?,
            listener: TcpListener::from_std(listener).with_context(context)?,
            own: Own {
                process: Process::called(name),
                certificates: Certificates::default(),
                traces: Traces::default(),
            },
        })
    }

    /// Tells when a certificate ends as well. `usage` is a word for what it is shown for: `https`.
    #[must_use]
    pub fn with_certificate(mut self, usage: &'static str, certificate: &Certificate) -> Self {
        self.own.certificates.add(usage, certificate.clone());
        self
    }

    /// The same of one that is known by its validity only, at each moment.
    #[must_use]
    pub fn with_validity(
        mut self,
        usage: &'static str,
        validity: impl Fn() -> Option<Validity> + Send + Sync + 'static,
    ) -> Self {
        self.own.certificates.add_validity(usage, validity);
        self
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Tells what becomes of traces as well.
    #[must_use]
    pub fn with_traces(mut self, traces: &Traces) -> Self {
        self.own.traces = traces.clone();
        self
    }

    /// Answers for as long as it is polled.
    pub async fn serve(self, watched: Arc<impl Watched>) {
        let own = Arc::new(self.own);
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                    Ok((stream, _)) => {
                        let (watched, own) = (Arc::clone(&watched), Arc::clone(&own));
                        let answer = service_fn(move |request| {
                            let (watched, own) = (Arc::clone(&watched), Arc::clone(&own));
                            async move { Ok::<_, Infallible>(answer(&*watched, &own, &request).await) }
                        });
                        let serving = http1::Builder::new()
                            .timer(TokioTimer::new())
                            .max_buf_size(MAX_HEAD)
                            .keep_alive(false)
                            .serve_connection(TokioIo::new(stream), answer);
                        connections.spawn(timeout(PATIENCE, serving));
                    }
                    // One connection broke, or there are no descriptors left: others may go on.
                    Err(_) => sleep(A_BREATH).await,
                },
                Some(_ended) = connections.join_next() => {}
            }
        }
    }
}

async fn answer(watched: &impl Watched, own: &Own, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    if !matches!(path, METRICS | "/healthz" | "/readyz") {
        return respond(StatusCode::NOT_FOUND, PLAIN, String::new());
    }
    if request.method() != Method::GET {
        return respond(StatusCode::METHOD_NOT_ALLOWED, PLAIN, String::new());
    }
    match path {
        METRICS => {
            let mut text = Text::default();
            own.process.tell(&mut text);
            own.certificates.tell(&mut text);
            own.traces.tell(&mut text);
            watched.tell(&mut text);
            respond(StatusCode::OK, FORMAT, text.into_string())
        }
        "/readyz" => match timeout(READY_WITHIN, watched.ready()).await {
            Ok(Ok(())) => respond(StatusCode::OK, PLAIN, "ready\n".to_owned()),
            Ok(Err(why)) => respond(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{why}\n")),
            Err(_) => respond(
                StatusCode::SERVICE_UNAVAILABLE,
                PLAIN,
                format!("what it needs has not answered within {READY_WITHIN:?}\n"),
            ),
        },
        _ => respond(StatusCode::OK, PLAIN, "alive\n".to_owned()),
    }
}

fn respond(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

const METRICS: &str = "/metrics";
const PLAIN: &str = "text/plain; charset=utf-8";
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
const CONNECTIONS: usize = 8;
/// Bytes: hyper's least.
const MAX_HEAD: usize = 8 * 1024;
/// For a whole connection.
const PATIENCE: Duration = Duration::from_secs(10);
const READY_WITHIN: Duration = Duration::from_secs(2);
const A_BREATH: Duration = Duration::from_millis(50);
