//! A practice's software: makes appointments with links, and follows what happens in them.
//!
//! ```text
//! appointments create [LABEL]  prints the room's id and the patient's link
//! appointments watch [TOKEN]   prints an event a line: the resume token, type, room, seat
//! ```
//!
//! In the environment: what the practice's console shows for this software (settings, connected software: `VISITE_ADDRESS`, `VISITE_PRACTICE`,
//! `VISITE_PRACTICE_HASH`, `VISITE_ISSUER`, `VISITE_ISSUER_SECRET`), and from the operator `VISITE_API_KEY` and `VISITE_TARGET` (session-d:
//! `unix:/run/visite/session.sock`, or `https://host:port` with the authority in `VISITE_CA`).

use std::{
    env,
    error::Error,
    time::{Duration, SystemTime},
};

use api::session::v1::{
    CreateRoomRequest, InviteSpec, WatchEventsRequest, event_service_client::EventServiceClient,
    room_service_client::RoomServiceClient,
};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{self, HKDF_SHA256},
    rand,
};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use tonic::{
    Code, Request, Status,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["create"] => create("").await,
        ["create", label] => create(label).await,
        ["watch"] => watch("").await,
        ["watch", token] => watch(token).await,
        _ => Err("appointments create [LABEL] | watch [TOKEN]".into()),
    }
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
async fn create(label: &str) -> Result<(), Failure> {
    // Its key is derived of the room's id, and the label is sealed with it: so the software draws the id.
    let room = HEXLOWER.encode(&random::<16>()?);
    let key = derive(&base64("VISITE_ISSUER_SECRET")?, "visite v1 room key", &room)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let request = CreateRoomRequest {
        practice: env::var("VISITE_PRACTICE")?,
        room_id: room.clone(),
        issuer: env::var("VISITE_ISSUER")?,
        start_time: Some(prost_types::Timestamp {
            seconds: now.try_into()?,
            nanos: 0,
        }),
        duration: Some(prost_types::Duration {
            seconds: 20 * 60,
            nanos: 0,
        }),
        invites: vec![InviteSpec {
            seat: 1,
            ..InviteSpec::default()
        }],
        sealed_label: if label.is_empty() {
            Vec::new()
        } else {
            seal(&key, &room, label)?
        },
        // The same for every attempt: whoever asks again makes no second room.
        request_id: room.clone(),
        ..CreateRoomRequest::default()
    };
    let mut request = identified(request)?;
    request.set_timeout(Duration::from_secs(10));
    let created = RoomServiceClient::new(channel().await?)
        .create_room(request)
        .await?
        .into_inner();
    let invite = created.invites.first().ok_or("no invite came")?;
    // What stands behind the `#` never reaches a server; where the link leads is not for the API to say (docs/signalling.md, section 1).
    let fragment = [&[1][..], &key[..], &base64("VISITE_PRACTICE_HASH")?[..]].concat();
    let address = env::var("VISITE_ADDRESS")?;
    println!(
        "{room} {address}/v/{}#{}",
        invite.token,
        BASE64URL_NOPAD.encode(&fragment)
    );
    Ok(())
}

/// HKDF-SHA256 (RFC 5869) with an empty salt.
fn derive(secret: &[u8], label: &str, room: &str) -> Result<[u8; 32], Failure> {
    let info = [prefixed(label.as_bytes())?, prefixed(room.as_bytes())?].concat();
    let mut key = [0; 32];
    let derived = hkdf::Salt::new(HKDF_SHA256, b"").extract(secret);
    derived.expand(&[&info], HKDF_SHA256)?.fill(&mut key)?;
    Ok(key)
}

/// What the practice reads about the appointment (docs/integrate, a label): at most 400 bytes.
fn seal(room_key: &[u8; 32], room: &str, label: &str) -> Result<Vec<u8>, Failure> {
    let mut text = prefixed(label.as_bytes())?;
    text.resize(text.len().next_multiple_of(128), 0);
    let nonce = random::<12>()?;
    let bound = [prefixed(b"visite v1 software label")?, prefixed(room.as_bytes())?].concat();
    let key = UnboundKey::new(&AES_256_GCM, &derive(room_key, "visite v1 software label key", room)?)?;
    LessSafeKey::new(key).seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut text)?;
    let sealed = [&[1][..], &nonce[..], &text[..]].concat();
    Ok([vec![3], prefixed(&sealed)?].concat())
}

fn prefixed(field: &[u8]) -> Result<Vec<u8>, Failure> {
    let length = u16::try_from(field.len()).map_err(|_| "a field is too long")?;
    Ok([&length.to_be_bytes()[..], field].concat())
}

/// Goes on for ever: after an interruption from where it was, without a gap.
async fn watch(token: &str) -> Result<(), Failure> {
    let mut token = token.to_owned();
    loop {
        match follow(&mut token).await {
            // Events are missing: read the rooms (ListRooms) after the next first answer.
            Err(status) if status.code() == Code::OutOfRange => token.clear(),
            Err(status) if status.code() != Code::Unavailable => return Err(status.into()),
            Ok(()) | Err(_) => {}
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
async fn follow(token: &mut String) -> Result<(), Status> {
    let failed = |error: Failure| Status::internal(error.to_string());
    let channel = channel()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let request = WatchEventsRequest {
        practice: env::var("VISITE_PRACTICE").map_err(|error| failed(error.into()))?,
        resume_token: token.clone(),
    };
    let mut events = EventServiceClient::new(channel)
        .watch_events(identified(request).map_err(failed)?)
        .await?
        .into_inner();
    while let Some(answer) = events.message().await? {
        token.clone_from(&answer.resume_token);
        match answer.event {
            Some(event) => {
                let kind = event.r#type().as_str_name().trim_start_matches("TYPE_");
                let seat = event.seat.map_or_else(|| "-".to_owned(), |seat| seat.to_string());
                println!("{token} {kind} {} {seat}", event.room);
            }
            None => println!("{token} ALIVE - -"),
        }
    }
    Ok(())
}

async fn channel() -> Result<Channel, Failure> {
    let target = env::var("VISITE_TARGET")?;
    let mut endpoint = Endpoint::from_shared(target.clone())?;
    if !target.starts_with("unix:") {
        let authority = Certificate::from_pem(std::fs::read(env::var("VISITE_CA")?)?);
        endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(authority))?;
    }
    Ok(endpoint.connect().await?)
}

fn identified<T>(message: T) -> Result<Request<T>, Failure> {
    let mut request = Request::new(message);
    let bearer = format!("Bearer {}", env::var("VISITE_API_KEY")?).parse()?;
    request.metadata_mut().insert("authorization", bearer);
    Ok(request)
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes)?;
    Ok(bytes)
}

fn base64(name: &str) -> Result<Vec<u8>, Failure> {
    Ok(BASE64URL_NOPAD.decode(env::var(name)?.as_bytes())?)
}
