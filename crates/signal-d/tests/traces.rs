//! What a collector of traces is told: one trace from a browser's call to session-d, and nothing of whom it was about.

mod common;

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use common::House;
use daemon::OtelConfig;
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value,
    trace::v1::{Span, span::SpanKind},
};
use tokio::{net::TcpListener, time::timeout};
use tonic::{Request, Response, Status, transport::Server, transport::server::TcpIncoming};

#[tokio::test]
async fn one_trace_leads_from_a_browser_to_session_d_and_back() {
    let collector = Collector::start().await;
    let mut house = House::traced(collector.config()).await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    house.look_up(visit.invite()).await;
    // Whatever waits is sent at the end.
    house.end_signal().await;
    house.end_session().await;

    let all = collector.told();
    let find = |service: &str, name: &str, kind: SpanKind| {
        let mut found = all
            .iter()
            .filter(|(of, span)| of == service && span.name == name && span.kind() == kind);
        found
            .next()
            .unwrap_or_else(|| panic!("{name} of {service} in {all:?}"))
            .1
            .clone()
    };
    let call = find("signal-d", "POST /api/v1/invite", SpanKind::Server);
    let asks = find("signal-d", LOOK_UP, SpanKind::Client);
    let answers = find("session-d", LOOK_UP, SpanKind::Server);

    assert_eq!(
        (call.trace_id.len(), call.span_id.len(), call.parent_span_id.len()),
        (16, 8, 0)
    );
    assert_eq!((&asks.trace_id, &asks.parent_span_id), (&call.trace_id, &call.span_id));
    assert_eq!(
        (&answers.trace_id, &answers.parent_span_id),
        (&call.trace_id, &asks.span_id)
    );
    for (outer, inner) in [(&call, &asks), (&asks, &answers)] {
        assert!(outer.start_time_unix_nano <= inner.start_time_unix_nano);
        assert!(inner.start_time_unix_nano <= inner.end_time_unix_nano);
    }
    let room = find(
        "session-d",
        "visite.session.v1.RoomService/CreateRoom",
        SpanKind::Server,
    );
    assert_ne!(room.trace_id, call.trace_id);
}

#[tokio::test]
async fn no_span_says_whom_it_was_about() {
    let collector = Collector::start().await;
    let mut house = House::traced(collector.config()).await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut browser = doctor.join(&house, &visit.room, 1).await;
    browser.hear_type("joined").await;
    house.look_up(visit.invite()).await;
    let close = format!("/api/v1/rooms/{}/close", visit.room);
    doctor.call(&house, &close, serde_json::json!({})).await;
    house
        .ask("GET", "/api/v1/stranger?stranger", "x-stranger: stranger\r\n")
        .await;
    house.ask("STRANGER", "/api/v1/clock", "").await;
    house.end_signal().await;
    house.end_session().await;

    let all = collector.told();
    assert!(
        all.iter()
            .any(|(_, span)| span.name == "POST /api/v1/rooms/{room}/close"),
        "{all:?}"
    );
    let mut keys = BTreeSet::new();
    for (_, span) in &all {
        assert!(
            span.events.is_empty() && span.links.is_empty() && span.trace_state.is_empty(),
            "{span:?}"
        );
        assert!(
            span.status.as_ref().is_none_or(|status| status.message.is_empty()),
            "{span:?}"
        );
        keys.extend(span.attributes.iter().map(|attribute| attribute.key.as_str()));
        let said = format!("{span:?}").to_lowercase();
        let hidden = [
            "stranger",
            "127.0.0.1",
            "finkenweg",
            &doctor.practice,
            &visit.room,
            visit.invite(),
        ];
        for hidden in hidden {
            assert!(!said.contains(&hidden.to_lowercase()), "{hidden}: {said}");
        }
    }
    assert_eq!(keys, BTreeSet::from(ATTRIBUTES));
}

#[tokio::test]
async fn nobody_waits_for_a_collector_that_is_away() {
    let config = OtelConfig {
        endpoint: "http://127.0.0.1:1".to_owned(),
        ..Collector::start().await.config()
    };
    let mut house = House::traced(config).await;

    let doctor = house.doctor().await;
    doctor.appointment(&house, 0, 1).await;

    let lost = "visite_traces_spans_total{outcome=\"failed\"} ";
    loop {
        let text = house.watch("/metrics").await.body;
        let count = text
            .lines()
            .find_map(|line| line.strip_prefix(lost))
            .expect("it is counted");
        if count.parse::<u64>().expect("a number") > 0 {
            assert!(
                text.contains("visite_traces_spans_total{outcome=\"sent\"} 0\n"),
                "{text}"
            );
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Far below the grace time.
    timeout(Duration::from_secs(8), house.end_signal())
        .await
        .expect("it ends");
}

/// Takes what it is sent.
#[derive(Clone, Default)]
struct Collector {
    told: Arc<Mutex<Vec<(String, Span)>>>,
    addr: Option<SocketAddr>,
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let collector = Self {
            addr: listener.local_addr().ok(),
            ..Self::default()
        };
        let service = TraceServiceServer::new(collector.clone());
        tokio::spawn(
            Server::builder()
                .add_service(service)
                .serve_with_incoming(TcpIncoming::from(listener)),
        );
        collector
    }

    fn config(&self) -> OtelConfig {
        OtelConfig {
            endpoint: format!("http://{}", self.addr.expect("it listens")),
            ca: "/nowhere".into(),
            sample_percent: 100,
        }
    }

    /// Each with its service's name.
    fn told(&self) -> Vec<(String, Span)> {
        self.told.lock().expect("nobody panics").clone()
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut told = self.told.lock().expect("nobody panics");
        for of_service in request.into_inner().resource_spans {
            let resource = of_service.resource.expect("whose they are");
            let mut attributes = resource.attributes.into_iter();
            let name = attributes
                .find(|attribute| attribute.key == "service.name")
                .and_then(|name| name.value?.value);
            let Some(Value::StringValue(name)) = name else {
                return Err(Status::invalid_argument("no name"));
            };
            let spans = of_service.scope_spans.into_iter().flat_map(|scope| scope.spans);
            told.extend(spans.map(|span| (name.clone(), span)));
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

const LOOK_UP: &str = "visite.control.v1.ControlService/LookupInvite";

/// All there are.
const ATTRIBUTES: [&str; 7] = [
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "rpc.grpc.status_code",
    "rpc.method",
    "rpc.service",
    "rpc.system",
];
