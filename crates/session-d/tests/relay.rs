//! What is cancelled is freed at the relay, whenever that can be reached.

mod common;

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use api::{
    control::v1::RedeemInviteRequest,
    relay::v1::{
        DrainRequest, DrainResponse, DropAllocationsRequest, DropAllocationsResponse, GetStatisticsRequest,
        ListAllocationsRequest, ListAllocationsResponse, ReloadRequest, ReloadResponse, SetSecretsRequest, Statistics,
        drop_allocations_request::Which,
        relay_service_server::{RelayService, RelayServiceServer},
    },
    session::v1::{CloseRoomRequest, CreateRoomResponse, InviteSpec, RevokeInviteRequest},
};
use common::{House, room_request};
use daemon::Address;
use data_encoding::BASE64URL_NOPAD;
use prost_types::Timestamp;
use session_d::RelayConfig;
use tokio::{net::UnixListener, sync::mpsc, task::JoinHandle};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::{Request, Response, Status, transport::Server};

#[tokio::test]
async fn a_cancelled_room_is_freed_and_barred_seat_by_seat_and_for_each_secret() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut relay = Pretended::at(dir.path()).await;
    let house = house(dir).await;
    let room = appointment(&house).await.room.expect("a room").id;

    let request = CloseRoomRequest {
        room,
        ..CloseRoomRequest::default()
    };
    house.rooms().close_room(request).await.expect("closed");

    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    let mut tags = Vec::new();
    for _ in 0..4 * SECRETS.len() {
        let (tag, bar_until) = relay.asked().await;
        let bar_until = bar_until.expect("is barred");
        assert!(bar_until.abs_diff(now + 6 * 3_600) < 60, "{bar_until}");
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4 * SECRETS.len());
}

#[tokio::test]
async fn a_revoked_invite_frees_its_seat_and_bars_nobody_who_has_another() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut relay = Pretended::at(dir.path()).await;
    let house = house(dir).await;
    let created = appointment(&house).await;
    let invite = created.invites[1].invite.clone().expect("an invite");

    let request = RevokeInviteRequest {
        invite: invite.id.clone(),
    };
    house.rooms().revoke_invite(request).await.expect("revoked");
    let mut first = relay.asked_all().await;
    assert!(first.iter().all(|(_, bar_until)| bar_until.is_none()));

    // The seat's tags are among those of the whole room.
    let request = CloseRoomRequest {
        room: created.room.expect("a room").id,
        ..CloseRoomRequest::default()
    };
    house.rooms().close_room(request).await.expect("closed");
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(relay.asked_all().await);
    }
    first.iter_mut().for_each(|(_, bar_until)| *bar_until = all[0][0].1);
    let places: Vec<_> = all.iter().map(|tags| tags[0].0 == first[0].0).collect();
    assert_eq!(places, [false, false, true, false], "seat 2");
}

#[tokio::test]
async fn a_relay_that_was_away_is_told_when_it_is_back_and_a_session_d_that_was_tells_what_matters_still() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_owned();
    let house = house(dir).await;
    let created = appointment(&house).await;
    let invite = created.invites[0].invite.clone().expect("an invite").id;
    house
        .rooms()
        .revoke_invite(RevokeInviteRequest { invite })
        .await
        .expect("revoked");
    let request = CloseRoomRequest {
        room: created.room.expect("a room").id,
        ..CloseRoomRequest::default()
    };
    house.rooms().close_room(request).await.expect("closed");

    let mut relay = Pretended::at(&path).await;
    let revoked = relay.asked_all().await;
    assert!(revoked.iter().all(|(_, bar_until)| bar_until.is_none()));
    for _ in 0..4 {
        assert!(relay.asked_all().await[0].1.is_some());
    }

    // Whoever holds the seat by another invite is left alone; what is cancelled stays barred.
    let dir = house.end().await;
    let _house = self::house(dir).await;
    for _ in 0..4 {
        assert!(relay.asked_all().await[0].1.is_some());
    }
}

#[tokio::test]
async fn a_relay_that_has_started_anew_is_told_again_what_is_cancelled_and_nothing_of_invites_revoked_before() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut relay = Pretended::at(dir.path()).await;
    let house = house(dir).await;
    let (before, since) = (appointment(&house).await, appointment(&house).await);
    let revoke = async |created: &CreateRoomResponse| {
        let invite = created.invites[0].invite.clone().expect("an invite").id;
        let request = RevokeInviteRequest { invite };
        house.rooms().revoke_invite(request).await.expect("revoked");
    };
    revoke(&before).await;
    let revoked_before = relay.asked_all().await;
    let request = CloseRoomRequest {
        room: before.room.clone().expect("a room").id,
        ..CloseRoomRequest::default()
    };
    house.rooms().close_room(request).await.expect("closed");
    let mut cancelled = Vec::new();
    for _ in 0..4 {
        cancelled.extend(tags(relay.asked_all().await));
    }

    relay.starts_anew();
    revoke(&since).await;

    let mut again = Vec::new();
    for _ in 0..4 {
        let asked = relay.asked_all().await;
        assert!(
            asked.iter().all(|(_, bar_until)| bar_until.is_some()),
            "first what is barred"
        );
        again.extend(tags(asked));
    }
    assert_eq!(again, cancelled);
    // Whoever came to the new run by this invite is of the new run.
    let revoked_since = relay.asked_all().await;
    assert!(revoked_since.iter().all(|(_, bar_until)| bar_until.is_none()));
    assert_ne!(revoked_since, revoked_before);
}

#[tokio::test]
async fn a_hang_up_has_the_secrets_read_anew_and_a_restart_is_not_needed() {
    let house = house(tempfile::tempdir().expect("a directory")).await;
    let invite = appointment(&house).await.invites[0].token.clone();
    let before = tag(&house, &invite).await;
    assert_eq!(tag(&house, &invite).await, before);

    std::fs::write(
        house.dir.path().join("turn.secret"),
        "a secret that nobody has seen yet",
    )
    .expect("written");
    let hang_up = Command::new("kill")
        .args(["-HUP", &std::process::id().to_string()])
        .status();
    assert!(hang_up.expect("runs").success());

    let end = Instant::now() + Duration::from_secs(10);
    while tag(&house, &invite).await == before {
        assert!(Instant::now() < end, "the secrets are still those of before");
    }
}

/// What a guest's credential is tagged with.
async fn tag(house: &House, invite: &str) -> String {
    let request = RedeemInviteRequest {
        invite: invite.to_owned(),
        client: "AAECAwQFBgcICQoLDA0ODw".to_owned(),
    };
    let token = house
        .control()
        .redeem_invite(request)
        .await
        .expect("good")
        .into_inner()
        .token;
    let claims = token.split('.').nth(1).expect("three parts");
    let claims = String::from_utf8(BASE64URL_NOPAD.decode(claims.as_bytes()).expect("base64url")).expect("text");
    let (_, username) = claims.split_once("\"username\":\"").expect("a credential");
    let (_, tag) = username.split_once(':').expect("two parts");
    tag.split('"').next().expect("an end").to_owned()
}

async fn house(dir: tempfile::TempDir) -> House {
    let secret_file = dir.path().join("turn.secret");
    std::fs::write(&secret_file, SECRETS.join("\n")).expect("written");
    let relay = RelayConfig {
        secret_file,
        urls: vec!["turn:video.example.org:3478".to_owned()],
        stun_d: vec![Address::unix(dir.path().join(SOCKET))],
    };
    House::with_relay(dir, relay).await
}

/// With two guests.
async fn appointment(house: &House) -> CreateRoomResponse {
    let practice = house.practice("Praxis").await;
    let mut request = room_request(&practice, 60);
    request.invites = [1, 2]
        .map(|seat| InviteSpec {
            seat,
            ..InviteSpec::default()
        })
        .into();
    house.create(request).await
}

fn tags(asked: Vec<(String, Option<u64>)>) -> impl Iterator<Item = String> {
    asked.into_iter().map(|(tag, _)| tag)
}

/// A stun-d, as far as it is asked to free something.
struct Pretended {
    asked: mpsc::Receiver<DropAllocationsRequest>,
    /// Seconds.
    started: Arc<AtomicI64>,
    serving: JoinHandle<()>,
}

impl Pretended {
    async fn at(dir: &Path) -> Self {
        let (sender, asked) = mpsc::channel(64);
        let started = Arc::new(AtomicI64::new(Timestamp::from(SystemTime::now()).seconds));
        let listener = UnixListener::bind(dir.join(SOCKET)).expect("binds");
        let server = Server::builder()
            .add_service(RelayServiceServer::new(Ears {
                asked: sender,
                started: Arc::clone(&started),
            }))
            .serve_with_incoming(UnixListenerStream::new(listener));
        let serving = tokio::spawn(async move { server.await.expect("serves") });
        Self {
            asked,
            started,
            serving,
        }
    }

    /// As it is seen from outside: what it says of its start is new.
    fn starts_anew(&self) {
        self.started.fetch_add(60, Ordering::Relaxed);
    }

    /// A tag, and until when it is barred.
    async fn asked(&mut self) -> (String, Option<u64>) {
        let asked = self.asked.recv().await.expect("it is asked");
        let Some(Which::Tag(tag)) = asked.which else {
            panic!("{asked:?}");
        };
        let bar_until = asked.bar_until.map(|time| u64::try_from(time.seconds).expect("a time"));
        (tag, bar_until)
    }

    /// Those of one seat.
    async fn asked_all(&mut self) -> Vec<(String, Option<u64>)> {
        let mut all = Vec::new();
        for _ in SECRETS {
            all.push(self.asked().await);
        }
        all
    }
}

impl Drop for Pretended {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Ears {
    asked: mpsc::Sender<DropAllocationsRequest>,
    started: Arc<AtomicI64>,
}

#[tonic::async_trait]
impl RelayService for Ears {
    async fn drop_allocations(
        &self,
        request: Request<DropAllocationsRequest>,
    ) -> Result<Response<DropAllocationsResponse>, Status> {
        self.asked.send(request.into_inner()).await.expect("somebody listens");
        Ok(Response::new(DropAllocationsResponse { dropped: 1 }))
    }

    async fn get_statistics(&self, _: Request<GetStatisticsRequest>) -> Result<Response<Statistics>, Status> {
        Ok(Response::new(Statistics {
            start_time: Some(Timestamp {
                seconds: self.started.load(Ordering::Relaxed),
                nanos: 0,
            }),
            ..Statistics::default()
        }))
    }

    async fn set_secrets(&self, _: Request<SetSecretsRequest>) -> Result<Response<()>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn drain(&self, _: Request<DrainRequest>) -> Result<Response<DrainResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn list_allocations(
        &self,
        _: Request<ListAllocationsRequest>,
    ) -> Result<Response<ListAllocationsResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn reload(&self, _: Request<ReloadRequest>) -> Result<Response<ReloadResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

const SOCKET: &str = "stun.sock";
const SECRETS: [&str; 2] = ["the newest secret of all", "the one that was before it"];
