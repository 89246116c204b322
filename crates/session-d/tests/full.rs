//! Case 65: a disk that is full. Who asks is told so, nothing that was acknowledged is lost, reads go on, and once there is room it goes on as if nothing had been.

mod common;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use api::session::v1::{CreateRoomRequest, GetRoomRequest};
use common::{
    House,
    postgres::{Server, give_away},
    room_request, socket,
};
use session_d::{Config, UnixConfig};
use tonic::Code;

#[tokio::test]
async fn case_65_a_full_disk_loses_nothing_that_was_acknowledged() {
    let Some(disk) = Disk::of_megabytes(8) else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let config = Config {
        unix: Some(UnixConfig::at(socket(dir.path()))),
        ..Config::new(disk.dir.join("data"))
    };

    let house = House::of(dir, config.clone()).await;
    let practice = house.practice("Praxis").await;
    let mut acknowledged = Vec::new();
    for _ in 0..2 {
        disk.fill(512 * 1024);
        create_until_refused(&house, &practice, &mut acknowledged).await;
        assert_all_there(&house, &acknowledged).await;
        disk.make_room();
        assert_back(&house, &practice, &mut acknowledged).await;
    }

    let dir = house.end().await;
    let house = House::of(dir, config).await;
    assert_all_there(&house, &acknowledged).await;
    house.end().await;
}

#[tokio::test]
async fn case_65_a_full_disk_of_postgresql_loses_nothing_that_was_acknowledged() {
    let Some(disk) = Disk::of_megabytes(120) else { return };
    give_away(&disk.dir);
    let options = ["max_wal_size=32MB", "min_wal_size=32MB", "autovacuum=off"];
    let Some(mut server) = Server::start_in(&disk.dir, &options).await else {
        return;
    };
    let dir = tempfile::tempdir().expect("a directory");
    let config = Config {
        unix: Some(UnixConfig::at(socket(dir.path()))),
        postgres: Some(server.database("store").await),
        ..Config::new(dir.path().join("data"))
    };

    let house = House::of(dir, config.clone()).await;
    let practice = house.practice("Praxis").await;
    let mut acknowledged = Vec::new();
    for _ in 0..2 {
        disk.fill(512 * 1024);
        create_until_refused(&house, &practice, &mut acknowledged).await;
        disk.make_room();
        // Without room for its log it ends, and its service manager starts it again.
        server.start_again_if_ended().await;
        assert_back(&house, &practice, &mut acknowledged).await;
        assert_all_there(&house, &acknowledged).await;
    }

    let dir = house.end().await;
    let house = House::of(dir, config).await;
    assert_all_there(&house, &acknowledged).await;
    house.end().await;
}

fn large_room(practice: &str) -> CreateRoomRequest {
    CreateRoomRequest {
        sealed_welcome: vec![7; 30_000],
        ..room_request(practice, 60)
    }
}

async fn create_until_refused(house: &House, practice: &str, acknowledged: &mut Vec<String>) {
    loop {
        match house.rooms().create_room(large_room(practice)).await {
            Ok(created) => acknowledged.push(created.into_inner().room.expect("a room").id),
            Err(status) => {
                assert_eq!(status.code(), Code::Unavailable, "{status}");
                assert!(status.message().starts_with("the store can't be"), "{status}");
                return;
            }
        }
    }
}

async fn assert_back(house: &House, practice: &str, acknowledged: &mut Vec<String>) {
    let begin = Instant::now();
    loop {
        if let Ok(created) = house.rooms().create_room(large_room(practice)).await {
            acknowledged.push(created.into_inner().room.expect("a room").id);
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(2), "not back within 2 s");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn assert_all_there(house: &House, acknowledged: &[String]) {
    for room in acknowledged {
        let found = house.rooms().get_room(GetRoomRequest { room: room.clone() }).await;
        assert!(found.is_ok(), "room {room}: {found:?}");
    }
}

/// A small disk of its own.
struct Disk {
    dir: PathBuf,
    _place: tempfile::TempDir,
}

impl Disk {
    /// `None`, said loudly, where none can be mounted.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn of_megabytes(megabytes: u32) -> Option<Self> {
        let place = tempfile::tempdir().expect("a directory");
        let dir = place.path().join("disk");
        fs::create_dir(&dir).expect("made");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(&dir)
            .output();
        if !mounted.is_ok_and(|mounted| mounted.status.success()) {
            eprintln!("SKIPPED: a small disk can't be mounted (it needs root)");
            return None;
        }
        fs::set_permissions(place.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
        Some(Self { dir, _place: place })
    }

    fn ballast(&self) -> PathBuf {
        self.dir.join("ballast")
    }

    /// Until about so many bytes are left.
    fn fill(&self, left: usize) {
        let mut file = fs::File::create(self.ballast()).expect("made");
        while file.write_all(&[0; 65536]).is_ok() {}
        let length = file.metadata().expect("there").len();
        file.set_len(length.saturating_sub(left as u64)).expect("cut");
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).expect("removed");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let gone = Command::new("umount").arg("--lazy").arg::<&Path>(&self.dir).status();
        assert!(gone.is_ok_and(|gone| gone.success()), "the disk stays mounted");
    }
}
