use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{Kind, Text};
use crate::tls::{Certificate, Validity};

/// The certificates that a daemon shows, by what each is for.
#[derive(Default)]
pub(super) struct Certificates {
    shown: Vec<(&'static str, Certificate)>,
    validities: Vec<(&'static str, Box<Told>)>,
}

type Told = dyn Fn() -> Option<Validity> + Send + Sync;

impl Certificates {
    pub(super) fn add(&mut self, usage: &'static str, certificate: Certificate) {
        self.shown.push((usage, certificate));
    }

    pub(super) fn add_validity(
        &mut self,
        usage: &'static str,
        validity: impl Fn() -> Option<Validity> + Send + Sync + 'static,
    ) {
        self.validities.push((usage, Box::new(validity)));
    }

    pub(super) fn tell(&self, text: &mut Text) {
        let shown = self.shown.iter().map(|(usage, shown)| (*usage, shown.validity()));
        let others = self.validities.iter().map(|(usage, validity)| (*usage, validity()));
        let all: Vec<_> = shown
            .chain(others)
            .filter_map(|(usage, validity)| Some((usage, validity?)))
            .collect();
        let (begin, end) = (
            "From when on a certificate is good, in seconds of the Unix epoch.",
            "Until when a certificate and those that lead to its authority are good, in seconds of the Unix epoch.",
        );
        for (name, help, time) in [
            (
                "visite_certificate_not_before_timestamp_seconds",
                begin,
                (|it| it.from) as fn(&Validity) -> SystemTime,
            ),
            ("visite_certificate_not_after_timestamp_seconds", end, |it| it.to),
        ] {
            if !all.is_empty() {
                let mut family = text.family(name, Kind::Gauge, help);
                for (usage, validity) in &all {
                    family.sample(&[("usage", usage)], seconds(time(validity)));
                }
            }
        }
        let renewed: Vec<_> = self
            .shown
            .iter()
            .filter_map(|(usage, shown)| Some((usage, shown.failures()?)))
            .collect();
        if !renewed.is_empty() {
            let help = "How often in a row the authority has given no new certificate.";
            let mut family = text.family("visite_certificate_renewal_failures", Kind::Gauge, help);
            for (usage, failures) in renewed {
                family.sample(&[("usage", usage)], failures);
            }
        }
    }
}

/// Those before 1970 are over as well.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificates({:?})", self.shown)
    }
}
