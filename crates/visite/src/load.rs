//! `visite load`: many visits at once against an installation.

use std::{collections::BTreeMap, future::pending, sync::Arc, time::Duration};

use anyhow::ensure;
use peer::{Appointment, Console, Depth, Device, Failure, Pair, Settings, Step, Steps, Way, Who, meet};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

use crate::probe::{Identity, Trust, WayName, explained};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    identity: Identity,
    #[command(flatten)]
    trust: Trust,
    /// How many visits: each has two ends.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    visits: u32,
    /// How many begin in a second.
    #[arg(long, value_name = "PER_SECOND", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    ramp: u32,
    /// For how many seconds all stay once the last has begun.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    stay: u64,
    /// How far each goes: the servers' part, data channels, or sound and pictures as well.
    #[arg(long, value_enum, default_value = "seal")]
    depth: DepthName,
    /// Which way, where they go beyond the seal.
    #[arg(long, value_enum, default_value = "direct")]
    way: WayName,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DepthName {
    Seal,
    Admit,
    Media,
}

impl From<DepthName> for Depth {
    fn from(name: DepthName) -> Self {
        match name {
            DepthName::Seal => Self::Seal,
            DepthName::Admit => Self::Admit,
            DepthName::Media => Self::Media,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    daemon::allow_many_connections();
    daemon::tls::use_one_provider();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(load(arguments))
}

async fn load(arguments: &Arguments) -> anyhow::Result<()> {
    let device = Arc::new(arguments.identity.read()?);
    let settings = arguments
        .trust
        .settings(Way::from(arguments.way), arguments.depth.into(), "Load")?;
    let mut figures = Figures::default();
    let (go, stay) = watch::channel(false);
    let mut visits = JoinSet::new();
    let mut made = Vec::new();
    let begun = Instant::now();

    let mut console = Desk::open(&device, &settings).await?;
    let mut ticks = interval(Duration::from_secs(1) / arguments.ramp);
    // An installation that is slow to arrange is not pushed harder for it.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..arguments.visits {
        ticks.tick().await;
        while let Some(ended) = visits.try_join_next() {
            figures.add(ended?);
        }
        match console.arrange().await {
            Ok(appointment) => {
                let appointment = Arc::new(appointment);
                made.push(appointment.clone());
                visits.spawn(visit(device.clone(), appointment, settings.clone(), stay.clone()));
            }
            Err(failure) => figures.add(Err((Who::Practice, failure))),
        }
    }
    let ramped = begun.elapsed();
    sleep(Duration::from_secs(arguments.stay)).await;
    go.send_replace(true);
    while let Some(ended) = visits.join_next().await {
        figures.add(ended?);
    }
    for appointment in &made {
        console.cancel(appointment).await?;
    }
    figures.print(arguments, ramped);
    ensure!(
        figures.failed.is_empty(),
        "{} of {} visits failed",
        figures.count_failed(),
        arguments.visits
    );
    Ok(())
}

async fn visit(
    device: Arc<Device>,
    appointment: Arc<Appointment>,
    settings: Settings,
    mut go: watch::Receiver<bool>,
) -> Result<Pair, (Who, Failure)> {
    let stay = async {
        if go.wait_for(|go| *go).await.is_err() {
            pending::<()>().await;
        }
    };
    meet(&device, &appointment, &settings, stay).await
}

/// A console that signs in anew before its sign-in ends.
struct Desk<'a> {
    device: &'a Device,
    settings: &'a Settings,
    console: Console<'a>,
    since: Instant,
}

impl<'a> Desk<'a> {
    async fn open(device: &'a Device, settings: &'a Settings) -> anyhow::Result<Self> {
        let console = Console::open(device, &settings.tls, settings.patience, &mut Steps::begin()).await;
        Ok(Self {
            device,
            settings,
            console: console.map_err(|failure| explained(&failure))?,
            since: Instant::now(),
        })
    }

    async fn arrange(&mut self) -> Result<Appointment, Failure> {
        self.renew().await?;
        self.console.arrange(AN_HOUR, &mut Steps::begin()).await
    }

    async fn cancel(&mut self, appointment: &Appointment) -> anyhow::Result<()> {
        let cancelling = async {
            self.renew().await?;
            self.console.cancel(appointment).await
        };
        cancelling.await.map_err(|failure| explained(&failure))
    }

    async fn renew(&mut self) -> Result<(), Failure> {
        if self.since.elapsed() > RENEW {
            let Settings { tls, patience, .. } = self.settings;
            self.console = Console::open(self.device, tls, *patience, &mut Steps::begin()).await?;
            self.since = Instant::now();
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Figures {
    met: usize,
    steps: BTreeMap<Step, Vec<Duration>>,
    totals: Vec<Duration>,
    failed: BTreeMap<(Step, String), usize>,
    sound: u64,
    pictures: u64,
}

impl Figures {
    fn add(&mut self, ended: Result<Pair, (Who, Failure)>) {
        match ended {
            Ok(Pair { guest, practice }) => {
                self.met += 1;
                for (step, took) in guest.steps.all() {
                    self.steps.entry(*step).or_default().push(*took);
                }
                self.totals.push(guest.steps.all().iter().map(|(_, took)| *took).sum());
                for report in [guest, practice] {
                    self.sound += report.received.sound;
                    self.pictures += report.received.pictures;
                }
            }
            Err((who, failure)) => {
                let key = (failure.step, format!("{who}: {}", failure.what));
                // As many kinds as a person reads.
                let is_known = self.failed.len() < MOST_KINDS || self.failed.contains_key(&key);
                let key = if is_known {
                    key
                } else {
                    (failure.step, "others".to_owned())
                };
                *self.failed.entry(key).or_default() += 1;
            }
        }
    }

    fn count_failed(&self) -> usize {
        self.failed.values().sum()
    }

    fn print(&mut self, arguments: &Arguments, ramped: Duration) {
        let rate = f64::from(arguments.visits) / ramped.as_secs_f64();
        println!(
            "{} visits begun in {:.1} s ({rate:.1} a second)",
            arguments.visits,
            ramped.as_secs_f64()
        );
        println!("{} came about, {} failed", self.met, self.count_failed());
        if self.met > 0 {
            println!("{:10} {:>10} {:>10} {:>10}   ms", "step", "median", "95 %", "99 %");
        }
        for (step, times) in &mut self.steps {
            println!("{:10} {}", step.name(), percentiles(times));
        }
        if self.met > 0 {
            println!("{:10} {}", "whole", percentiles(&mut self.totals));
        }
        if self.sound + self.pictures > 0 {
            println!("{} frames of sound and {} pictures came", self.sound, self.pictures);
        }
        for ((step, what), times) in &self.failed {
            println!("failed {times} ×  {step}: {what}");
        }
    }
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    format!("{:>10.1} {:>10.1} {:>10.1}", at(50), at(95), at(99))
}

const AN_HOUR: Duration = Duration::from_secs(60 * 60);
/// A sign-in holds for ten minutes at most.
const RENEW: Duration = Duration::from_secs(5 * 60);
const MOST_KINDS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_measured() {
        let mut times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();

        assert_eq!(percentiles(&mut times), "      51.0       96.0      100.0");
        assert_eq!(percentiles(&mut times[..1]), "       1.0        1.0        1.0");
    }
}
