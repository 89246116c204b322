//! What integrators hear of a visit, from the browsers' frames to the stream of session-d.

mod common;

use api::session::v1::{
    Event, WatchEventsRequest, WatchEventsResponse, event::Type, event_service_client::EventServiceClient,
};
use common::House;
use serde_json::json;
use tonic::Streaming;

#[tokio::test]
async fn who_comes_is_let_in_and_goes_is_told_also_over_restarts_of_both_daemons() {
    let mut house = House::new().await;
    let doctor = house.doctor().await;
    let mut watch = Watch::new(&house, &doctor.practice, "").await;
    let visit = doctor.appointment(&house, 0, 1).await;
    watch.expect(Type::Created, None).await;

    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let token = guest.hear_type("joined").await["token"].clone();
    watch.expect(Type::Waiting, Some(1)).await;
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    watch.expect(Type::Waiting, Some(0)).await;
    let progress = format!("/api/v1/rooms/{}/progress", visit.room);
    for state in ["admitted", "connected", "connected"] {
        let told = doctor
            .call(&house, &progress, json!({ "seat": 1, "state": state }))
            .await;
        assert_eq!(told.status, 200);
    }
    watch.expect(Type::Admitted, Some(1)).await;
    watch.expect(Type::Connected, Some(1)).await;

    // A line that breaks and comes back is nothing that happens, nor is a restart of signal-d.
    house.end_signal().await;
    house.start_signal().await;
    let practice_token = doctor.room_token(&house, &visit.room).await;
    let mut guest = house.browser().await;
    guest
        .say(json!({ "type": "join", "token": token, "client": common::id(1), "stream": common::id(2) }))
        .await;
    guest.hear_type("joined").await;
    let mut practice = house.browser().await;
    practice.say(doctor.join_by(&practice_token, 3)).await;
    practice.hear_type("joined").await;

    // What happens while session-d is away is told when it is back.
    let resume_token = watch.token.clone();
    drop(watch);
    house.end_session().await;
    guest.say(json!({ "type": "leave" })).await;
    assert_eq!(guest.close_code().await, 1000);
    practice.say(json!({ "type": "leave" })).await;
    assert_eq!(practice.close_code().await, 1000);
    house.start_session().await;

    let mut watch = Watch::new(&house, &doctor.practice, &resume_token).await;
    watch.expect(Type::Left, Some(1)).await;
    watch.expect(Type::Left, Some(0)).await;
    watch.expect(Type::Ended, None).await;
}

/// An integrator who watches.
struct Watch {
    stream: Streaming<WatchEventsResponse>,
    token: String,
}

impl Watch {
    async fn new(house: &House, practice: &str, resume_token: &str) -> Self {
        let mut events = EventServiceClient::new(house.session_client().await);
        let request = WatchEventsRequest {
            practice: practice.to_owned(),
            resume_token: resume_token.to_owned(),
        };
        let mut stream = events.watch_events(request).await.expect("watches").into_inner();
        let first = stream.message().await.expect("an answer").expect("a stream");
        Self {
            stream,
            token: first.resume_token,
        }
    }

    async fn expect(&mut self, what: Type, seat: Option<u32>) {
        let event = self.event().await;
        assert_eq!((event.r#type(), event.seat), (what, seat));
    }

    async fn event(&mut self) -> Event {
        loop {
            let answer = self.stream.message().await.expect("an answer").expect("a stream");
            self.token = answer.resume_token;
            if let Some(event) = answer.event {
                return event;
            }
        }
    }
}
