//! What software hears that follows a practice's events.

mod common;

use std::time::Duration;

use api::{
    control::v1::{ReportSeatsRequest, SeatReport},
    session::v1::{
        CloseRoomRequest, CreateApiKeyRequest, Event, ListUsageRequest, MoveRoomRequest, ReportSeatRequest,
        RevokeApiKeyRequest, WatchEventsRequest, WatchEventsResponse, event::Type,
        event_service_client::EventServiceClient,
    },
};
use common::{Bearer, House, device::Device, in_seconds, room_request};
use tonic::{Code, Status, Streaming};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn a_visit_from_its_making_to_its_end_is_told_in_order_and_counted() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let doctor = Device::enrol(&house, &practice).await.token(&house).await;
    let mut watch = Watch::new(&house, &practice, "").await.expect("watches");

    let room = room(&house, &practice).await;
    house
        .says(BEGIN, ONE, &[(1, &room, 1, true), (2, &room, 0, true)])
        .await;
    house.report(&doctor, &room, 1, Type::Admitted).await.expect("noted");
    house.report(&doctor, &room, 1, Type::Connected).await.expect("noted");
    house.clock.advance(Duration::from_secs(60));
    house
        .says(AGAIN, ONE, &[(3, &room, 1, false), (4, &room, 0, false)])
        .await;

    let expected = [
        (Type::Created, None),
        (Type::Waiting, Some(1)),
        (Type::Waiting, Some(0)),
        (Type::Admitted, Some(1)),
        (Type::Connected, Some(1)),
        (Type::Left, Some(1)),
        (Type::Left, Some(0)),
        (Type::Ended, None),
    ];
    for what in expected {
        let event = watch.event().await;
        assert_eq!((event.r#type(), event.seat), what);
        assert_eq!((&event.practice, &event.room), (&practice, &room));
    }
    let usage = ListUsageRequest {
        practice,
        ..ListUsageRequest::default()
    };
    let months = house
        .practices()
        .list_usage(usage)
        .await
        .expect("counted")
        .into_inner()
        .months;
    assert_eq!(months.iter().map(|month| month.visits).sum::<u64>(), 1);
    let seconds: i64 = months
        .iter()
        .filter_map(|month| month.duration.map(|time| time.seconds))
        .sum();
    assert!((60..=70).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn what_is_said_again_counts_once_and_a_restart_loses_and_invents_nothing() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let doctor = Device::enrol(&house, &practice).await.token(&house).await;
    let mut watch = Watch::new(&house, &practice, "").await.expect("watches");
    let room = room(&house, &practice).await;
    let said: &[_] = &[(1, &*room, 1, true), (2, &room, 1, false), (3, &room, 1, true)];
    house.says(BEGIN, ONE, said).await;
    house.report(&doctor, &room, 1, Type::Connected).await.expect("noted");
    watch
        .expect(&[Type::Created, Type::Waiting, Type::Left, Type::Waiting])
        .await;
    let token = watch.token.clone();

    let house = House::in_dir(house.end().await).await;
    // The answers to these were lost.
    house.says(BEGIN, ONE, said).await;
    house
        .report(&doctor, &room, 1, Type::Admitted)
        .await
        .expect("surpassed");
    // Another life of signal-d has the same browser.
    house.says(BEGIN, OTHER, &[(1, &room, 1, true)]).await;
    house.says(AGAIN, ONE, &[(4, &room, 1, false)]).await;
    house.says(AGAIN, OTHER, &[(2, &room, 1, false)]).await;

    let mut watch = Watch::new(&house, &practice, &token).await.expect("goes on");
    watch
        .expect(&[Type::Admitted, Type::Connected, Type::Left, Type::Ended])
        .await;
}

#[tokio::test]
async fn the_seats_of_a_signal_d_that_says_nothing_any_more_are_free() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let mut watch = Watch::new(&house, &practice, "").await.expect("watches");
    let room = room(&house, &practice).await;
    house
        .says(BEGIN, ONE, &[(1, &room, 1, true), (2, &room, 2, true)])
        .await;
    house.says(BEGIN, OTHER, &[(1, &room, 2, true)]).await;
    watch.expect(&[Type::Created, Type::Waiting, Type::Waiting]).await;

    house.clock.advance(Duration::from_secs(80));
    house.says(AGAIN, OTHER, &[]).await;
    house.clock.advance(Duration::from_secs(15));

    let left = watch.event().await;
    assert_eq!((left.r#type(), left.seat), (Type::Left, Some(1)));
    assert!(
        house.try_says(AGAIN, ONE, &[(3, &room, 1, true)]).await,
        "is not known any more"
    );
    house.says(BEGIN, ONE, &[(3, &room, 1, true)]).await;
    watch.expect(&[Type::Waiting]).await;
}

#[tokio::test]
async fn a_move_and_a_cancellation_are_told_and_a_progress_of_nobody_is_refused() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let doctor = Device::enrol(&house, &practice).await.token(&house).await;
    let room = room(&house, &practice).await;
    let mut watch = Watch::new(&house, &practice, "").await.expect("watches");

    let nobody = house
        .report(&doctor, &room, 1, Type::Connected)
        .await
        .expect_err("nobody");
    assert_eq!(nobody.code(), Code::FailedPrecondition);
    assert_eq!(nobody.get_details_error_info().expect("details").reason, "NOBODY_THERE");
    for (seat, what, field) in [
        (0, Type::Admitted, "seat"),
        (4, Type::Admitted, "seat"),
        (1, Type::Left, "progress"),
    ] {
        let refused = house.report(&doctor, &room, seat, what).await.expect_err(field);
        assert_eq!(
            refused.get_details_bad_request().expect("details").field_violations[0].field,
            field
        );
    }
    let to = MoveRoomRequest {
        room: room.clone(),
        start_time: Some(in_seconds(3600)),
        duration: None,
    };
    house.rooms().move_room(to).await.expect("moved");
    for _ in 0..2 {
        let close = CloseRoomRequest {
            room: room.clone(),
            ..CloseRoomRequest::default()
        };
        house.rooms().close_room(close).await.expect("closed");
    }
    house.says(BEGIN, ONE, &[(1, &room, 1, true)]).await;

    watch.expect(&[Type::Moved, Type::Cancelled, Type::Waiting]).await;
}

#[tokio::test]
async fn each_hears_of_its_own_practice_only_and_numbers_tell_nothing_of_others() {
    let house = House::new().await;
    let (practice, other) = (house.practice("Ours").await, house.practice("Theirs").await);
    for _ in 0..3 {
        room(&house, &other).await;
    }
    let mut watch = Watch::new(&house, &practice, "").await.expect("watches");
    assert_eq!(watch.token, "0");
    room(&house, &other).await;
    let ours = room(&house, &practice).await;

    let event = watch.event().await;

    assert_eq!((event.room, event.id), (ours, format!("{practice}-1")));
}

#[tokio::test]
async fn a_token_of_what_is_kept_no_longer_is_refused_and_says_what_to_do() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    room(&house, &practice).await;
    let ahead = Watch::new(&house, &practice, "2")
        .await
        .expect_err("is of another store");
    assert_eq!(ahead.code(), Code::OutOfRange);
    let odd = Watch::new(&house, &practice, "x").await.expect_err("is none");
    assert_eq!(odd.code(), Code::InvalidArgument);

    house.clock.advance(Duration::from_secs(2 * 24 * 60 * 60));

    // Deletion runs beside us: until it has, the token is good.
    loop {
        match Watch::new(&house, &practice, "0").await {
            Ok(mut watch) => match watch.next().await {
                Ok(answer) if answer.event.is_some() => {}
                Ok(answer) => panic!("a gap is passed over: {answer:?}"),
                Err(status) => break assert_too_old(&status),
            },
            Err(status) => break assert_too_old(&status),
        }
    }
    Watch::new(&house, &practice, "1").await.expect("has missed nothing");
}

#[tokio::test]
async fn a_key_that_is_revoked_hears_nothing_any_more_and_nobody_has_more_streams_than_sixteen() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let request = CreateApiKeyRequest {
        practice: practice.clone(),
        name: "booking".to_owned(),
        ..CreateApiKeyRequest::default()
    };
    let key = house
        .practices()
        .create_api_key(request)
        .await
        .expect("a key")
        .into_inner();
    let mut watch = Watch::as_one(&house, &key.key, &practice).await.expect("watches");
    let mut others = Vec::new();
    for _ in 1..16 {
        others.push(Watch::as_one(&house, &key.key, &practice).await.expect("watches"));
    }
    let refused = Watch::as_one(&house, &key.key, &practice).await.expect_err("too many");
    assert_eq!(refused.code(), Code::ResourceExhausted);

    let revoke = RevokeApiKeyRequest { id: key.id };
    house.practices().revoke_api_key(revoke).await.expect("revoked");
    room(&house, &practice).await;

    assert_eq!(watch.next().await.expect_err("is out").code(), Code::Unauthenticated);
}

fn assert_too_old(status: &Status) {
    assert_eq!(status.code(), Code::OutOfRange);
    assert_eq!(
        status.get_details_error_info().expect("details").reason,
        "TOKEN_TOO_OLD"
    );
}

/// Somebody who watches.
struct Watch {
    stream: Streaming<WatchEventsResponse>,
    /// Of the last answer.
    token: String,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Watch(at {})", self.token)
    }
}

impl Watch {
    async fn new(house: &House, practice: &str, token: &str) -> Result<Self, Status> {
        let mut events = EventServiceClient::new(house.channel.clone());
        Self::begin(events.watch_events(request(practice, token)).await?.into_inner()).await
    }

    async fn as_one(house: &House, credential: &str, practice: &str) -> Result<Self, Status> {
        let mut events = EventServiceClient::with_interceptor(house.channel.clone(), Bearer::new(credential));
        Self::begin(events.watch_events(request(practice, "")).await?.into_inner()).await
    }

    /// The first answer says where it begins.
    async fn begin(stream: Streaming<WatchEventsResponse>) -> Result<Self, Status> {
        let mut watch = Self {
            stream,
            token: String::new(),
        };
        let first = watch.next().await?;
        assert_eq!(first.event, None);
        Ok(watch)
    }

    async fn next(&mut self) -> Result<WatchEventsResponse, Status> {
        let answer = self.stream.message().await?.expect("the stream goes on");
        self.token.clone_from(&answer.resume_token);
        Ok(answer)
    }

    async fn event(&mut self) -> Event {
        loop {
            if let Some(event) = self.next().await.expect("an answer").event {
                return event;
            }
        }
    }

    async fn expect(&mut self, types: &[Type]) {
        for what in types {
            assert_eq!(self.event().await.r#type(), *what);
        }
    }
}

fn request(practice: &str, token: &str) -> WatchEventsRequest {
    WatchEventsRequest {
        practice: practice.to_owned(),
        resume_token: token.to_owned(),
    }
}

async fn room(house: &House, practice: &str) -> String {
    house.create(room_request(practice, 0)).await.room.expect("a room").id
}

impl House {
    /// A signal-d says that seats are taken and freed.
    async fn says(&self, begin: bool, reporter: &str, reports: &[(u64, &str, u32, bool)]) {
        assert!(!self.try_says(begin, reporter, reports).await, "is known");
    }

    /// Whether it is not known.
    async fn try_says(&self, begin: bool, reporter: &str, reports: &[(u64, &str, u32, bool)]) -> bool {
        let report = |(number, room, seat, taken): &(u64, &str, u32, bool)| SeatReport {
            number: *number,
            room: (*room).to_owned(),
            seat: *seat,
            taken: *taken,
        };
        let request = ReportSeatsRequest {
            reporter: reporter.to_owned(),
            begin,
            reports: reports.iter().map(report).collect(),
        };
        self.control()
            .report_seats(request)
            .await
            .expect("heard")
            .into_inner()
            .unknown
    }

    async fn report(&self, doctor: &str, room: &str, seat: u32, progress: Type) -> Result<(), Status> {
        let mut events = EventServiceClient::with_interceptor(self.channel.clone(), Bearer::new(doctor));
        let request = ReportSeatRequest {
            room: room.to_owned(),
            seat,
            progress: progress.into(),
        };
        events.report_seat(request).await.map(drop)
    }
}

const BEGIN: bool = true;
const AGAIN: bool = false;
const ONE: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";
