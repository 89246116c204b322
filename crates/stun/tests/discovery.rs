//! NAT behaviour discovery (RFC 5780) as a client sees it (cases 12 and 13).

use std::net::SocketAddr;

use proptest::prelude::*;
use stun::{Answer, AttributeType as A, Builder, Class, Message, Method, Passage, Square};

const CLIENT: &str = "198.51.100.7:50000";
const SOCKETS: [&str; 4] = ["192.0.2.1:3478", "192.0.2.1:3479", "192.0.2.2:3478", "192.0.2.2:3479"];

#[test]
fn an_answer_tells_where_it_comes_from_and_where_the_other_socket_is() {
    for (at, other) in [(0, 3), (1, 2), (2, 1), (3, 0)] {
        let (passage, answer) = ask(SOCKETS[at], &[]).expect("an answer");

        assert_eq!((passage.from, passage.to), (addr(SOCKETS[at]), addr(CLIENT)));
        assert_eq!(answer.plain(A::MAPPED_ADDRESS), addr(CLIENT));
        assert_eq!(answer.mapped(), addr(CLIENT));
        assert_eq!(answer.plain(A::RESPONSE_ORIGIN), addr(SOCKETS[at]));
        assert_eq!(answer.plain(A::OTHER_ADDRESS), addr(SOCKETS[other]));
        assert_eq!(answer.0.len(), 68);
    }
}

#[test]
fn case_13_the_answer_leaves_by_the_socket_that_is_asked_for() {
    let (address, port) = (0b100, 0b010);
    for (at, change, from) in [
        (0, 0, 0),
        (0, port, 1),
        (0, address, 2),
        (0, address | port, 3),
        (3, port, 2),
        (3, address, 1),
        (3, address | port, 0),
        // Other bits mean nothing.
        (0, 0b1111_1001, 0),
    ] {
        let (passage, answer) = ask(SOCKETS[at], &[(A::CHANGE_REQUEST, &[0, 0, 0, change])]).expect("an answer");

        assert_eq!(
            (passage.from, passage.to),
            (addr(SOCKETS[from]), addr(CLIENT)),
            "{at} {change}"
        );
        assert_eq!(answer.plain(A::RESPONSE_ORIGIN), addr(SOCKETS[from]));
        assert_eq!(
            answer.plain(A::OTHER_ADDRESS),
            addr(SOCKETS[3 - at]),
            "of the socket that was asked"
        );
    }
}

#[test]
fn case_13_the_answer_goes_to_the_port_that_is_asked_for_and_to_no_other_address() {
    for value in [&[0xc3, 0x51][..], &[0xc3, 0x51, 0, 0]] {
        let (passage, answer) = ask(SOCKETS[0], &[(A::RESPONSE_PORT, value)]).expect("an answer");

        assert_eq!(
            (passage.from, passage.to),
            (addr(SOCKETS[0]), addr("198.51.100.7:50001"))
        );
        assert_eq!(answer.mapped(), addr(CLIENT));
    }
}

#[test]
fn padding_comes_back_as_long_as_it_was() {
    for length in [0, 1, 600, 1476] {
        let (_, answer) = ask(SOCKETS[0], &[(A::PADDING, &vec![1; length])]).expect("an answer");

        assert_eq!(answer.value(A::PADDING), vec![0; length]);
    }
}

#[test]
fn what_can_t_be_asked_for_is_refused_to_who_asked() {
    let port: (A, &[u8]) = (A::RESPONSE_PORT, &[0xc3, 0x51, 0, 0]);
    for (attributes, code) in [
        (&[port, (A::PADDING, &[0; 4])][..], 400),
        (&[(A::RESPONSE_PORT, &[0, 0, 0, 0])], 400),
        (&[(A::RESPONSE_PORT, &[1])], 400),
        (&[(A::CHANGE_REQUEST, &[2])], 400),
        (&[port, (A(0x7fff), &[])], 420),
    ] {
        let (passage, answer) = ask(SOCKETS[0], attributes).expect("an answer");

        assert_eq!((passage.from, passage.to), (addr(SOCKETS[0]), addr(CLIENT)));
        let code_of = |answer: &Reply| answer.message().attribute(A::ERROR_CODE).and_then(|it| it.error_code());
        assert_eq!(code_of(&answer), Some(code), "{attributes:?}");
        if code == 420 {
            assert_eq!(answer.value(A::UNKNOWN_ATTRIBUTES), [0x7f, 0xff]);
        }
    }
}

#[test]
fn of_ipv6_as_well() {
    let sockets = [
        "[2001:db8::1]:3478",
        "[2001:db8::1]:3479",
        "[2001:db8::2]:3478",
        "[2001:db8::2]:3479",
    ]
    .map(addr);
    let square = Square::of(&sockets).expect("a square");
    let (client, mut answer) = (addr("[2001:db8:7::7]:50000"), Answer::new());

    let request = request(&[(A::CHANGE_REQUEST, &[0, 0, 0, 6]), (A::PADDING, &[0; 1460])]);
    let passage = square
        .answer(&request, sockets[1], client, &mut answer)
        .expect("an answer");

    assert_eq!((passage.from, passage.to), (sockets[2], client));
    let answer = Reply(answer.as_bytes().to_vec());
    assert_eq!(answer.plain(A::OTHER_ADDRESS), sockets[2]);
    assert_eq!(answer.plain(A::MAPPED_ADDRESS), client);
}

#[test]
fn only_two_addresses_with_the_same_two_ports_are_a_square() {
    let of = |sockets: &[&str]| Square::of(&sockets.iter().map(|text| addr(text)).collect::<Vec<_>>());
    let [a, b, c, d] = SOCKETS;

    for whole in [[a, b, c, d], [d, a, c, b], [c, d, b, a]] {
        assert!(of(&whole).is_some(), "{whole:?}");
    }
    for broken in [
        &[][..],
        &[a],
        &[a, b, c],
        &[a, b, c, c],
        &[a, b, c, "192.0.2.2:3480"],
        &[a, b, c, d, "192.0.2.3:3478"],
        &["192.0.2.1:1", "192.0.2.1:2", "[2001:db8::1]:1", "[2001:db8::1]:2"],
    ] {
        assert_eq!(of(broken), None, "{broken:?}");
    }
}

proptest! {
    /// Whatever a stranger sends, nothing is said to another address, and little more than was sent.
    #[test]
    fn no_request_is_worth_much_against_others(kinds in prop::collection::vec((0_u16..0x30, 0_usize..40), 0..8), at in 0..4_usize) {
        let values: Vec<_> = kinds.iter().map(|&(kind, length)| (A(kind), vec![kind as u8; length])).collect();
        let attributes: Vec<_> = values.iter().map(|(kind, value)| (*kind, &value[..])).collect();
        let length = request(&attributes).len();

        if let Some((passage, answer)) = ask(SOCKETS[at], &attributes) {
            prop_assert_eq!(passage.to.ip(), addr(CLIENT).ip());
            prop_assert!(SOCKETS.contains(&&*passage.from.to_string()));
            prop_assert!(answer.0.len() <= length + 48, "{} for {length}", answer.0.len());
        }
    }
}

fn ask(at: &str, attributes: &[(A, &[u8])]) -> Option<(Passage, Reply)> {
    let square = Square::of(&SOCKETS.map(addr)).expect("a square");
    let mut answer = Answer::new();
    let passage = square.answer(&request(attributes), addr(at), addr(CLIENT), &mut answer)?;
    Some((passage, Reply(answer.as_bytes().to_vec())))
}

fn request(attributes: &[(A, &[u8])]) -> Vec<u8> {
    let mut bytes = [0; 2_000];
    let builder = Builder::new(&mut bytes, Method::BINDING, Class::Request, [7; 12]);
    let length = attributes
        .iter()
        .fold(builder, |builder, (kind, value)| builder.attribute(*kind, value))
        .finish();
    bytes[..length].to_vec()
}

struct Reply(Vec<u8>);

impl Reply {
    fn message(&self) -> Message<'_> {
        Message::parse(&self.0).expect("a message")
    }

    fn value(&self, kind: A) -> Vec<u8> {
        self.message().attribute(kind).expect("an attribute").value.to_vec()
    }

    fn mapped(&self) -> SocketAddr {
        let message = self.message();
        let mapped = message.attribute(A::XOR_MAPPED_ADDRESS).expect("an address");
        mapped.xor_address(message.transaction_id()).expect("an address")
    }

    fn plain(&self, kind: A) -> SocketAddr {
        let value = self.value(kind);
        let port = u16::from_be_bytes([value[2], value[3]]);
        match (value[1], &value[4..]) {
            (1, ip) => SocketAddr::from((<[u8; 4]>::try_from(ip).expect("IPv4"), port)),
            (2, ip) => SocketAddr::from((<[u8; 16]>::try_from(ip).expect("IPv6"), port)),
            (family, _) => panic!("family {family}"),
        }
    }
}

fn addr(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}
