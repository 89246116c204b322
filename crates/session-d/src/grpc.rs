//! gRPC: requests are parsed into what can't be wrong, decided, remembered, and answered. One file for each service.

mod control;
mod events;
mod hours;
mod practices;
mod rooms;
mod translate;
mod webhooks;

use std::{sync::Arc, time::Duration};

use api::{
    control::v1::control_service_server::ControlServiceServer,
    session::v1::{
        event_service_server::EventServiceServer, hour_service_server::HourServiceServer,
        practice_service_server::PracticeServiceServer, room_service_server::RoomServiceServer,
        webhook_service_server::WebhookServiceServer,
    },
};
use daemon::{Life, doors::Listeners, metrics::Calls};
use prost::Message;
use room::token::Keys;
use tonic::{Code, Status, server::NamedService as _};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{
    Clock,
    events::Places,
    http::Json,
    identity::Caller,
    keys::SigningKeys,
    relay::Relay,
    reporters::Reporters,
    rules::{self, devices::Challenges, fields::invalid, secrets::hash_bytes},
    store::{Asked, Store, StoreError},
    webhooks::Webhooks,
};

/// What all handlers share.
#[derive(Debug)]
pub(crate) struct Service {
    store: Store,
    keys: SigningKeys,
    verifier: Keys,
    challenges: Challenges,
    clock: Clock,
    public_url: Option<String>,
    relay: Option<Relay>,
    webhooks: Option<Webhooks>,
    /// Whether integrators can show certificates.
    certificates: bool,
    places: Places,
    reporters: Reporters,
    life: std::sync::OnceLock<Life>,
}

impl Service {
    pub(crate) fn new(
        store: Store,
        keys: SigningKeys,
        clock: Clock,
        public_url: Option<String>,
        relay: Option<Relay>,
        webhooks: Option<Webhooks>,
        certificates: bool,
    ) -> Self {
        Self {
            store,
            verifier: keys.verifier(),
            keys,
            challenges: Challenges::new(),
            public_url,
            relay,
            webhooks,
            certificates,
            places: Places::default(),
            reporters: Reporters::new(clock.now()),
            clock,
            life: std::sync::OnceLock::new(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn verifier(&self) -> &Keys {
        &self.verifier
    }

    /// Where the operator has one.
    pub(crate) fn relay(&self) -> Option<&Relay> {
        self.relay.as_ref()
    }

    /// Where the operator has configured them.
    pub(crate) fn webhooks(&self) -> Option<&Webhooks> {
        self.webhooks.as_ref()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Which signal-ds are there.
    pub(crate) fn reporters(&self) -> &Reporters {
        &self.reporters
    }

    /// Seconds of the Unix epoch.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    pub(crate) fn forget_old_challenges(&self) {
        self.challenges.forget_old(self.now());
    }

    /// A request that may come again with the same `request_id`.
    fn asked(&self, caller: Caller, request_id: &str, request: &impl Message) -> Result<Asked, Status> {
        Ok(Asked {
            caller: caller.name(),
            id: rules::rooms::request_id(request_id)?,
            hash: hash_bytes(&request.encode_to_vec()),
            now: self.now(),
        })
    }

    /// `https://<public name><path>`, where the public name is known.
    fn link(&self, path: &str) -> String {
        self.public_url
            .as_ref()
            .map_or_else(String::new, |url| format!("{url}{path}"))
    }

    /// Over when the daemon ends: streams have to, or they would hold it.
    fn life(&self) -> Life {
        self.life.get_or_init(Life::new).clone()
    }
}

/// Serves until `life` ends.
pub(crate) async fn serve(
    service: Arc<Service>,
    listeners: Listeners,
    calls: &Calls,
    life: Life,
) -> anyhow::Result<()> {
    service.life.get_or_init(|| life.clone());
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<PracticeServiceServer<Handlers>>().await;
    health.set_serving::<RoomServiceServer<Handlers>>().await;
    health.set_serving::<HourServiceServer<Handlers>>().await;
    health.set_serving::<EventServiceServer<Handlers>>().await;
    health.set_serving::<WebhookServiceServer<Handlers>>().await;
    health.set_serving::<ControlServiceServer<Handlers>>().await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(api::FILE_DESCRIPTOR_SET)
        .with_service_name(PracticeServiceServer::<Handlers>::NAME)
        .with_service_name(RoomServiceServer::<Handlers>::NAME)
        .with_service_name(HourServiceServer::<Handlers>::NAME)
        .with_service_name(EventServiceServer::<Handlers>::NAME)
        .with_service_name(WebhookServiceServer::<Handlers>::NAME)
        .with_service_name(ControlServiceServer::<Handlers>::NAME)
        .build_v1()?;
    let handlers = Handlers(service);
    let router = daemon::doors::server()
        .accept_http1(true)
        .layer(Json::new())
        .layer(calls.layer())
        .add_service(health_service)
        .add_service(reflection)
        .add_service(PracticeServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE))
        .add_service(RoomServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE))
        .add_service(HourServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE))
        .add_service(EventServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE))
        .add_service(WebhookServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE))
        .add_service(ControlServiceServer::new(handlers).max_decoding_message_size(MAX_MESSAGE));
    life.ready();
    router
        .serve_with_incoming_shutdown(listeners.accept(), async move { life.ending().await })
        .await?;
    Ok(())
}

/// The services are implemented on this: one value behind all their names.
#[derive(Debug, Clone)]
pub(crate) struct Handlers(Arc<Service>);

impl std::ops::Deref for Handlers {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.0
    }
}

impl From<StoreError> for Status {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => crate::identity::not_found(),
            StoreError::Exists => Self::already_exists("the id or the invite is taken"),
            StoreError::AnotherRequest => invalid("request_id", "was used for another request"),
            StoreError::Full => Self::resource_exhausted("as many as there may be"),
            StoreError::Closed => Self::failed_precondition("the room is cancelled"),
            StoreError::Revoked => Self::failed_precondition("the hour's link is revoked"),
            StoreError::NotOpen => rooms::precondition("NOT_OPEN", "nobody is let in right now"),
            StoreError::NobodyThere => rooms::precondition("NOBODY_THERE", "nobody is known to be on the seat"),
            StoreError::NotPending => Self::failed_precondition("the device is not waiting to be confirmed"),
            StoreError::Outdated => Self::aborted("it was changed since it was read"),
            StoreError::Busy => try_again(Code::ResourceExhausted, "too many writes at once: try again"),
            StoreError::Unavailable => try_again(Code::Unavailable, "the store can't be written right now"),
            StoreError::Failed(error) => {
                tracing::error!("the store failed: {error}");
                try_again(Code::Unavailable, "the store can't be used right now")
            }
        }
    }
}

fn try_again(code: Code, message: &str) -> Status {
    Status::with_error_details(code, message, ErrorDetails::with_retry_info(Some(RETRY)))
}

const RETRY: Duration = Duration::from_secs(1);
/// A practice's settings are the largest that anybody sends: 64 KiB.
const MAX_MESSAGE: usize = 80 * 1024;
