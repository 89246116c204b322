//! Clients behind routers, on bad lines, for hours: what may be relayed is, nothing else is, what is refreshed stays and what is not ends. The same seed is the same story.

use std::time::Duration;

use proof::network::{Weather, run};
use proptest::prelude::*;

const FAIR: Weather = Weather {
    seed: 1,
    clients: 4,
    lost: 0,
    doubled: 0,
    latest: Duration::from_millis(100),
    memory: Duration::from_secs(120),
    sleeps: 0,
    length: Duration::from_secs(2 * 3_600),
};

#[test]
fn on_a_good_line_everything_arrives_and_an_allocation_lasts_for_hours() {
    let outcome = run(FAIR);

    assert_eq!(outcome.lives, 4, "one allocation each");
    // All but what was said before the first permission.
    assert!(outcome.sent - outcome.to_peers < 4 * 10, "{outcome:?}");
    assert!(outcome.to_peers - outcome.to_clients < 4 * 10, "{outcome:?}");
}

#[test]
fn who_sleeps_for_longer_than_the_router_remembers_begins_anew() {
    let outcome = run(Weather { sleeps: 5, ..FAIR });

    assert!(outcome.lives > 4 && outcome.lives <= 4 * 6, "{outcome:?}");
}

#[test]
fn on_a_bad_line_an_allocation_lasts_as_well() {
    let outcome = run(Weather {
        lost: 20,
        doubled: 10,
        latest: Duration::from_millis(900),
        ..FAIR
    });

    assert_eq!(outcome.lives, 4, "{outcome:?}");
    assert!(outcome.sure > outcome.sent, "there and back: {outcome:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 16, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_weather_what_may_be_relayed_is_and_nothing_outlives_its_time(
        seed in any::<u64>(),
        clients in 1_usize..6,
        lost in 0_u64..40,
        doubled in 0_u64..20,
        latest in 1_u64..3_000,
        memory in 1_u64..300,
        sleeps in 0_u32..8,
    ) {
        let weather = Weather {
            seed,
            clients,
            lost,
            doubled,
            latest: Duration::from_millis(latest),
            memory: Duration::from_secs(memory),
            sleeps,
            length: Duration::from_secs(1_200),
        };
        let outcome = run(weather);
        prop_assert!(outcome.sent > 0);
    }
}
