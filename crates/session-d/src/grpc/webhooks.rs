use api::session::v1::{
    CreateWebhookRequest, CreateWebhookResponse, DeleteWebhookRequest, GetWebhookRequest, ListWebhooksRequest,
    ListWebhooksResponse, RotateWebhookSecretRequest, RotateWebhookSecretResponse, UpdateWebhookRequest, Webhook,
    webhook::State, webhook_service_server::WebhookService,
};
use room::RecordId;
use tonic::{Request, Response, Status};

use super::{
    Handlers, Service,
    rooms::{etag, precondition},
};
use crate::{
    identity::Caller,
    rules::{
        fields::{duration, id, invalid},
        scopes::Scope,
        secrets::random,
        webhooks::{Networks, Receiver, Types},
    },
    store::{self, WebhookUpdate},
    webhooks::Webhooks,
};

#[tonic::async_trait]
impl WebhookService for Handlers {
    async fn create_webhook(
        &self,
        request: Request<CreateWebhookRequest>,
    ) -> Result<Response<CreateWebhookResponse>, Status> {
        let caller = self.caller(&request, Scope::WebhooksWrite).await?;
        let request = request.get_ref();
        let practice = id("practice", &request.practice)?;
        caller.integrates(practice)?;
        let webhooks = self.configured_webhooks()?;
        let new = store::Webhook {
            id: RecordId::new(random()),
            practice: self.store().practice(practice).await?.id,
            url: Receiver::parse("url", &request.url, webhooks.networks())?.url,
            types: Types::parse(&request.types)?,
            enabled: true,
            created: self.now(),
            revision: 1,
            secret: 1,
            older_until: None,
            delivered: 0,
            failures: 0,
            failing_since: None,
            next_attempt: None,
            failure: String::new(),
        };
        let (id, asked) = (new.id, self.asked(caller, &request.request_id, request)?);
        let webhook = self.store().create_webhook(new, asked).await?;
        let fresh = webhook.id == id;
        if fresh {
            tracing::info!(webhook = %id, %practice, "webhook created");
        }
        Ok(Response::new(CreateWebhookResponse {
            secret: if fresh {
                webhooks.secret(&webhook)
            } else {
                String::new()
            },
            webhook: Some(webhook.into()),
        }))
    }

    async fn get_webhook(&self, request: Request<GetWebhookRequest>) -> Result<Response<Webhook>, Status> {
        let caller = self.caller(&request, Scope::WebhooksRead).await?;
        let webhook = self.own_webhook(caller, "webhook", &request.get_ref().webhook).await?;
        Ok(Response::new(webhook.into()))
    }

    async fn list_webhooks(
        &self,
        request: Request<ListWebhooksRequest>,
    ) -> Result<Response<ListWebhooksResponse>, Status> {
        let caller = self.caller(&request, Scope::WebhooksRead).await?;
        let practice = id("practice", &request.get_ref().practice)?;
        caller.integrates(practice)?;
        let webhooks = self.store().webhooks(practice).await?.into_iter();
        Ok(Response::new(ListWebhooksResponse {
            webhooks: webhooks.map(Into::into).collect(),
        }))
    }

    async fn update_webhook(&self, request: Request<UpdateWebhookRequest>) -> Result<Response<Webhook>, Status> {
        let caller = self.caller(&request, Scope::WebhooksWrite).await?;
        let request = request.get_ref();
        let wanted = request.webhook.as_ref();
        let wanted = wanted.ok_or_else(|| invalid("webhook", "has to be there"))?;
        let mask = request.update_mask.as_ref().map_or(&[][..], |mask| &mask.paths);
        let webhook = self.own_webhook(caller, "webhook.id", &wanted.id).await?;
        let webhooks = self.configured_webhooks()?;
        let update = WebhookUpdate {
            revision: etag("webhook.etag", &wanted.etag)?,
            ..changes(wanted, mask, webhooks.networks())?
        };
        let webhook = self.store().update_webhook(webhook.id, update).await?;
        webhooks.wake();
        tracing::info!(webhook = %webhook.id, enabled = webhook.enabled, "webhook changed");
        Ok(Response::new(webhook.into()))
    }

    async fn rotate_webhook_secret(
        &self,
        request: Request<RotateWebhookSecretRequest>,
    ) -> Result<Response<RotateWebhookSecretResponse>, Status> {
        let caller = self.caller(&request, Scope::WebhooksWrite).await?;
        let request = request.get_ref();
        let overlap = duration("overlap", request.overlap, 0..=LONGEST_OVERLAP, Some(OVERLAP))?;
        let revision = etag("etag", &request.etag)?;
        let webhook = self.own_webhook(caller, "webhook", &request.webhook).await?;
        let webhooks = self.configured_webhooks()?;
        let until = self.now() + overlap;
        let webhook = self.store().rotate_webhook_secret(webhook.id, revision, until).await?;
        tracing::info!(webhook = %webhook.id, "webhook has another secret");
        Ok(Response::new(RotateWebhookSecretResponse {
            secret: webhooks.secret(&webhook),
            webhook: Some(webhook.into()),
        }))
    }

    async fn delete_webhook(&self, request: Request<DeleteWebhookRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request, Scope::WebhooksWrite).await?;
        let webhook = self.own_webhook(caller, "webhook", &request.get_ref().webhook).await?;
        self.store().delete_webhook(webhook.id).await?;
        tracing::info!(webhook = %webhook.id, "webhook deleted");
        Ok(Response::new(()))
    }
}

impl Service {
    fn configured_webhooks(&self) -> Result<&Webhooks, Status> {
        let off = || precondition("WEBHOOKS_OFF", "the operator has configured no webhooks");
        self.webhooks().ok_or_else(off)
    }

    /// A webhook of a practice whose software, or operator, calls.
    async fn own_webhook(&self, caller: Caller, field: &str, text: &str) -> Result<store::Webhook, Status> {
        let webhook = self.store().webhook(id(field, text)?).await?;
        caller.integrates(webhook.practice)?;
        Ok(webhook)
    }
}

/// What becomes another by the fields that the mask names.
fn changes(wanted: &Webhook, mask: &[String], networks: &Networks) -> Result<WebhookUpdate, Status> {
    let mut update = WebhookUpdate::default();
    for path in mask {
        match path.as_str() {
            "url" => {
                update.url = Some(Receiver::parse("webhook.url", &wanted.url, networks)?.url);
            }
            "types" => update.types = Some(Types::parse(&wanted.types)?),
            "state" => match wanted.state() {
                State::Enabled => update.enabled = Some(true),
                State::Disabled => update.enabled = Some(false),
                State::Unspecified => {
                    return Err(invalid("webhook.state", "has to be STATE_ENABLED or STATE_DISABLED"));
                }
            },
            _ => return Err(invalid("update_mask", "has to name some of url, types, state")),
        }
    }
    if mask.is_empty() {
        return Err(invalid("update_mask", "has to name what is to be another"));
    }
    Ok(update)
}

/// Seconds.
const OVERLAP: u64 = 24 * 60 * 60;
const LONGEST_OVERLAP: u64 = 7 * 24 * 60 * 60;
