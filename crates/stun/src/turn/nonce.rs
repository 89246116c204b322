//! Nonces (RFC 8489 section 9.2) that nothing has to be remembered for: a proof over the client's address and the time, under a key that only this server has.
//!
//! ```text
//! short   ── proof (4 characters) ──
//! long    ── "obMatJos2" ── security features (4 characters) ── proof (7 characters) ──
//! ```
//!
//! A long one tells which of RFC 8489's security features the server has, so that nobody on the way can take them out of its challenge. A short one is for requests
//! that are themselves so short that a longer challenge would make this server worth being used against others.

use std::{net::SocketAddr, time::Duration};

use aws_lc_rs::hmac;

/// Makes and knows nonces.
#[derive(Debug, Clone)]
pub(crate) struct Nonces {
    key: hmac::Key,
}

/// Which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Short,
    Long,
}

impl Nonces {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    /// Writes one for `client` at `now` into `out`.
    pub(crate) fn make<'a>(&self, form: Form, client: SocketAddr, now: Duration, out: &'a mut [u8; LONG]) -> &'a [u8] {
        self.of_window(form, client, window(now), out)
    }

    /// The form of a nonce that this server has made for `client` lately; `None` where it has not.
    pub(crate) fn check(&self, nonce: &[u8], client: SocketAddr, now: Duration) -> Option<Form> {
        let form = match nonce.len() {
            SHORT => Form::Short,
            LONG => Form::Long,
            _ => return None,
        };
        let now = window(now);
        let mut expected = [0; LONG];
        [now, now.wrapping_sub(1)]
            .into_iter()
            .any(|window| self.of_window(form, client, window, &mut expected) == nonce)
            .then_some(form)
    }

    fn of_window<'a>(&self, form: Form, client: SocketAddr, window: u64, out: &'a mut [u8; LONG]) -> &'a [u8] {
        let mut seen = [0; 27];
        match client.ip() {
            std::net::IpAddr::V4(ip) => seen[..4].copy_from_slice(&ip.octets()),
            std::net::IpAddr::V6(ip) => seen[..16].copy_from_slice(&ip.octets()),
        }
        seen[16..18].copy_from_slice(&client.port().to_be_bytes());
        seen[18..26].copy_from_slice(&window.to_be_bytes());
        seen[26] = form as u8;
        let tag = hmac::sign(&self.key, &seen);
        let (start, end) = match form {
            Form::Short => (0, SHORT),
            Form::Long => (COOKIE.len(), LONG),
        };
        out[..start].copy_from_slice(&COOKIE[..start]);
        for (character, byte) in out[start..end].iter_mut().zip(tag.as_ref()) {
            *character = ALPHABET[usize::from(byte & 0x3f)];
        }
        &out[..end]
    }
}

fn window(now: Duration) -> u64 {
    now.as_secs() / WINDOW
}

/// What begins a nonce of a server with security features (RFC 8489 section 9.2), and bit 0 of 24 in base64: password algorithms.
const COOKIE: &[u8; 13] = b"obMatJos2gAAA";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(crate) const SHORT: usize = 4;
pub(crate) const LONG: usize = COOKIE.len() + 7;
/// Seconds. A nonce is good for one to two of these: RFC 8656 section 5 has one expire within the hour.
const WINDOW: u64 = 1_800;
