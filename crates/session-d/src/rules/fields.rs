//! From a request's fields to values that can't be wrong, or a refusal that names the field.

use std::{collections::HashMap, ops::RangeInclusive};

pub(crate) use daemon::doors::invalid;
use prost_types::{Duration, Timestamp};
use room::RecordId;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

pub(crate) fn id(field: &str, text: &str) -> Result<RecordId, Status> {
    RecordId::parse(text).ok_or_else(|| invalid(field, "has to be 32 lower-case hexadecimal digits"))
}

/// Bytes that we can't read: only their number can be wrong.
pub(crate) fn bytes(field: &str, bytes: &[u8], range: RangeInclusive<usize>) -> Result<Vec<u8>, Status> {
    if range.contains(&bytes.len()) {
        return Ok(bytes.to_vec());
    }
    let should = format!("has to be {} to {} bytes", range.start(), range.end());
    Err(invalid(field, &should))
}

/// Text for people: trimmed by the caller, without anything that doesn't show.
pub(crate) fn name(field: &str, text: &str, max: usize) -> Result<String, Status> {
    let length = text.chars().count();
    let shows = !text.chars().any(|c| c.is_control() || is_unseen(c));
    if (1..=max).contains(&length) && shows && text.trim() == text {
        return Ok(text.to_owned());
    }
    Err(invalid(
        field,
        &format!("has to be 1 to {max} characters, without control characters or space at its ends"),
    ))
}

/// Marks that turn the direction of text, end a line, or don't show at all: a name could pretend to be another. Joiners stay, some scripts need them.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Seconds of the Unix epoch.
pub(crate) fn time(field: &str, time: Option<Timestamp>) -> Result<u64, Status> {
    let refused = || invalid(field, "has to be a time between the years 2000 and 2100");
    let seconds = u64::try_from(time.ok_or_else(refused)?.seconds).map_err(|_| refused())?;
    if (YEAR_2000..YEAR_2100).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(refused())
    }
}

/// Seconds, rounded down.
pub(crate) fn duration(
    field: &str,
    duration: Option<Duration>,
    range: RangeInclusive<u64>,
    absent: Option<u64>,
) -> Result<u64, Status> {
    let refused = || {
        invalid(
            field,
            &format!("has to be {} to {} seconds", range.start(), range.end()),
        )
    };
    let Some(duration) = duration else {
        return absent.ok_or_else(refused);
    };
    let seconds = u64::try_from(duration.seconds).map_err(|_| refused())?;
    if range.contains(&seconds) {
        Ok(seconds)
    } else {
        Err(refused())
    }
}

/// A refusal with a reason that programs can read.
pub(crate) fn refused(code: Code, reason: &str, message: &str) -> Status {
    let details = ErrorDetails::with_error_info(reason, "visite", HashMap::new());
    Status::with_error_details(code, message, details)
}

/// How many a page may have: 1 to 1000, 0 for 100.
pub(crate) fn page_size(size: u32) -> Result<u32, Status> {
    match size {
        0 => Ok(100),
        1..=1000 => Ok(size),
        _ => Err(invalid("page_size", "has to be 1 to 1000, or 0 for 100")),
    }
}

pub(crate) fn timestamp(seconds: u64) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        nanos: 0,
    }
}

pub(crate) fn proto_duration(seconds: u64) -> Duration {
    Duration {
        seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        nanos: 0,
    }
}

const YEAR_2000: u64 = 946_684_800;
const YEAR_2100: u64 = 4_102_444_800;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_field() {
        let status = name("name", "", 120).expect_err("is refused");

        let details = status.get_details_bad_request().expect("details");
        assert_eq!(details.field_violations[0].field, "name");
        assert_eq!(status.code(), Code::InvalidArgument);
    }

    #[test]
    fn names_are_what_people_see() {
        assert!(name("name", "Praxis am Finkenweg", 120).is_ok());
        assert!(name("name", &"ä".repeat(120), 120).is_ok());
        assert!(name("name", "می\u{200c}خواهم", 120).is_ok());
        for bad in [
            "",
            " x",
            "x\n",
            "\u{0}",
            "a\u{202e}b",
            "a\u{61c}b",
            "a\u{200b}b",
            "a\u{2028}b",
            "\u{feff}",
            "a\u{e0041}b",
            &"x".repeat(121),
        ] {
            assert!(name("name", bad, 120).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn times_and_lengths_have_their_ranges() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let long = |seconds| Some(Duration { seconds, nanos: 0 });

        assert!(time("start_time", at(1_790_000_000)).is_ok());
        assert!(
            time("start_time", at(-1)).is_err()
                && time("start_time", at(i64::MAX)).is_err()
                && time("start_time", None).is_err()
        );
        assert_eq!(duration("early", None, 0..=60, Some(7)).ok(), Some(7));
        assert!(
            duration("early", long(61), 0..=60, None).is_err() && duration("early", long(-1), 0..=60, None).is_err()
        );
    }
}
