//! The little that is read in session descriptions before str0m reads them.

use sealed::Fingerprint;
use str0m::{Candidate, net::Protocol};

/// A description that a probe can't go on with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDescribed {
    #[error("the other end's description shows another certificate than its handshake")]
    Certificate,
    #[error("the other end's description can't be read: {0}")]
    Sdp(String),
}

/// The description with the candidates that this end can reach, if all its fingerprints are this one.
pub(crate) fn usable(sdp: &str, peer: Fingerprint) -> Result<String, NotDescribed> {
    let mut shown = sdp
        .lines()
        .filter_map(|line| line.strip_prefix("a=fingerprint:"))
        .peekable();
    if shown.peek().is_none() || !shown.all(|shown| is_fingerprint(shown, peer)) {
        return Err(NotDescribed::Certificate);
    }
    let lines = sdp.lines().filter(|line| match line.strip_prefix("a=candidate:") {
        Some(candidate) => reachable(&format!("candidate:{candidate}")).is_some(),
        None => true,
    });
    Ok(lines.flat_map(|line| [line, "\r\n"]).collect())
}

fn is_fingerprint(shown: &str, expected: Fingerprint) -> bool {
    let Some((hash, bytes)) = shown.split_once(' ') else {
        return false;
    };
    let bytes: Result<Vec<u8>, _> = bytes
        .trim()
        .split(':')
        .map(|byte| u8::from_str_radix(byte, 16))
        .collect();
    hash.eq_ignore_ascii_case("sha-256") && bytes.is_ok_and(|bytes| bytes == expected.0)
}

/// Over UDP, with an address in it.
pub(crate) fn reachable(candidate: &str) -> Option<Candidate> {
    let candidate = Candidate::from_sdp_string(candidate.trim_end()).ok()?;
    (candidate.proto() == Protocol::Udp).then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_that_is_a_name_spoils_no_other() {
        let name = "candidate:1 1 udp 2113937151 4a2e.local 50000 typ host";
        assert!(reachable(name).is_none());
        assert!(reachable(&name.replace("4a2e.local", "192.0.2.1")).is_some());
        assert!(reachable("candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active").is_none());
    }
}
