use std::{pin::Pin, sync::Arc};

use api::session::v1::{
    ReportSeatRequest, WatchEventsRequest, WatchEventsResponse, event::Type, event_service_server::EventService,
};
use room::{RoomId, Seat};
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{
    events,
    rules::{
        fields::{id, invalid},
        scopes::Scope,
    },
    store::Progress,
};

#[tonic::async_trait]
impl EventService for Handlers {
    type WatchEventsStream = Pin<Box<dyn Stream<Item = Result<WatchEventsResponse, Status>> + Send>>;

    async fn watch_events(
        &self,
        request: Request<WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        let caller = self.caller(&request, Scope::EventsRead).await?;
        let (metadata, extensions, message) = request.into_parts();
        let practice = id("practice", &message.practice)?;
        let after = match message.resume_token.as_str() {
            "" => None,
            token => {
                let number = token.parse().ok();
                Some(number.ok_or_else(|| invalid("resume_token", "has to be one of an earlier answer"))?)
            }
        };
        caller.sees(practice)?;
        self.store().practice(practice).await?;
        let place = self
            .places
            .take(caller.name())
            .ok_or_else(|| Status::resource_exhausted("as many streams as there may be: end another one first"))?;
        // Who may not any more (a revoked key, a token that has run out) hears nothing any more.
        let credentials = Arc::new(Request::from_parts(metadata, extensions, ()));
        let handlers = self.clone();
        let may_go_on = move || {
            let (handlers, credentials) = (handlers.clone(), Arc::clone(&credentials));
            async move { handlers.caller(&credentials, Scope::EventsRead).await?.sees(practice) }
        };
        let stream = events::follow(self.store().clone(), practice, after, place, may_go_on, self.life());
        Ok(Response::new(Box::pin(stream)))
    }

    async fn report_seat(&self, request: Request<ReportSeatRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let request = request.get_ref();
        let seat = u8::try_from(request.seat).ok().and_then(Seat::new);
        let seat = seat
            .filter(|seat| *seat != Seat::PRACTICE)
            .ok_or_else(|| invalid("seat", "has to be 1 to 3"))?;
        let progress = match request.progress() {
            Type::Admitted => Progress::Admitted,
            Type::Connected => Progress::Connected,
            _ => return Err(invalid("progress", "has to be TYPE_ADMITTED or TYPE_CONNECTED")),
        };
        let room = RoomId::parse(&request.room);
        let room = room.ok_or_else(|| invalid("room", "has to be 32 lower-case hexadecimal digits"))?;
        let room = self.store().room(room).await?;
        caller.sees(room.practice)?;
        caller.doctor()?;
        self.store()
            .progress(room.practice, room.id, seat, progress, self.now())
            .await?;
        Ok(Response::new(()))
    }
}
