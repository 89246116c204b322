use std::fmt::{self, Display, Write as _};

use super::{Count, Histogram};

/// Prometheus' text format, version 0.0.4: families of samples, each family whole.
#[derive(Debug, Default)]
pub struct Text {
    all: String,
}

/// What a family's samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, from 0 at the start of the process. Its name ends in `_total`.
    Counter,
    /// What there is now.
    Gauge,
    /// How many took how long.
    Histogram,
}

/// A family, and what is written into it.
#[derive(Debug)]
pub struct Family<'a> {
    text: &'a mut Text,
    name: &'a str,
}

impl Text {
    /// Begins a family. `help` is one line.
    pub fn family<'a>(&'a mut self, name: &'a str, kind: Kind, help: &str) -> Family<'a> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
        Family { text: self, name }
    }

    /// A counter without labels.
    pub fn counter(&mut self, name: &str, help: &str, count: &Count) {
        self.family(name, Kind::Counter, help).sample(&[], count);
    }

    /// A gauge without labels.
    pub fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, Kind::Gauge, help).sample(&[], value);
    }

    /// All that was written.
    pub fn into_string(self) -> String {
        self.all
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        writeln!(self.all, "{line}").expect("a string takes everything");
    }
}

/// A label's name and its value, which is one of few words of ours: nothing is escaped.
pub type Label<'a> = (&'a str, &'a str);

impl Family<'_> {
    /// Writes one sample.
    pub fn sample(&mut self, labels: &[Label<'_>], value: impl Display) {
        self.write("", labels, None, value);
    }

    /// Writes the buckets, sum (in seconds) and count of a histogram.
    pub fn histogram(&mut self, labels: &[Label<'_>], histogram: &Histogram) {
        let read = histogram.read();
        for (bound, count) in &read.buckets {
            self.write("_bucket", labels, Some(bound), count);
        }
        self.write("_sum", labels, None, read.sum);
        self.write("_count", labels, None, read.count);
    }

    fn write(&mut self, suffix: &str, labels: &[Label<'_>], bound: Option<&str>, value: impl Display) {
        let labels = labels.iter().copied().chain(bound.map(|bound| ("le", bound)));
        let labels: Vec<_> = labels.map(|(label, value)| format!("{label}=\"{value}\"")).collect();
        let name = self.name;
        if labels.is_empty() {
            self.text.line(format_args!("{name}{suffix} {value}"));
        } else {
            self.text
                .line(format_args!("{name}{suffix}{{{}}} {value}", labels.join(",")));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn families_are_written_as_prometheus_reads_them() {
        let (mut text, count) = (Text::default(), Count::default());
        count.add(3);

        text.counter("visite_things_total", "Things.", &count);
        let mut seats = text.family("visite_seats", Kind::Gauge, "Seats.");
        seats.sample(&[("role", "guest"), ("way", "tls")], 2);

        assert_eq!(
            text.into_string(),
            "# HELP visite_things_total Things.\n# TYPE visite_things_total counter\nvisite_things_total 3\n\
             # HELP visite_seats Seats.\n# TYPE visite_seats gauge\nvisite_seats{role=\"guest\",way=\"tls\"} 2\n"
        );
    }

    #[test]
    fn a_histogram_counts_upwards_and_ends_at_infinity() {
        let (mut text, histogram) = (Text::default(), Histogram::of_answers());
        for ms in [1, 30, 60_000] {
            histogram.observe(Duration::from_millis(ms));
        }

        text.family("visite_wait_seconds", Kind::Histogram, "Waits.")
            .histogram(&[("way", "tls")], &histogram);

        let text = text.into_string();
        for line in [
            "visite_wait_seconds_bucket{way=\"tls\",le=\"0.001\"} 1",
            "visite_wait_seconds_bucket{way=\"tls\",le=\"0.025\"} 1",
            "visite_wait_seconds_bucket{way=\"tls\",le=\"0.05\"} 2",
            "visite_wait_seconds_bucket{way=\"tls\",le=\"10\"} 2",
            "visite_wait_seconds_bucket{way=\"tls\",le=\"+Inf\"} 3",
            "visite_wait_seconds_sum{way=\"tls\"} 60.031",
            "visite_wait_seconds_count{way=\"tls\"} 3",
        ] {
            assert!(text.lines().any(|said| said == line), "{line}\n{text}");
        }
    }
}
