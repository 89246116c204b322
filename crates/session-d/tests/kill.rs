//! Case 65: what was acknowledged is there after `kill -9`, at whatever moment.

mod common;

use std::{
    collections::BTreeSet,
    path::Path,
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
use common::{connect, room_request, socket};
use tonic::transport::Channel;

#[tokio::test(flavor = "multi_thread")]
async fn case_65_what_was_acknowledged_survives_kill_nine() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = dir.path().join("session-d.toml");
    let text = format!(
        "data_dir = {:?}\n[unix]\npath = {:?}\n",
        dir.path().join("data"),
        socket(dir.path())
    );
    std::fs::write(&config, text).expect("written");
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));

    let mut daemon = start(&config);
    let practice = create_practice(&wait_for(dir.path()).await).await;
    let mut checked = BTreeSet::new();
    for round in 0..ROUNDS {
        let done = Arc::new(AtomicBool::new(false));
        let load: Vec<_> = (0..4)
            .map(|_| {
                tokio::spawn(create_rooms(
                    dir.path().to_owned(),
                    practice.clone(),
                    Arc::clone(&acknowledged),
                    Arc::clone(&done),
                ))
            })
            .collect();
        let wanted = (round + 1) * 9;
        while acknowledged.lock().expect("no panic").len() < wanted {
            tokio::task::yield_now().await;
        }
        daemon.kill().expect("killed");
        daemon.wait().expect("gone");
        done.store(true, Ordering::Relaxed);
        for task in load {
            task.await.expect("no panic");
        }

        let begin = Instant::now();
        daemon = start(&config);
        let channel = wait_for(dir.path()).await;
        assert!(
            begin.elapsed() < Duration::from_secs(2),
            "back after {:?}",
            begin.elapsed()
        );
        // Everything now and then and at the end, which is far more than what is new; between that what is new.
        let all = acknowledged.lock().expect("no panic").clone();
        let everything = round % 50 == 49;
        for (room, invite) in all.iter().filter(|it| everything || !checked.contains(*it)) {
            assert_is_there(&channel, room.clone(), invite.clone()).await;
        }
        checked = all;
    }
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

fn start(config: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_session-d"))
        .args(["--log", "error", "--config"])
        .arg(config)
        .spawn()
        .expect("starts")
}

/// As soon as it answers.
async fn wait_for(dir: &Path) -> Channel {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        match connect(&socket(dir)).await {
            Ok(channel) => return channel,
            Err(error) if Instant::now() > end => panic!("session-d doesn't answer: {error}"),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// As long as those of a practice with a text of its own.
const WELCOME: &[u8] = &[7; 4096];
const ROUNDS: usize = 200;
