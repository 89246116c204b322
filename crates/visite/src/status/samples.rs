/// What a daemon told, in Prometheus' text format.
#[derive(Debug)]
pub(super) struct Samples<'a> {
    /// Name, labels as they stand between the braces, value.
    all: Vec<(&'a str, &'a str, f64)>,
}

impl<'a> Samples<'a> {
    /// Lines that are no samples are left out.
    pub(super) fn parse(text: &'a str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self {
            all: lines.filter_map(sample).collect(),
        }
    }

    /// Of all samples of a metric; `None` where there are none.
    pub(super) fn sum(&self, metric: &str) -> Option<f64> {
        let mut values = self.of(metric).map(|(_, value)| value).peekable();
        values.peek()?;
        Some(values.sum())
    }

    /// The least of all samples of a metric; `None` where there are none.
    pub(super) fn least(&self, metric: &str) -> Option<f64> {
        self.of(metric).map(|(_, value)| value).reduce(f64::min)
    }

    /// A label of a metric's first sample.
    pub(super) fn label(&self, metric: &str, label: &str) -> Option<&'a str> {
        let (labels, _) = self.of(metric).next()?;
        labels
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(name, value)| (name == label).then(|| value.trim_matches('"')))
    }

    fn of(&self, metric: &str) -> impl Iterator<Item = (&'a str, f64)> {
        let samples = self.all.iter().filter(move |(name, ..)| *name == metric);
        samples.map(|&(_, labels, value)| (labels, value))
    }
}

fn sample(line: &str) -> Option<(&str, &str, f64)> {
    let (series, value) = line.rsplit_once(' ')?;
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    Some((name, labels.strip_suffix('}')?, value.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_found_by_name_and_added_up() {
        let text = "# HELP a b\n# TYPE a gauge\na{way=\"udp\"} 2\na{way=\"tls\",role=\"guest\"} 0.5\nab 7\nno sample\n";
        let samples = Samples::parse(text);

        assert_eq!(samples.sum("a"), Some(2.5));
        assert_eq!(samples.sum("ab"), Some(7.0));
        assert_eq!(samples.sum("b"), None);
        assert_eq!((samples.least("a"), samples.least("b")), (Some(0.5), None));
        assert_eq!(samples.label("a", "way"), Some("udp"));
        assert_eq!(samples.label("a", "role"), None);
    }
}
