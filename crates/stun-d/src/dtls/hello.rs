//! The first word of a client (RFC 6347 section 4.2.1): it shows that it hears us at its address before anything is kept of it. Cookies are a hash of that address, so
//! nobody has to remember them.

use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};

pub(super) type Random = [u8; 32];
pub(super) type Cookie = [u8; COOKIE];

/// A ClientHello, or its first fragment, as far as the door has to know it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hello<'a> {
    /// Epoch and sequence number of its record.
    sequence: [u8; 8],
    message: u16,
    version: u16,
    pub(super) random: Random,
    cookie: &'a [u8],
}

impl<'a> Hello<'a> {
    /// Nothing where the datagram doesn't begin with one.
    pub(super) fn parse(datagram: &'a [u8]) -> Option<Self> {
        let (record, body) = datagram.split_at_checked(RECORD_HEADER)?;
        let (handshake, body) = body.split_at_checked(HANDSHAKE_HEADER)?;
        let is_plain = record[0] == HANDSHAKE && record[1] == 0xfe && record[3..5] == [0, 0];
        let is_beginning = handshake[0] == CLIENT_HELLO && handshake[6..9] == [0, 0, 0];
        if !is_plain || !is_beginning {
            return None;
        }
        let (version, body) = body.split_first_chunk()?;
        let (random, body) = body.split_first_chunk()?;
        let (_session, body) = prefixed(body)?;
        let (cookie, _) = prefixed(body)?;
        Some(Self {
            sequence: record[3..11].try_into().ok()?,
            message: u16::from_be_bytes([handshake[4], handshake[5]]),
            version: u16::from_be_bytes(*version),
            random: *random,
            cookie,
        })
    }

    /// Whether it is its client's first word, which has no cookie yet.
    pub(super) fn is_first(&self) -> bool {
        self.message == 0
    }

    /// Whether its client speaks DTLS 1.2, or what comes after it: numbers go down.
    pub(super) fn is_of_today(&self) -> bool {
        self.version <= DTLS_1_2
    }

    /// An alert (protocol_version), for who speaks DTLS 1.0 only (deprecated by RFC 8996): it need not try again.
    pub(super) fn refuse(&self) -> [u8; RECORD_HEADER + 2] {
        let mut alert = [ALERT, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, FATAL, PROTOCOL_VERSION];
        alert[3..11].copy_from_slice(&self.sequence);
        alert
    }

    /// One that the door knows.
    pub(super) fn cookie_bytes(&self) -> Cookie {
        self.cookie.try_into().unwrap_or_default()
    }
}

/// What is behind one byte that says how long it is, and the rest.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, rest) = bytes.split_first()?;
    rest.split_at_checked(length.into())
}

#[derive(Debug)]
pub(super) struct Cookies {
    key: hmac::Key,
    began: Instant,
}

impl Cookies {
    /// `key`: chance that nobody else knows.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            began: Instant::now(),
        }
    }

    /// HelloVerifyRequest: asks whoever is at `client` to say it again, with the cookie. Shorter than the shortest hello.
    pub(super) fn ask(&self, hello: &Hello<'_>, client: SocketAddr) -> [u8; ANSWER] {
        let mut answer = [0; ANSWER];
        let (record, handshake) = answer.split_at_mut(RECORD_HEADER);
        record[..3].copy_from_slice(&[HANDSHAKE, 0xfe, 0xff]);
        record[3..11].copy_from_slice(&hello.sequence);
        record[12] = (HANDSHAKE_HEADER + BODY) as u8;
        let (head, body) = handshake.split_at_mut(HANDSHAKE_HEADER);
        head[0] = HELLO_VERIFY_REQUEST;
        head[3] = BODY as u8;
        head[11] = BODY as u8;
        body[..3].copy_from_slice(&[0xfe, 0xff, COOKIE as u8]);
        body[3..].copy_from_slice(&self.make(&hello.random, client, self.period()));
        answer
    }

    /// Whether it has the cookie that `client` was sent, within the last minute.
    pub(super) fn knows(&self, hello: &Hello<'_>, client: SocketAddr) -> bool {
        let now = self.period();
        // The session will say this was its client's second message.
        hello.message == 1
            && [now, now.wrapping_sub(1)].into_iter().any(|period| {
                let own = self.make(&hello.random, client, period);
                verify_slices_are_equal(&own, hello.cookie).is_ok()
            })
    }

    fn make(&self, random: &Random, client: SocketAddr, period: u64) -> Cookie {
        let ip = match client.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&ip.octets());
        context.update(&client.port().to_be_bytes());
        context.update(&period.to_be_bytes());
        context.update(random);
        let mut cookie = [0; COOKIE];
        cookie.copy_from_slice(context.sign().as_ref());
        cookie
    }

    fn period(&self) -> u64 {
        self.began.elapsed().as_secs() / PERIOD
    }
}

pub(super) const RECORD_HEADER: usize = 13;
const HANDSHAKE_HEADER: usize = 12;
const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
const FATAL: u8 = 2;
const PROTOCOL_VERSION: u8 = 70;
const DTLS_1_2: u16 = 0xfefd;
const CLIENT_HELLO: u8 = 1;
const HELLO_VERIFY_REQUEST: u8 = 3;
const COOKIE: usize = 32;
/// Version, length, cookie.
const BODY: usize = 2 + 1 + COOKIE;
const ANSWER: usize = RECORD_HEADER + HANDSHAKE_HEADER + BODY;
/// Seconds.
const PERIOD: u64 = 30;

#[cfg(test)]
mod tests;
