use std::time::Duration;

use super::*;

#[test]
fn who_shows_the_cookie_at_the_same_address_is_known() {
    let (cookies, client) = (Cookies::new(&[7; 32]), addr("192.0.2.1:4000"));
    let first = hello(0, &[]);
    let first = Hello::parse(&first).expect("a hello");

    let answer = cookies.ask(&first, client);

    assert_eq!(answer[3..11], [0, 0, 0, 0, 0, 0, 0, 5], "its record's number");
    let cookie = &answer[ANSWER - COOKIE..];
    let knows = |message, cookie: &[u8], client| {
        let second = hello(message, cookie);
        cookies.knows(&Hello::parse(&second).expect("a hello"), client)
    };
    assert!(knows(1, cookie, client));
    assert!(!knows(0, cookie, client), "it is no second word");
    assert!(!knows(1, cookie, addr("192.0.2.1:4001")), "another port");
    assert!(!knows(1, cookie, addr("192.0.2.2:4000")), "another address");
    assert!(!knows(1, &[], client));
    let mut wrong = cookie.to_vec();
    wrong[31] ^= 1;
    assert!(!knows(1, &wrong, client));
    let mut other = hello(1, cookie);
    other[30] ^= 1;
    assert!(
        !cookies.knows(&Hello::parse(&other).expect("a hello"), client),
        "another's"
    );
}

#[test]
fn a_cookie_ends() {
    let (mut cookies, client) = (Cookies::new(&[7; 32]), addr("[2001:db8::1]:4000"));
    let first = hello(0, &[]);
    let answer = cookies.ask(&Hello::parse(&first).expect("a hello"), client);
    let second = hello(1, &answer[ANSWER - COOKIE..]);
    let second = Hello::parse(&second).expect("a hello");

    cookies.began -= Duration::from_secs(PERIOD);
    assert!(cookies.knows(&second, client));
    cookies.began -= Duration::from_secs(PERIOD);
    assert!(!cookies.knows(&second, client));
}

#[test]
fn what_is_answered_is_no_shorter_than_the_answer() {
    let whole = hello(0, &[]);

    for length in 0..whole.len() {
        if Hello::parse(&whole[..length]).is_some() {
            assert!(length >= ANSWER, "{length}");
        }
    }
    assert!(Hello::parse(&whole).is_some());
}

#[test]
fn what_is_no_hello_is_none() {
    let whole = hello(0, &[]);
    // Another record, another version, another epoch, another message, a later piece.
    for (at, byte) in [(0, 23), (1, 3), (4, 1), (13, 2), (21, 1)] {
        let mut other = whole.clone();
        other[at] = byte;
        assert_eq!(Hello::parse(&other), None, "{at}");
    }
}

/// In its record, whose number is 5.
fn hello(message: u8, cookie: &[u8]) -> Vec<u8> {
    let body = [
        &[0xfe, 0xfd][..],
        &[9; 32],
        &[0, cookie.len() as u8],
        cookie,
        &[0, 2, 0xc0, 0x2b, 1, 0],
    ]
    .concat();
    let length = body.len() as u8;
    let head = [1, 0, 0, length, 0, message, 0, 0, 0, 0, 0, length];
    let record = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 5, 0, length + 12];
    [&record[..], &head, &body].concat()
}

fn addr(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}
