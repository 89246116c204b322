//! What an attacker in the middle may try (cases 50, 51 and 53), and that nothing a stranger sends makes the crate panic.

mod common;

use proptest::prelude::*;
use sealed::{Context, EarlyOffer, Guest, HandshakeId, IdentityKey, KeyPair, Kind, Practice, Prekey, Refusal, RoomKey};

use common::{
    EARLY_SCALAR, GUEST, HID, IDENTITY_SCALAR, PRACTICE, context, guest_commits, guest_finds, link_identity,
    practice_answers, practice_leaves, public, room_key, sessions, sign,
};

#[test]
fn both_ends_agree_and_hear_each_other() {
    let (mut practice, mut guest) = sessions();

    let offer = guest.seal(Kind::Description, b"offer").expect("fits");
    let answer = practice.seal(Kind::Description, b"answer").expect("fits");

    assert_eq!(practice.open(&offer), Ok((Kind::Description, b"offer".to_vec())));
    assert_eq!(guest.open(&answer), Ok((Kind::Description, b"answer".to_vec())));
    assert_eq!(practice.safety_code(), guest.safety_code());
    assert_eq!(practice.peer_fingerprint().0, GUEST.fingerprint);
    assert_eq!(guest.peer_fingerprint().0, PRACTICE.fingerprint);
}

#[test]
fn descriptions_of_all_browsers_look_alike() {
    let (_, mut guest) = sessions();

    let chromium = guest.seal(Kind::Description, &[b'c'; 6_057]).expect("fits");
    let firefox = guest.seal(Kind::Description, &[b'f'; 3_844]).expect("fits");

    assert_eq!(chromium.len(), firefox.len());
}

#[test]
fn case_50_every_changed_bit_of_the_handshake_is_refused() {
    let (guest, commit) = guest_commits();
    let (practice, hello_a) = practice_answers(&commit, &sign);
    let (_, hello_b) = guest.hello(&hello_a).expect("good");

    for flipped in flips(&commit) {
        assert!(answer(&flipped).is_err());
    }
    for flipped in flips(&hello_a) {
        assert!(guest.hello(&flipped).is_err());
    }
    for flipped in flips(&hello_b) {
        assert!(practice.finish(&flipped).is_err());
    }
}

#[test]
fn case_50_every_cut_of_the_handshake_is_refused() {
    let (guest, commit) = guest_commits();
    let (practice, hello_a) = practice_answers(&commit, &sign);
    let (_, hello_b) = guest.hello(&hello_a).expect("good");

    for length in 0..hello_a.len() {
        assert!(guest.hello(&hello_a[..length]).is_err());
    }
    assert!((0..commit.len()).all(|length| answer(&commit[..length]).is_err()));
    assert!((0..hello_b.len()).all(|length| practice.finish(&hello_b[..length]).is_err()));
    assert_eq!(
        guest.hello(&[&hello_a[..], b"x"].concat()).err(),
        Some(Refusal::Malformed)
    );
}

#[test]
fn case_50_envelopes_are_not_replayed_reordered_or_reflected() {
    let (mut practice, mut guest) = sessions();
    let first = guest.seal(Kind::Candidates, b"[]").expect("fits");
    let second = guest.seal(Kind::Candidates, b"[]").expect("fits");

    assert_eq!(practice.open(&second), Err(Refusal::Counter));
    assert!(practice.open(&first).is_ok());
    assert_eq!(practice.open(&first), Err(Refusal::Counter));
    assert_eq!(guest.open(&first), Err(Refusal::Sealed));
}

#[test]
fn case_50_every_changed_bit_of_an_envelope_is_refused() {
    let (mut practice, mut guest) = sessions();
    let envelope = guest.seal(Kind::Candidates, b"[]").expect("fits");

    for flipped in flips(&envelope) {
        assert!(practice.open(&flipped).is_err());
    }
    assert!(practice.open(&envelope).is_ok());
}

#[test]
fn case_50_every_changed_bit_of_a_prekey_is_refused() {
    let (_, left) = practice_leaves(&sign);

    assert!(flips(&left).all(|flipped| guest_finds(&flipped).is_err()));
    assert!((0..left.len()).all(|length| guest_finds(&left[..length]).is_err()));
    assert!(guest_finds(&left).is_ok());
}

#[test]
fn case_50_every_changed_bit_of_an_early_offer_or_answer_is_refused() {
    let (prekey, left) = practice_leaves(&sign);
    let (awaited, early_b) = guest_finds(&left).expect("good").seal(b"offer").expect("fits");
    let early_a = prekey.open(&early_b).expect("good").0.seal(b"answer").expect("fits");

    // The padding's flips all fail alike: of that one in a hundred is enough.
    let some = |bytes: &[u8]| {
        flips(bytes)
            .enumerate()
            .filter(|(at, _)| *at < 1_000 || at % 101 == 0)
            .map(|(_, flipped)| flipped)
            .collect::<Vec<_>>()
    };
    assert!(
        some(&early_b)
            .iter()
            .all(|flipped| !opens_as(&prekey, flipped, b"offer"))
    );
    assert!(some(&early_a).iter().all(|flipped| awaited.open(flipped).is_err()));
    assert_eq!(awaited.open(&early_a), Ok(b"answer".to_vec()));
}

#[test]
fn case_51_a_prekey_of_somebody_else_is_refused() {
    let (stranger, impostor) = ([0x2d; 32], [0x3d; 32]);
    let leave = |room_key: &RoomKey, scalar: &[u8; 32]| {
        let identity = IdentityKey {
            public: public(scalar),
            sign: &sign,
        };
        Prekey::leave(
            &context(),
            room_key,
            &identity,
            HID,
            KeyPair::new(&EARLY_SCALAR).expect("a key"),
        )
        .1
    };

    assert_eq!(
        guest_finds(&leave(&RoomKey::new(stranger), &IDENTITY_SCALAR)).err(),
        Some(Refusal::Mac)
    );
    assert_eq!(
        guest_finds(&leave(&room_key(), &impostor)).err(),
        Some(Refusal::Identity)
    );
}

#[test]
fn case_53_a_link_and_a_recording_open_no_early_offer() {
    let (_, left) = practice_leaves(&sign);
    let (_, early_b) = guest_finds(&left).expect("good").seal(b"offer").expect("fits");

    // Who has the link and all that was said lacks both private keys: one of its own opens nothing.
    let identity = IdentityKey {
        public: public(&IDENTITY_SCALAR),
        sign: &sign,
    };
    let (own, _) = Prekey::leave(
        &context(),
        &room_key(),
        &identity,
        sealed::HandshakeId(early_b[18..34].try_into().expect("an id")),
        KeyPair::new(&[0x4d; 32]).expect("a key"),
    );
    assert_eq!(own.open(&early_b).err(), Some(Refusal::Sealed));
}

#[test]
fn an_early_offer_for_another_prekey_is_left_alone() {
    let (prekey, _) = practice_leaves(&sign);
    let identity = IdentityKey {
        public: public(&IDENTITY_SCALAR),
        sign: &sign,
    };
    let (_, older) = Prekey::leave(
        &context(),
        &room_key(),
        &identity,
        HID,
        KeyPair::new(&[0x4d; 32]).expect("a key"),
    );
    let (_, early_b) = guest_finds(&older).expect("good").seal(b"offer").expect("fits");

    assert_eq!(prekey.open(&early_b).err(), Some(Refusal::OtherHandshake));
}

#[test]
fn case_50_a_prekey_of_another_room_epoch_or_seat_is_refused() {
    let (_, left) = practice_leaves(&sign);
    let own = KeyPair::new(&EARLY_SCALAR).expect("a key");

    for other in [Context { epoch: 2, ..context() }, Context { guest: 2, ..context() }] {
        assert_eq!(
            EarlyOffer::new(&other, &room_key(), link_identity(), HID, &own, &left).err(),
            Some(Refusal::Mac)
        );
    }
}

fn opens_as(prekey: &Prekey, early_b: &[u8], payload: &[u8]) -> bool {
    prekey.open(early_b).is_ok_and(|(_, opened)| opened == payload)
}

#[test]
fn case_50_another_room_epoch_or_seat_is_refused() {
    let (_, commit) = guest_commits();
    let same = context();
    let others = [
        Context {
            room: sealed::RoomId::new(&"f".repeat(32)).expect("a room"),
            ..same.clone()
        },
        Context {
            epoch: 2,
            ..same.clone()
        },
        Context { guest: 2, ..same },
    ];

    for other in others {
        assert_eq!(answer_in(&other, &room_key(), &commit).err(), Some(Refusal::Mac));
    }
}

#[test]
fn case_50_another_version_is_refused() {
    let (_, mut commit) = guest_commits();
    commit[0] = 2;

    assert_eq!(answer(&commit).err(), Some(Refusal::Version));
}

#[test]
fn case_51_without_the_key_nobody_gets_in_between() {
    let (_, commit) = guest_commits();

    assert_eq!(
        answer_in(&context(), &RoomKey::new([0; 32]), &commit).err(),
        Some(Refusal::Mac)
    );
}

#[test]
fn case_51_with_a_stolen_link_nobody_plays_the_practice() {
    let (guest, commit) = guest_commits();
    let impostor = IdentityKey {
        public: public(&[0x66; 32]),
        sign: &sign,
    };
    let (_, hello) =
        Practice::answer(&context(), &room_key(), &impostor, PRACTICE.ephemeral(), &commit).expect("it has the key");
    let (_, copied_key) = practice_answers(&commit, &|_| [7; 64]);

    assert_eq!(guest.hello(&hello).err(), Some(Refusal::Identity));
    assert_eq!(guest.hello(&copied_key).err(), Some(Refusal::Signature));
}

#[test]
fn case_51_a_guest_cannot_choose_its_hello_after_the_practices() {
    let (_, commit) = guest_commits();
    let (practice, hello_a) = practice_answers(&commit, &sign);
    let other_lots = common::Lots {
        nonce: [0x11; 32],
        ..GUEST
    };
    let (other, _) = Guest::commit(&context(), &room_key(), link_identity(), HID, other_lots.ephemeral());
    // The other guest's MAC is over its own commit, so it must be refused there at the latest.
    let hello_b = other.hello(&hello_a).map(|(_, hello_b)| hello_b);

    assert_eq!(hello_b.err(), Some(Refusal::Mac));
    assert!(practice.finish(&commit).is_err());
}

#[test]
fn who_relays_the_handshake_sees_no_fingerprint() {
    let (guest, commit) = guest_commits();
    let (practice, hello_a) = practice_answers(&commit, &sign);
    let (at_guest, hello_b) = guest.hello(&hello_a).expect("good");
    let at_practice = practice.finish(&hello_b).expect("good");
    let seen = [commit, hello_a, hello_b].concat();

    for session in [at_guest, at_practice] {
        let fingerprint = session.peer_fingerprint().0;
        assert!(!seen.windows(32).any(|window| window == fingerprint));
    }
}

#[test]
fn case_53_who_learns_the_link_later_lacks_the_ephemeral_keys() {
    let (_, mut guest) = sessions();
    let recorded = guest.seal(Kind::Description, b"offer").expect("fits");
    let (_, commit) = guest_commits();
    let late = common::Lots {
        scalar: [0x77; 32],
        ..PRACTICE
    };
    let identity = IdentityKey {
        public: public(&IDENTITY_SCALAR),
        sign: &sign,
    };
    let (late, _) =
        Practice::answer(&context(), &room_key(), &identity, late.ephemeral(), &commit).expect("it has the key");
    let (guest_again, commit) = guest_commits();
    let (_, hello_a) = practice_answers(&commit, &sign);
    let (_, hello_b) = guest_again.hello(&hello_a).expect("good");

    // Neither does the recorded hello fit, nor is there another way to a session that opens the envelope.
    assert_eq!(late.finish(&hello_b).err(), Some(Refusal::Mac));
    let (mut other, _) = sessions_with(&common::Lots {
        scalar: [0x77; 32],
        ..PRACTICE
    });
    assert_eq!(other.open(&recorded), Err(Refusal::Sealed));
}

#[test]
fn an_earlier_handshakes_message_is_told_apart() {
    let (guest, commit) = guest_commits();
    let (_, hello_a) = practice_answers(&commit, &sign);
    let (later, _) = Guest::commit(
        &context(),
        &room_key(),
        link_identity(),
        HandshakeId([1; 16]),
        GUEST.ephemeral(),
    );

    assert_eq!(later.hello(&hello_a).err(), Some(Refusal::OtherHandshake));
    assert!(guest.hello(&hello_a).is_ok());
}

#[test]
fn what_does_not_fit_is_not_sealed() {
    let (_, mut guest) = sessions();

    assert_eq!(
        guest.seal(Kind::Description, &[0; 24_573]).err(),
        Some(Refusal::TooLarge)
    );
    assert_eq!(guest.seal(Kind::Candidates, &[0; 1_021]).err(), Some(Refusal::TooLarge));
    assert!(guest.seal(Kind::Candidates, &[0; 1_020]).is_ok());
}

#[test]
fn secrets_do_not_print() {
    let (guest, commit) = guest_commits();
    let (practice, _) = practice_answers(&commit, &sign);
    let (session, _) = sessions();

    assert_eq!(
        format!("{guest:?} {practice:?} {session:?}"),
        "Guest(HandshakeId(6868…)) Practice(HandshakeId(6868…)) Session(HandshakeId(6868…))"
    );
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..600), kind in 1_u8..=4) {
        let (guest, commit) = guest_commits();
        let (practice, _) = practice_answers(&commit, &sign);
        let (mut session, _) = sessions();
        let with_head = [&[1, kind][..], &HID.0, &bytes].concat();

        for message in [&bytes, &with_head] {
            prop_assert!(guest.hello(message).is_err());
            prop_assert!(practice.finish(message).is_err());
            prop_assert!(answer(message).is_err());
            prop_assert!(session.open(message).is_err());
        }
    }
}

fn answer(commit: &[u8]) -> Result<(Practice, Vec<u8>), Refusal> {
    answer_in(&context(), &room_key(), commit)
}

fn answer_in(context: &Context, key: &RoomKey, commit: &[u8]) -> Result<(Practice, Vec<u8>), Refusal> {
    let identity = IdentityKey {
        public: public(&IDENTITY_SCALAR),
        sign: &sign,
    };
    Practice::answer(context, key, &identity, PRACTICE.ephemeral(), commit)
}

/// As [`sessions`], with a practice that drew other lots.
fn sessions_with(practice: &common::Lots) -> (sealed::Session, sealed::Session) {
    let (guest, commit) = guest_commits();
    let identity = IdentityKey {
        public: public(&IDENTITY_SCALAR),
        sign: &sign,
    };
    let (practice, hello_a) =
        Practice::answer(&context(), &room_key(), &identity, practice.ephemeral(), &commit).expect("good");
    let (guest, hello_b) = guest.hello(&hello_a).expect("good");
    (practice.finish(&hello_b).expect("good"), guest)
}

/// The message with one bit turned in each of its bytes.
fn flips(message: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..message.len()).map(|at| {
        let mut flipped = message.to_vec();
        flipped[at] ^= 1 << (at % 8);
        flipped
    })
}
