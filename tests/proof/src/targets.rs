//! One function for each fuzz target but the relay's, which is [`story::tell`](crate::story::tell).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use stun::{
    Answer, Builder, Framer, Message,
    turn::{Peers, Verdict},
};

use crate::choices::Choices;

/// What parses is built again from its parts, byte for byte; and whatever it is, a Binding server answers with a message that answers nothing itself.
///
/// # Panics
/// When it isn't so.
pub fn message(bytes: &[u8]) {
    let mut answer = Answer::new();
    let from: SocketAddr = ([192, 0, 2, 7], 4711).into();
    if stun::answer(bytes, from, &mut answer) {
        let first = answer.as_bytes().to_vec();
        assert!(Message::parse(&first).is_ok(), "an answer is a message");
        assert!(!stun::answer(&first, from, &mut answer), "an answer to an answer");
    }
    let Ok(message) = Message::parse(bytes) else { return };
    // All attributes, also those that don't count: they stand one after the other behind the header.
    let mut out = vec![0; bytes.len()];
    let mut builder = Builder::new(&mut out, message.method(), message.class(), message.transaction_id());
    let mut at = 20;
    let mut paddings = Vec::new();
    while at < bytes.len() {
        let number = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let (kind, length) = (number(at), usize::from(number(at + 2)));
        let end = at + 4 + length;
        builder = builder.attribute(stun::AttributeType(kind), &bytes[at + 4..end]);
        at = end.next_multiple_of(4);
        paddings.push(end..at);
    }
    let length = builder.finish();
    // What a sender has padded with is its own.
    for padding in paddings {
        out[padding.clone()].copy_from_slice(&bytes[padding]);
    }
    assert_eq!(&out[..length], bytes);
    assert!(message.attributes().count() <= bytes.len() / 4);
}

/// A stream that comes in pieces of any length is cut into the same messages as one that comes at once, and no more of it is held than there is room for.
///
/// # Panics
/// When it isn't so.
pub fn framer(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let has_channels = choices.once_in(2);
    let pieces: Vec<usize> = (0..8).map(|_| 1 + usize::from(choices.byte())).collect();
    let stream = choices.take(bytes.len());
    let cut = |pieces: &mut dyn Iterator<Item = usize>| {
        let mut framer = if has_channels {
            Framer::with_channels()
        } else {
            Framer::new()
        };
        let (mut messages, mut rest) = (Vec::new(), stream);
        loop {
            match framer.next() {
                Ok(Some(message)) => messages.push(message.to_vec()),
                Ok(None) => {
                    let space = framer.space();
                    assert!(!space.is_empty(), "there is room to go on");
                    let count = pieces.next().unwrap_or(1).min(space.len()).min(rest.len());
                    if count == 0 {
                        return (messages, false);
                    }
                    space[..count].copy_from_slice(&rest[..count]);
                    framer.filled(count);
                    rest = &rest[count..];
                }
                Err(_) => return (messages, true),
            }
        }
    };
    let whole = cut(&mut std::iter::repeat(stun::MAX_REQUEST));
    assert_eq!(whole, cut(&mut pieces.iter().copied().cycle()));
    assert_eq!(whole, cut(&mut std::iter::repeat(1)));
    let together = whole.0.concat();
    assert!(
        stream.starts_with(&together),
        "messages are pieces of the stream, in its order"
    );
}

/// An address is judged the same however it is spelled: what is denied as IPv4 is so within every IPv6 address that leads to it.
///
/// # Panics
/// When it isn't so.
pub fn peers(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let mut octets = [0; 4];
    octets.fill_with(|| choices.byte());
    let inner = Ipv4Addr::from(octets);
    let peers = Peers::default();
    let is_open = peers.allow(inner.into());
    for (name, spelling) in spellings(inner) {
        let verdict = peers.judge(spelling.into());
        // Translators of the well-known prefix lead to the open internet; all others are nobody's business.
        let may_be = is_open && name == "64:ff9b::/96";
        assert_eq!(
            verdict == Verdict::Open,
            may_be,
            "{spelling} ({name}) leads to {inner}: {verdict:?}"
        );
    }
    let mut octets = [0; 16];
    octets.fill_with(|| choices.byte());
    let ip = Ipv6Addr::from(octets);
    if peers.allow(ip.into()) {
        assert!(is_global(ip), "{ip} is no address of the open internet");
    }
    let denied = Peers::new(
        vec![inner.to_string().parse().expect("an address is a network")],
        vec![
            "0.0.0.0/0".parse().expect("a network"),
            "::/0".parse().expect("a network"),
        ],
    );
    assert!(!denied.allow(inner.into()));
    for (name, spelling) in spellings(inner) {
        assert!(
            name == "2001::/32" || name == "64:ff9b:1::/48" || !denied.allow(spelling.into()),
            "{spelling} ({name}) leads to {inner}, which is denied"
        );
    }
    assert!(
        peers.allow(IpAddr::V4(inner)) == is_open,
        "the same question has the same answer"
    );
}

/// How an IPv4 address may be written as an IPv6 one.
#[must_use]
pub fn spellings(inner: Ipv4Addr) -> [(&'static str, Ipv6Addr); 7] {
    let bits = u128::from(inner.to_bits());
    let of = Ipv6Addr::from_bits;
    [
        ("::ffff:0:0/96", of(0xffff << 32 | bits)),
        ("::/96", of(bits)),
        ("::ffff:0:0:0/96", of(0xffff << 48 | bits)),
        ("64:ff9b::/96", of(0x64_ff9b << 96 | bits)),
        ("64:ff9b:1::/48", of(0x64_ff9b << 96 | 1 << 80 | bits)),
        ("2002::/16", of(0x2002 << 112 | bits << 80)),
        ("2001::/32", of(0x2001 << 112 | (!bits & 0xffff_ffff))),
    ]
}

/// Not what the registries keep for something else. What is not yet given to anybody counts as open: who sends there reaches nobody.
fn is_global(ip: Ipv6Addr) -> bool {
    !matches!(
        ip.segments(),
        [0, 0, 0, 0, 0, 0 | 0xffff, ..]
            | [0, 0, 0, 0, 0xffff, 0, ..]
            | [0x64, 0xff9b, 1, ..]
            | [0x100, 0, 0, 0 | 1, ..]
            | [0x2001, 0 | 0xdb8, ..]
            | [0x2002 | 0x5f00 | 0xfc00..=0xfdff | 0xfe80..=0xfeff | 0xff00..=0xffff, ..]
            | [0x3fff, 0..=0xfff, ..]
    )
}
