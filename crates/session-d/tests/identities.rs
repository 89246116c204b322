//! Case 64: every call by everybody who could make it. Only what the table allows succeeds.

mod common;

use std::{future::Future, time::Duration};

use api::{
    control::v1::{
        CreateDeviceChallengeRequest, EnrolDeviceRequest, EnterHourRequest, IdentifyDeviceRequest, LookupInviteRequest,
        RedeemInviteRequest, ReplyToInviteRequest, ReportSeatsRequest, SeatReport, SignInDeviceRequest,
        WatchChangesRequest, control_service_client::ControlServiceClient,
    },
    session::v1::{
        CloseHourRequest, CloseRoomRequest, ConfirmDeviceRequest, CreateApiKeyRequest, CreateEnrolmentRequest,
        CreateHourRequest, CreateInviteRequest, CreatePracticeRequest, CreateRoomTokenRequest, CreateWebhookRequest,
        DeleteWebhookRequest, DropDeviceKeysRequest, GetDeviceKeysRequest, GetPracticeRequest,
        GetPracticeSettingsRequest, GetRoomRequest, GetWebhookRequest, InviteSpec, ListApiKeysRequest,
        ListDevicesRequest, ListHoursRequest, ListPracticesRequest, ListRoomsRequest, ListUsageRequest,
        ListWebhooksRequest, MoveRoomRequest, OpenHourRequest, ReportSeatRequest, RevokeApiKeyRequest,
        RevokeDeviceRequest, RevokeHourRequest, RevokeInviteRequest, Role, Room, RotateWebhookSecretRequest,
        SetHourWelcomeRequest, SetLabelRequest, SetWelcomeRequest, UpdatePracticeSettingsRequest, UpdateRoomRequest,
        UpdateWebhookRequest, WatchEventsRequest, Webhook, event::Type, event_service_client::EventServiceClient,
        hour_service_client::HourServiceClient, practice_service_client::PracticeServiceClient,
        room_service_client::RoomServiceClient, webhook::State, webhook_service_client::WebhookServiceClient,
    },
};
use common::{
    Bearer, House,
    authority::{Authority, connect},
    device::Device,
    http::Way,
    in_seconds, invented_invite, room_request, socket,
};
use daemon::tls::CertFiles;
use prost::Message as _;
use prost_types::{FieldMask, FileDescriptorSet};
use session_d::{IntegratorsConfig, TlsConfig, WebhooksConfig};
use tonic::{
    Code, Request, Response, Status,
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Identity},
};

/// What somebody is told: `+` it is done, `U` unauthenticated, `P` permission denied, `N` not found.
///
/// In the order of [`Everybody`]: nobody, a revoked device, a device whose token has run out, another practice's doctor, another practice's software,
/// this practice's staff, doctor and software, the operator, and one of our daemons.
const TABLE: [(&str, &str); 50] = [
    ("CreatePractice", "UUU PP PPP +P"),
    ("GetPractice", "UUU NN +++ +N"),
    // Each sees those that are theirs; a daemon none.
    ("ListPractices", "UUU ++ +++ ++"),
    ("CreateEnrolment", "UUU NN P++ +N"),
    ("ListDevices", "UUU NN +++ +N"),
    ("ConfirmDevice", "UUU NN P+P PN"),
    ("RevokeDevice", "UUU NN P++ +N"),
    // Nothing is left for this doctor's device: a device gets its own only.
    ("GetDeviceKeys", "UUU NP +NP PP"),
    ("DropDeviceKeys", "UUU +P ++P PP"),
    ("GetPracticeSettings", "UUU NN ++P PN"),
    ("UpdatePracticeSettings", "UUU NN P+P PN"),
    ("CreateApiKey", "UUU PP PPP +P"),
    ("RevokeApiKey", "UUU PP PPP +P"),
    ("ListApiKeys", "UUU PP PPP +P"),
    ("ListUsage", "UUU NN +++ +N"),
    ("CreateRoom", "UUU NN +++ +N"),
    ("GetRoom", "UUU NN +++ +N"),
    ("ListRooms", "UUU NN +++ +N"),
    ("MoveRoom", "UUU NN +++ +N"),
    ("UpdateRoom", "UUU NN +++ +N"),
    ("SetWelcome", "UUU NN +++ +N"),
    ("SetLabel", "UUU NN +++ +N"),
    ("CreateInvite", "UUU NN +++ +N"),
    ("RevokeInvite", "UUU NN +++ +N"),
    ("CreateRoomToken", "UUU NN P+P PN"),
    ("CloseRoom", "UUU NN +++ +N"),
    ("CreateHour", "UUU NN P+P PN"),
    ("ListHours", "UUU NN +++ +N"),
    ("OpenHour", "UUU NN P+P PN"),
    ("CloseHour", "UUU NN P++ +N"),
    ("SetHourWelcome", "UUU NN P+P PN"),
    ("RevokeHour", "UUU NN P++ +N"),
    ("WatchEvents", "UUU NN +++ +N"),
    ("ReportSeat", "UUU NN P+P PN"),
    ("CreateWebhook", "UUU NN PP+ +N"),
    ("GetWebhook", "UUU NN PP+ +N"),
    ("ListWebhooks", "UUU NN PP+ +N"),
    ("UpdateWebhook", "UUU NN PP+ +N"),
    ("RotateWebhookSecret", "UUU NN PP+ +N"),
    ("DeleteWebhook", "UUU NN PP+ +N"),
    // The operator's socket is also our daemons' where they run as the same user.
    ("LookupInvite", "PPP PP PPP ++"),
    ("RedeemInvite", "PPP PP PPP ++"),
    ("ReplyToInvite", "PPP PP PPP ++"),
    ("EnterHour", "PPP PP PPP ++"),
    ("EnrolDevice", "PPP PP PPP ++"),
    ("CreateDeviceChallenge", "PPP PP PPP ++"),
    // With a challenge that nobody has made.
    ("SignInDevice", "PPP PP PPP UU"),
    // With a token that nobody has made.
    ("IdentifyDevice", "PPP PP PPP UU"),
    ("WatchChanges", "PPP PP PPP ++"),
    ("ReportSeats", "PPP PP PPP ++"),
];

#[tokio::test]
async fn case_64_every_call_by_everybody() {
    let everybody = Everybody::gather().await;

    everybody.try_everything(&TABLE).await;
}

/// Our daemons' calls are gRPC only.
#[tokio::test]
async fn case_64_every_call_by_everybody_over_http() {
    let everybody = Everybody::gather().await.over_http().await;

    everybody.try_everything(&TABLE[..control()]).await;
}

/// Where our daemons' calls begin.
fn control() -> usize {
    let first = TABLE.iter().position(|(call, _)| *call == "LookupInvite");
    first.expect("a row")
}

impl Everybody {
    async fn try_everything(&self, table: &[(&str, &str)]) {
        let mut found = Vec::new();
        for (call, _) in table {
            let mut cells = Vec::new();
            for somebody in &self.all {
                let target = self.target(call).await;
                cells.push(match somebody.make(call, target).await {
                    Ok(()) => '+',
                    Err(status) => told(call, &status),
                });
            }
            found.push((*call, cells.into_iter().collect::<String>()));
        }
        let expected = table.iter().map(|(call, cells)| (*call, cells.replace(' ', "")));
        assert_eq!(found, expected.collect::<Vec<_>>());
    }

    /// They are told what nobody is told, and all of them in the same words.
    async fn refuse_strangers(&self, table: &[(&str, &str)]) {
        for (call, cells) in table {
            let target = self.target(call).await;
            let mut first = None;
            for (who, stranger) in &self.strangers {
                let refused = stranger.make(call, target.clone()).await;
                let refused = said(&refused.expect_err(&format!("{call} with {who}")));
                let code = match cells.chars().next() {
                    Some('U') => Code::Unauthenticated,
                    _ => Code::PermissionDenied,
                };
                assert_eq!(refused.0, code, "{call} with {who}");
                assert_eq!(
                    &refused,
                    first.get_or_insert_with(|| refused.clone()),
                    "{call} with {who}"
                );
            }
        }
    }

    /// The same people, whose software speaks HTTP and JSON.
    async fn over_http(mut self) -> Self {
        let dir = self.house.dir.path();
        let files = |name: &str| CertFiles {
            cert: dir.join(format!("{name}.pem")),
            key: dir.join(format!("{name}.key")),
        };
        let client = |files: Option<&CertFiles>| {
            let config = daemon::tls::client_config(&dir.join("ours.pem"), files).expect("a client");
            Way::Tls(self.house.tls.expect("a port").port(), config.into())
        };
        let anybody = client(None).bridge(dir, "anybody").await;
        let operator = Way::Unix(socket(dir)).bridge(dir, "operator").await;
        let daemon = client(Some(&files("signal-d"))).bridge(dir, "daemon").await;
        let other = client(Some(&files("other.example.org"))).bridge(dir, "other").await;
        for (at, somebody) in self.all.iter_mut().enumerate() {
            somebody.channel = match at {
                8 => operator.clone(),
                9 => daemon.clone(),
                _ => anybody.clone(),
            };
        }
        for (who, stranger) in &mut self.strangers {
            stranger.channel = match *who {
                OTHER_CERTIFICATE => other.clone(),
                _ => anybody.clone(),
            };
        }
        self
    }
}

#[tokio::test]
async fn case_64_wrong_credentials_are_refused_alike() {
    Everybody::gather().await.refuse_strangers(&TABLE).await;
}

#[tokio::test]
async fn case_64_wrong_credentials_are_refused_alike_over_http() {
    let everybody = Everybody::gather().await.over_http().await;
    everybody.refuse_strangers(&TABLE[..control()]).await;
}

/// Whoever may not see a thing isn't told whether it is there.
#[tokio::test]
async fn case_64_what_is_another_practices_is_told_from_nothing_by_nobody() {
    let everybody = Everybody::gather().await;
    for (call, cells) in &TABLE {
        let cells = cells.replace(' ', "");
        for (somebody, _) in everybody.all.iter().zip(cells.chars()).filter(|(_, told)| *told == 'N') {
            let there = somebody.make(call, everybody.target(call).await).await;
            let absent = somebody.make(call, Target::absent()).await;
            let [there, absent] = [there, absent].map(|answer| said(&answer.expect_err(call)));
            assert_eq!(there, absent, "{call}");
        }
    }
}

/// What a key's scope lets it do, of what it may do at all.
#[tokio::test]
async fn case_64_a_key_does_what_its_scopes_say_and_nothing_else() {
    let everybody = Everybody::gather().await;
    let software = TABLE
        .iter()
        .filter(|(_, cells)| cells.replace(' ', "").as_bytes()[7] == b'+');
    let scopes = [
        "practice.read",
        "practice.write",
        "rooms.read",
        "rooms.write",
        "events.read",
        "usage.read",
        "webhooks.read",
        "webhooks.write",
    ];
    let mut found = Vec::new();

    for (call, _) in software {
        let mut allowed = Vec::new();
        for scope in scopes {
            let key = api_key_for(&everybody.house, &everybody.practice, &[scope]).await.1;
            let somebody = Somebody {
                channel: everybody.all[0].channel.clone(),
                credential: Some(Bearer::new(&key)),
            };
            match somebody.make(call, everybody.target(call).await).await {
                Ok(()) => allowed.push(scope),
                Err(status) => assert_eq!(status.code(), Code::PermissionDenied, "{call} with {scope}: {status}"),
            }
        }
        found.push((*call, allowed.join(" ")));
    }

    let expected = SCOPES.map(|(call, scope)| (call, scope.to_owned()));
    assert_eq!(found, expected);
}

/// Calls that a practice's software may make, and the scope that it needs.
const SCOPES: [(&str, &str); 26] = [
    ("GetPractice", "practice.read"),
    ("ListPractices", "practice.read"),
    ("CreateEnrolment", "practice.write"),
    ("ListDevices", "practice.read"),
    ("RevokeDevice", "practice.write"),
    ("ListUsage", "usage.read"),
    ("CreateRoom", "rooms.write"),
    ("GetRoom", "rooms.read"),
    ("ListRooms", "rooms.read"),
    ("MoveRoom", "rooms.write"),
    ("UpdateRoom", "rooms.write"),
    ("SetWelcome", "rooms.write"),
    ("SetLabel", "rooms.write"),
    ("CreateInvite", "rooms.write"),
    ("RevokeInvite", "rooms.write"),
    ("CloseRoom", "rooms.write"),
    ("ListHours", "rooms.read"),
    ("CloseHour", "rooms.write"),
    ("RevokeHour", "rooms.write"),
    ("WatchEvents", "events.read"),
    ("CreateWebhook", "webhooks.write"),
    ("GetWebhook", "webhooks.read"),
    ("ListWebhooks", "webhooks.read"),
    ("UpdateWebhook", "webhooks.write"),
    ("RotateWebhookSecret", "webhooks.write"),
    ("DeleteWebhook", "webhooks.write"),
];

/// A new call has to find its row.
#[test]
fn case_64_no_call_is_missing_in_the_table() {
    let all = FileDescriptorSet::decode(api::FILE_DESCRIPTOR_SET).expect("descriptors");
    let ours = all
        .file
        .iter()
        .filter(|file| matches!(file.package(), "visite.session.v1" | "visite.control.v1"));
    let services = ours.flat_map(|file| &file.service);
    let mut calls: Vec<_> = services
        .flat_map(|service| &service.method)
        .map(|method| method.name().to_owned())
        .collect();
    let mut rows: Vec<_> = TABLE.iter().map(|(call, _)| (*call).to_owned()).collect();
    calls.sort_unstable();
    rows.sort_unstable();
    assert_eq!(rows, calls);
}

/// All that a refusal says.
fn said(status: &Status) -> (Code, String, Vec<u8>) {
    (status.code(), status.message().to_owned(), status.details().to_vec())
}

/// A refusal says no more than its code.
fn told(call: &str, status: &Status) -> char {
    let (letter, messages): (char, &[&str]) = match status.code() {
        Code::Unauthenticated => (
            'U',
            &[
                "an API key is needed: authorization: Bearer visite_…",
                "the device's token is not good (any more)",
                "the sign-in failed",
            ],
        ),
        Code::PermissionDenied => (
            'P',
            &[
                "only the operator may",
                "only a doctor's device may",
                "only a practice's device may",
                "only our own daemons may",
                "only the operator and the practice's software may",
            ],
        ),
        Code::NotFound => ('N', &["there is no such thing"]),
        code => panic!("{call}: {code:?} {}", status.message()),
    };
    assert!(messages.contains(&status.message()), "{call}: {}", status.message());
    letter
}

struct Everybody {
    house: House,
    practice: String,
    all: [Somebody; 10],
    /// By what they have: keys that are none, or none any more, or not theirs.
    strangers: [(&'static str, Somebody); 6],
}

const OTHER_CERTIFICATE: &str = "the certificate of other software than the key is bound to";

/// A connection, and the credential that is shown with each call.
struct Somebody {
    channel: Channel,
    credential: Option<Bearer>,
}

/// What the calls are about, new for each.
#[derive(Clone)]
struct Target {
    practice: String,
    room: String,
    invite: String,
    invite_token: String,
    pending: String,
    confirmed: String,
    key: String,
    code: String,
    revision: u64,
    /// An open hour, and its link's invite. Empty for calls that are not about one: there may be only so many.
    hour: (String, String),
    /// Empty for calls that are not about one: there may be only so many.
    webhook: String,
}

impl Target {
    /// Of nothing that there is.
    fn absent() -> Self {
        let id = || "00112233445566778899aabbccddeeff".to_owned();
        Self {
            practice: id(),
            room: id(),
            invite: id(),
            invite_token: String::new(),
            pending: id(),
            confirmed: id(),
            key: id(),
            code: String::new(),
            revision: 0,
            hour: (id(), String::new()),
            webhook: id(),
        }
    }
}

impl Everybody {
    async fn gather() -> Self {
        daemon::tls::use_one_provider();
        let dir = tempfile::tempdir().expect("a directory");
        let ours = Authority::new(dir.path(), "ours");
        ours.issue(dir.path(), "localhost");
        let daemon = ours.issue(dir.path(), "signal-d");
        let integrators = Authority::new(dir.path(), "integrators");
        let other_certificate = integrators.issue(dir.path(), "other.example.org");
        let ca = dir.path().join("integrators.pem");
        let tls = TlsConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            cert: dir.path().join("localhost.pem"),
            key: dir.path().join("localhost.key"),
            client_ca: Some(dir.path().join("ours.pem")),
        };
        let webhooks = WebhooksConfig {
            ca: dir.path().join("ours.pem"),
            allow: Vec::new(),
            plain_loopback: false,
        };
        let house = House::with(dir, |config| {
            config.tls = Some(tls);
            config.webhooks = Some(webhooks);
            config.integrators = Some(IntegratorsConfig { ca });
        })
        .await;
        let port = house.tls.expect("a port").port();
        let anybody = connect(port, &ours, None).await.expect("connects");
        let daemon = connect(port, &ours, Some(Identity::from_pem(daemon.0, daemon.1))).await;
        let daemon = daemon.expect("connects");
        let other = Identity::from_pem(other_certificate.0, other_certificate.1);
        let other_certificate = connect(port, &ours, Some(other)).await.expect("connects");

        let (practice, other) = (house.practice("Ours").await, house.practice("Theirs").await);
        let doctor = Device::enrol(&house, &practice).await;
        let expired = doctor.token(&house).await;
        house.clock.advance(Duration::from_secs(11 * 60));
        let doctor = doctor.token(&house).await;
        let lost = Device::enrol(&house, &practice).await;
        let revoked = lost.token(&house).await;
        let revoke = RevokeDeviceRequest { device: lost.id };
        house.practices().revoke_device(revoke).await.expect("revoked");
        let staff = Device::add(&house, &doctor, &practice, Role::Staff).await;
        let confirm = ConfirmDeviceRequest {
            device: staff.id.clone(),
            sealed_keys: b"sealed".to_vec(),
        };
        house
            .practices_as(&doctor)
            .confirm_device(confirm)
            .await
            .expect("confirmed");
        let staff = staff.token(&house).await;
        let stranger = Device::enrol(&house, &other).await.token(&house).await;
        let (software, other_software) = (api_key(&house, &practice).await.1, api_key(&house, &other).await.1);

        let shows = |credential: &str| Somebody {
            channel: anybody.clone(),
            credential: Some(Bearer::new(credential)),
        };
        let plain = |channel: &Channel| Somebody {
            channel: channel.clone(),
            credential: None,
        };
        let all = [
            plain(&anybody),
            shows(&revoked),
            shows(&expired),
            shows(&stranger),
            shows(&other_software),
            shows(&staff),
            shows(&doctor),
            shows(&software),
            plain(&house.channel),
            plain(&daemon),
        ];
        let (id, key) = api_key(&house, &practice).await;
        let revoke = RevokeApiKeyRequest { id };
        house.practices().revoke_api_key(revoke).await.expect("revoked");
        let good = software.split('_').nth(1).expect("an id").to_owned();
        let bound = CreateApiKeyRequest {
            practice: practice.clone(),
            name: "bound".to_owned(),
            certificate: "dns:booking.example.org".to_owned(),
            ..CreateApiKeyRequest::default()
        };
        let bound = house.practices().create_api_key(bound).await.expect("a key");
        let bound = bound.into_inner().key;
        let strangers = [
            (
                "a key that nobody made",
                shows("visite_00112233445566778899aabbccddeeff_x"),
            ),
            ("what is no key", shows("visite_")),
            ("a good key's id", shows(&format!("visite_{good}_x"))),
            ("a revoked key", shows(&key)),
            ("a bound key and no certificate", shows(&bound)),
            (
                OTHER_CERTIFICATE,
                Somebody {
                    channel: other_certificate,
                    credential: Some(Bearer::new(&bound)),
                },
            ),
        ];
        Self {
            house,
            practice,
            all,
            strangers,
        }
    }

    /// The only one that the practice has.
    async fn webhook(&self) -> String {
        let (operator, practice) = (&self.all[8], self.practice.clone());
        let mut webhooks = operator.webhooks();
        let list = ListWebhooksRequest {
            practice: practice.clone(),
        };
        let before = webhooks
            .list_webhooks(list)
            .await
            .expect("listed")
            .into_inner()
            .webhooks;
        for webhook in before {
            let delete = DeleteWebhookRequest { webhook: webhook.id };
            webhooks.delete_webhook(delete).await.expect("deleted");
        }
        let made = webhooks.create_webhook(webhook_request(practice)).await.expect("made");
        made.into_inner().webhook.expect("a webhook").id
    }

    async fn target(&self, call: &str) -> Target {
        let (house, practice) = (&self.house, self.practice.clone());
        let created = house.create(room_request(&practice, 0)).await;
        if call == "ReportSeat" {
            house.take_seat(&created.room.as_ref().expect("a room").id).await;
        }
        let invite = created.invites[0].clone();
        let code = async |needs_confirmation| {
            let request = CreateEnrolmentRequest {
                practice: practice.clone(),
                needs_confirmation,
                ..CreateEnrolmentRequest::default()
            };
            let made = house.practices().create_enrolment(request).await;
            made.expect("a code").into_inner().code
        };
        // A practice has only so many.
        let enrol = async |needs_confirmation| match call {
            "ConfirmDevice" | "RevokeDevice" | "CreateDeviceChallenge" | "SignInDevice" => {
                let code = code(needs_confirmation).await;
                Device::new().try_enrol(house, &code).await.expect("enrolled")
            }
            _ => String::new(),
        };
        let doctor = &self.all[6];
        let settings = GetPracticeSettingsRequest {
            practice: practice.clone(),
        };
        let settings = doctor.practices().get_practice_settings(settings).await;
        Target {
            room: created.room.expect("a room").id,
            invite: invite.invite.expect("an invite").id,
            invite_token: invite.token,
            pending: enrol(true).await,
            confirmed: enrol(false).await,
            key: api_key(house, &practice).await.0,
            code: code(false).await,
            revision: settings.expect("settings").into_inner().revision,
            hour: if call.ends_with("Hour") || call == "SetHourWelcome" {
                doctor.open_hour(&practice).await
            } else {
                Default::default()
            },
            webhook: if call.contains("Webhook") {
                self.webhook().await
            } else {
                String::new()
            },
            practice,
        }
    }
}

impl House {
    /// A guest's, as a signal-d says.
    async fn take_seat(&self, room: &str) {
        let report = SeatReport {
            number: 1,
            room: room.to_owned(),
            seat: 1,
            taken: true,
        };
        let request = ReportSeatsRequest {
            // Each room has a signal-d of its own.
            reporter: room.to_owned(),
            begin: true,
            reports: vec![report],
        };
        self.control().report_seats(request).await.expect("heard");
    }
}

impl Somebody {
    async fn open_hour(&self, practice: &str) -> (String, String) {
        let (mut hours, (invite, sha256)) = (self.hours(), invented_invite());
        let request = CreateHourRequest {
            practice: practice.to_owned(),
            sha256,
            ..CreateHourRequest::default()
        };
        let hour = hours.create_hour(request).await.expect("made").into_inner().id;
        let request = OpenHourRequest {
            hour: hour.clone(),
            until: Some(in_seconds(3600)),
        };
        hours.open_hour(request).await.expect("opened");
        (hour, invite)
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each call")]
    async fn make(&self, call: &str, target: Target) -> Result<(), Status> {
        let (mut practices, mut rooms, mut control) = (self.practices(), self.rooms(), self.control());
        let mut hours = self.hours();
        let Target {
            practice,
            room,
            invite,
            invite_token,
            pending,
            confirmed,
            key,
            code,
            revision,
            hour: (hour, hour_invite),
            webhook,
        } = target;
        match call {
            "CreatePractice" => {
                let name = "Another".to_owned();
                done(practices.create_practice(CreatePracticeRequest {
                    name,
                    ..CreatePracticeRequest::default()
                }))
                .await
            }
            "GetPractice" => done(practices.get_practice(GetPracticeRequest { practice })).await,
            "ListPractices" => done(practices.list_practices(ListPracticesRequest::default())).await,
            "CreateEnrolment" => {
                let request = CreateEnrolmentRequest {
                    practice,
                    ..CreateEnrolmentRequest::default()
                };
                done(practices.create_enrolment(request)).await
            }
            "ListDevices" => done(practices.list_devices(ListDevicesRequest { practice })).await,
            "ConfirmDevice" => {
                let request = ConfirmDeviceRequest {
                    device: pending,
                    sealed_keys: vec![7],
                };
                done(practices.confirm_device(request)).await
            }
            "RevokeDevice" => done(practices.revoke_device(RevokeDeviceRequest { device: confirmed })).await,
            "GetDeviceKeys" => done(practices.get_device_keys(GetDeviceKeysRequest {})).await,
            "DropDeviceKeys" => done(practices.drop_device_keys(DropDeviceKeysRequest {})).await,
            "GetPracticeSettings" => {
                done(practices.get_practice_settings(GetPracticeSettingsRequest { practice })).await
            }
            "UpdatePracticeSettings" => {
                let request = UpdatePracticeSettingsRequest {
                    practice,
                    sealed: vec![7],
                    revision,
                };
                done(practices.update_practice_settings(request)).await
            }
            "CreateApiKey" => {
                let name = "another".to_owned();
                done(practices.create_api_key(CreateApiKeyRequest {
                    practice,
                    name,
                    ..CreateApiKeyRequest::default()
                }))
                .await
            }
            "RevokeApiKey" => done(practices.revoke_api_key(RevokeApiKeyRequest { id: key })).await,
            "CreateRoom" => done(rooms.create_room(room_request(&practice, 0))).await,
            "GetRoom" => done(rooms.get_room(GetRoomRequest { room })).await,
            "ListRooms" => {
                let request = ListRoomsRequest {
                    practice,
                    ..ListRoomsRequest::default()
                };
                done(rooms.list_rooms(request)).await
            }
            "MoveRoom" => {
                let request = MoveRoomRequest {
                    room,
                    start_time: Some(in_seconds(3600)),
                    duration: None,
                };
                done(rooms.move_room(request)).await
            }
            "SetWelcome" => {
                let sealed_welcome = vec![7];
                done(rooms.set_welcome(SetWelcomeRequest { room, sealed_welcome })).await
            }
            "SetLabel" => {
                let sealed_label = vec![7];
                done(rooms.set_label(SetLabelRequest { room, sealed_label })).await
            }
            "CreateHour" => {
                let request = CreateHourRequest {
                    practice,
                    sha256: invented_invite().1,
                    ..CreateHourRequest::default()
                };
                done(hours.create_hour(request)).await
            }
            "ListHours" => done(hours.list_hours(ListHoursRequest { practice })).await,
            "OpenHour" => {
                let until = Some(in_seconds(7200));
                done(hours.open_hour(OpenHourRequest { hour, until })).await
            }
            "CloseHour" => done(hours.close_hour(CloseHourRequest { hour })).await,
            "SetHourWelcome" => {
                let sealed_welcome = vec![7];
                done(hours.set_hour_welcome(SetHourWelcomeRequest { hour, sealed_welcome })).await
            }
            "RevokeHour" => done(hours.revoke_hour(RevokeHourRequest { hour })).await,
            "ReplyToInvite" => {
                let request = ReplyToInviteRequest {
                    invite: invite_token,
                    sealed_reply: vec![7],
                };
                done(control.reply_to_invite(request)).await
            }
            "EnterHour" => {
                let request = EnterHourRequest {
                    invite: hour_invite,
                    client: "AAECAwQFBgcICQoLDA0ODw".to_owned(),
                };
                done(control.enter_hour(request)).await
            }
            "IdentifyDevice" => {
                let token = "e30.e30.AA".to_owned();
                done(control.identify_device(IdentifyDeviceRequest { token })).await
            }
            "CreateInvite" => {
                let invite = Some(InviteSpec::default());
                done(rooms.create_invite(CreateInviteRequest {
                    room,
                    invite,
                    ..CreateInviteRequest::default()
                }))
                .await
            }
            "RevokeInvite" => done(rooms.revoke_invite(RevokeInviteRequest { invite })).await,
            "CreateRoomToken" => done(rooms.create_room_token(CreateRoomTokenRequest { room })).await,
            "CloseRoom" => {
                done(rooms.close_room(CloseRoomRequest {
                    room,
                    ..CloseRoomRequest::default()
                }))
                .await
            }
            "LookupInvite" => done(control.lookup_invite(LookupInviteRequest { invite: invite_token })).await,
            "RedeemInvite" => {
                let request = RedeemInviteRequest {
                    invite: invite_token,
                    client: "AAECAwQFBgcICQoLDA0ODw".to_owned(),
                };
                done(control.redeem_invite(request)).await
            }
            "EnrolDevice" => {
                let request = EnrolDeviceRequest {
                    code,
                    public_key: Device::new().public_key(),
                    name: "Another".to_owned(),
                };
                done(control.enrol_device(request)).await
            }
            "CreateDeviceChallenge" => {
                done(control.create_device_challenge(CreateDeviceChallengeRequest { device: confirmed })).await
            }
            "SignInDevice" => {
                let request = SignInDeviceRequest {
                    device: confirmed,
                    challenge: vec![7; 40],
                    signature: vec![7; 64],
                };
                done(control.sign_in_device(request)).await
            }
            "WatchChanges" => done(control.watch_changes(WatchChangesRequest { after: 0 })).await,
            "ListApiKeys" => done(practices.list_api_keys(ListApiKeysRequest { practice })).await,
            "UpdateRoom" => {
                let room = Room {
                    id: room,
                    sealed_label: vec![7],
                    ..Room::default()
                };
                let request = UpdateRoomRequest {
                    room: Some(room),
                    update_mask: Some(FieldMask {
                        paths: vec!["sealed_label".to_owned()],
                    }),
                };
                done(rooms.update_room(request)).await
            }
            "ListUsage" => {
                let request = ListUsageRequest {
                    practice,
                    ..ListUsageRequest::default()
                };
                done(practices.list_usage(request)).await
            }
            "WatchEvents" => {
                let resume_token = String::new();
                done(
                    self.events()
                        .watch_events(WatchEventsRequest { practice, resume_token }),
                )
                .await
            }
            "ReportSeat" => {
                let request = ReportSeatRequest {
                    room,
                    seat: 1,
                    progress: Type::Admitted.into(),
                };
                done(self.events().report_seat(request)).await
            }
            "CreateWebhook" => done(self.webhooks().create_webhook(webhook_request(practice))).await,
            "GetWebhook" => done(self.webhooks().get_webhook(GetWebhookRequest { webhook })).await,
            "ListWebhooks" => done(self.webhooks().list_webhooks(ListWebhooksRequest { practice })).await,
            "UpdateWebhook" => {
                let request = UpdateWebhookRequest {
                    webhook: Some(Webhook {
                        id: webhook,
                        state: State::Disabled.into(),
                        ..Webhook::default()
                    }),
                    update_mask: Some(FieldMask {
                        paths: vec!["state".to_owned()],
                    }),
                };
                done(self.webhooks().update_webhook(request)).await
            }
            "RotateWebhookSecret" => {
                let request = RotateWebhookSecretRequest {
                    webhook,
                    ..RotateWebhookSecretRequest::default()
                };
                done(self.webhooks().rotate_webhook_secret(request)).await
            }
            "DeleteWebhook" => done(self.webhooks().delete_webhook(DeleteWebhookRequest { webhook })).await,
            "ReportSeats" => {
                let request = ReportSeatsRequest {
                    reporter: "0123456789abcdef0123456789abcdef".to_owned(),
                    ..ReportSeatsRequest::default()
                };
                done(control.report_seats(request)).await
            }
            call => panic!("nobody knows how to make {call}"),
        }
    }

    fn practices(&self) -> PracticeServiceClient<InterceptedService<Channel, Shows>> {
        PracticeServiceClient::with_interceptor(self.channel.clone(), Shows(self.credential.clone()))
    }

    fn rooms(&self) -> RoomServiceClient<InterceptedService<Channel, Shows>> {
        RoomServiceClient::with_interceptor(self.channel.clone(), Shows(self.credential.clone()))
    }

    fn hours(&self) -> HourServiceClient<InterceptedService<Channel, Shows>> {
        HourServiceClient::with_interceptor(self.channel.clone(), Shows(self.credential.clone()))
    }

    fn events(&self) -> EventServiceClient<InterceptedService<Channel, Shows>> {
        EventServiceClient::with_interceptor(self.channel.clone(), Shows(self.credential.clone()))
    }

    fn webhooks(&self) -> WebhookServiceClient<InterceptedService<Channel, Shows>> {
        WebhookServiceClient::with_interceptor(self.channel.clone(), Shows(self.credential.clone()))
    }

    fn control(&self) -> ControlServiceClient<InterceptedService<Channel, Shows>> {
        ControlServiceClient::with_interceptor(self.channel.clone(), Shows(self.credential.clone()))
    }
}

fn webhook_request(practice: String) -> CreateWebhookRequest {
    CreateWebhookRequest {
        practice,
        url: "https://software.example.org/visite".to_owned(),
        ..CreateWebhookRequest::default()
    }
}

/// Puts a credential into every call, where there is one.
#[derive(Clone)]
struct Shows(Option<Bearer>);

impl Interceptor for Shows {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        match &mut self.0 {
            Some(bearer) => bearer.call(request),
            None => Ok(request),
        }
    }
}

async fn done<T>(answer: impl Future<Output = Result<Response<T>, Status>>) -> Result<(), Status> {
    answer.await.map(drop)
}

async fn api_key(house: &House, practice: &str) -> (String, String) {
    api_key_for(house, practice, &[]).await
}

async fn api_key_for(house: &House, practice: &str, scopes: &[&str]) -> (String, String) {
    let request = CreateApiKeyRequest {
        practice: practice.to_owned(),
        name: "booking".to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        ..CreateApiKeyRequest::default()
    };
    let made = house
        .practices()
        .create_api_key(request)
        .await
        .expect("a key")
        .into_inner();
    (made.id, made.key)
}
