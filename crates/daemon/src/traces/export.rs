use std::{sync::Arc, time::Duration};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, trace_service_client::TraceServiceClient},
    common::v1::InstrumentationScope,
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span},
};
use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    time::{sleep, timeout},
};
use tonic::{Status, transport::Channel};

use super::text;
use crate::metrics::Count;

/// Spans on their way to the collector. Nobody waits for it: where it doesn't keep up, or is away, spans are dropped and counted.
#[derive(Debug)]
pub(super) struct Queue {
    spans: mpsc::Sender<Span>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    pub(super) counts: Arc<Counts>,
}

/// What has become of spans.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) sent: Count,
    /// The collector was not reached, or refused them.
    pub(super) failed: Count,
    /// There was no room.
    pub(super) dropped: Count,
}

impl Queue {
    /// Sends what comes, in batches, until the queue is dropped.
    pub(super) fn to(collector: Channel, service: &'static str) -> Self {
        let (spans, coming) = mpsc::channel(WAITING);
        let (flushes, asked) = mpsc::channel(1);
        let counts = Arc::<Counts>::default();
        let exporter = Exporter {
            collector: TraceServiceClient::new(collector),
            service,
            counts: Arc::clone(&counts),
            fails: false,
        };
        tokio::spawn(exporter.run(coming, asked));
        Self { spans, flushes, counts }
    }

    pub(super) fn send(&self, span: Span) {
        if let Err(TrySendError::Full(_) | TrySendError::Closed(_)) = self.spans.try_send(span) {
            self.counts.dropped.add(1);
        }
    }

    /// Waits until what is there is sent, but not for long.
    pub(super) async fn flush(&self) {
        let (done, is_done) = oneshot::channel();
        let flushing = async {
            if self.flushes.send(done).await.is_ok() {
                let _ = is_done.await;
            }
        };
        let _ = timeout(FLUSH, flushing).await;
    }
}

struct Exporter {
    collector: TraceServiceClient<Channel>,
    service: &'static str,
    counts: Arc<Counts>,
    /// As has been said.
    fails: bool,
}

impl Exporter {
    async fn run(mut self, mut coming: mpsc::Receiver<Span>, mut asked: mpsc::Receiver<oneshot::Sender<()>>) {
        loop {
            let mut batch = Vec::new();
            let mut flush = tokio::select! {
                count = coming.recv_many(&mut batch, BATCH) => match count {
                    0 => return,
                    _ => None,
                },
                Some(flush) = asked.recv() => Some(flush),
            };
            if flush.is_none() {
                tokio::select! {
                    () = sleep(LINGER) => {}
                    Some(asked) = asked.recv() => flush = Some(asked),
                }
            }
            loop {
                while batch.len() < BATCH
                    && let Ok(span) = coming.try_recv()
                {
                    batch.push(span);
                }
                if batch.is_empty() {
                    break;
                }
                self.send(std::mem::take(&mut batch)).await;
            }
            if let Some(done) = flush {
                let _ = done.send(());
            }
        }
    }

    async fn send(&mut self, spans: Vec<Span>) {
        let count = spans.len() as u64;
        let request = self.request(spans);
        let sent = timeout(PATIENCE, self.collector.export(request)).await;
        match sent.unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer"))) {
            Ok(answer) => {
                let partial = answer.into_inner().partial_success;
                let refused = partial.map_or(0, |partial| partial.rejected_spans);
                let refused = u64::try_from(refused).unwrap_or_default().min(count);
                self.counts.failed.add(refused);
                self.counts.sent.add(count - refused);
                if std::mem::take(&mut self.fails) {
                    tracing::info!("the collector of traces is reached again");
                }
            }
            Err(status) => {
                self.counts.failed.add(count);
                if !std::mem::replace(&mut self.fails, true) {
                    tracing::warn!("the collector takes no traces, and they are lost: {}", status.message());
                }
            }
        }
    }

    fn request(&self, spans: Vec<Span>) -> ExportTraceServiceRequest {
        let version = env!("CARGO_PKG_VERSION");
        let attributes = vec![text("service.name", self.service), text("service.version", version)];
        let scope = InstrumentationScope {
            name: "visite".to_owned(),
            version: version.to_owned(),
            ..Default::default()
        };
        ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(Resource {
                    attributes,
                    ..Default::default()
                }),
                scope_spans: vec![ScopeSpans {
                    scope: Some(scope),
                    spans,
                    ..Default::default()
                }],
                ..Default::default()
            }],
        }
    }
}

/// Spans that wait; each is far below a kilobyte.
const WAITING: usize = 2048;
const BATCH: usize = 512;
/// For others to go along.
const LINGER: Duration = Duration::from_secs(1);
/// For the collector, each time.
const PATIENCE: Duration = Duration::from_secs(5);
/// At the end.
const FLUSH: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dial;

    #[tokio::test]
    async fn what_finds_no_room_is_dropped_and_counted() {
        let queue = Queue::to(dial::lazily("http://127.0.0.1:1", None).expect("a URL"), "test");

        // Nothing is taken out meanwhile: there is one thread, and it is here.
        for _ in 0..WAITING + 7 {
            queue.send(Span::default());
        }

        assert_eq!(queue.counts.dropped.read(), 7);
        queue.flush().await;
        assert_eq!(queue.counts.failed.read(), WAITING as u64);
        assert_eq!(queue.counts.sent.read(), 0);
    }
}
