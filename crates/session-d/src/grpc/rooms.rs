use api::session::v1::{
    CloseRoomRequest, CreateInviteRequest, CreateInviteResponse, CreateRoomRequest, CreateRoomResponse,
    CreateRoomTokenRequest, CreatedInvite, GetRoomRequest, ListRoomsRequest, ListRoomsResponse, MoveRoomRequest,
    RevokeInviteRequest, Room, RoomToken, SetLabelRequest, SetWelcomeRequest, UpdateRoomRequest,
    room_service_server::RoomService,
};
use room::{
    Pass, RoomId, Seat,
    pass::{Holding, Hour},
    token::Times,
};
use tonic::{Code, Request, Response, Status};

use super::{Handlers, Service};
use crate::{
    identity::Caller,
    rules::{
        devices::client_of,
        fields::{id, invalid, page_size, refused, time, timestamp},
        filter::RoomFilter,
        rooms::{self, NewInvite, NewRoom},
        scopes::Scope,
        secrets::random,
    },
    store::{self, RoomUpdate},
};

#[tonic::async_trait]
impl RoomService for Handlers {
    async fn create_room(&self, request: Request<CreateRoomRequest>) -> Result<Response<CreateRoomResponse>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let now = self.now();
        let new = NewRoom::parse(request.get_ref(), caller.issuer(), now)?;
        caller.sees(new.practice)?;
        self.store().practice(new.practice).await?;
        let tokens: Vec<_> = new
            .invites
            .iter()
            .map(|invite| (invite.id, invite.token.clone()))
            .collect();
        let (room, fresh) = self.store().create_room(new, caller.name(), now).await?;
        if fresh {
            tracing::info!(room = %room.id, "room created");
        }
        // An earlier answer is repeated without what only that one had.
        let token_of = |invite: &store::Invite| {
            tokens
                .iter()
                .find(|(id, _)| *id == invite.id)
                .and_then(|(_, token)| token.clone())
        };
        let invites = room
            .invites
            .iter()
            .map(|invite| self.created_invite(invite.clone(), token_of(invite)))
            .collect();
        Ok(Response::new(CreateRoomResponse {
            room: Some(room.into()),
            invites,
        }))
    }

    async fn get_room(&self, request: Request<GetRoomRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request, Scope::RoomsRead).await?;
        let room = self.seen_room(caller, &request.get_ref().room).await?;
        Ok(Response::new(room.into()))
    }

    async fn list_rooms(&self, request: Request<ListRoomsRequest>) -> Result<Response<ListRoomsResponse>, Status> {
        let caller = self.caller(&request, Scope::RoomsRead).await?;
        let request = request.get_ref();
        let practice = id("practice", &request.practice)?;
        caller.sees(practice)?;
        let bound = |field, at: Option<_>, absent| at.map_or(Ok(absent), |at| time(field, Some(at)));
        let span = (
            bound("from", request.from, 0)?,
            bound("until", request.until, u64::MAX)?,
        );
        let filter = RoomFilter::parse(&request.filter, span)?;
        let size = page_size(request.page_size)?;
        let after = parse_page_token(&request.page_token)?;
        let rooms = self.store().rooms(practice, filter, after, size).await?;
        let full = rooms.len() == usize::try_from(size).unwrap_or(usize::MAX);
        let next = rooms.last().filter(|_| full);
        Ok(Response::new(ListRoomsResponse {
            next_page_token: next.map_or_else(String::new, |last| format!("{}.{}", last.schedule.starts, last.id)),
            rooms: rooms.into_iter().map(Into::into).collect(),
        }))
    }

    async fn update_room(&self, request: Request<UpdateRoomRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let request = request.get_ref();
        let wanted = request
            .room
            .as_ref()
            .ok_or_else(|| invalid("room", "has to be there"))?;
        let mask = request.update_mask.as_ref().map_or(&[][..], |mask| &mask.paths);
        let revision = etag("room.etag", &wanted.etag)?;
        let room = self.seen_room(caller, &wanted.id).await?;
        let now = self.now();
        let update = RoomUpdate {
            revision,
            ..changes(&room, wanted, mask, now)?
        };
        let room = self.store().update_room(room.id, update, now).await?;
        tracing::info!(room = %room.id, epoch = room.epoch, "room changed");
        Ok(Response::new(room.into()))
    }

    async fn move_room(&self, request: Request<MoveRoomRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let request = request.get_ref();
        let room = self.seen_room(caller, &request.room).await?;
        let now = self.now();
        let update = RoomUpdate {
            schedule: Some(room.schedule.moved(request.start_time, request.duration, now)?),
            ..RoomUpdate::default()
        };
        let room = self.store().update_room(room.id, update, now).await?;
        tracing::info!(room = %room.id, epoch = room.epoch, "room moved");
        Ok(Response::new(room.into()))
    }

    async fn close_room(&self, request: Request<CloseRoomRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let revision = etag("etag", &request.get_ref().etag)?;
        let room = self.seen_room(caller, &request.get_ref().room).await?;
        let room = self.store().close_room(room.id, revision, self.now()).await?;
        tracing::info!(room = %room.id, "room closed");
        Ok(Response::new(room.into()))
    }

    async fn set_welcome(&self, request: Request<SetWelcomeRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let request = request.get_ref();
        let welcome = rooms::welcome(&request.sealed_welcome)?;
        let room = self.seen_room(caller, &request.room).await?;
        self.store().set_welcome(room.id, welcome).await?;
        Ok(Response::new(()))
    }

    async fn set_label(&self, request: Request<SetLabelRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let request = request.get_ref();
        let update = RoomUpdate {
            label: Some(rooms::label(&request.sealed_label)?),
            ..RoomUpdate::default()
        };
        let room = self.seen_room(caller, &request.room).await?;
        let room = self.store().update_room(room.id, update, self.now()).await?;
        Ok(Response::new(room.into()))
    }

    async fn create_invite(
        &self,
        request: Request<CreateInviteRequest>,
    ) -> Result<Response<CreateInviteResponse>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let request = request.get_ref();
        let room = self.seen_room(caller, &request.room).await?;
        let spec = request
            .invite
            .as_ref()
            .ok_or_else(|| invalid("invite", "has to be there"))?;
        // A seat may have several invites: a new link for who has lost the old one.
        let taken = |seat| room.invites.iter().any(|invite| invite.seat == seat);
        let new = NewInvite::parse("invite", spec, |seat| spec.seat != 0 || !taken(seat))?;
        let asked = self.asked(caller, &request.request_id, request)?;
        let (id, token) = (new.id, new.token.clone());
        let invite = self.store().create_invite(room.id, new, asked).await?;
        let token = token.filter(|_| invite.id == id);
        Ok(Response::new(CreateInviteResponse {
            invite: Some(self.created_invite(invite, token)),
        }))
    }

    async fn revoke_invite(&self, request: Request<RevokeInviteRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let invite = id("invite", &request.get_ref().invite)?;
        caller.sees(self.store().room_of_invite(invite).await?.practice)?;
        self.store().revoke_invite(invite, self.now()).await?;
        tracing::info!(%invite, "invite revoked");
        Ok(Response::new(()))
    }

    async fn create_room_token(&self, request: Request<CreateRoomTokenRequest>) -> Result<Response<RoomToken>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let room = self.seen_room(caller, &request.get_ref().room).await?;
        // Staff arrange appointments; who sits on the practice's seat is a doctor.
        let (device, _) = caller.doctor()?;
        let now = self.now();
        if room.closed {
            return Err(store::StoreError::Closed.into());
        }
        if room.schedule.window().at(now) == Hour::Over {
            return Err(precondition("OVER", "the appointment is over"));
        }
        let pass = Pass {
            room: room.id,
            seat: Seat::PRACTICE,
            epoch: room.epoch,
            client: client_of(device),
            by: Holding::Device(device),
            window: room.schedule.window(),
            relay: None,
        };
        let (token, times) = self.mint(pass, now);
        Ok(Response::new(RoomToken {
            token,
            expire_time: Some(timestamp(times.exp)),
        }))
    }
}

impl Service {
    /// A room that the caller may see; one that isn't there, or isn't theirs, is not found.
    async fn seen_room(&self, caller: Caller, room: &str) -> Result<store::Room, Status> {
        let room = RoomId::parse(room).ok_or_else(|| invalid("room", "has to be 32 lower-case hexadecimal digits"))?;
        let room = self.store().room(room).await?;
        caller.sees(room.practice)?;
        Ok(room)
    }

    fn created_invite(&self, invite: store::Invite, token: Option<String>) -> CreatedInvite {
        CreatedInvite {
            invite: Some(invite.into()),
            link: token
                .as_ref()
                .map_or_else(String::new, |token| self.link(&format!("/v/{token}"))),
            token: token.unwrap_or_default(),
        }
    }

    /// The token of a pass, with what opens the relay to its holder.
    pub(super) fn mint(&self, mut pass: Pass, now: u64) -> (String, Times) {
        let times = Times::from(now);
        pass.relay = self
            .relay()
            .map(|relay| relay.credential(pass.room, pass.seat, pass.window, now));
        let token = pass.mint(random(), times, self.keys.id(), |message| self.keys.sign(message));
        (token, times)
    }
}

/// FAILED_PRECONDITION with a reason that programs can read.
pub(super) fn precondition(reason: &str, message: &str) -> Status {
    refused(Code::FailedPrecondition, reason, message)
}

/// What becomes another by the fields that the mask names.
fn changes(room: &store::Room, wanted: &Room, mask: &[String], now: u64) -> Result<RoomUpdate, Status> {
    let mut update = RoomUpdate::default();
    let mut times = rooms::Times::default();
    for path in mask {
        match path.as_str() {
            "start_time" => times.start = Some(wanted.start_time),
            "duration" => times.duration = Some(wanted.duration),
            "early" => times.early = Some(wanted.early),
            "late" => times.late = Some(wanted.late),
            "sealed_label" => update.label = Some(rooms::label(&wanted.sealed_label)?),
            _ => {
                return Err(invalid(
                    "update_mask",
                    "has to name some of start_time, duration, early, late, sealed_label",
                ));
            }
        }
    }
    if mask.is_empty() {
        return Err(invalid("update_mask", "has to name what is to be another"));
    }
    if times != rooms::Times::default() {
        update.schedule = Some(room.schedule.changed(&times, now)?);
    }
    Ok(update)
}

/// The revision of an etag, where one is given.
pub(super) fn etag(field: &str, text: &str) -> Result<Option<u64>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    let revision = text
        .parse()
        .map_err(|_| invalid(field, "has to be one of an answer, or empty"))?;
    Ok(Some(revision))
}

fn parse_page_token(token: &str) -> Result<Option<(u64, RoomId)>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    let parsed = token
        .split_once('.')
        .and_then(|(start, id)| Some((start.parse().ok()?, RoomId::parse(id)?)));
    parsed
        .map(Some)
        .ok_or_else(|| invalid("page_token", "has to be the last answer's next_page_token"))
}
