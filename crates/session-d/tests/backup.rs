//! A backup is everything: restored on an empty machine, on the same kind of store or on the other, all that was acknowledged is there and works.

mod common;

use std::path::Path;

use api::{
    control::v1::{LookupInviteRequest, RedeemInviteRequest},
    session::v1::{CreateApiKeyRequest, GetRoomRequest, ListRoomsRequest},
};
use common::{House, config, device::Device, postgres::Server, room_request, socket};
use daemon::Daemon as _;
use session_d::{Config, PostgresConfig, SessionD, backup};
use tonic::{Code, Request};

#[tokio::test]
async fn what_was_acknowledged_before_a_backup_is_there_after_a_restore_on_an_empty_machine() {
    there_and_back(None, None).await;
}

#[tokio::test]
async fn a_backup_of_a_file_is_restored_to_postgresql_and_one_of_that_to_a_file() {
    let Some(server) = Server::start(&[]).await else { return };
    let first = server.database("first").await;
    let second = server.database("second").await;

    there_and_back(None, Some(first.clone())).await;
    there_and_back(Some(second), None).await;
}

#[tokio::test]
async fn a_backup_while_rooms_are_made_is_of_one_moment() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let config = config(house.dir.path()).await;
    let before = house.create(room_request(&practice, 60)).await.room.expect("a room").id;
    let rooms = house.rooms();
    let making = tokio::spawn({
        let practice = practice.clone();
        async move {
            loop {
                let created = rooms.clone().create_room(room_request(&practice, 60)).await;
                created.expect("created");
            }
        }
    });
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("backup");

    let mut summaries = Vec::new();
    for _ in 0..5 {
        let mut bytes = Vec::new();
        summaries.push(backup::write(&config, &mut bytes).await.expect("written").rows);
        std::fs::write(&file, &bytes).expect("written");
    }
    making.abort();

    assert!(summaries.is_sorted(), "{summaries:?}");
    let other = tempfile::tempdir().expect("a directory");
    let restored = Config::new(other.path().join("data"));
    // Foreign keys and counts hold, or nothing would be restored.
    backup::restore(&restored, &file, false).await.expect("restored");
    let house = House::of(other, with_socket(restored)).await;
    let found = house.rooms().get_room(GetRoomRequest { room: before }).await;
    found.expect("is there");
}

#[tokio::test]
async fn a_store_that_is_there_is_replaced_only_by_force_and_never_while_session_d_is_at_work() {
    replacing(None).await;
    let Some(server) = Server::start(&[]).await else { return };
    let database = server.database("store").await;
    replacing(Some(database)).await;
}

#[tokio::test]
async fn a_file_that_is_no_whole_backup_is_refused_before_anything_is_touched() {
    let house = House::new().await;
    house.practice("Praxis").await;
    let whole = written(&config(house.dir.path()).await).await;
    let cut = &whole[..whole.len() - 40];
    let without_end = &whole[..whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .expect("lines")
        + 1];
    let mut changed = whole.clone();
    let place = changed
        .windows(6)
        .position(|window| window == b"Praxis")
        .expect("is there");
    changed[place] = b'B';
    let newer = String::from_utf8(whole.clone())
        .expect("text")
        .replacen("\"version\":1", "\"version\":2", 1);
    let unending = [whole.clone(), vec![b'x'; 2 * 1024 * 1024]].concat();

    for (bytes, why) in [
        (&b""[..], "it is no backup of Visite"),
        (b"SQLite format 3\0", "it is no backup of Visite"),
        (b"{\"visite\":\"other\"}\n", "it is no backup of Visite"),
        (cut, "cut off"),
        (without_end, "cut off"),
        (&changed, "damaged"),
        (newer.as_bytes(), "newer version"),
        (&unending, "cut off"),
    ] {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("backup");
        std::fs::write(&file, bytes).expect("written");
        let data = place.path().join("data");

        let refusal = backup::restore(&Config::new(data.clone()), &file, true).await;

        let refusal = format!("{:#}", refusal.expect_err("is refused"));
        assert!(refusal.contains(why), "{why}: {refusal}");
        assert!(!data.exists(), "nothing is made: {why}");
    }
}

/// The whole is right, a line is not: by somebody who knows how to count.
#[tokio::test]
async fn a_backup_that_was_forged_is_refused_and_leaves_nothing_behind() {
    for (line, why) in [
        (
            r#"{"table":"sqlite_schema","columns":[["name","text"]]}"#,
            "there is no table",
        ),
        (r#"{"table":"rooms","columns":[["id) --","bytes"]]}"#, "is no column"),
        (r#"{"table":"rooms","columns":[["id","bytes"]]}"#, "NOT NULL"),
        (r#"{"key":"../../evil","seed":"00"}"#, "no key's name"),
        (r#"{"key":"6a.key","seed":"00"}"#, "Ed25519"),
        (r#"["a row","of no table"]"#, "line 2"),
    ] {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("backup");
        let row = if line.contains("\"id\"") {
            "[\"BwcHBw==\"]\n"
        } else {
            ""
        };
        std::fs::write(&file, whole(&format!("{line}\n{row}"))).expect("written");
        let data = place.path().join("data");

        let refusal = backup::restore(&Config::new(data.clone()), &file, false).await;

        let refusal = format!("{:#}", refusal.expect_err("is refused"));
        assert!(refusal.contains(why), "{why}: {refusal}");
        assert!(!data.join("session.db").exists(), "{why}");
    }
}

#[tokio::test]
async fn a_backup_of_an_older_form_is_brought_to_the_newest() {
    older(None).await;
    let Some(server) = Server::start(&[]).await else { return };
    let database = server.database("older").await;
    older(Some(database)).await;
}

async fn older(postgres: Option<PostgresConfig>) {
    let dir = tempfile::tempdir().expect("a directory");
    let config = Config {
        postgres,
        ..with_socket(Config::new(dir.path().join("data")))
    };
    let file = dir.path().join("backup");
    let lines = concat!(
        r#"{"key":"6a.key","seed":"0707070707070707070707070707070707070707070707070707070707070707"}"#,
        "\n",
        r#"{"table":"practices","columns":[["id","bytes"],["name","text"],["created","int"],["rooms","int"],["events","int"]]}"#,
        "\n",
        r#"["BwcHBwcHBwcHBwcHBwcHBw==","Praxis",1,0,0]"#,
        "\n",
        r#"{"table":"counters","columns":[["name","text"],["last","int"]]}"#,
        "\n",
        r#"["changes",0]"#,
        "\n",
    );
    std::fs::write(&file, whole(lines)).expect("written");

    backup::restore(&config, &file, false).await.expect("restored");

    let house = House::of(dir, config).await;
    house.create(room_request(&"07".repeat(16), 60)).await;
}

/// A backup of the first form that there were backups of, which has these lines.
fn whole(lines: &str) -> String {
    let text = format!("{{\"visite\":\"backup\",\"version\":1,\"form\":7,\"made\":1}}\n{lines}");
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let sum: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let end = format!("{{\"lines\":{},\"sha256\":\"{sum}\"}}\n", text.lines().count());
    text + &end
}

async fn there_and_back(from: Option<PostgresConfig>, to: Option<PostgresConfig>) {
    let dir = tempfile::tempdir().expect("a directory");
    let before = Config {
        postgres: from,
        ..with_socket(Config::new(dir.path().join("data")))
    };
    let house = House::of(dir, before.clone()).await;
    let practice = house.practice("Praxis am Finkenweg").await;
    let doctor = Device::enrol(&house, &practice).await;
    let key = CreateApiKeyRequest {
        practice: practice.clone(),
        name: "Software".to_owned(),
        ..CreateApiKeyRequest::default()
    };
    let key = house.practices().create_api_key(key).await.expect("a key").into_inner();
    let created = house.create(room_request(&practice, 60)).await;
    let (room, invite) = (created.room.expect("a room").id, created.invites[0].token.clone());
    let redeem = |client: u8| RedeemInviteRequest {
        invite: invite.clone(),
        client: format!("a-browser-of-number-{client}A"),
    };
    house.control().redeem_invite(redeem(1)).await.expect("redeemed");

    let bytes = written(&before).await;
    let file = house.dir.path().join("backup");
    std::fs::write(&file, &bytes).expect("written");
    let other = tempfile::tempdir().expect("a directory");
    let after = Config {
        postgres: to,
        ..with_socket(Config::new(other.path().join("data")))
    };
    let summary = backup::restore(&after, &file, false).await.expect("restored");
    assert_eq!(summary.keys, 1);
    let tokens_of_before = house.control().redeem_invite(redeem(1)).await.expect("redeemed");
    house.end().await;

    let house = House::of(other, after.clone()).await;
    house
        .rooms()
        .get_room(GetRoomRequest { room })
        .await
        .expect("the room is there");
    let list = ListRoomsRequest {
        practice: practice.clone(),
        ..ListRoomsRequest::default()
    };
    let listed = house
        .rooms_as(&key.key)
        .list_rooms(list)
        .await
        .expect("the API key is good");
    assert_eq!(listed.into_inner().rooms.len(), 1);
    let lookup = LookupInviteRequest { invite: invite.clone() };
    house.control().lookup_invite(lookup).await.expect("the link is good");
    house
        .control()
        .redeem_invite(redeem(1))
        .await
        .expect("who has used it may again");
    for another in [2, 3] {
        let redeemed = house.control().redeem_invite(redeem(another)).await;
        redeemed.expect("an invite is good for three browsers");
    }
    let spent = house.control().redeem_invite(redeem(4)).await;
    assert!(spent.is_err(), "and the first is still one of them");
    let challenge = doctor.challenge(&house).await;
    doctor.answer(&house, &challenge).await.expect("the device may sign in");
    // Tokens of before are good: the keys are the same.
    let again = house.control().redeem_invite(redeem(1)).await.expect("redeemed");
    let key_id = |token: &str| token.split('.').next().map(str::to_owned);
    assert_eq!(
        key_id(&again.into_inner().token),
        key_id(&tokens_of_before.into_inner().token)
    );
    // And what is made after it is stored as ever, in the order of before.
    house.create(room_request(&practice, 120)).await;
    assert_eq!(
        written(&after).await.len().cmp(&bytes.len()),
        std::cmp::Ordering::Greater
    );
}

async fn replacing(database: Option<PostgresConfig>) {
    let is_on_a_server = database.is_some();
    let dir = tempfile::tempdir().expect("a directory");
    let config = Config {
        postgres: database,
        ..with_socket(Config::new(dir.path().join("data")))
    };
    let house = House::of(dir, config.clone()).await;
    let practice = house.practice("Praxis").await;
    let file = house.dir.path().join("backup");
    std::fs::write(&file, written(&config).await).expect("written");
    let later = house.create(room_request(&practice, 60)).await.room.expect("a room").id;

    for force in [false, true] {
        let refusal = backup::restore(&config, &file, force).await.expect_err("is refused");
        let refusal = format!("{refusal:#}");
        let why = if force || is_on_a_server {
            "is in use: stop session-d"
        } else {
            "--force replaces"
        };
        assert!(refusal.contains(why), "{refusal}");
    }
    house
        .rooms()
        .get_room(GetRoomRequest { room: later.clone() })
        .await
        .expect("is there still");
    if !is_on_a_server {
        let refusal = SessionD::bind(config.clone()).await.expect_err("is refused");
        assert!(format!("{refusal:#}").contains("is in use"), "{refusal:#}");
    }
    let dir = house.end().await;
    let refusal = backup::restore(&config, &file, false).await.expect_err("is refused");
    assert!(format!("{refusal:#}").contains("--force replaces"), "{refusal:#}");
    backup::restore(&config, &file, true).await.expect("restored");

    let house = House::of(dir, config).await;
    let gone = house
        .rooms()
        .get_room(Request::new(GetRoomRequest { room: later }))
        .await;
    assert_eq!(gone.expect_err("is gone").code(), Code::NotFound);
    house.create(room_request(&practice, 60)).await;
}

async fn written(config: &Config) -> Vec<u8> {
    let mut bytes = Vec::new();
    backup::write(config, &mut bytes).await.expect("written");
    bytes
}

fn with_socket(config: Config) -> Config {
    let place = config.data_dir.parent().map(Path::to_owned).expect("a folder above");
    Config {
        unix: Some(session_d::UnixConfig::at(socket(&place))),
        ..config
    }
}
