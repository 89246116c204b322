//! The relay as a client sees it: RFC 8656, and what nobody is to do with it (cases 9, 10, 14, 16 to 18).

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use data_encoding::BASE64;
use md5::{Digest as _, Md5};
use proptest::prelude::*;
use stun::{
    Answer, AttributeType as A, Builder, Class, Message, Method,
    integrity::{self, Integrity},
    turn::{
        Credentials, FiveTuple, Icmp, Limits, Network, Now, Order, Peers, Ports, Quotas, RelayId, Settings, Token,
        Transport, Turn, Verdict,
    },
};

const SECRET: &[u8] = b"the operator's";
const CLIENT: &str = "198.51.100.7:50000";
const PEER: &str = "192.0.2.9:4000";
const RELAY: &str = "203.0.113.1";

// --- Allocating ---

#[test]
fn an_allocation_is_a_port_of_the_range_for_ten_minutes() {
    let mut world = World::new();

    let answer = world.allocate(CLIENT, &[]);

    assert_eq!(answer.class(), Class::Success);
    let relayed = answer.address(A::XOR_RELAYED_ADDRESS);
    assert_eq!(relayed.ip().to_string(), RELAY);
    assert!((50_000..=50_099).contains(&relayed.port()));
    assert_eq!(answer.seconds(A::LIFETIME), 600);
    assert_eq!(answer.address(A::XOR_MAPPED_ADDRESS).to_string(), CLIENT);
    assert_eq!(world.ports.open.len(), 1);

    world.pass(599);
    assert_eq!(world.ports.open.len(), 1);
    world.pass(2);
    assert_eq!(world.ports.open.len(), 0);
    assert_eq!(world.turn.statistics().allocations, 0);
}

#[test]
fn case_16_the_same_request_again_has_the_same_answer_and_another_one_none() {
    let mut world = World::new();
    let user = world.user(600);
    let nonce = world.nonce(CLIENT);
    let request = signed(Method::ALLOCATE, [1; 12], &[UDP], &user, &nonce);

    let first = world.ask(CLIENT, &request).expect("an answer");
    let again = world.ask(CLIENT, &request).expect("an answer");
    assert_eq!(
        first.address(A::XOR_RELAYED_ADDRESS),
        again.address(A::XOR_RELAYED_ADDRESS)
    );
    assert_eq!(again.class(), Class::Success);

    let other = signed(Method::ALLOCATE, [2; 12], &[UDP], &user, &nonce);
    assert_eq!(world.ask(CLIENT, &other).expect("an answer").code(), 437);
    // Whoever has another credential is not told what this one was given.
    let stranger = signed(Method::ALLOCATE, [1; 12], &[UDP], &world.user(601), &nonce);
    assert_eq!(world.ask(CLIENT, &stranger).expect("an answer").code(), 437);
}

#[test]
fn case_16_what_can_t_be_asked_for_is_refused_by_its_code() {
    let even_and_next: (A, &[u8]) = (A::EVEN_PORT, &[0x80]);
    let token: (A, &[u8]) = (A::RESERVATION_TOKEN, &[7; 8]);
    let ipv4: (A, &[u8]) = (A::REQUESTED_ADDRESS_FAMILY, &[1, 0, 0, 0]);
    let ipv6: (A, &[u8]) = (A::REQUESTED_ADDRESS_FAMILY, &[2, 0, 0, 0]);
    let both: (A, &[u8]) = (A::ADDITIONAL_ADDRESS_FAMILY, &[2, 0, 0, 0]);
    let cases: &[(&[Attribute<'_>], u16)] = &[
        (&[], 400),
        (&[(A::REQUESTED_TRANSPORT, &[17])], 400),
        (&[(A::REQUESTED_TRANSPORT, &[6, 0, 0, 0])], 442),
        (&[UDP, token], 508),
        (&[UDP, token, even_and_next], 400),
        (&[UDP, token, ipv4], 400),
        (&[UDP, ipv4, both], 400),
        (&[UDP, even_and_next, both], 400),
        (&[UDP, (A::ADDITIONAL_ADDRESS_FAMILY, &[1, 0, 0, 0])], 400),
        (&[UDP, (A::REQUESTED_ADDRESS_FAMILY, &[3, 0, 0, 0])], 440),
        (&[UDP, ipv6], 440),
        (&[UDP, (A::EVEN_PORT, &[0, 0])], 400),
        (&[UDP, (A::LIFETIME, &[1])], 400),
        // Third-party authorisation (RFC 7635).
        (&[UDP, (A(0x001b), b"a token")], 420),
    ];
    for (attributes, code) in cases {
        let mut world = World::new();
        let user = world.user(600);
        let nonce = world.nonce(CLIENT);
        let request = signed(Method::ALLOCATE, [1; 12], attributes, &user, &nonce);

        let answer = world.ask(CLIENT, &request).expect("an answer");

        assert_eq!(answer.code(), *code, "{attributes:?}");
        assert_eq!(world.ports.open.len(), 0, "{attributes:?}");
        assert_eq!(world.turn.statistics().allocations, 0, "{attributes:?}");
    }
}

#[test]
fn a_lifetime_is_ten_minutes_at_least_and_an_hour_at_most() {
    for (asked, given) in [(1, 600), (599, 600), (700, 700), (3_600, 3_600), (u32::MAX, 3_600)] {
        let mut world = World::new();
        let asked = asked.to_be_bytes();
        assert_eq!(
            world.allocate(CLIENT, &[(A::LIFETIME, &asked)]).seconds(A::LIFETIME),
            given
        );
        assert_eq!(
            world
                .say(CLIENT, Method::REFRESH, &[(A::LIFETIME, &asked)])
                .seconds(A::LIFETIME),
            given
        );
    }
}

#[test]
fn a_refresh_lengthens_and_one_of_zero_seconds_frees() {
    let mut world = World::new();
    world.allocate(CLIENT, &[]);

    world.pass(500);
    assert_eq!(world.say(CLIENT, Method::REFRESH, &[]).class(), Class::Success);
    world.pass(500);
    assert_eq!(world.ports.open.len(), 1);

    assert_eq!(
        world
            .say(CLIENT, Method::REFRESH, &[(A::LIFETIME, &[0; 4])])
            .seconds(A::LIFETIME),
        0
    );
    assert_eq!(world.ports.open.len(), 0);
    assert_eq!(world.say(CLIENT, Method::REFRESH, &[]).code(), 437);
}

#[test]
fn an_even_port_has_the_next_one_kept_for_its_token() {
    let mut world = World::new();
    let answer = world.allocate(CLIENT, &[(A::EVEN_PORT, &[0x80])]);
    let first = answer.address(A::XOR_RELAYED_ADDRESS);
    let token = answer.value(A::RESERVATION_TOKEN);
    assert_eq!(first.port() % 2, 0);
    assert_eq!((world.ports.open.len(), world.ports.reserved.len()), (1, 1));

    let second = world.allocate("198.51.100.7:50001", &[(A::RESERVATION_TOKEN, &token)]);
    assert_eq!(second.address(A::XOR_RELAYED_ADDRESS).port(), first.port() + 1);
    world.pass(31);
    assert_eq!(world.ports.open.len(), 2, "what was fetched stays");
    assert_eq!(
        world
            .allocate("198.51.100.7:50003", &[(A::RESERVATION_TOKEN, &token)])
            .code(),
        508,
        "once"
    );

    // Nobody fetches this one.
    world.allocate("198.51.100.7:50002", &[(A::EVEN_PORT, &[0x80])]);
    assert_eq!((world.ports.open.len(), world.ports.reserved.len()), (3, 1));
    world.pass(31);
    assert_eq!((world.ports.open.len(), world.ports.reserved.len()), (3, 0));
}

#[test]
fn both_families_are_given_with_one_request_and_one_where_there_is_one() {
    let mut world = World::with(|settings| {
        settings.relay.push("2001:db8::1".parse().expect("an address"));
        settings.external.push("2001:db8::1".parse().expect("an address"));
    });
    let both = world.allocate(CLIENT, &[(A::ADDITIONAL_ADDRESS_FAMILY, &[2, 0, 0, 0])]);
    let families: Vec<bool> = both
        .addresses(A::XOR_RELAYED_ADDRESS)
        .iter()
        .map(SocketAddr::is_ipv4)
        .collect();
    assert_eq!(families, [true, false]);

    let freed = world.say(
        CLIENT,
        Method::REFRESH,
        &[(A::LIFETIME, &[0; 4]), (A::REQUESTED_ADDRESS_FAMILY, &[1, 0, 0, 0])],
    );
    assert_eq!(freed.class(), Class::Success);
    assert_eq!(
        world.ports.open.values().map(SocketAddr::is_ipv6).collect::<Vec<_>>(),
        [true]
    );
    assert_eq!(
        world
            .say(CLIENT, Method::REFRESH, &[(A::REQUESTED_ADDRESS_FAMILY, &[1, 0, 0, 0])])
            .code(),
        443
    );

    for (only, lacking) in [(RELAY, [2, 0, 4, 40]), ("2001:db8::1", [1, 0, 4, 40])] {
        let mut world = World::with(|settings| {
            settings.relay = vec![only.parse().expect("an address")];
            settings.external = settings.relay.clone();
        });
        let one = world.allocate(CLIENT, &[(A::ADDITIONAL_ADDRESS_FAMILY, &[2, 0, 0, 0])]);
        assert_eq!(one.address(A::XOR_RELAYED_ADDRESS).ip().to_string(), only);
        assert_eq!(one.addresses(A::XOR_RELAYED_ADDRESS).len(), 1);
        assert_eq!(one.value(A::ADDRESS_ERROR_CODE), lacking);
    }
}

#[test]
fn of_two_families_each_has_its_own_time() {
    let mut world = World::with(|settings| {
        settings.relay.push("2001:db8::1".parse().expect("an address"));
        settings.external.push("2001:db8::1".parse().expect("an address"));
    });
    world.allocate(CLIENT, &[(A::ADDITIONAL_ADDRESS_FAMILY, &[2, 0, 0, 0])]);
    let refresh = |world: &mut World, more: &[Attribute<'_>]| world.say(CLIENT, Method::REFRESH, more).code();
    world.pass(300);
    assert_eq!(refresh(&mut world, &[(A::REQUESTED_ADDRESS_FAMILY, &[2, 0, 0, 0])]), 0);

    world.pass(301);
    assert_eq!(
        world.ports.open.values().map(SocketAddr::is_ipv6).collect::<Vec<_>>(),
        [true],
        "nobody has lengthened IPv4"
    );
    assert_eq!(refresh(&mut world, &[]), 0, "which is the other one's");

    world.pass(599);
    assert_eq!(world.ports.open.len(), 1);
    world.pass(1);
    assert_eq!((world.ports.open.len(), world.turn.statistics().allocations), (0, 0));
}

#[test]
fn where_one_pair_of_ports_can_t_be_had_another_is_tried() {
    let mut world = World::with(|settings| settings.ports = 50_000..=50_003);
    world.ports.taken = vec![50_001];
    for _ in 0..4 {
        let first = world.allocate(CLIENT, &[(A::EVEN_PORT, &[0x80])]);
        assert_eq!(first.address(A::XOR_RELAYED_ADDRESS).port(), 50_002);
        world.say(CLIENT, Method::REFRESH, &[(A::LIFETIME, &[0; 4])]);
        world.pass(31);
    }
}

#[test]
fn case_16_quotas_and_capacity_have_codes_of_their_own() {
    let mut world = World::limited(
        Limits {
            of_user: 2,
            of_address: 10,
            all: 100,
        },
        |_| {},
    );
    let user = world.user(600);
    for (port, code) in [(1, None), (2, None), (3, Some(486))] {
        let client = format!("198.51.100.7:{port}");
        let nonce = world.nonce(&client);
        let answer = world
            .ask(&client, &signed(Method::ALLOCATE, [1; 12], &[UDP], &user, &nonce))
            .expect("an answer");
        assert_eq!(answer.find(A::ERROR_CODE).map(|_| answer.code()), code);
    }

    let mut world = World::with(|settings| settings.ports = 50_000..=50_001);
    world.allocate("198.51.100.7:1", &[]);
    world.allocate("198.51.100.8:1", &[]);
    assert_eq!(world.allocate("198.51.100.9:1", &[]).code(), 508);
    // Freed, it can be had again.
    world.say("198.51.100.7:1", Method::REFRESH, &[(A::LIFETIME, &[0; 4])]);
    assert_eq!(world.allocate("198.51.100.9:1", &[]).class(), Class::Success);
}

#[test]
fn a_port_that_somebody_else_has_is_passed_over() {
    let mut world = World::with(|settings| settings.ports = 50_000..=50_003);
    world.ports.taken = vec![50_000, 50_001, 50_003];
    assert_eq!(
        world.allocate(CLIENT, &[]).address(A::XOR_RELAYED_ADDRESS).port(),
        50_002
    );
}

#[test]
fn a_system_without_sockets_is_not_asked_for_each_port() {
    let mut world = World::new();
    world.ports.taken = (50_000..=50_099).collect();

    assert_eq!(world.allocate(CLIENT, &[]).code(), 508);

    assert!(world.ports.asked <= 32, "{}", world.ports.asked);
}

// --- Credentials ---

#[test]
fn case_14_the_door_says_what_is_missing_and_no_more() {
    let mut world = World::new();
    let user = world.user(600);
    let nonce = world.nonce(CLIENT);
    let code = |world: &mut World, request: &[u8]| world.ask(CLIENT, request).expect("an answer").code();

    assert_eq!(code(&mut world, &unsigned(Method::ALLOCATE, &[UDP])), 401);
    let without_nonce = build(
        Method::ALLOCATE,
        [1; 12],
        &[UDP, (A::USERNAME, user.name.as_bytes()), (A::REALM, b"turn")],
        |it| it.integrity_sha1(&user.key()),
    );
    assert_eq!(code(&mut world, &without_nonce), 400);
    let wrong = User {
        password: "wrong".to_owned(),
        ..user.clone()
    };
    assert_eq!(
        code(&mut world, &signed(Method::ALLOCATE, [1; 12], &[UDP], &wrong, &nonce)),
        401
    );
    let nobody = User {
        name: "nobody".to_owned(),
        ..user.clone()
    };
    assert_eq!(
        code(&mut world, &signed(Method::ALLOCATE, [1; 12], &[UDP], &nobody, &nonce)),
        401
    );
    let expired = world.user(0);
    assert_eq!(
        code(&mut world, &signed(Method::ALLOCATE, [1; 12], &[UDP], &expired, &nonce)),
        401
    );
    let foreign = world.nonce("198.51.100.7:50001");
    assert_eq!(
        code(&mut world, &signed(Method::ALLOCATE, [1; 12], &[UDP], &user, &foreign)),
        438
    );
    assert_eq!(
        code(
            &mut world,
            &signed(Method::ALLOCATE, [1; 12], &[UDP], &user, b"forged-nonce-of-20-b")
        ),
        438
    );
    assert_eq!(world.turn.statistics().allocations, 0);
    assert_eq!(
        code(&mut world, &signed(Method::ALLOCATE, [1; 12], &[UDP], &user, &nonce)),
        0,
        "it is let in"
    );
}

#[test]
fn case_14_an_old_nonce_is_answered_with_a_new_one() {
    let mut world = World::new();
    world.allocate(CLIENT, &[]);
    let old = world.nonce(CLIENT);
    let user = world.user(9_000);
    world.pass(3_600);

    let answer = world
        .ask(CLIENT, &signed(Method::ALLOCATE, [9; 12], &[UDP], &user, &old))
        .expect("an answer");

    assert_eq!(answer.code(), 438);
    let new = answer.value(A::NONCE);
    assert_ne!(new, old);
    assert_eq!(
        world
            .ask(CLIENT, &signed(Method::ALLOCATE, [9; 12], &[UDP], &user, &new))
            .expect("an answer")
            .class(),
        Class::Success
    );
}

#[test]
fn a_credential_of_the_secret_before_holds_until_it_ends() {
    let mut world = World::new();
    let old = world.user(600);
    world
        .turn
        .set_credentials(Credentials::none().with_secret(b"a new one").with_secret(SECRET));
    let nonce = world.nonce(CLIENT);
    assert_eq!(
        world
            .ask(CLIENT, &signed(Method::ALLOCATE, [1; 12], &[UDP], &old, &nonce))
            .expect("an answer")
            .class(),
        Class::Success
    );

    world
        .turn
        .set_credentials(Credentials::none().with_secret(b"a new one"));
    assert_eq!(
        world
            .ask(CLIENT, &signed(Method::REFRESH, [2; 12], &[], &old, &nonce))
            .expect("an answer")
            .code(),
        401
    );
}

#[test]
fn sha_256_is_used_where_the_client_chooses_it_and_what_was_offered_can_t_be_changed() {
    let mut world = World::new();
    let user = world.user(600);
    let challenge = world
        .ask(
            CLIENT,
            &unsigned(Method::ALLOCATE, &[UDP, (A::SOFTWARE, b"a client that says so")]),
        )
        .expect("an answer");
    let (nonce, offered) = (challenge.value(A::NONCE), challenge.value(A::PASSWORD_ALGORITHMS));
    assert!(nonce.starts_with(b"obMatJos2"));
    let request = |offered: &[u8], chosen: &[u8]| {
        let attributes = [
            UDP,
            (A::USERNAME, user.name.as_bytes()),
            (A::REALM, b"turn"),
            (A::NONCE, &nonce),
            (A::PASSWORD_ALGORITHMS, offered),
            (A::PASSWORD_ALGORITHM, chosen),
        ];
        build(Method::ALLOCATE, [1; 12], &attributes, |it| {
            it.integrity_sha256(&user.sha256_key())
        })
    };

    assert_eq!(
        world
            .ask(CLIENT, &request(&[0, 1, 0, 0], &[0, 1, 0, 0]))
            .expect("an answer")
            .code(),
        400,
        "a shorter list"
    );
    assert_eq!(
        world
            .ask(CLIENT, &request(&offered, &[0, 3, 0, 0]))
            .expect("an answer")
            .code(),
        400,
        "an unknown one"
    );
    let answer = world.ask(CLIENT, &request(&offered, &[0, 2, 0, 0])).expect("an answer");
    assert_eq!(answer.class(), Class::Success);
    assert_eq!(
        integrity::check(Message::parse(&answer.0).expect("a message"), &user.sha256_key()),
        Integrity::Right
    );
    assert!(answer.find(A::MESSAGE_INTEGRITY).is_none());
}

#[test]
fn a_user_of_the_operator_s_may_stay_nameless_on_the_way() {
    let mut world = World::new();
    world
        .turn
        .set_credentials(Credentials::none().with_user("praxis", "geheim"));
    let user = User {
        name: "praxis".to_owned(),
        password: "geheim".to_owned(),
    };
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"praxis:turn");
    let nonce = world.nonce(CLIENT);
    let request = build(
        Method::ALLOCATE,
        [1; 12],
        &[
            UDP,
            (A::USERHASH, hash.as_ref()),
            (A::REALM, b"turn"),
            (A::NONCE, &nonce),
        ],
        |it| it.integrity_sha1(&user.key()),
    );

    assert_eq!(world.ask(CLIENT, &request).expect("an answer").class(), Class::Success);
}

#[test]
fn case_18_what_follows_the_proof_does_not_count() {
    let mut world = World::new();
    let user = world.user(600);
    let nonce = world.nonce(CLIENT);
    let request = build(
        Method::ALLOCATE,
        [1; 12],
        &[
            UDP,
            (A::USERNAME, user.name.as_bytes()),
            (A::REALM, b"turn"),
            (A::NONCE, &nonce),
        ],
        |it| {
            it.integrity_sha1(&user.key())
                .attribute(A::EVEN_PORT, &[0x80])
                .attribute(A::LIFETIME, &3_600_u32.to_be_bytes())
        },
    );

    let answer = world.ask(CLIENT, &request).expect("an answer");

    assert_eq!(answer.seconds(A::LIFETIME), 600);
    assert!(answer.find(A::RESERVATION_TOKEN).is_none());
}

#[test]
fn case_16_another_credential_can_t_touch_an_allocation() {
    let mut world = World::new();
    world.allocate(CLIENT, &[]);
    let other = world.user(601);
    let nonce = world.nonce(CLIENT);

    for method in [Method::REFRESH, Method::CREATE_PERMISSION, Method::CHANNEL_BIND] {
        assert_eq!(
            world
                .ask(CLIENT, &signed(method, [5; 12], &[], &other, &nonce))
                .expect("an answer")
                .code(),
            441
        );
    }
}

#[test]
fn case_9_who_proves_nothing_gets_at_most_eight_fifths_of_what_it_sent() {
    let mut world = World::new();
    for method in [
        Method::ALLOCATE,
        Method::REFRESH,
        Method::CREATE_PERMISSION,
        Method::CHANNEL_BIND,
        Method::BINDING,
    ] {
        for software in 0..=60 {
            let software = vec![b'x'; software];
            let with = [(A::SOFTWARE, &software[..])];
            for attributes in [&[][..], &[UDP][..], &with[..]] {
                let request = unsigned(method, attributes);
                let Some(answer) = world.ask(CLIENT, &request) else {
                    continue;
                };
                assert!(
                    answer.0.len() * 5 <= request.len() * 8,
                    "{method:?}: {} for {}",
                    answer.0.len(),
                    request.len()
                );
            }
        }
    }
    // A browser's first request still gets what it needs to go on.
    let challenge = world
        .ask(CLIENT, &unsigned(Method::ALLOCATE, &[UDP]))
        .expect("an answer");
    assert!(challenge.find(A::REALM).is_some() && challenge.find(A::NONCE).is_some());
}

// --- Permissions, channels, data ---

#[test]
fn data_passes_both_ways_with_a_permission_and_not_without() {
    let mut world = World::new();
    let relayed = world.allocate(CLIENT, &[]).address(A::XOR_RELAYED_ADDRESS);
    assert_eq!(world.sends(CLIENT, PEER, b"hello"), None);
    assert_eq!(world.comes(relayed, PEER, b"hello"), None);

    world.permits(CLIENT, PEER);

    assert_eq!(
        world.sends(CLIENT, PEER, b"hello"),
        Some((PEER.to_owned(), b"hello".to_vec()))
    );
    let (client, bytes) = world.comes(relayed, PEER, b"hello").expect("it comes");
    let message = Reply(bytes);
    assert_eq!(client, CLIENT);
    assert_eq!(
        (message.class(), message.address(A::XOR_PEER_ADDRESS).to_string()),
        (Class::Indication, PEER.to_owned())
    );
    assert_eq!(message.value(A::DATA), b"hello");
    // Another port of the same peer's may as well (RFC 8656 section 9): routers change it.
    assert!(world.comes(relayed, "192.0.2.9:4001", b"hello").is_some());

    world.pass(301);
    assert_eq!(world.sends(CLIENT, PEER, b"hello"), None);
    assert_eq!(world.comes(relayed, PEER, b"hello"), None);
}

#[test]
fn a_channel_carries_both_ways_in_four_bytes_more() {
    let mut world = World::new();
    let relayed = world.allocate(CLIENT, &[]).address(A::XOR_RELAYED_ADDRESS);
    assert_eq!(world.binds(CLIENT, 0x4000, PEER), 0);

    assert_eq!(
        world.says_on(CLIENT, 0x4000, b"sound"),
        Some((PEER.to_owned(), b"sound".to_vec()))
    );
    assert_eq!(
        world.comes(relayed, PEER, b"sound"),
        Some((CLIENT.to_owned(), [&[0x40, 0, 0, 5][..], b"sound"].concat()))
    );
    assert_eq!(world.says_on(CLIENT, 0x4001, b"sound"), None);
    // The peer's permission ends before its channel does.
    world.pass(301);
    assert_eq!(world.says_on(CLIENT, 0x4000, b"sound"), None);
    assert_eq!(world.binds(CLIENT, 0x4000, PEER), 0);
    assert!(world.says_on(CLIENT, 0x4000, b"sound").is_some());
}

#[test]
fn case_16_a_channel_is_one_peer_s_until_five_minutes_after_its_end() {
    let mut world = World::new();
    world.allocate(CLIENT, &[(A::LIFETIME, &3_600_u32.to_be_bytes())]);
    for number in [0x3fff, 0x5000, 0x7fff, 0xffff] {
        assert_eq!(world.binds(CLIENT, number, PEER), 400);
    }
    assert_eq!(world.binds(CLIENT, 0x4fff, PEER), 0);
    assert_eq!(
        world.binds(CLIENT, 0x4fff, "192.0.2.9:4001"),
        400,
        "the number has a peer"
    );
    assert_eq!(world.binds(CLIENT, 0x4000, PEER), 400, "the peer has a number");

    world.pass(601);
    world.permits(CLIENT, PEER);
    assert_eq!(world.says_on(CLIENT, 0x4fff, b"late"), None);
    assert_eq!(world.binds(CLIENT, 0x4fff, "192.0.2.9:4001"), 400);
    world.pass(300);
    assert_eq!(world.binds(CLIENT, 0x4fff, "192.0.2.9:4001"), 0);
}

#[test]
fn case_16_a_peer_of_another_family_is_refused() {
    let mut world = World::new();
    world.allocate(CLIENT, &[]);
    assert_eq!(world.permits(CLIENT, "[2606:4700::1]:4000"), 443);
    assert_eq!(world.binds(CLIENT, 0x4000, "[2606:4700::1]:4000"), 443);
}

#[test]
fn case_17_forbidden_peers_are_refused_in_every_spelling() {
    let v4 = [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "198.51.100.1",
        "203.0.113.77",
    ];
    let peers = Peers::default();
    for inner in v4 {
        let inner: std::net::Ipv4Addr = inner.parse().expect("an address");
        let bits = u128::from(inner.to_bits());
        let spellings = [
            0xffff_u128 << 32,
            0,
            0x64_ff9b_u128 << 96,
            0xffff_u128 << 48,
            (0x64_ff9b_u128 << 96) | (1 << 80),
        ]
        .map(|prefix| prefix | bits);
        let six_to_four = (0x2002_u128 << 112) | (bits << 80);
        let teredo = (0x2001_u128 << 112) | (bits << 64);
        assert!(!peers.allow(inner.into()), "{inner}");
        for spelling in spellings.into_iter().chain([six_to_four, teredo]) {
            let spelling = std::net::Ipv6Addr::from_bits(spelling);
            assert!(!peers.allow(spelling.into()), "{spelling}");
        }
    }
    for v6 in [
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fd00::1",
        "ff02::1",
        "2001:db8::1",
        "64:ff9b:1::1",
        "2001::1",
        "100::1",
        "100:0:0:1::1",
        "3fff::1",
        "5f00::1",
    ] {
        assert!(!peers.allow(v6.parse().expect("an address")), "{v6}");
    }
    for open in [
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "172.32.0.0",
        "223.255.255.255",
        "2606:4700::1",
        "64:ff9b::808:808",
        "2a00::1",
    ] {
        assert_eq!(peers.judge(open.parse().expect("an address")), Verdict::Open, "{open}");
    }

    let mut world = World::with(|settings| settings.peers = Peers::default());
    world.allocate(CLIENT, &[]);
    for inner in v4.into_iter().filter(|&ip| ip != RELAY) {
        let peer = format!("{inner}:4000");
        assert_eq!(world.permits(CLIENT, &peer), 403, "{peer}");
        assert_eq!(world.binds(CLIENT, 0x4000, &peer), 403, "{peer}");
        assert_eq!(world.sends(CLIENT, &peer, b"hello"), None, "{peer}");
    }
}

#[test]
fn case_17_the_operator_s_networks_count_before_all_others() {
    let network = |text: &str| text.parse::<Network>().expect("a network");
    let peers = Peers::new(
        vec![network("8.8.0.0/16"), network("2a00::/16")],
        vec![network("10.1.0.0/16"), network("8.8.8.0/24")],
    );
    for (peer, is_allowed) in [
        ("8.8.8.8", false),
        ("::ffff:8.8.8.8", false),
        ("2a00::1", false),
        ("10.1.0.1", true),
        ("10.2.0.1", false),
        ("9.9.9.9", true),
    ] {
        assert_eq!(peers.allow(peer.parse().expect("an address")), is_allowed, "{peer}");
    }
    for wrong in [
        "",
        "10.0.0.0/33",
        "2001:db8::/129",
        "10.0.0/8",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "a/8",
    ] {
        assert!(wrong.parse::<Network>().is_err(), "{wrong}");
    }
}

#[test]
fn case_17_what_else_listens_on_the_relay_s_machine_is_not_reached() {
    let own = ["8.8.4.4", "2606:4700::7"].map(|ip| ip.parse::<IpAddr>().expect("an address"));
    let peers = Peers::default().with_own(&own);
    for spelling in ["8.8.4.4", "64:ff9b::808:404", "2606:4700::7"] {
        let verdict = peers.judge(spelling.parse().expect("an address"));
        assert!(matches!(verdict, Verdict::Own(_)), "{spelling}: {verdict:?}");
    }
    assert!(peers.allow("8.8.8.8".parse().expect("an address")));
    let allowed = Peers::new(vec![], vec!["8.8.4.4".parse().expect("a network")]).with_own(&own);
    assert!(allowed.allow(own[0]));
}

/// RFC 8489 section 14.6: a proof may be shortened to 16, 20, … 32 bytes.
#[test]
fn case_19_a_proof_of_a_length_that_none_can_have_proves_nothing() {
    for length in 0..=36 {
        let mut world = World::new();
        let user = world.user(600);
        let nonce = world.nonce(CLIENT);
        let attributes = [
            UDP,
            (A::USERNAME, user.name.as_bytes()),
            (A::REALM, b"turn"),
            (A::NONCE, &nonce),
        ];
        let mut request = build(Method::ALLOCATE, [1; 12], &attributes, |it| it);
        let whole = request.len() - 20 + 4 + length;
        request[2..4].copy_from_slice(&(whole as u16).to_be_bytes());
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &user.key());
        let mut proof = aws_lc_rs::hmac::sign(&key, &request).as_ref().to_vec();
        proof.resize(length, 0);
        request.extend(
            [
                &A::MESSAGE_INTEGRITY_SHA256.0.to_be_bytes()[..],
                &(length as u16).to_be_bytes(),
                &proof,
            ]
            .concat(),
        );
        request.resize(request.len().next_multiple_of(4), 0);
        let whole = request.len() - 20;
        request[2..4].copy_from_slice(&(whole as u16).to_be_bytes());

        let code = world.ask(CLIENT, &request).expect("an answer").code();

        let is_possible = (16..=32).contains(&length) && length % 4 == 0;
        assert_eq!(code, if is_possible { 0 } else { 400 }, "{length} bytes");
        assert_eq!(
            world.turn.statistics().allocations,
            usize::from(is_possible),
            "{length} bytes"
        );
    }
}

#[test]
fn permissions_are_given_to_all_or_to_none() {
    let mut world = World::with(|settings| {
        settings.peers = Peers::new(
            vec!["192.0.2.66/32".parse().expect("a network")],
            vec!["192.0.2.0/24".parse().expect("a network")],
        );
    });
    world.allocate(CLIENT, &[]);
    let (good, bad) = (world.peer(PEER), world.peer("192.0.2.66:1"));

    let answer = world.say(
        CLIENT,
        Method::CREATE_PERMISSION,
        &[(A::XOR_PEER_ADDRESS, &good), (A::XOR_PEER_ADDRESS, &bad)],
    );

    assert_eq!(answer.code(), 403);
    assert_eq!(world.sends(CLIENT, PEER, b"hello"), None);
    assert_eq!(world.say(CLIENT, Method::CREATE_PERMISSION, &[]).code(), 400);
}

#[test]
fn two_clients_of_one_relay_meet_within_it() {
    let mut world = World::new();
    let (one, other) = (CLIENT, "198.51.100.8:50000");
    let first = world.allocate(one, &[]).address(A::XOR_RELAYED_ADDRESS).to_string();
    let second = world.allocate(other, &[]).address(A::XOR_RELAYED_ADDRESS).to_string();
    world.permits(one, &second);
    assert_eq!(
        world.sends(one, &second, b"hello"),
        None,
        "the other has not permitted it"
    );
    world.permits(other, &first);

    let (client, bytes) = world.sends(one, &second, b"hello").expect("it comes");

    assert_eq!(client, other);
    assert_eq!(Reply(bytes.clone()).value(A::DATA), b"hello");
    assert_eq!(Reply(bytes).address(A::XOR_PEER_ADDRESS).to_string(), first);
    let nobody = format!("{RELAY}:3478");
    assert_eq!(
        world.sends(one, &nobody, b"hello"),
        None,
        "our own other ports are nobody's"
    );
}

#[test]
fn a_client_of_another_worker_hears_what_its_own_relay_lets_through() {
    // Behind a router that knows the relay by another address.
    let behind = |settings: &mut Settings| settings.relay = vec!["192.168.0.2".parse().expect("an address")];
    let (mut one, mut other) = (World::with(behind), World::with(behind));
    let from = one.allocate(CLIENT, &[]).address(A::XOR_RELAYED_ADDRESS);
    let to = other.allocate(CLIENT, &[]).address(A::XOR_RELAYED_ADDRESS);
    let to = SocketAddr::new(to.ip(), if to == from { to.port() ^ 1 } else { to.port() });
    one.ports.elsewhere = Some(to);
    assert_eq!(one.permits(CLIENT, &to.to_string()), 0);

    let sent = one.sends(CLIENT, &to.to_string(), b"hello");

    let bound = format!("192.168.0.2:{}", to.port());
    assert_eq!(sent, Some((format!("{from} > {to} at {bound}"), b"hello".to_vec())));
    let to = other.relayed();
    let heard = |other: &mut World| outcome(&other.turn.hear_neighbour(other.now, from, to, b"hello"));
    assert_eq!(heard(&mut other), None, "the other has not permitted it");
    assert_eq!(other.permits(CLIENT, &from.to_string()), 0);
    let (client, bytes) = heard(&mut other).expect("it comes");
    assert_eq!(client, CLIENT);
    assert_eq!(Reply(bytes).address(A::XOR_PEER_ADDRESS), from);
    // By the socket, where that is all there is, it comes from where the relay is bound.
    let bound = format!("192.168.0.2:{}", from.port());
    let (_, bytes) = other.comes(to, &bound, b"hello").expect("it comes");
    assert_eq!(Reply(bytes).address(A::XOR_PEER_ADDRESS), from);
    let nobody = SocketAddr::new(to.ip(), 3_478);
    assert_eq!(
        outcome(&other.turn.hear_neighbour(other.now, from, nobody, b"hello")),
        None
    );
}

#[test]
fn an_allocation_passes_as_many_bytes_a_second_as_it_may() {
    let mut world = World::with(|settings| settings.bytes_per_second = 10_000);
    world.allocate(CLIENT, &[]);
    world.permits(CLIENT, PEER);
    let packet = [0; 1_000];
    let passed = |world: &mut World| {
        (0..100)
            .filter(|_| world.sends(CLIENT, PEER, &packet).is_some())
            .count()
    };

    assert_eq!(passed(&mut world), 10);
    world.pass(1);
    assert_eq!(passed(&mut world), 10);
    world.now.clock += Duration::from_millis(500);
    assert_eq!(passed(&mut world), 5);
}

#[test]
fn who_is_revoked_has_nothing_any_more() {
    let mut world = World::new();
    world.allocate(CLIENT, &[]);
    world.allocate("198.51.100.8:50000", &[]);
    // What lies before and behind it in any order.
    for other in ["", "sea", "seat:", "seau"] {
        assert_eq!(world.turn.revoke(other.as_bytes(), &mut world.ports), 0);
    }

    let count = world.turn.revoke(b"seat", &mut world.ports);

    assert_eq!(count, 2);
    assert_eq!(world.ports.open.len(), 0);
    assert_eq!(world.say(CLIENT, Method::REFRESH, &[]).code(), 437);
    assert_eq!(world.turn.revoke(b"seat", &mut world.ports), 0);
}

#[test]
fn what_could_not_be_delivered_is_told_to_who_may_send_there() {
    let mut world = World::new();
    world.allocate(CLIENT, &[]);
    let (relay, peer) = (
        *world.ports.open.keys().next().expect("a relay"),
        PEER.parse().expect("an address"),
    );
    let told = |world: &mut World, kind, code, mtu| {
        let mut answer = Answer::new();
        let client = world
            .turn
            .hear_icmp(world.now, relay, peer, Icmp { kind, code, mtu }, &mut answer)?;
        assert_eq!(client, five_tuple(CLIENT));
        let reply = Reply(answer.as_bytes().to_vec());
        assert_eq!(
            (reply.class(), reply.message().method()),
            (Class::Indication, Method::DATA)
        );
        assert_eq!((reply.address(A::XOR_PEER_ADDRESS), reply.find(A::DATA)), (peer, None));
        Some(reply.value(A::ICMP))
    };
    assert_eq!(told(&mut world, 3, 3, 0), None, "nobody may send there");
    world.permits(CLIENT, PEER);

    assert_eq!(told(&mut world, 3, 3, 77), Some(vec![0, 0, 6, 3, 0, 0, 0, 0]));
    assert_eq!(told(&mut world, 3, 4, 1_280), Some(vec![0, 0, 6, 4, 0, 0, 5, 0]));
    assert_eq!(told(&mut world, 11, 0, 0), Some(vec![0, 0, 22, 0, 0, 0, 0, 0]));
    assert_eq!(told(&mut world, 5, 0, 0), None, "a redirection is for this machine");
    world.pass(301);
    assert_eq!(told(&mut world, 3, 3, 0), None);
}

// --- Anything at all ---

/// What a client may do, rightly or not.
#[derive(Debug, Clone)]
enum Deed {
    Allocate {
        client: usize,
        attributes: Vec<(u16, Vec<u8>)>,
    },
    Refresh {
        client: usize,
        lifetime: u32,
    },
    Permit {
        client: usize,
        peer: usize,
    },
    Bind {
        client: usize,
        number: u16,
        peer: usize,
    },
    Send {
        client: usize,
        peer: usize,
    },
    SayOn {
        client: usize,
        number: u16,
    },
    Noise {
        client: usize,
        bytes: Vec<u8>,
    },
    Pass {
        seconds: u64,
    },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let client = 0..CLIENTS.len();
    let peer = 0..PEERS.len();
    let number = prop_oneof![Just(0x4000_u16), Just(0x4001), Just(0x5000), any::<u16>()];
    let attribute = prop_oneof![
        Just((A::EVEN_PORT.0, vec![0x80])),
        Just((A::EVEN_PORT.0, vec![0])),
        Just((A::ADDITIONAL_ADDRESS_FAMILY.0, vec![2, 0, 0, 0])),
        (any::<u16>(), prop::collection::vec(any::<u8>(), 0..9)),
    ];
    let deed = prop_oneof![
        3 => (client.clone(), prop::collection::vec(attribute, 0..2)).prop_map(|(client, attributes)| Deed::Allocate { client, attributes }),
        1 => (client.clone(), prop_oneof![Just(0), any::<u32>()]).prop_map(|(client, lifetime)| Deed::Refresh { client, lifetime }),
        2 => (client.clone(), peer.clone()).prop_map(|(client, peer)| Deed::Permit { client, peer }),
        2 => (client.clone(), number.clone(), peer.clone()).prop_map(|(client, number, peer)| Deed::Bind { client, number, peer }),
        2 => (client.clone(), peer).prop_map(|(client, peer)| Deed::Send { client, peer }),
        2 => (client.clone(), number).prop_map(|(client, number)| Deed::SayOn { client, number }),
        1 => (client, prop::collection::vec(any::<u8>(), 0..60)).prop_map(|(client, bytes)| Deed::Noise { client, bytes }),
        1 => (0..700_u64).prop_map(|seconds| Deed::Pass { seconds }),
    ];
    prop::collection::vec(deed, 0..60)
}

proptest! {
    #[test]
    fn whatever_is_done_nothing_forbidden_is_sent_and_nothing_stays(deeds in deeds()) {
        let mut world = World::with(|settings| {
            settings.relay.push("2001:db8::1".parse().expect("an address"));
            settings.external.push("2001:db8::1".parse().expect("an address"));
        });
        for deed in deeds {
            let sent = match deed {
                Deed::Allocate { client, attributes } => {
                    let attributes: Vec<Attribute<'_>> = attributes.iter().map(|(kind, value)| (A(*kind), &value[..])).collect();
                    world.allocate(CLIENTS[client], &attributes);
                    None
                }
                Deed::Refresh { client, lifetime } => {
                    world.say(CLIENTS[client], Method::REFRESH, &[(A::LIFETIME, &lifetime.to_be_bytes())]);
                    None
                }
                Deed::Permit { client, peer } => {
                    world.permits(CLIENTS[client], PEERS[peer]);
                    None
                }
                Deed::Bind { client, number, peer } => {
                    world.binds(CLIENTS[client], number, PEERS[peer]);
                    None
                }
                Deed::Send { client, peer } => world.sends(CLIENTS[client], PEERS[peer], b"hello"),
                Deed::SayOn { client, number } => world.says_on(CLIENTS[client], number, b"hello"),
                Deed::Noise { client, bytes } => world.passes_if_any(CLIENTS[client], &bytes),
                Deed::Pass { seconds } => {
                    world.pass(seconds);
                    None
                }
            };
            if let Some((to, data)) = sent {
                prop_assert_eq!(to, PEER);
                prop_assert_eq!(data, b"hello");
            }
            prop_assert!(world.ports.open.len() <= 2 * world.turn.statistics().allocations);
        }
        world.pass(3_601);
        prop_assert_eq!(world.ports.open.len(), 0);
        prop_assert_eq!(world.ports.reserved.len(), 0);
        prop_assert_eq!(world.turn.statistics().allocations, 0);
        // The ends are all there were: everybody may begin anew.
        for client in CLIENTS {
            prop_assert_eq!(world.allocate(client, &[]).class(), Class::Success);
        }
    }
}

const CLIENTS: [&str; 3] = ["198.51.100.7:50000", "198.51.100.7:50001", "[2001:db8:7::1]:50000"];
/// The first is the only one that may be reached.
const PEERS: [&str; 4] = [PEER, "127.0.0.1:53", "[fe80::1]:4000", "10.0.0.1:4000"];

// --- The world around the relay ---

type Attribute<'a> = (A, &'a [u8]);

const UDP: Attribute<'static> = (A::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);

struct World {
    turn: Turn,
    ports: Sockets,
    now: Now,
    count: u8,
}

#[derive(Default)]
struct Sockets {
    open: BTreeMap<RelayId, SocketAddr>,
    reserved: BTreeMap<Token, SocketAddr>,
    taken: Vec<u16>,
    /// Another worker has it.
    elsewhere: Option<SocketAddr>,
    asked: usize,
}

impl Ports for Sockets {
    fn open(&mut self, relay: RelayId, address: SocketAddr) -> bool {
        self.asked += 1;
        let is_free = !self.taken.contains(&address.port());
        if is_free {
            assert!(self.open.insert(relay, address).is_none());
        }
        is_free
    }

    fn close(&mut self, relay: RelayId) {
        assert!(self.open.remove(&relay).is_some());
    }

    fn is_elsewhere(&self, address: SocketAddr) -> bool {
        self.elsewhere == Some(address)
    }

    fn reserve(&mut self, token: Token, address: SocketAddr) -> bool {
        let is_free = !self.taken.contains(&address.port());
        if is_free {
            self.reserved.insert(token, address);
        }
        is_free
    }

    fn claim(&mut self, relay: RelayId, token: Token) -> Option<SocketAddr> {
        let address = self.reserved.remove(&token)?;
        self.open.insert(relay, address);
        Some(address)
    }

    fn release(&mut self, token: Token) {
        self.reserved.remove(&token);
    }
}

impl World {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::limited(
            Limits {
                of_user: 10,
                of_address: 10,
                all: 100,
            },
            change,
        )
    }

    fn limited(limits: Limits, change: impl FnOnce(&mut Settings)) -> Self {
        let relay: IpAddr = RELAY.parse().expect("an address");
        let mut settings = Settings {
            relay: vec![relay],
            external: vec![relay],
            ports: 50_000..=50_099,
            peers: Peers::new(vec![], vec!["192.0.2.0/24".parse().expect("a network")]),
            credentials: Credentials::none().with_secret(SECRET),
            key: [7; 32],
            bytes_per_second: 1_000_000,
        };
        change(&mut settings);
        let mut state = 1_u32;
        let random = move |bytes: &mut [u8]| {
            for byte in bytes {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = (state >> 24) as u8;
            }
        };
        Self {
            turn: Turn::new(settings, Arc::new(Quotas::new(limits)), Box::new(random)),
            ports: Sockets::default(),
            now: Now {
                clock: Duration::from_secs(1_000),
                date: Duration::from_secs(1_700_000_000),
            },
            count: 10,
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now.clock += Duration::from_secs(seconds);
        self.now.date += Duration::from_secs(seconds);
        self.turn.expire(self.now, &mut self.ports);
    }

    /// A credential that ends in so many seconds.
    fn user(&self, seconds: u64) -> User {
        let name = format!("{}:seat", self.now.date.as_secs() + seconds);
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET);
        let password = BASE64.encode(aws_lc_rs::hmac::sign(&key, name.as_bytes()).as_ref());
        User { name, password }
    }

    fn nonce(&mut self, client: &str) -> Vec<u8> {
        self.ask(client, &unsigned(Method::ALLOCATE, &[UDP]))
            .expect("a challenge")
            .value(A::NONCE)
    }

    fn allocate(&mut self, client: &str, attributes: &[Attribute<'_>]) -> Reply {
        self.say(client, Method::ALLOCATE, &[&[UDP], attributes].concat())
    }

    /// A request with a good credential: the one of all clients here.
    fn say(&mut self, client: &str, method: Method, attributes: &[Attribute<'_>]) -> Reply {
        let user = User::of(1_700_000_600);
        let date = std::mem::replace(&mut self.now.date, Duration::from_secs(1_700_000_000));
        let nonce = self.nonce(client);
        self.count += 1;
        let answer = self
            .ask(client, &signed(method, [self.count; 12], attributes, &user, &nonce))
            .expect("an answer");
        self.now.date = date;
        if answer.class() == Class::Success {
            assert_eq!(
                integrity::check(Message::parse(&answer.0).expect("a message"), &user.key()),
                Integrity::Right
            );
        }
        answer
    }

    fn ask(&mut self, client: &str, request: &[u8]) -> Option<Reply> {
        let mut answer = Answer::new();
        match self
            .turn
            .hear_client(self.now, five_tuple(client), request, &mut self.ports, &mut answer)
        {
            Order::Answer => Some(Reply(answer.as_bytes().to_vec())),
            Order::Silence => None,
            other => panic!("a request relays nothing: {other:?}"),
        }
    }

    /// XOR-PEER-ADDRESS for the next request.
    fn peer(&self, peer: &str) -> Vec<u8> {
        xor(peer, [self.count + 1; 12])
    }

    /// The code of the error; 0 where it was done.
    fn permits(&mut self, client: &str, peer: &str) -> u16 {
        let peer = self.peer(peer);
        self.say(client, Method::CREATE_PERMISSION, &[(A::XOR_PEER_ADDRESS, &peer)])
            .code()
    }

    fn binds(&mut self, client: &str, number: u16, peer: &str) -> u16 {
        let peer = self.peer(peer);
        let [high, low] = number.to_be_bytes();
        self.say(
            client,
            Method::CHANNEL_BIND,
            &[(A::CHANNEL_NUMBER, &[high, low, 0, 0]), (A::XOR_PEER_ADDRESS, &peer)],
        )
        .code()
    }

    /// What a Send indication leads to: to whom, and what.
    fn sends(&mut self, client: &str, peer: &str, data: &[u8]) -> Option<(String, Vec<u8>)> {
        let id = [3; 12];
        let mut bytes = vec![0; 2_000];
        let length = Builder::new(&mut bytes, Method::SEND, Class::Indication, id)
            .attribute(A::XOR_PEER_ADDRESS, &xor(peer, id))
            .attribute(A::DATA, data)
            .finish();
        self.passes(client, &bytes[..length])
    }

    fn says_on(&mut self, client: &str, channel: u16, data: &[u8]) -> Option<(String, Vec<u8>)> {
        let length = data.len() as u16;
        self.passes(
            client,
            &[&channel.to_be_bytes()[..], &length.to_be_bytes(), data].concat(),
        )
    }

    fn passes(&mut self, client: &str, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
        let mut answer = Answer::new();
        let order = self
            .turn
            .hear_client(self.now, five_tuple(client), bytes, &mut self.ports, &mut answer);
        outcome(&order)
    }

    /// Of bytes that may be anything.
    fn passes_if_any(&mut self, client: &str, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
        let mut answer = Answer::new();
        match self
            .turn
            .hear_client(self.now, five_tuple(client), bytes, &mut self.ports, &mut answer)
        {
            Order::Answer => None,
            order => outcome(&order),
        }
    }

    /// The address of the only allocation.
    fn relayed(&self) -> SocketAddr {
        let bound = self.ports.open.values().next().expect("it is open");
        SocketAddr::new(RELAY.parse().expect("an address"), bound.port())
    }

    fn comes(&mut self, relayed: SocketAddr, peer: &str, data: &[u8]) -> Option<(String, Vec<u8>)> {
        let relay = *self
            .ports
            .open
            .iter()
            .find(|(_, address)| address.port() == relayed.port())
            .expect("it is open")
            .0;
        outcome(
            &self
                .turn
                .hear_peer(self.now, relay, peer.parse().expect("an address"), data),
        )
    }
}

fn outcome(order: &Order<'_>) -> Option<(String, Vec<u8>)> {
    match order {
        Order::Silence => None,
        Order::ToPeer { peer, data, .. } => Some((peer.to_string(), data.to_vec())),
        Order::ToNeighbour {
            from, to, bound, data, ..
        } => Some((format!("{from} > {to} at {bound}"), data.to_vec())),
        Order::ToClient {
            client,
            head,
            data,
            padding,
        } => Some((
            client.client.to_string(),
            [head.as_bytes(), data, &vec![0; *padding]].concat(),
        )),
        Order::Answer => panic!("nobody has asked"),
    }
}

#[derive(Clone)]
struct User {
    name: String,
    password: String,
}

impl User {
    fn of(end: u64) -> Self {
        let name = format!("{end}:seat");
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET);
        let password = BASE64.encode(aws_lc_rs::hmac::sign(&key, name.as_bytes()).as_ref());
        Self { name, password }
    }

    fn key(&self) -> Vec<u8> {
        Md5::digest(format!("{}:turn:{}", self.name, self.password)).to_vec()
    }

    fn sha256_key(&self) -> Vec<u8> {
        let text = format!("{}:turn:{}", self.name, self.password);
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes())
            .as_ref()
            .to_vec()
    }
}

fn five_tuple(client: &str) -> FiveTuple {
    FiveTuple {
        transport: Transport::Udp,
        socket: 0,
        server: format!("{RELAY}:3478").parse().expect("an address"),
        client: client.parse().expect("an address"),
    }
}

fn unsigned(method: Method, attributes: &[Attribute<'_>]) -> Vec<u8> {
    build(method, [1; 12], attributes, |it| it)
}

fn signed(method: Method, id: [u8; 12], attributes: &[Attribute<'_>], user: &User, nonce: &[u8]) -> Vec<u8> {
    let proof = [
        (A::USERNAME, user.name.as_bytes()),
        (A::REALM, &b"turn"[..]),
        (A::NONCE, nonce),
    ];
    build(method, id, &[attributes, &proof].concat(), |it| {
        it.integrity_sha1(&user.key())
    })
}

fn build(
    method: Method,
    id: [u8; 12],
    attributes: &[Attribute<'_>],
    end: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>,
) -> Vec<u8> {
    let mut bytes = vec![0; 1_000];
    let builder = attributes.iter().fold(
        Builder::new(&mut bytes, method, Class::Request, id),
        |builder, (kind, value)| builder.attribute(*kind, value),
    );
    let length = end(builder).finish();
    bytes.truncate(length);
    bytes
}

/// The value of an address that is hidden by the transaction id.
fn xor(address: &str, id: [u8; 12]) -> Vec<u8> {
    let mut bytes = [0; 60];
    let length = Builder::new(&mut bytes, Method::SEND, Class::Indication, id)
        .xor_address(A::XOR_PEER_ADDRESS, address.parse().expect("an address"))
        .finish();
    bytes[24..length].to_vec()
}

struct Reply(Vec<u8>);

impl Reply {
    fn message(&self) -> Message<'_> {
        Message::parse(&self.0).expect("a message")
    }

    fn class(&self) -> Class {
        self.message().class()
    }

    fn find(&self, kind: A) -> Option<Vec<u8>> {
        self.message().attribute(kind).map(|attribute| attribute.value.to_vec())
    }

    fn value(&self, kind: A) -> Vec<u8> {
        self.find(kind).unwrap_or_else(|| panic!("{kind:?} is there"))
    }

    fn seconds(&self, kind: A) -> u32 {
        u32::from_be_bytes(self.value(kind).try_into().expect("four bytes"))
    }

    /// 0 where it is no error.
    fn code(&self) -> u16 {
        self.message()
            .attribute(A::ERROR_CODE)
            .map_or(0, |attribute| attribute.error_code().expect("a code"))
    }

    fn addresses(&self, kind: A) -> Vec<SocketAddr> {
        let message = self.message();
        let found = message.attributes().filter(|attribute| attribute.kind == kind);
        found
            .map(|attribute| attribute.xor_address(message.transaction_id()).expect("an address"))
            .collect()
    }

    fn address(&self, kind: A) -> SocketAddr {
        self.addresses(kind)[0]
    }
}
