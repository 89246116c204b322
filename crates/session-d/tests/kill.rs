//! Case 65: what was acknowledged is there after `kill -9`, at whatever moment.

mod common;

use std::{
    collections::BTreeSet,
    process::{Child, Command},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use api::{
    control::v1::{LookupInviteRequest, control_service_client::ControlServiceClient},
    session::v1::{
        CreatePracticeRequest, CreateRoomRequest, GetRoomRequest, practice_service_client::PracticeServiceClient,
        room_service_client::RoomServiceClient,
    },
};
use common::{connect, postgres::Server, room_request, socket};
use session_d::PostgresConfig;
use tonic::transport::Channel;

#[tokio::test(flavor = "multi_thread")]
async fn case_65_what_was_acknowledged_survives_kill_nine() {
    kill_session_d(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_65_what_was_acknowledged_to_postgresql_survives_kill_nine() {
    let Some(server) = Server::start(&[]).await else { return };
    kill_session_d(Some(server.database("store").await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_65_what_was_acknowledged_survives_kill_nine_of_postgresql() {
    let Some(mut server) = Server::start(&[]).await else {
        return;
    };
    let place = Place::new(Some(server.database("store").await));
    let mut daemon = place.start();
    let practice = create_practice(&place.wait().await).await;
    let mut checked = BTreeSet::new();
    for _ in 0..SERVER_ROUNDS {
        let load = Load::begin(&place, &practice).await;
        server.kill();
        let all = load.end(&checked).await;
        server.start_again().await;

        let begin = Instant::now();
        let channel = place.wait().await;
        let request = || room_request(&practice, 60);
        while RoomServiceClient::new(channel.clone())
            .create_room(request())
            .await
            .is_err()
        {
            assert!(begin.elapsed() < BACK, "not back within {BACK:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        for (room, invite) in all.difference(&checked) {
            assert_is_there(&channel, room.clone(), invite.clone()).await;
        }
        checked = all;
    }
    for (room, invite) in &checked {
        assert_is_there(&place.wait().await, room.clone(), invite.clone()).await;
    }
    assert!(daemon.try_wait().expect("known").is_none(), "session-d has stayed");
    end(&mut daemon);
}

/// Migrations are transactions: interrupted, they have not happened.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_that_is_killed_at_any_moment_is_made_up_for_by_the_next() {
    let server = Server::start(&[]).await;
    for delay in (0..30).map(|step| Duration::from_millis(step * 4)) {
        let mut places = vec![Place::new(None)];
        if let Some(server) = &server {
            let name = format!("store_{}", delay.as_millis());
            places.push(Place::new(Some(server.database(&name).await)));
        }
        for place in places {
            let mut daemon = place.start();
            tokio::time::sleep(delay).await;
            end(&mut daemon);

            let mut daemon = place.start();
            create_practice(&place.wait().await).await;
            end(&mut daemon);
        }
    }
}

async fn kill_session_d(postgres: Option<PostgresConfig>) {
    let place = Place::new(postgres);
    let mut daemon = place.start();
    let practice = create_practice(&place.wait().await).await;
    let mut checked = BTreeSet::new();
    for round in 0..ROUNDS {
        let load = Load::begin(&place, &practice).await;
        end(&mut daemon);
        let all = load.end(&checked).await;

        let begin = Instant::now();
        daemon = place.start();
        let channel = place.wait().await;
        assert!(begin.elapsed() < BACK, "back after {:?}", begin.elapsed());
        // Everything now and then and at the end, which is far more than what is new; between that what is new.
        let everything = round % 50 == 49;
        for (room, invite) in all.iter().filter(|it| everything || !checked.contains(*it)) {
            assert_is_there(&channel, room.clone(), invite.clone()).await;
        }
        checked = all;
    }
    end(&mut daemon);
}

/// Where a session-d lives.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new(postgres: Option<PostgresConfig>) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut text = format!(
            "data_dir = {:?}\n[unix]\npath = {:?}\n",
            dir.path().join("data"),
            socket(dir.path())
        );
        if let Some(postgres) = postgres {
            text += &format!(
                "[postgres]\nhosts = {:?}\ndatabase = {:?}\nuser = {:?}\n",
                postgres.hosts, postgres.database, postgres.user
            );
        }
        std::fs::write(dir.path().join("session-d.toml"), text).expect("written");
        Self { dir }
    }

    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_session-d"))
            .args(["--log", "off", "--config"])
            .arg(self.dir.path().join("session-d.toml"))
            .spawn()
            .expect("starts")
    }

    /// As soon as it answers.
    async fn wait(&self) -> Channel {
        let end = Instant::now() + Duration::from_secs(40);
        loop {
            match connect(&socket(self.dir.path())).await {
                Ok(channel) => return channel,
                Err(error) if Instant::now() > end => panic!("session-d doesn't answer: {error}"),
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }
}

/// Four who make rooms.
struct Load {
    acknowledged: Arc<Mutex<BTreeSet<(String, String)>>>,
    done: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    /// Until some are acknowledged.
    async fn begin(place: &Place, practice: &str) -> Self {
        let load = Self {
            acknowledged: Arc::default(),
            done: Arc::default(),
            tasks: Vec::new(),
        };
        let tasks = (0..4).map(|_| {
            tokio::spawn(create_rooms(
                place.dir.path().to_owned(),
                practice.to_owned(),
                Arc::clone(&load.acknowledged),
                Arc::clone(&load.done),
            ))
        });
        let load = Self {
            tasks: tasks.collect(),
            ..load
        };
        while load.acknowledged.lock().expect("no panic").len() < 9 {
            tokio::task::yield_now().await;
        }
        load
    }

    /// Gives all that was ever acknowledged.
    async fn end(self, before: &BTreeSet<(String, String)>) -> BTreeSet<(String, String)> {
        self.done.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("no panic");
        }
        let new = self.acknowledged.lock().expect("no panic");
        before.union(&new).cloned().collect()
    }
}

fn end(daemon: &mut Child) {
    daemon.kill().expect("killed");
    daemon.wait().expect("gone");
}

async fn create_rooms(
    dir: std::path::PathBuf,
    practice: String,
    acknowledged: Arc<Mutex<BTreeSet<(String, String)>>>,
    done: Arc<AtomicBool>,
) {
    let Ok(channel) = connect(&socket(&dir)).await else {
        return;
    };
    while !done.load(Ordering::Relaxed) {
        let request = CreateRoomRequest {
            sealed_welcome: WELCOME.to_vec(),
            ..room_request(&practice, 60)
        };
        let answer = RoomServiceClient::new(channel.clone()).create_room(request).await;
        let Ok(answer) = answer.map(tonic::Response::into_inner) else {
            return;
        };
        let room = answer.room.expect("a room").id;
        acknowledged
            .lock()
            .expect("no panic")
            .insert((room, answer.invites[0].token.clone()));
    }
}

async fn assert_is_there(channel: &Channel, room: String, invite: String) {
    let found = RoomServiceClient::new(channel.clone())
        .get_room(GetRoomRequest { room: room.clone() })
        .await;
    assert!(found.is_ok(), "room {room} is lost");
    let found = ControlServiceClient::new(channel.clone())
        .lookup_invite(LookupInviteRequest { invite })
        .await;
    let welcome = found.map(|found| found.into_inner().sealed_welcome);
    assert!(
        welcome.is_ok_and(|welcome| welcome == WELCOME),
        "the invite of room {room}, or its welcome, is lost"
    );
}

async fn create_practice(channel: &Channel) -> String {
    let request = CreatePracticeRequest {
        name: "Praxis".to_owned(),
        ..CreatePracticeRequest::default()
    };
    PracticeServiceClient::new(channel.clone())
        .create_practice(request)
        .await
        .expect("created")
        .into_inner()
        .id
}

/// As long as those of a practice with a text of its own.
const WELCOME: &[u8] = &[7; 4096];
const ROUNDS: usize = 200;
const SERVER_ROUNDS: usize = 20;
const BACK: Duration = Duration::from_secs(2);
