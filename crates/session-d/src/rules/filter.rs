//! Which rooms a list is to have: a small part of the filters of AIP-160.

use prost_types::Timestamp;
use tonic::Status;

use super::fields::{invalid, time};

/// Conditions that all have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomFilter {
    /// Starts at or after this second,
    pub(crate) from: u64,
    /// and before this one.
    pub(crate) until: u64,
    pub(crate) closed: Option<bool>,
    pub(crate) issuer: Option<String>,
}

impl RoomFilter {
    /// `state = OPEN AND start_time >= "2026-11-30T08:00:00Z"`, within the span that the request names otherwise.
    pub(crate) fn parse(text: &str, (from, until): (u64, u64)) -> Result<Self, Status> {
        let mut filter = Self {
            from,
            until,
            closed: None,
            issuer: None,
        };
        if text.trim().is_empty() {
            return Ok(filter);
        }
        let conditions: Vec<_> = text.split(" AND ").collect();
        if text.len() > LONGEST || conditions.len() > MOST {
            return Err(invalid(
                "filter",
                "has to be at most eight conditions, of 1000 characters together",
            ));
        }
        for condition in conditions {
            filter.add(condition.trim())?;
        }
        Ok(filter)
    }

    fn add(&mut self, condition: &str) -> Result<(), Status> {
        let refused = || {
            invalid(
                "filter",
                "has to be conditions like state = OPEN, issuer = \"booking\", start_time >= \"2026-11-30T08:00:00Z\", start_time < \"…\", joined by AND",
            )
        };
        let field_end = condition
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .ok_or_else(refused)?;
        let (field, rest) = condition.split_at(field_end);
        let rest = rest.trim_start();
        let operator_end = rest.find(|c: char| !"<>=".contains(c)).ok_or_else(refused)?;
        let (operator, value) = rest.split_at(operator_end);
        let value = value.trim();
        match (field, operator, value) {
            ("state", "=", "OPEN") => self.closed = Some(false),
            ("state", "=", "CLOSED") => self.closed = Some(true),
            ("issuer", "=", value) => self.issuer = Some(quoted(value).ok_or_else(refused)?.to_owned()),
            ("start_time", ">=", value) => self.from = self.from.max(moment(value).ok_or_else(refused)??),
            ("start_time", "<", value) => self.until = self.until.min(moment(value).ok_or_else(refused)??),
            _ => return Err(refused()),
        }
        Ok(())
    }
}

fn quoted(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains(['"', '\\'])).then_some(inner)
}

/// RFC 3339.
fn moment(value: &str) -> Option<Result<u64, Status>> {
    let moment: Timestamp = quoted(value)?.parse().ok()?;
    Some(time("filter", Some(moment)))
}

const LONGEST: usize = 1000;
const MOST: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_narrow_each_other() {
        let text = r#"state = OPEN AND start_time >= "2026-11-30T08:00:00Z" AND start_time<"2026-11-30T10:00:00+01:00" AND issuer = "booking""#;

        let filter = RoomFilter::parse(text, (0, u64::MAX)).expect("is good");

        assert_eq!(
            filter,
            RoomFilter {
                from: 1_796_025_600,
                until: 1_796_029_200,
                closed: Some(false),
                issuer: Some("booking".to_owned()),
            }
        );
        let narrow = RoomFilter::parse(text, (1_796_026_000, 1_796_027_000)).expect("is good");
        assert_eq!((narrow.from, narrow.until), (1_796_026_000, 1_796_027_000));
    }

    #[test]
    fn an_empty_one_keeps_everything_and_a_wrong_one_is_refused() {
        assert_eq!(RoomFilter::parse(" ", (1, 2)).expect("is good").closed, None);
        for bad in [
            "state",
            "state = open",
            "state != OPEN",
            "state = OPEN OR state = CLOSED",
            "start_time >= 2026-11-30T08:00:00Z",
            r#"start_time >= "yesterday""#,
            r#"start_time > "2026-11-30T08:00:00Z""#,
            r#"issuer = "a"b""#,
            "label = x",
            "AND",
        ] {
            assert!(RoomFilter::parse(bad, (0, 1)).is_err(), "{bad}");
        }
        let many = ["state = OPEN"; 9].join(" AND ");
        assert!(RoomFilter::parse(&many, (0, 1)).is_err());
    }
}
