use std::sync::Arc;

use api::session::v1::{
    CloseRoomRequest, CreateInviteRequest, CreateRoomRequest, CreateRoomTokenRequest, CreatedInvite, InviteSpec,
    ListPracticesRequest, ListRoomsRequest, MoveRoomRequest, ReportSeatRequest, RevokeInviteRequest, Room,
    SetLabelRequest, SetWelcomeRequest, event::Type, room::State as RoomState,
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::json::{
    Body, Bytes64, Nothing, Refused, answer, base64, duration, duration_ms, in_the_name_of, ms, timestamp,
};
use crate::Parts;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    from: u64,
    until: u64,
    #[serde(default)]
    page_token: String,
}

pub(super) async fn list(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(list): Body<List>,
) -> Result<Response, Refused> {
    let request = ListRoomsRequest {
        practice: own_practice(&parts, &headers).await?,
        from: Some(timestamp(list.from)),
        until: Some(timestamp(list.until)),
        page_size: 0,
        page_token: list.page_token,
        filter: String::new(),
    };
    let page = parts
        .session
        .rooms()
        .list_rooms(in_the_name_of(&headers, request)?)
        .await?
        .into_inner();
    let rooms: Vec<_> = page.rooms.iter().map(room_json).collect();
    Ok(answer(
        json!({ "rooms": rooms, "next_page_token": page.next_page_token }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    #[serde(default)]
    room: String,
    starts_at: u64,
    duration_ms: u64,
    early_ms: Option<u64>,
    late_ms: Option<u64>,
    invites: Vec<Invite>,
    #[serde(default)]
    sealed_label: Bytes64,
    #[serde(default)]
    sealed_welcome: Bytes64,
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    request_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invite {
    seat: u32,
    #[serde(default)]
    max_uses: u32,
    #[serde(default)]
    sha256: Bytes64,
}

impl From<Invite> for InviteSpec {
    fn from(invite: Invite) -> Self {
        Self {
            seat: invite.seat,
            max_uses: invite.max_uses,
            sha256: invite.sha256.0,
        }
    }
}

pub(super) async fn create(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(create): Body<Create>,
) -> Result<Response, Refused> {
    let request = CreateRoomRequest {
        practice: own_practice(&parts, &headers).await?,
        room_id: create.room,
        start_time: Some(timestamp(create.starts_at)),
        duration: Some(duration(create.duration_ms)),
        early: create.early_ms.map(duration),
        late: create.late_ms.map(duration),
        invites: create.invites.into_iter().map(Into::into).collect(),
        issuer: create.issuer,
        sealed_label: create.sealed_label.0,
        request_id: create.request_id,
        sealed_welcome: create.sealed_welcome.0,
    };
    let created = parts
        .session
        .rooms()
        .create_room(in_the_name_of(&headers, request)?)
        .await?
        .into_inner();
    let invites: Vec<_> = created.invites.iter().map(created_invite_json).collect();
    Ok(answer(
        json!({ "room": room_json(&created.room.unwrap_or_default()), "invites": invites }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    starts_at: u64,
    duration_ms: Option<u64>,
}

pub(super) async fn move_to(
    State(parts): State<Arc<Parts>>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(to): Body<Move>,
) -> Result<Response, Refused> {
    let request = MoveRoomRequest {
        room,
        start_time: Some(timestamp(to.starts_at)),
        duration: to.duration_ms.map(duration),
    };
    let room = parts
        .session
        .rooms()
        .move_room(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(room_json(room.get_ref())))
}

pub(super) async fn close(
    State(parts): State<Arc<Parts>>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let room = parts
        .session
        .rooms()
        .close_room(in_the_name_of(
            &headers,
            CloseRoomRequest {
                room,
                ..CloseRoomRequest::default()
            },
        )?)
        .await?;
    Ok(answer(room_json(room.get_ref())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Welcome {
    pub(super) sealed_welcome: Bytes64,
}

pub(super) async fn welcome(
    State(parts): State<Arc<Parts>>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(Welcome { sealed_welcome }): Body<Welcome>,
) -> Result<Response, Refused> {
    let request = SetWelcomeRequest {
        room,
        sealed_welcome: sealed_welcome.0,
    };
    parts
        .session
        .rooms()
        .set_welcome(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    sealed_label: Bytes64,
}

pub(super) async fn label(
    State(parts): State<Arc<Parts>>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(Label { sealed_label }): Body<Label>,
) -> Result<Response, Refused> {
    let request = SetLabelRequest {
        room,
        sealed_label: sealed_label.0,
    };
    let room = parts
        .session
        .rooms()
        .set_label(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(room_json(room.get_ref())))
}

pub(super) async fn invite(
    State(parts): State<Arc<Parts>>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(invite): Body<Invite>,
) -> Result<Response, Refused> {
    let request = CreateInviteRequest {
        room,
        invite: Some(invite.into()),
        ..CreateInviteRequest::default()
    };
    let created = parts
        .session
        .rooms()
        .create_invite(in_the_name_of(&headers, request)?)
        .await?
        .into_inner();
    Ok(answer(created_invite_json(&created.invite.unwrap_or_default())))
}

pub(super) async fn revoke_invite(
    State(parts): State<Arc<Parts>>,
    Path(invite): Path<String>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    parts
        .session
        .rooms()
        .revoke_invite(in_the_name_of(&headers, RevokeInviteRequest { invite })?)
        .await?;
    Ok(answer(json!({})))
}

pub(super) async fn token(
    State(parts): State<Arc<Parts>>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let token = parts
        .session
        .rooms()
        .create_room_token(in_the_name_of(&headers, CreateRoomTokenRequest { room })?)
        .await?;
    let token = token.into_inner();
    Ok(answer(
        json!({ "token": token.token, "expires_at": ms(token.expire_time) }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Progress {
    seat: u32,
    state: ProgressState,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ProgressState {
    Admitted,
    Connected,
}

/// The practice's page says how far it has come with a guest.
pub(super) async fn progress(
    State(parts): State<Arc<Parts>>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(Progress { seat, state }): Body<Progress>,
) -> Result<Response, Refused> {
    let progress = match state {
        ProgressState::Admitted => Type::Admitted,
        ProgressState::Connected => Type::Connected,
    };
    let request = ReportSeatRequest {
        room,
        seat,
        progress: progress.into(),
    };
    parts
        .session
        .events()
        .report_seat(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(json!({})))
}

/// A device sees one practice: its own.
pub(super) async fn own_practice(parts: &Parts, headers: &HeaderMap) -> Result<String, Refused> {
    let request = in_the_name_of(headers, ListPracticesRequest::default())?;
    let practices = parts
        .session
        .practices()
        .list_practices(request)
        .await?
        .into_inner()
        .practices;
    let own = practices.into_iter().next().map(|practice| practice.id);
    own.ok_or_else(|| tonic::Status::unauthenticated("sign in first").into())
}

fn room_json(room: &Room) -> Value {
    let (starts, length) = (ms(room.start_time), duration_ms(room.duration));
    let invites: Vec<_> = room
        .invites
        .iter()
        .map(|invite| {
            json!({
                "id": invite.id,
                "seat": invite.seat,
                "max_uses": invite.max_uses,
                "uses": invite.uses,
                "revoked": invite.revoked,
            })
        })
        .collect();
    json!({
        "id": room.id,
        "starts_at": starts,
        "ends_at": starts + length,
        "opens_at": starts - duration_ms(room.early),
        "closes_at": starts + length + duration_ms(room.late),
        "epoch": room.epoch,
        "issuer": room.issuer,
        "state": if room.state() == RoomState::Closed { "closed" } else { "open" },
        "sealed_label": base64(&room.sealed_label),
        "sealed_reply": base64(&room.sealed_reply),
        "replied_at": room.reply_time.map(|time| ms(Some(time))),
        "invites": invites,
    })
}

fn created_invite_json(created: &CreatedInvite) -> Value {
    let invite = created.invite.clone().unwrap_or_default();
    let mut json = json!({ "id": invite.id, "seat": invite.seat });
    if !created.token.is_empty() {
        json["token"] = created.token.clone().into();
    }
    json
}
