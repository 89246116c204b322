//! `visite probe`: a whole visit against an installation, one for each way that it offers. What it prints is a monitoring plugin's (status line with performance data, exit codes
//! 0 to 3), and reads well.

mod identity;
mod report;
mod seat;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use peer::{Console, Depth, Device, Failure, Settings, Steps, Way, meet};
use tokio_rustls::rustls::ClientConfig;

pub(crate) use identity::Identity;
pub(crate) use report::explained;
use report::{Outcome, Probed, State};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    look: Look,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Enrol this machine as the only device of a practice made for probes, and keep its keys in a file.
    Setup(identity::Setup),
    /// Go through a link as a guest, to see how a browser at the other end does.
    Guest(seat::Guest),
    /// Make an appointment, print its link, and let in whoever comes through it.
    Host(seat::Host),
}

#[derive(Debug, clap::Args)]
struct Look {
    #[command(flatten)]
    identity: Identity,
    #[command(flatten)]
    trust: Trust,
    /// Try this way only, also where the installation doesn't offer it (that is a failure then). May be given more than once.
    #[arg(long = "way", value_name = "WAY", value_enum)]
    ways: Vec<WayName>,
    /// A visit that takes longer to set up than so many seconds is a warning.
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    warn: f64,
    /// A visit that takes longer to set up than so many seconds is critical.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    crit: f64,
    /// Write the figures for node_exporter's textfile collector.
    #[arg(long, value_name = "FILE")]
    textfile: Option<PathBuf>,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// Whom to trust, and for how long to wait.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Trust {
    /// The certificate authorities to trust (PEM). `visite up` has its own in its data directory.
    #[arg(long, value_name = "FILE", default_value = "/etc/ssl/certs/ca-certificates.crt")]
    ca: PathBuf,
    /// For how many seconds a step may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
}

impl Trust {
    pub(crate) fn tls(&self) -> anyhow::Result<Arc<ClientConfig>> {
        Ok(Arc::new(daemon::tls::client_config(&self.ca, None)?))
    }

    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(self.patience)
    }

    pub(crate) fn settings(&self, way: Way, depth: Depth, name: &str) -> anyhow::Result<Settings> {
        Ok(Settings {
            tls: self.tls()?,
            way,
            patience: self.patience(),
            name: name.to_owned(),
            depth,
        })
    }
}

/// As it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum WayName {
    Direct,
    RelayUdp,
    RelayTcp,
    RelayTls,
}

impl From<WayName> for Way {
    fn from(name: WayName) -> Self {
        match name {
            WayName::Direct => Self::Direct,
            WayName::RelayUdp => Self::RelayUdp,
            WayName::RelayTcp => Self::RelayTcp,
            WayName::RelayTls => Self::RelayTls,
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let Arguments {
        command,
        look: arguments,
    } = arguments;
    let ended = match command {
        Some(Command::Setup(setup)) => on_runtime(setup.run()).map(|()| State::Ok),
        Some(Command::Guest(guest)) => on_runtime(guest.run()).map(|()| State::Ok),
        Some(Command::Host(host)) => on_runtime(host.run()).map(|()| State::Ok),
        None => on_runtime(look(&arguments)),
    };
    match ended {
        Ok(state) => state.into(),
        Err(error) => {
            println!("VISITE UNKNOWN: {error:#}");
            State::Unknown.into()
        }
    }
}

fn on_runtime<T>(act: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    daemon::tls::use_one_provider();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(act)
}

/// What can't even be tried (no identity, a file that can't be written) is an error; all else is an outcome.
async fn look(look: &Look) -> anyhow::Result<State> {
    anyhow::ensure!(look.warn <= look.crit, "--warn has to be less than --crit");
    let device = look.identity.read()?;
    let mut probed = Probed::new(device.origin(), look.warn, look.crit);
    let asked: Vec<Way> = look.ways.iter().map(|way| (*way).into()).collect();
    // The first visit tells what is offered.
    let mut ways = if asked.is_empty() {
        vec![Way::Direct]
    } else {
        asked.clone()
    };
    let mut next = 0;
    while let Some(&way) = ways.get(next) {
        let settings = look.trust.settings(way, Depth::Media, NAME)?;
        let outcome = one(&device, &settings).await;
        if let (Outcome::Met { pair, .. }, true) = (&outcome, asked.is_empty() && next == 0) {
            ways.extend(pair.guest.offered.iter().filter(|way| **way != Way::Direct));
        }
        probed.add(way, outcome);
        next += 1;
    }
    if let Some(file) = &look.textfile {
        report::write(file, &probed.metrics()).with_context(|| format!("write {}", file.display()))?;
    }
    println!("{}", if look.json { probed.json() } else { probed.text() });
    Ok(probed.state())
}

/// One visit. What was arranged for it is cancelled, however it went.
async fn one(device: &Device, settings: &Settings) -> Outcome {
    let mut before = Steps::begin();
    let arranged = async {
        let mut console = Console::open(device, &settings.tls, settings.patience, &mut before).await?;
        let appointment = console.arrange(AN_APPOINTMENT, &mut before).await?;
        Ok::<_, Failure>((console, appointment))
    };
    let (mut console, appointment) = match arranged.await {
        Ok(arranged) => arranged,
        Err(failure) => return Outcome::failed(None, failure),
    };
    let met = meet(device, &appointment, settings, async {}).await;
    let cancelled = console.cancel(&appointment).await;
    match (met, cancelled) {
        (Ok(pair), Ok(())) => Outcome::Met {
            before,
            pair: Box::new(pair),
        },
        (Ok(_), Err(failure)) => Outcome::failed(None, failure),
        (Err((who, failure)), _) => Outcome::failed(Some(who), failure),
    }
}

const NAME: &str = "Probe";
const AN_APPOINTMENT: Duration = Duration::from_secs(10 * 60);
