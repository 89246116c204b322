//! Webhooks: what happens in a practice's rooms, sent to its software by signed HTTP requests, in order, until it has been heard.
//!
//! Everything that has to outlive a restart is in the store: how far a webhook has come, and when it is tried again. Here is only who is at work.

mod call;
mod message;
mod secrets;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use daemon::metrics::{Count, Kind, Text};
use room::RecordId;
use tokio::{
    sync::{Notify, broadcast::error::RecvError},
    task::{Id, JoinSet},
};

use crate::{
    config::WebhooksConfig,
    grpc::Service,
    rules::{
        secrets::random,
        webhooks::{Networks, Receiver, next_attempt},
    },
    store::{Event, Store, StoreError, Webhook},
};

use call::{Courier, Failure};
use message::Message;
pub(crate) use secrets::Secrets;

/// What it takes to have webhooks.
#[derive(Debug)]
pub(crate) struct Webhooks {
    secrets: Secrets,
    courier: Courier,
    /// Somebody has changed one.
    changed: Notify,
    delivered: Count,
    failed: Count,
}

impl Webhooks {
    pub(crate) fn open(config: &WebhooksConfig, data_dir: &std::path::Path) -> anyhow::Result<Self> {
        Ok(Self {
            secrets: Secrets::open(data_dir)?,
            courier: Courier::new(config)?,
            changed: Notify::new(),
            delivered: Count::default(),
            failed: Count::default(),
        })
    }

    pub(crate) fn networks(&self) -> &Networks {
        self.courier.networks()
    }

    /// The newest, as its owner has it.
    pub(crate) fn secret(&self, webhook: &Webhook) -> String {
        self.secrets.newest(webhook)
    }

    /// Has whoever delivers look again.
    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }

    pub(crate) fn tell(&self, text: &mut Text) {
        let mut family = text.family("visite_webhook_requests_total", Kind::Counter, "Requests to webhooks.");
        family.sample(&[("outcome", "delivered")], self.delivered.read());
        family.sample(&[("outcome", "failed")], self.failed.read());
    }

    /// One request. Gives when to try again where it has failed, and `None` for never.
    async fn send(&self, webhook: &Webhook, message: &Message, now: u64) -> Result<(), (Failure, Option<u64>)> {
        let Ok(receiver) = Receiver::parse("url", &webhook.url, self.networks()) else {
            // It was one when it was made: the operator allows less now.
            return self.has_failed(webhook, Failure::NotAllowed, now);
        };
        let signatures = self.secrets.sign(webhook, message, now);
        match self.courier.post(&receiver, message, now, &signatures).await {
            Ok(()) => {
                self.delivered.add(1);
                Ok(())
            }
            Err(failure) => self.has_failed(webhook, failure, now),
        }
    }

    fn has_failed(&self, webhook: &Webhook, failure: Failure, now: u64) -> Result<(), (Failure, Option<u64>)> {
        self.failed.add(1);
        let next = match failure {
            Failure::Gone => None,
            _ => next_attempt(webhook.failures + 1, now, u16::from_ne_bytes(random())),
        };
        Err((failure, next))
    }
}

/// Which webhooks to look at.
#[derive(Debug, Clone, Copy)]
enum Look {
    AtAll,
    AtThoseOf(RecordId),
}

/// Delivers for as long as the daemon lives: to each webhook one message at a time.
pub(crate) async fn deliver(service: Arc<Service>) {
    let Some(webhooks) = service.webhooks() else { return };
    let (mut news, mut moves) = (service.store().follow_events(), service.clock().follow());
    let mut runs = JoinSet::new();
    let mut at_work = BTreeMap::<Id, Webhook>::new();
    let mut look = Look::AtAll;
    loop {
        let until_next = match start(&service, look, &mut runs, &mut at_work).await {
            Ok(until_next) => until_next,
            Err(error) => {
                tracing::error!("webhooks can't be looked at: {error}");
                STORE_PAUSE
            }
        };
        look = tokio::select! {
            news = news.recv() => match news {
                Ok(practice) => Look::AtThoseOf(practice),
                Err(RecvError::Lagged(_)) => Look::AtAll,
                Err(RecvError::Closed) => return,
            },
            Some(ended) = runs.join_next_with_id() => {
                let id = match &ended {
                    Ok((id, ())) => *id,
                    Err(error) => error.id(),
                };
                let full = at_work.len() >= AT_ONCE;
                match at_work.remove(&id) {
                    // What has come meanwhile is its practice's; where there was no place others wait, too.
                    Some(webhook) if !full => Look::AtThoseOf(webhook.practice),
                    Some(_) | None => Look::AtAll,
                }
            }
            () = webhooks.changed.notified() => Look::AtAll,
            Ok(()) = moves.changed() => Look::AtAll,
            () = tokio::time::sleep(until_next) => Look::AtAll,
        };
    }
}

/// Starts a run for each that has something to deliver, and says how long nobody else will.
async fn start(
    service: &Arc<Service>,
    look: Look,
    runs: &mut JoinSet<()>,
    at_work: &mut BTreeMap<Id, Webhook>,
) -> Result<Duration, StoreError> {
    let (store, now) = (service.store(), service.now());
    let due = match look {
        Look::AtAll => store.due_webhooks(now).await?,
        Look::AtThoseOf(practice) => store.due_webhooks_of(practice, now).await?,
    };
    for webhook in due {
        if at_work.len() < AT_ONCE && !at_work.values().any(|other| other.id == webhook.id) {
            let run = runs.spawn(run(Arc::clone(service), webhook.id));
            at_work.insert(run.id(), webhook);
        }
    }
    let next = store.next_webhook_attempt(now).await?;
    Ok(next.map_or(LONGEST_SLEEP, |next| Duration::from_secs(next.saturating_sub(now))))
}

/// Delivers what there is for one webhook, until something fails.
async fn run(service: Arc<Service>, id: RecordId) {
    let Some(webhooks) = service.webhooks() else { return };
    loop {
        match step(&service, webhooks, id).await {
            Ok(true) => {}
            Ok(false) | Err(StoreError::NotFound) => return,
            Err(error) => {
                tracing::error!(webhook = %id, "how far a webhook has come can't be noted: {error}");
                // Whoever looks for work would find it again at once.
                return tokio::time::sleep(STORE_PAUSE).await;
            }
        }
    }
}

/// Delivers the next message. `false`: there is none, or it has failed.
async fn step(service: &Service, webhooks: &Webhooks, id: RecordId) -> Result<bool, StoreError> {
    let (store, now) = (service.store(), service.now());
    // Its owner may have changed it since the last one.
    let webhook = store.webhook(id).await?;
    if !webhook.enabled {
        return Ok(false);
    }
    let Some(next) = next(store, &webhook, now).await? else {
        return Ok(false);
    };
    if let Some(message) = next.message
        && let Err((failure, next_attempt)) = webhooks.send(&webhook, &message, now).await
    {
        if next_attempt.is_none() {
            tracing::warn!(webhook = %id, practice = %webhook.practice, "webhook disabled: {failure}");
        }
        store
            .webhook_failed(&webhook, failure.to_string(), now, next_attempt)
            .await?;
        return Ok(false);
    }
    store.webhook_delivered(id, next.reaches).await?;
    Ok(true)
}

/// What a webhook is told next, and how far it has come with it.
struct Next {
    /// None where it doesn't want to hear of these events.
    message: Option<Message>,
    reaches: u64,
}

async fn next(store: &Store, webhook: &Webhook, now: u64) -> Result<Option<Next>, StoreError> {
    let (events, last) = store.events_after(webhook.practice, webhook.delivered, PIECE).await?;
    let first = events.first().map_or(last + 1, |first: &Event| first.number);
    if first > webhook.delivered + 1 {
        let message = Message::of_loss(webhook.practice, webhook.delivered, first - 1, now);
        return Ok(Some(Next {
            message: Some(message),
            reaches: first - 1,
        }));
    }
    let Some(end) = events.last().map(|event| event.number) else {
        return Ok(None);
    };
    let wanted = events.into_iter().find_map(|event| {
        let message = Message::of_event(event);
        webhook
            .types
            .include(message.event_type)
            .then_some((message, event.number))
    });
    Ok(Some(match wanted {
        Some((message, number)) => Next {
            message: Some(message),
            reaches: number,
        },
        None => Next {
            message: None,
            reaches: end,
        },
    }))
}

/// Requests under way.
const AT_ONCE: usize = 64;
/// Events that are read at a time.
const PIECE: u32 = 64;
const STORE_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);
