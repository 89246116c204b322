//! What signal-d tells whoever watches it.

mod common;

use common::{House, invented_invite, join_by_invite};
use serde_json::json;

#[tokio::test]
async fn visits_refusals_and_guesses_are_counted_and_nobody_is_named() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    guest.hear_type("joined").await;
    let mut stranger = house.browser().await;
    stranger.say(join_by_invite(&invented_invite(1), 3, 4)).await;
    stranger.refusal().await;
    house.look_up(&invented_invite(2)).await;

    let text = house.watch("/metrics").await.body;

    for line in [
        "visite_signal_joins_total{role=\"guest\"} 1",
        "visite_signal_joins_total{role=\"practice\"} 0",
        "visite_signal_rooms 1",
        "visite_signal_seats 1",
        "visite_signal_endings_total{line=\"visit\",reason=\"invite_invalid\"} 1",
        "visite_signal_wrong_invites_total 2",
        "visite_signal_slowed_down_total{what=\"invites\"} 0",
        "visite_signal_http_responses_total{code=\"404\"} 1",
        "visite_signal_http_responses_total{code=\"101\"} 2",
        "visite_feed_connected 1",
    ] {
        assert!(text.lines().any(|said| said == line), "{line}\n{text}");
    }
    for hidden in ["Finkenweg", &doctor.practice, &visit.room, visit.invite(), "127.0.0.1"] {
        assert!(!text.contains(hidden), "{hidden}\n{text}");
    }
}

#[tokio::test]
async fn it_is_ready_only_while_session_d_is_reached() {
    let mut house = House::new().await;
    assert_eq!(house.watch("/readyz").await.body, "ready\n");

    house.end_session().await;
    let text = loop {
        let answer = house.watch("/readyz").await;
        if answer.status == 503 {
            break answer.body;
        }
    };

    assert_eq!(text, "session-d is not reached any more\n");
    assert_eq!(house.watch("/healthz").await.status, 200);
    assert!(
        house
            .watch("/metrics")
            .await
            .body
            .contains("visite_feed_breaks_total 1\n")
    );
    house.start_session().await;
    while house.watch("/readyz").await.status != 200 {}
}

#[tokio::test]
async fn pages_report_how_connections_came_about_and_strangers_do_not() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    assert_eq!(doctor.sign_in(&house).await.json()["counts_outcomes"], true);
    let outcome = |word: &str| json!({ "outcome": word, "took_ms": 1750 });

    for word in ["direct", "direct", "relayed", "no_path"] {
        doctor.call(&house, "/api/v1/outcome", outcome(word)).await.json();
    }
    let stranger = house.post("/api/v1/outcome", &outcome("direct"), None).await;
    assert_eq!(stranger.refusal(), (401, "unauthenticated".to_owned()));
    for bad in [
        json!({ "outcome": "praxis", "took_ms": 1 }),
        json!({ "outcome": "direct", "took_ms": -1 }),
        json!({ "outcome": "direct", "took_ms": 1, "room": "a" }),
    ] {
        let refused = doctor.call(&house, "/api/v1/outcome", bad).await;
        assert_eq!(refused.refusal().0, 400);
    }

    let text = house.watch("/metrics").await.body;
    for line in [
        "visite_visit_connections_total{outcome=\"direct\"} 2",
        "visite_visit_connections_total{outcome=\"relayed\"} 1",
        "visite_visit_connections_total{outcome=\"no_path\"} 1",
        "visite_visit_connections_total{outcome=\"relay_missing\"} 0",
        "visite_visit_setup_seconds_bucket{outcome=\"direct\",le=\"1\"} 0",
        "visite_visit_setup_seconds_bucket{outcome=\"direct\",le=\"2\"} 2",
        "visite_visit_setup_seconds_count{outcome=\"relayed\"} 1",
    ] {
        assert!(text.lines().any(|said| said == line), "{line}\n{text}");
    }
    let mut wait = None;
    for _ in 0..40 {
        let answer = doctor.call(&house, "/api/v1/outcome", outcome("direct")).await;
        if answer.status == 429 {
            wait = answer.headers.get("retry-after").cloned();
            break;
        }
    }
    assert!(wait.is_some(), "nobody may report without end");
}
