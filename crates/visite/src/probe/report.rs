//! How a probe tells what it has seen: to a person and a monitoring plugin's reader, as JSON, and as metrics.

use std::{
    fmt::Write as _,
    fs, io,
    path::Path,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use peer::{Failure, Origin, Pair, Report, Step, Steps, Way, Who};
use serde_json::{Value, json};

/// A monitoring plugin's states: the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Ok,
    Warning,
    Critical,
    /// The probe itself could not look.
    Unknown,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

impl From<State> for ExitCode {
    fn from(state: State) -> Self {
        Self::from(state as u8)
    }
}

/// How one visit went.
#[derive(Debug)]
pub(super) enum Outcome {
    Met {
        /// The practice's, before there was an appointment.
        before: Steps,
        pair: Box<Pair>,
    },
    Failed {
        who: Option<Who>,
        failure: Failure,
    },
}

impl Outcome {
    pub(super) fn failed(who: Option<Who>, failure: Failure) -> Self {
        Self::Failed { who, failure }
    }

    /// From the guest's first packet to the other's first picture.
    fn seconds(&self) -> Option<f64> {
        match self {
            Self::Met { pair, .. } => Some(total(&pair.guest.steps).as_secs_f64()),
            Self::Failed { .. } => None,
        }
    }
}

/// All visits of one probe.
#[derive(Debug)]
pub(super) struct Probed {
    origin: Origin,
    warn: f64,
    crit: f64,
    outcomes: Vec<(Way, Outcome)>,
}

impl Probed {
    pub(super) fn new(origin: Origin, warn: f64, crit: f64) -> Self {
        let outcomes = Vec::new();
        Self {
            origin,
            warn,
            crit,
            outcomes,
        }
    }

    pub(super) fn add(&mut self, way: Way, outcome: Outcome) {
        self.outcomes.push((way, outcome));
    }

    pub(super) fn state(&self) -> State {
        let states = self.outcomes.iter().map(|(_, outcome)| match outcome.seconds() {
            Some(seconds) if seconds <= self.warn => State::Ok,
            Some(seconds) if seconds <= self.crit => State::Warning,
            _ => State::Critical,
        });
        states.max().unwrap_or(State::Unknown)
    }

    /// The status line with performance data, then what a person wants to know.
    pub(super) fn text(&self) -> String {
        let said: Vec<String> = self
            .outcomes
            .iter()
            .map(|(way, outcome)| self.in_short(*way, outcome))
            .collect();
        let figures: Vec<String> = self
            .outcomes
            .iter()
            .filter_map(|(way, outcome)| {
                let seconds = outcome.seconds()?;
                Some(format!("{}={seconds:.3}s;{};{};0", way.name(), self.warn, self.crit))
            })
            .collect();
        let mut text = format!("VISITE {}: {}", self.state().name(), said.join(", "));
        if !figures.is_empty() {
            let _ = write!(text, " | {}", figures.join(" "));
        }
        for (way, outcome) in &self.outcomes {
            text += &detail(*way, outcome);
        }
        text
    }

    fn in_short(&self, way: Way, outcome: &Outcome) -> String {
        match (outcome, outcome.seconds()) {
            (Outcome::Failed { failure, .. }, _) => format!("{} failed at {}", way.name(), failure.step),
            (_, Some(seconds)) if seconds > self.warn => format!("{} {seconds:.2} s (slow)", way.name()),
            (_, seconds) => format!("{} {:.2} s", way.name(), seconds.unwrap_or_default()),
        }
    }

    pub(super) fn json(&self) -> String {
        let visits: Vec<Value> = self
            .outcomes
            .iter()
            .map(|(way, outcome)| as_json(*way, outcome))
            .collect();
        let state = self.state().name();
        json!({ "server": self.origin.to_string(), "state": state, "visits": visits }).to_string()
    }

    /// For node_exporter's textfile collector: no room, no address.
    pub(super) fn metrics(&self) -> String {
        let mut success = String::new();
        let mut seconds = String::new();
        let mut steps = String::new();
        let mut failed = String::new();
        for (way, outcome) in &self.outcomes {
            let way = way.name();
            let is_met = u8::from(outcome.seconds().is_some());
            let _ = writeln!(success, "visite_probe_success{{way=\"{way}\"}} {is_met}");
            match outcome {
                Outcome::Failed { failure, .. } => {
                    let _ = writeln!(
                        failed,
                        "visite_probe_failed_step{{way=\"{way}\",step=\"{}\"}} 1",
                        failure.step
                    );
                }
                Outcome::Met { pair, .. } => {
                    let total = total(&pair.guest.steps).as_secs_f64();
                    let _ = writeln!(seconds, "visite_probe_visit_seconds{{way=\"{way}\"}} {total:.6}");
                    for (step, took) in pair.guest.steps.all() {
                        let took = took.as_secs_f64();
                        let _ = writeln!(
                            steps,
                            "visite_probe_step_seconds{{way=\"{way}\",step=\"{step}\"}} {took:.6}"
                        );
                    }
                }
            }
        }
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let now = format!("visite_probe_last_run_timestamp_seconds {now}\n");
        [
            (
                "visite_probe_success",
                "Whether a whole visit came about this way.",
                success,
            ),
            (
                "visite_probe_visit_seconds",
                "From the guest's first packet to the first picture.",
                seconds,
            ),
            (
                "visite_probe_step_seconds",
                "What each step of the guest's took.",
                steps,
            ),
            ("visite_probe_failed_step", "Where a visit stopped.", failed),
            (
                "visite_probe_last_run_timestamp_seconds",
                "When the probe last looked.",
                now,
            ),
        ]
        .iter()
        .filter(|(.., lines)| !lines.is_empty())
        .map(|(name, help, lines)| format!("# HELP {name} {help}\n# TYPE {name} gauge\n{lines}"))
        .collect()
    }
}

/// What went wrong, and what to do.
pub(crate) fn explained(failure: &Failure) -> anyhow::Error {
    anyhow::anyhow!("{failure}: {}", failure.remedy())
}

/// What one end alone has seen.
pub(super) fn of_one(way: Way, report: &Report) -> String {
    let mut text = format!("{} with {}", way.name(), report.peer);
    text += &table(&report.steps, rtt(&report.steps));
    text += &seen(report);
    text
}

/// In one go: whoever reads the file sees the old figures or the new ones.
pub(super) fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    fs::write(new, text)?;
    fs::rename(new, file)
}

fn detail(way: Way, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed { who, failure } => {
            let who = who.map_or_else(String::new, |who| format!(" ({who})"));
            format!("\n{} failed{who}\n  {failure}\n  {}", way.name(), failure.remedy())
        }
        Outcome::Met { before, pair } => {
            let rtt = rtt(&pair.guest.steps);
            let mut text = format!("\n{}", way.name());
            text += &table(&pair.guest.steps, rtt);
            text += &seen(&pair.guest);
            let arranged: Duration = before.all().iter().map(|(_, took)| *took).sum();
            let _ = write!(text, "\n  (arranged before in {})", milliseconds(arranged));
            text
        }
    }
}

fn table(steps: &Steps, rtt: Option<Duration>) -> String {
    let mut text = String::new();
    for (step, took) in steps.all() {
        let trips = rtt.map_or_else(String::new, |rtt| {
            format!("  {:>5.1} round trips", took.div_duration_f64(rtt))
        });
        let _ = write!(text, "\n  {:10} {:>11}{trips}", step.name(), milliseconds(*took));
    }
    text
}

fn seen(report: &Report) -> String {
    let Report {
        round_trip,
        received,
        is_signed,
        ..
    } = report;
    let mut text = String::new();
    if let Some(round_trip) = round_trip {
        let _ = write!(text, "\n  to the other end and back in {}", milliseconds(*round_trip));
    }
    let signed = if *is_signed { "; consent signed and seen" } else { "" };
    let _ = write!(
        text,
        "\n  {} frames of sound, {} pictures came{signed}",
        received.sound, received.pictures
    );
    text
}

/// To the server and back: what TCP took. Within one machine it says nothing, since what the machine computes takes longer.
fn rtt(steps: &Steps) -> Option<Duration> {
    let (_, tcp) = steps.all().iter().find(|(step, _)| *step == Step::Tcp)?;
    (*tcp >= Duration::from_millis(1)).then_some(*tcp)
}

fn total(steps: &Steps) -> Duration {
    steps.all().iter().map(|(_, took)| *took).sum()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

fn as_json(way: Way, outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Failed { who, failure } => json!({
            "way": way.name(),
            "ok": false,
            "end": who.map(|who| who.to_string()),
            "step": failure.step.name(),
            "what": failure.what,
            "remedy": failure.remedy(),
        }),
        Outcome::Met { before, pair } => json!({
            "way": way.name(),
            "ok": true,
            "seconds": total(&pair.guest.steps).as_secs_f64(),
            "arranged": in_seconds(before),
            "guest": end_json(&pair.guest),
            "practice": end_json(&pair.practice),
        }),
    }
}

fn end_json(report: &Report) -> Value {
    json!({
        "steps": in_seconds(&report.steps),
        "consent": report.is_signed,
        "round_trip": report.round_trip.map(|time| time.as_secs_f64()),
        "sound": report.received.sound,
        "pictures": report.received.pictures,
    })
}

fn in_seconds(steps: &Steps) -> Value {
    let steps = steps.all().iter();
    steps
        .map(|(step, took)| (step.name().to_owned(), json!(took.as_secs_f64())))
        .collect()
}
