//! Times of rooms and tokens, in whole seconds of the wall clock. The caller says what time it is.

use serde::{Deserialize, Serialize};

/// Seconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(i64);

impl UnixTime {
    /// Any second; one that no clock will show stays what it is.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// `seconds` later, or earlier where negative.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// How many seconds this is after `earlier`.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// When one may come into a room: from `opens` on, until just before `closes`. There is no leeway, since only one clock is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When the waiting room opens.
    pub opens: UnixTime,
    /// When the appointment begins.
    pub starts: UnixTime,
    /// From when on nobody may come in.
    pub closes: UnixTime,
}

/// Outside a room's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Outside {
    /// Come back at `opens`.
    #[error("the waiting room is not open yet")]
    TooEarly {
        /// When it opens.
        opens: UnixTime,
    },
    /// Don't come back.
    #[error("the appointment is over")]
    Over,
}

impl Window {
    /// Whether one may come in at `now`.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, now: UnixTime) -> Result<(), Outside> {
        if now < self.opens {
            return Err(Outside::TooEarly { opens: self.opens });
        }
        if now >= self.closes {
            return Err(Outside::Over);
        }
        Ok(())
    }
}

/// When a token is good: from `not_before` on, until just before `expires`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// From when on.
    pub not_before: UnixTime,
    /// Until when.
    pub expires: UnixTime,
}

/// How far the clocks of who signs and who opens may differ, in seconds. It counts for [`Validity`] and nowhere else.
pub const LEEWAY: i64 = 30;

/// The longest life of a token, in seconds.
pub const MAX_LIFE: i64 = 600;

impl Validity {
    /// From `now` on, for [`MAX_LIFE`] or until `end`, whichever comes first.
    pub fn from(now: UnixTime, end: UnixTime) -> Self {
        Self {
            not_before: now,
            expires: end.min(now.plus(MAX_LIFE)),
        }
    }

    /// Whether the token has a life, and one that is not too long.
    pub fn is_sane(&self) -> bool {
        (1..=MAX_LIFE).contains(&self.expires.since(self.not_before))
    }

    /// Whether a token is good at `now`, give or take [`LEEWAY`].
    pub fn admits(&self, now: UnixTime) -> bool {
        now >= self.not_before.plus(-LEEWAY) && now < self.expires.plus(LEEWAY)
    }
}
