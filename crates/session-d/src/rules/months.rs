//! Calendar months in UTC.

/// A month of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month {
    /// Months since the year 0.
    number: u64,
}

impl Month {
    /// The month of a second of the Unix epoch.
    pub(crate) fn at(seconds: u64) -> Self {
        // Days since 1 March of the year 0: a leap day is then a year's last one, and eras of 400 years are alike.
        let days = seconds / 86_400 + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        Self {
            number: (era * 400 + year) * 12 + from_march + 2,
        }
    }

    /// `2026-11`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let (year, month): (u64, u64) = (year.parse().ok()?, month.parse().ok()?);
        (1..=12).contains(&month).then(|| Self {
            number: year * 12 + month - 1,
        })
    }

    pub(crate) fn years_before(self, years: u64) -> Self {
        Self {
            number: self.number - years * 12,
        }
    }

    pub(crate) fn of_number(number: u64) -> Self {
        Self { number }
    }

    pub(crate) fn number(self) -> u64 {
        self.number
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.number / 12, self.number % 12 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_belongs_to_its_month() {
        for (seconds, month) in [
            (0, "1970-01"),
            (951_868_799, "2000-02"),
            (951_868_800, "2000-03"),
            (1_798_761_599, "2026-12"),
            (1_798_761_600, "2027-01"),
            (1_835_481_599, "2028-02"),
            (1_835_481_600, "2028-03"),
            (4_107_542_399, "2100-02"),
            (4_107_542_400, "2100-03"),
        ] {
            assert_eq!(Month::at(seconds).to_string(), month, "{seconds}");
        }
    }

    #[test]
    fn a_month_reads_as_it_prints() {
        assert_eq!(
            Month::parse("2026-11").map(|month| month.to_string()).as_deref(),
            Some("2026-11")
        );
        for bad in [
            "",
            "2026",
            "2026-00",
            "2026-13",
            "26-11",
            "2026-1",
            "+026-11",
            "2026-11-01",
        ] {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }
}
