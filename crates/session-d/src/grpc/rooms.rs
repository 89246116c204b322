use api::session::v1::{
    CloseRoomRequest, CreateInviteRequest, CreateInviteResponse, CreateRoomRequest, CreateRoomResponse,
    CreateRoomTokenRequest, CreatedInvite, GetRoomRequest, ListRoomsRequest, ListRoomsResponse, MoveRoomRequest,
    RevokeInviteRequest, Room, RoomToken, SetLabelRequest, SetWelcomeRequest, room_service_server::RoomService,
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
        rooms::{self, NewInvite, NewRoom},
        secrets::random,
    },
    store,
};

#[tonic::async_trait]
impl RoomService for Handlers {
    async fn create_room(&self, request: Request<CreateRoomRequest>) -> Result<Response<CreateRoomResponse>, Status> {
        let caller = self.caller(&request).await?;
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
        let caller = self.caller(&request).await?;
        let room = self.seen_room(caller, &request.get_ref().room).await?;
        Ok(Response::new(room.into()))
    }

    async fn list_rooms(&self, request: Request<ListRoomsRequest>) -> Result<Response<ListRoomsResponse>, Status> {
        let caller = self.caller(&request).await?;
        let request = request.get_ref();
        let practice = id("practice", &request.practice)?;
        caller.sees(practice)?;
        let bound = |field, at: Option<_>, absent| at.map_or(Ok(absent), |at| time(field, Some(at)));
        let span = (
            bound("from", request.from, 0)?,
            bound("until", request.until, u64::MAX)?,
        );
        let size = page_size(request.page_size)?;
        let after = parse_page_token(&request.page_token)?;
        let rooms = self.store().rooms(practice, span, after, size).await?;
        let full = rooms.len() == usize::try_from(size).unwrap_or(usize::MAX);
        let next = rooms.last().filter(|_| full);
        Ok(Response::new(ListRoomsResponse {
            next_page_token: next.map_or_else(String::new, |last| format!("{}.{}", last.schedule.starts, last.id)),
            rooms: rooms.into_iter().map(Into::into).collect(),
        }))
    }

    async fn move_room(&self, request: Request<MoveRoomRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request).await?;
        let request = request.get_ref();
        let room = self.seen_room(caller, &request.room).await?;
        let now = self.now();
        let schedule = room.schedule.moved(request.start_time, request.duration, now)?;
        let room = self.store().move_room(room.id, schedule, now).await?;
        tracing::info!(room = %room.id, epoch = room.epoch, "room moved");
        Ok(Response::new(room.into()))
    }

    async fn close_room(&self, request: Request<CloseRoomRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request).await?;
        let room = self.seen_room(caller, &request.get_ref().room).await?;
        let room = self.store().close_room(room.id, self.now()).await?;
        tracing::info!(room = %room.id, "room closed");
        Ok(Response::new(room.into()))
    }

    async fn set_welcome(&self, request: Request<SetWelcomeRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request).await?;
        let request = request.get_ref();
        let welcome = rooms::welcome(&request.sealed_welcome)?;
        let room = self.seen_room(caller, &request.room).await?;
        self.store().set_welcome(room.id, welcome).await?;
        Ok(Response::new(()))
    }

    async fn set_label(&self, request: Request<SetLabelRequest>) -> Result<Response<Room>, Status> {
        let caller = self.caller(&request).await?;
        let request = request.get_ref();
        let label = rooms::label(&request.sealed_label)?;
        let room = self.seen_room(caller, &request.room).await?;
        let room = self.store().set_label(room.id, label).await?;
        Ok(Response::new(room.into()))
    }

    async fn create_invite(
        &self,
        request: Request<CreateInviteRequest>,
    ) -> Result<Response<CreateInviteResponse>, Status> {
        let caller = self.caller(&request).await?;
        let request = request.get_ref();
        let room = self.seen_room(caller, &request.room).await?;
        let spec = request
            .invite
            .as_ref()
            .ok_or_else(|| invalid("invite", "has to be there"))?;
        // A seat may have several invites: a new link for who has lost the old one.
        let taken = |seat| room.invites.iter().any(|invite| invite.seat == seat);
        let new = NewInvite::parse("invite", spec, |seat| spec.seat != 0 || !taken(seat))?;
        let token = new.token.clone();
        let invite = self.store().create_invite(room.id, new).await?;
        Ok(Response::new(CreateInviteResponse {
            invite: Some(self.created_invite(invite, token)),
        }))
    }

    async fn revoke_invite(&self, request: Request<RevokeInviteRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request).await?;
        let invite = id("invite", &request.get_ref().invite)?;
        caller.sees(self.store().room_of_invite(invite).await?.practice)?;
        self.store().revoke_invite(invite, self.now()).await?;
        tracing::info!(%invite, "invite revoked");
        Ok(Response::new(()))
    }

    async fn create_room_token(&self, request: Request<CreateRoomTokenRequest>) -> Result<Response<RoomToken>, Status> {
        let caller = self.caller(&request).await?;
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
