//! `GET /metrics`: what was counted, in the text format that Prometheus reads. No label is an address or a user.

use std::{
    convert::Infallible,
    fmt::{self, Write as _},
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::CONTENT_TYPE,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use stun::turn::Quotas;
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    control::Control,
    meter::{Count, Entrance},
};

#[derive(Debug)]
pub(crate) struct MetricsPort {
    listener: TcpListener,
    addr: SocketAddr,
}

impl MetricsPort {
    pub(crate) fn bind(addr: SocketAddr) -> anyhow::Result<Self> {
        let context = || format!("bind {addr} (metrics)");
        let listener = std::net::TcpListener::bind(addr).with_context(context)?;
        listener.set_nonblocking(true).with_context(context)?;
        Ok(Self {
            addr: listener.local_addr().with_context(context)?,
            listener: TcpListener::from_std(listener).with_context(context)?,
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) async fn serve(self, control: Arc<Control>) -> anyhow::Result<()> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                    Ok((stream, _)) => {
                        let control = Arc::clone(&control);
                        let answer = service_fn(move |request| {
                            let response = answer(&control, &request);
                            async { Ok::<_, Infallible>(response) }
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

fn answer(control: &Control, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    match (request.uri().path(), request.method()) {
        ("/metrics", &Method::GET) => {
            *response.body_mut() = text(control).into();
            let kind = hyper::header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, kind);
        }
        ("/metrics", _) => *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED,
        _ => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}

fn text(control: &Control) -> String {
    let counted = control.counted();
    let mut text = Text::default();
    let started = control.started().duration_since(SystemTime::UNIX_EPOCH);
    text.gauge(
        "process_start_time_seconds",
        "When it was started, since the Unix epoch.",
        started.unwrap_or_default().as_secs(),
    );
    for Family {
        name,
        kind,
        help,
        counts,
    } in FAMILIES
    {
        text.family(name, kind, help);
        for (entrance, counted) in &counted {
            for (label, count) in *counts {
                let (entrance, count) = (word(*entrance), counted.of(*count));
                text.line(format_args!("{name}{{transport=\"{entrance}\"{label}}} {count}"));
            }
        }
    }
    let name = "visite_stun_errors_total";
    text.family(name, "counter", "Error responses, by their code.");
    for (entrance, counted) in &counted {
        let entrance = word(*entrance);
        for (code, count) in &counted.errors {
            text.line(format_args!(
                "{name}{{transport=\"{entrance}\",code=\"{code}\"}} {count}"
            ));
        }
    }
    if let Some(usage) = control.quotas().map(Quotas::usage) {
        for (name, help, value) in [
            (
                "allocations_max",
                "Allocations that there may be at a time.",
                u64::from(usage.limits.all),
            ),
            ("tags", "Tags that have an allocation.", usage.tags as u64),
            (
                "tags_exhausted",
                "Tags that have all the allocations they may.",
                usage.exhausted_tags as u64,
            ),
            ("tags_barred", "Tags that are given no allocation.", usage.barred as u64),
            (
                "networks",
                "Networks of clients that have an allocation.",
                usage.addresses as u64,
            ),
            (
                "networks_exhausted",
                "Networks of clients that have all the allocations they may.",
                usage.exhausted_addresses as u64,
            ),
            (
                "draining",
                "1: no new allocations are given.",
                u64::from(usage.is_draining),
            ),
        ] {
            text.gauge(&format!("visite_relay_{name}"), help, value);
        }
    }
    text.all
}

/// The format: a family's head, then its samples.
#[derive(Default)]
struct Text {
    all: String,
}

impl Text {
    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "gauge", help);
        self.line(format_args!("{name} {value}"));
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        writeln!(self.all, "{line}").expect("a string takes everything");
    }
}

fn word(entrance: Entrance) -> &'static str {
    match entrance {
        Entrance::Udp => "udp",
        Entrance::Tcp => "tcp",
        Entrance::Tls => "tls",
        Entrance::Dtls => "dtls",
    }
}

/// What is counted by transport alone, or by one label more.
struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    counts: &'static [(&'static str, Count)],
}

const FAMILIES: &[Family] = &[
    Family {
        name: "visite_stun_bindings_total",
        kind: "counter",
        help: "Addresses told (Binding success responses).",
        counts: &[("", Count::Bindings)],
    },
    Family {
        name: "visite_stun_rate_limited_total",
        kind: "counter",
        help: "Requests that were not answered since their network asked too much.",
        counts: &[("", Count::RateLimited)],
    },
    Family {
        name: "visite_relay_allocations",
        kind: "gauge",
        help: "Allocations.",
        counts: &[("", Count::Allocations)],
    },
    Family {
        name: "visite_relay_allocated_total",
        kind: "counter",
        help: "Allocations since the start.",
        counts: &[("", Count::Allocated)],
    },
    Family {
        name: "visite_relay_packets_total",
        kind: "counter",
        help: "Packets relayed.",
        counts: &[
            (",direction=\"to_peers\"", Count::PacketsToPeers),
            (",direction=\"to_clients\"", Count::PacketsToClients),
        ],
    },
    Family {
        name: "visite_relay_bytes_total",
        kind: "counter",
        help: "Bytes relayed, without what wraps them.",
        counts: &[
            (",direction=\"to_peers\"", Count::BytesToPeers),
            (",direction=\"to_clients\"", Count::BytesToClients),
        ],
    },
    Family {
        name: "visite_relay_not_relayed_total",
        kind: "counter",
        help: "Packets that were not relayed, by what they lacked.",
        counts: &[
            (",lacking=\"permission\"", Count::WithoutPermission),
            (",lacking=\"bandwidth\"", Count::OverBandwidth),
        ],
    },
];

const CONNECTIONS: usize = 8;
/// Bytes: hyper's least.
const MAX_HEAD: usize = 8 * 1024;
/// For a whole connection.
const PATIENCE: Duration = Duration::from_secs(10);
const A_BREATH: Duration = Duration::from_millis(50);
