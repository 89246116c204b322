//! What webhooks are sent, and what comes of receivers that don't answer as they should.

mod common;

use std::{sync::atomic::Ordering, time::Duration};

use api::session::v1::{
    CreateWebhookRequest, DeleteWebhookRequest, GetWebhookRequest, ListWebhooksRequest, RotateWebhookSecretRequest,
    UpdateWebhookRequest, Webhook, event::Type, webhook::State, webhook_service_client::WebhookServiceClient,
};
use common::{
    House,
    authority::Authority,
    receiver::{Answer, Receiver},
    room_request,
};
use prost_types::FieldMask;
use serde_json::json;
use session_d::WebhooksConfig;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn what_happens_is_sent_in_order_and_signed_and_says_no_more_than_events_do() {
    let house = house().await;
    let practice = house.practice("Praxis am Finkenweg").await;
    let mut receiver = Receiver::plain().await;
    room(&house, &practice).await;
    let (_, secret) = house.webhook(&practice, &receiver.url()).await;
    let other = house.practice("Another").await;

    let rooms = [room(&house, &practice).await, room(&house, &practice).await];
    room(&house, &other).await;
    house.close(&rooms[0]).await;

    for (number, (kind, room)) in [("created", 0), ("created", 1), ("cancelled", 0)]
        .into_iter()
        .enumerate()
    {
        let sent = receiver.next().await;
        // Of what was before the webhook it hears nothing.
        assert_eq!(sent.id(), format!("{practice}-{}", number + 2));
        assert_eq!(sent.signed_by(&secret), 1);
        assert_eq!(sent.target, "/visite?from=webhooks");
        let body = sent.json();
        let time = &body["timestamp"];
        let data = json!({
            "id": sent.id(), "type": format!("TYPE_{}", kind.to_uppercase()), "time": time, "practice": practice, "room": rooms[room],
        });
        assert_eq!(
            body,
            json!({ "type": format!("room.{kind}"), "timestamp": time, "data": data })
        );
        let mut headers: Vec<_> = sent.headers.keys().map(String::as_str).collect();
        headers.retain(|name| !name.starts_with("webhook-"));
        assert_eq!(
            headers,
            ["connection", "content-length", "content-type", "host", "user-agent"]
        );
    }
    house.settle(&practice).await;
    assert!(!receiver.has_more());
}

#[tokio::test]
async fn what_was_not_heard_is_sent_again_before_anything_else_also_by_another_life() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let mut receiver = Receiver::plain().await;
    receiver.answers(Answer::Status(500));
    let (webhook, secret) = house.webhook(&practice, &receiver.url()).await;

    room(&house, &practice).await;
    let first = receiver.next().await;
    let failing = house.until(&webhook, |webhook| webhook.failing_since.is_some()).await;
    assert_eq!((&*failing.failure, failing.state()), ("answered 500", State::Enabled));
    let next = failing.next_attempt_time.expect("it is tried again").seconds;
    assert!((5..=7).contains(&(next - failing.failing_since.expect("since").seconds)));
    room(&house, &practice).await;
    house.settle(&practice).await;
    assert!(!receiver.has_more(), "the second waits for the first");

    receiver.answers(Answer::Status(200));
    let house = House::with(house.end().await, on_this_machine).await;
    house.clock.advance(Duration::from_secs(10));
    let again = receiver.next().await;
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    assert_eq!(again.signed_by(&secret), 1);
    assert_eq!(receiver.next().await.id(), format!("{practice}-2"));
    let well = house.until(&webhook, |webhook| webhook.failing_since.is_none()).await;
    assert_eq!((&*well.failure, well.next_attempt_time), ("", None));
    house.settle(&practice).await;
    assert!(!receiver.has_more(), "what was heard is not sent again");
}

#[tokio::test]
async fn a_receiver_that_fails_for_days_is_disabled_with_a_reason_and_goes_on_when_it_is_enabled() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let mut receiver = Receiver::plain().await;
    receiver.answers(Answer::Status(503));
    let (webhook, _) = house.webhook(&practice, &receiver.url()).await;

    room(&house, &practice).await;
    for hours in [1, 1, 1, 3, 6, 12, 17, 24, 29] {
        receiver.next().await;
        house
            .until(&webhook, |webhook| webhook.next_attempt_time.is_some())
            .await;
        house.clock.advance(Duration::from_secs(hours * 3600));
    }
    receiver.next().await;

    let disabled = house
        .until(&webhook, |webhook| webhook.state() == State::Disabled)
        .await;
    assert_eq!((&*disabled.failure, disabled.next_attempt_time), ("answered 503", None));
    room(&house, &practice).await;
    receiver.answers(Answer::Status(200));
    house.settle(&practice).await;
    assert!(!receiver.has_more());
    let enabled = Webhook {
        id: webhook.clone(),
        state: State::Enabled.into(),
        ..Webhook::default()
    };
    let enabled = house.update(enabled, "state").await.expect("enabled");
    assert_eq!((enabled.state(), &*enabled.failure), (State::Enabled, ""));
    // What is as old as that is deleted: it hears that it has missed something.
    let lost = receiver.next().await;
    assert_eq!(
        (&*lost.kind(), &lost.json()["data"]),
        ("events.lost", &json!({ "practice": practice, "count": 1 }))
    );
    assert_eq!(receiver.next().await.id(), format!("{practice}-2"));
}

#[tokio::test]
async fn who_is_gone_is_asked_no_more() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let mut receiver = Receiver::plain().await;
    receiver.answers(Answer::Status(410));
    let (webhook, _) = house.webhook(&practice, &receiver.url()).await;

    room(&house, &practice).await;
    receiver.next().await;

    let gone = house
        .until(&webhook, |webhook| webhook.state() == State::Disabled)
        .await;
    assert_eq!(gone.failure, "answered 410: it is gone");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let (mut receiver, elsewhere) = (Receiver::plain().await, Receiver::plain().await);
    receiver.answers(Answer::Redirect(elsewhere.url()));
    let (webhook, _) = house.webhook(&practice, &receiver.url()).await;

    room(&house, &practice).await;
    receiver.next().await;

    let failing = house.until(&webhook, |webhook| webhook.failing_since.is_some()).await;
    assert_eq!(failing.failure, "answered 307: redirects are not followed");
    assert_eq!(elsewhere.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_receiver_that_says_nothing_holds_up_nobody_else_and_fails_in_the_end() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let (mut silent, mut other) = (Receiver::plain().await, Receiver::plain().await);
    silent.answers(Answer::Nothing);
    let (webhook, _) = house.webhook(&practice, &silent.url()).await;
    house.webhook(&practice, &other.url()).await;

    room(&house, &practice).await;
    silent.next().await;
    other.next().await;
    room(&house, &practice).await;

    assert_eq!(other.next().await.id(), format!("{practice}-2"));
    let failing = house.until(&webhook, |webhook| webhook.failing_since.is_some()).await;
    assert_eq!(failing.failure, "not answered within 15 seconds");
}

#[tokio::test]
async fn inner_networks_are_not_called_whatever_leads_there() {
    let dir = tempfile::tempdir().expect("a directory");
    Authority::new(dir.path(), "theirs");
    let ca = dir.path().join("theirs.pem");
    let house = House::with(dir, |config| config.webhooks = Some(webhooks(ca))).await;
    let practice = house.practice("Praxis").await;
    let receiver = Receiver::plain().await;
    let port = receiver.addr.port();

    for host in [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "[fd00::1]",
    ] {
        let refused = house
            .create_webhook(&practice, &format!("https://{host}:{port}/"))
            .await;
        assert_names(&refused.expect_err(host), "url");
    }
    for url in [
        format!("http://127.0.0.1:{port}/"),
        "http://software.example.org/".to_owned(),
        "x".to_owned(),
    ] {
        assert_names(&house.create_webhook(&practice, &url).await.expect_err(&url), "url");
    }
    // Names say where they lead only when they are asked; some resolvers take numbers for addresses, too.
    for host in ["localhost", "127.1", "2130706433", "0x7f000001", "0"] {
        let made = house
            .create_webhook(&practice, &format!("https://{host}:{port}/"))
            .await;
        let webhook = made.expect("a name, for all we know").0.id;
        room(&house, &practice).await;
        let failing = house.until(&webhook, |webhook| webhook.failing_since.is_some()).await;
        let reasons = [
            "the name has no address that may be called: the operator has to allow its network",
            "the name is not known",
        ];
        assert!(reasons.contains(&&*failing.failure), "{host}: {}", failing.failure);
        house.delete(&webhook).await.expect("deleted");
    }
    assert_eq!(receiver.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_the_operator_allows_is_called_over_tls_and_has_to_be_who_it_says() {
    daemon::tls::use_one_provider();
    let dir = tempfile::tempdir().expect("a directory");
    let theirs = Authority::new(dir.path(), "theirs");
    let mut good = Receiver::tls(theirs.issue(dir.path(), "localhost")).await;
    let wrong = Receiver::tls(theirs.issue(dir.path(), "another.example.org")).await;
    let nobodys = Receiver::tls(Authority::new(dir.path(), "nobodys").issue(dir.path(), "localhost")).await;
    let mut webhooks = webhooks(dir.path().join("theirs.pem"));
    webhooks.allow = vec!["127.0.0.0/8".parse().expect("a network")];
    let house = House::with(dir, |config| config.webhooks = Some(webhooks)).await;
    let practice = house.practice("Praxis").await;
    let url = |receiver: &Receiver| format!("https://localhost:{}/", receiver.addr.port());

    let (_, secret) = house.webhook(&practice, &url(&good)).await;
    let (wrong, _) = house.webhook(&practice, &url(&wrong)).await;
    let (nobodys, _) = house.webhook(&practice, &url(&nobodys)).await;
    room(&house, &practice).await;

    assert_eq!(good.next().await.signed_by(&secret), 1);
    for webhook in [wrong, nobodys] {
        let failing = house.until(&webhook, |webhook| webhook.failing_since.is_some()).await;
        assert!(
            failing
                .failure
                .starts_with("no TLS connection: invalid peer certificate"),
            "{}",
            failing.failure
        );
    }
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_one_before_for_a_while() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let mut receiver = Receiver::plain().await;
    let (webhook, old) = house.webhook(&practice, &receiver.url()).await;

    let rotate = RotateWebhookSecretRequest {
        webhook: webhook.clone(),
        ..RotateWebhookSecretRequest::default()
    };
    let new = house
        .webhooks()
        .rotate_webhook_secret(rotate)
        .await
        .expect("rotated")
        .into_inner()
        .secret;
    assert_ne!(old, new);

    room(&house, &practice).await;
    let both = receiver.next().await;
    assert_eq!((both.signed_by(&old), both.signed_by(&new)), (1, 1));
    house.clock.advance(Duration::from_secs(24 * 3600));
    room(&house, &practice).await;
    let one = receiver.next().await;
    assert_eq!((one.signed_by(&old), one.signed_by(&new)), (0, 1));
}

#[tokio::test]
async fn a_webhook_hears_of_the_types_that_it_names() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let mut receiver = Receiver::plain().await;
    let request = CreateWebhookRequest {
        practice: practice.clone(),
        url: receiver.url(),
        types: vec![Type::Cancelled.into()],
        ..CreateWebhookRequest::default()
    };
    house.webhooks().create_webhook(request).await.expect("made");

    let room = room(&house, &practice).await;
    house.close(&room).await;

    assert_eq!(receiver.next().await.kind(), "room.cancelled");
    house.settle(&practice).await;
    assert!(!receiver.has_more());
}

#[tokio::test]
async fn a_webhook_is_made_once_changed_by_who_has_read_it_and_ends_when_it_is_deleted() {
    let house = house().await;
    let practice = house.practice("Praxis").await;
    let receiver = Receiver::plain().await;
    let request = CreateWebhookRequest {
        practice: practice.clone(),
        url: receiver.url(),
        request_id: "one".to_owned(),
        ..CreateWebhookRequest::default()
    };
    let first = house
        .webhooks()
        .create_webhook(request.clone())
        .await
        .expect("made")
        .into_inner();
    let again = house
        .webhooks()
        .create_webhook(request)
        .await
        .expect("the same")
        .into_inner();
    assert_eq!((&again.webhook, &*again.secret), (&first.webhook, ""));
    assert!(first.secret.starts_with("whsec_"));

    let read = first.webhook.expect("a webhook");
    let disabled = Webhook {
        state: State::Disabled.into(),
        ..read.clone()
    };
    let changed = house.update(disabled.clone(), "state").await.expect("changed");
    assert_ne!(changed.etag, read.etag);
    assert_eq!(
        house.update(disabled, "state").await.expect_err("outdated").code(),
        Code::Aborted
    );
    for (path, field) in [
        ("url", "webhook.url"),
        ("state", "webhook.state"),
        ("id", "update_mask"),
        ("types", "types"),
    ] {
        let odd = Webhook {
            id: read.id.clone(),
            types: vec![99],
            ..Webhook::default()
        };
        assert_names(&house.update(odd, path).await.expect_err(path), field);
    }

    house.delete(&read.id).await.expect("deleted");
    assert_eq!(
        house.delete(&read.id).await.expect_err("is gone").code(),
        Code::NotFound
    );
    room(&house, &practice).await;
    for _ in 0..8 {
        house.webhook(&practice, &receiver.url()).await;
    }
    let full = house
        .create_webhook(&practice, &receiver.url())
        .await
        .expect_err("full");
    assert_eq!(full.code(), Code::ResourceExhausted);
    house.settle(&practice).await;
    assert!(!receiver.has_more());
}

#[tokio::test]
async fn where_the_operator_has_configured_none_there_are_none() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;

    let off = house
        .create_webhook(&practice, "https://software.example.org/")
        .await
        .expect_err("off");

    assert_eq!(off.code(), Code::FailedPrecondition);
    assert_eq!(off.get_details_error_info().expect("details").reason, "WEBHOOKS_OFF");
}

async fn house() -> House {
    House::with(tempfile::tempdir().expect("a directory"), on_this_machine).await
}

/// Receivers without TLS, as in `deploy/session-d.toml`.
fn on_this_machine(config: &mut session_d::Config) {
    let ca = config.data_dir.with_file_name("ca.pem");
    if !ca.exists() {
        Authority::new(ca.parent().expect("a directory"), "ca");
    }
    config.webhooks = Some(WebhooksConfig {
        plain_loopback: true,
        ..webhooks(ca)
    });
}

fn webhooks(ca: std::path::PathBuf) -> WebhooksConfig {
    WebhooksConfig {
        ca,
        allow: Vec::new(),
        plain_loopback: false,
    }
}

/// One that is still to come when the clock has been moved on by days.
async fn room(house: &House, practice: &str) -> String {
    house
        .create(room_request(practice, 30 * 86_400))
        .await
        .room
        .expect("a room")
        .id
}

fn assert_names(status: &Status, field: &str) {
    let details = status.get_details_bad_request().unwrap_or_else(|| panic!("{status}"));
    assert_eq!(details.field_violations[0].field, field);
}

impl House {
    fn webhooks(&self) -> WebhookServiceClient<Channel> {
        WebhookServiceClient::new(self.channel.clone())
    }

    async fn create_webhook(&self, practice: &str, url: &str) -> Result<(Webhook, String), Status> {
        let request = CreateWebhookRequest {
            practice: practice.to_owned(),
            url: url.to_owned(),
            ..CreateWebhookRequest::default()
        };
        let made = self.webhooks().create_webhook(request).await?.into_inner();
        Ok((made.webhook.expect("a webhook"), made.secret))
    }

    /// Its id and its secret.
    async fn webhook(&self, practice: &str, url: &str) -> (String, String) {
        let (webhook, secret) = self.create_webhook(practice, url).await.expect("made");
        (webhook.id, secret)
    }

    async fn update(&self, webhook: Webhook, path: &str) -> Result<Webhook, Status> {
        let request = UpdateWebhookRequest {
            webhook: Some(webhook),
            update_mask: Some(FieldMask {
                paths: vec![path.to_owned()],
            }),
        };
        Ok(self.webhooks().update_webhook(request).await?.into_inner())
    }

    async fn delete(&self, webhook: &str) -> Result<(), Status> {
        let request = DeleteWebhookRequest {
            webhook: webhook.to_owned(),
        };
        self.webhooks().delete_webhook(request).await.map(drop)
    }

    async fn close(&self, room: &str) {
        let request = api::session::v1::CloseRoomRequest {
            room: room.to_owned(),
            ..Default::default()
        };
        self.rooms().close_room(request).await.expect("closed");
    }

    /// Waits until a webhook is so.
    async fn until(&self, webhook: &str, is_so: impl Fn(&Webhook) -> bool) -> Webhook {
        for _ in 0..3000 {
            let request = GetWebhookRequest {
                webhook: webhook.to_owned(),
            };
            let webhook = self.webhooks().get_webhook(request).await.expect("there").into_inner();
            if is_so(&webhook) {
                return webhook;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never came to that");
    }

    /// Waits until another webhook of the practice has heard of something new, and everybody who was to hear of what was before has, too.
    async fn settle(&self, practice: &str) {
        let list = ListWebhooksRequest {
            practice: practice.to_owned(),
        };
        let others = self
            .webhooks()
            .list_webhooks(list)
            .await
            .expect("listed")
            .into_inner()
            .webhooks;
        let other = self.practice("Settled").await;
        let mut receiver = Receiver::plain().await;
        self.webhook(&other, &receiver.url()).await;
        for _ in 0..=others.len() {
            room(self, &other).await;
            receiver.next().await;
        }
    }
}
