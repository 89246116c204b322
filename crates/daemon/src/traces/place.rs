use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use http::{HeaderMap, HeaderValue};

/// Where in a trace something happens, as it is told from one service to the next: `traceparent` of W3C Trace Context, version 00.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) trace: [u8; 16],
    pub(super) span: [u8; 8],
    /// Whether it is to be sent to a collector.
    pub(super) sampled: bool,
}

impl Place {
    /// A trace of its own, which is sent with the probability `sample`.
    pub(super) fn first(sample: f64) -> Option<Self> {
        let (trace, span) = (chance::<16>()?, chance()?);
        let (_, end) = trace.split_last_chunk()?;
        let drawn = u64::from_be_bytes(*end) as f64 / 2_f64.powi(64);
        Some(Self {
            trace,
            span,
            sampled: drawn < sample,
        })
    }

    /// The next one in the same trace.
    pub(super) fn next(self) -> Option<Self> {
        Some(Self {
            span: chance()?,
            ..self
        })
    }

    /// What a caller tells; none where that is nothing, or not what it should be.
    pub(super) fn told_in(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(HEADER)?.to_str().ok()?;
        let mut parts = text.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let place = Self {
            trace: bytes(trace)?,
            span: bytes(span)?,
            sampled: bytes::<1>(flags)?[0] & 1 == 1,
        };
        let is_good = version == "00" && parts.next().is_none() && place.trace != [0; 16] && place.span != [0; 8];
        is_good.then_some(place)
    }

    pub(super) fn tell_in(self, headers: &mut HeaderMap) {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let flags = u8::from(self.sampled);
        let text = format!("00-{}-{}-{flags:02x}", hex(&self.trace), hex(&self.span));
        let value = HeaderValue::try_from(text).expect("digits");
        headers.insert(HEADER, value);
    }
}

/// So many bytes of lower-case hexadecimal digits, and nothing else.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 2 * N || !text.bytes().all(is_hex) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Not zero, but for one in 2^64.
fn chance<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

const HEADER: &str = "traceparent";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_understood() {
        for sample in [0.0, 1.0] {
            let place = Place::first(sample).expect("there is chance");
            let mut headers = HeaderMap::new();

            place.tell_in(&mut headers);

            assert_eq!(Place::told_in(&headers), Some(place));
            assert_eq!(place.sampled, sample > 0.5);
        }
    }

    #[test]
    fn nonsense_begins_no_trace() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let told = |text: &str| {
            let value = HeaderValue::from_bytes(text.as_bytes()).expect("a value");
            Place::told_in(&HeaderMap::from_iter([(http::HeaderName::from_static(HEADER), value)]))
        };
        assert!(told(good).is_some_and(|place| place.sampled));
        for wrong in [
            "".to_owned(),
            good.to_uppercase(),
            good.replacen("00", "01", 1),
            good.replace("-01", "-1"),
            good.replace("-01", "-01-"),
            good.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
            good.replace("b7ad6b7169203331", &"0".repeat(16)),
            good.replace("b7ad6b7169203331", "b7ad6b716920333\u{fc}"),
            good.replace("0af7", "0ag7"),
        ] {
            assert_eq!(told(&wrong), None, "{wrong}");
        }
    }
}
