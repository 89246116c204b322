//! How any of our daemons lives: read the configuration, bind everything, say ready, serve, and on SIGTERM or SIGINT finish what is begun and go.
//!
//! It is for what every daemon does alike, and knows nothing of visits. Begin with [`Daemon`], the three things a daemon has to say for itself, and
//! [`main`], which leads it through its life.

pub mod acme;
mod config;
mod dial;
pub mod doors;
mod life;
mod log;
pub mod metrics;
mod renewal;
mod sandbox;
mod service;
pub mod sockets;
pub mod tls;
mod traces;
mod user;

use std::{future::Future, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use tokio::signal::unix::{SignalKind, signal};

pub use config::{ConfigError, Entry, Example, Source, read as read_config, secrets as read_secrets};
pub use dial::{Address, Client};
pub use life::Life;
pub use log::{LogArguments, LogFilter, set as set_log};
pub use renewal::{renew_on_hang_up, renewed_config, report_renewal};
pub use sandbox::Reach;
pub use service::Reload;
pub use traces::{OtelConfig, Traces};
pub use user::User;

/// A daemon: what it is called, what it is told, and its two steps of life.
pub trait Daemon: Sized + Send + 'static {
    /// The name of the program, its units and its configuration file: `signal-d`.
    const NAME: &'static str;

    /// What it is for, in a few words.
    const PURPOSE: &'static str;

    /// Its example configuration, in which every key has its description (see [`Example`]).
    const EXAMPLE: &'static str;

    /// The keys and tables that a running daemon takes anew on SIGHUP; all others wait for its next start.
    const RENEWED: &'static [&'static str];

    /// What the configuration file holds. Unknown keys are to be refused (`deny_unknown_fields`).
    type Config: DeserializeOwned + Send;

    /// What it needs of its machine when it is so configured; everything else it gives up.
    fn reach(config: &Self::Config) -> Reach;

    /// What the configuration says about the log.
    fn log(config: &Self::Config) -> Option<&LogFilter>;

    /// Whether this can work, as far as that can be said without opening a listener: files are there and good, values don't contradict each other.
    fn check(config: &Self::Config) -> anyhow::Result<()>;

    /// Reads every file and opens every listener that `config` names, and serves nobody yet. Port 0 works.
    fn bind(config: Self::Config) -> impl Future<Output = anyhow::Result<Self>> + Send;

    /// Serves until `life` ends, and calls [`Life::ready`] when it does serve.
    fn serve(self, life: Life) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Leads a daemon through its life, from the command line to the exit code: 0 after an orderly end, 78 (`EX_CONFIG`) when the configuration is at fault, 1 else.
#[expect(clippy::print_stdout, reason = "it is asked to say it")]
pub fn main<D: Daemon>() -> ExitCode {
    let arguments = Arguments::parse_for::<D>();
    if arguments.config_manual {
        print!("{}", Example::parse(D::EXAMPLE).manual_page(D::NAME));
        return ExitCode::SUCCESS;
    }
    arguments.log.start();
    let end = Source::of_daemon(D::NAME, D::EXAMPLE, &arguments.config, &arguments.set)
        .map_err(Into::into)
        .and_then(|source| run::<D>(&arguments, &source));
    let Err(error) = end else { return ExitCode::SUCCESS };
    tracing::error!("{error:#}");
    if error.downcast_ref::<ConfigError>().is_some() {
        ExitCode::from(EX_CONFIG)
    } else {
        ExitCode::FAILURE
    }
}

fn run<D: Daemon>(arguments: &Arguments, source: &Source) -> anyhow::Result<()> {
    tls::use_one_provider();
    let config = source.read::<D::Config>()?;
    let located = |error| renewal::located(error, source);
    D::check(&config).map_err(located)?;
    if arguments.check_config {
        return Ok(());
    }
    let reach = D::reach(&config).reading(&arguments.config);
    if arguments.self_test {
        anyhow::ensure!(
            sandbox::self_test(&reach)?,
            "not everything that is forbidden was refused"
        );
        return Ok(());
    }
    sockets::receive()?;
    sandbox::confine(&reach)?;
    log::set(D::log(&config));
    allow_many_connections();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    let end = runtime.block_on(async {
        let life = Life::configured_by(source.clone());
        end_on_signal(life.clone())?;
        let told = service::tell_of(life.clone());
        let end = live::<D>(config, life.clone()).await;
        // It may have ended by itself.
        life.end();
        told.await.context("tell the service manager")?;
        end
    });
    // What still runs after the grace time doesn't hold the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    end.map_err(located)
}

/// Binds and serves, and once the end is asked for waits no longer than the grace time.
async fn live<D: Daemon>(config: D::Config, life: Life) -> anyhow::Result<()> {
    let daemon = D::bind(config).await?;
    sockets::refuse_the_rest()?;
    sandbox::forbid_calls()?;
    let overdue = async {
        life.ending().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        end = daemon.serve(life.clone()) => end,
        () = overdue => {
            tracing::warn!("not everything was finished within {GRACE:?}");
            Ok(())
        }
    }
}

/// Ends `life` on SIGTERM (for the service manager) or SIGINT (for people).
///
/// # Errors
/// When the process can't listen for signals.
pub fn end_on_signal(life: Life) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending");
        life.end();
    });
    Ok(())
}

/// Takes all file descriptors that the system grants: many systems begin with 1024, which is no limit for a server to have.
pub fn allow_many_connections() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let granted = Rlimit {
        current: maximum,
        maximum,
    };
    // A sandbox may forbid the change; then its author has set what is right.
    if current != maximum && setrlimit(Resource::Nofile, granted).is_err() {
        tracing::debug!("the limit of file descriptors stays as it is");
    }
}

#[derive(Debug, clap::Parser)]
struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Overrides a key of the configuration, as variables like VISITE_SIGNAL_D__SESSION__UNIX do: `session.unix=/run/visite/session.sock`.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Read the configuration and the files that it names, say what is wrong with them, and go.
    #[arg(long)]
    check_config: bool,
    /// Try what the daemon is not able to do any more once it serves (read others' files, start programs, call strangers), say what came of it, and go.
    #[arg(long)]
    self_test: bool,
    /// Print the manual page of the configuration file (roff), and go.
    #[arg(long)]
    config_manual: bool,
    #[command(flatten)]
    log: LogArguments,
}

impl Arguments {
    fn parse_for<D: Daemon>() -> Self {
        use clap::FromArgMatches as _;
        Self::from_arg_matches(&command::<D>().get_matches()).unwrap_or_else(|error| error.exit())
    }
}

/// The command line of a daemon, for its manual page as well.
pub fn command<D: Daemon>() -> clap::Command {
    use clap::CommandFactory as _;
    // clap keeps what it is told for good; a program has one configuration.
    let usual_place: &'static str = format!("/etc/visite/{}.toml", D::NAME).leak();
    Arguments::command()
        .name(D::NAME)
        .about(D::PURPOSE)
        .version(env!("CARGO_PKG_VERSION"))
        .mut_arg("config", |config| config.required(false).default_value(usual_place))
}

/// `sysexits.h`: something was found in an unconfigured or misconfigured state.
const EX_CONFIG: u8 = 78;

/// How long what is begun may take to finish. systemd's own patience is 90 s.
const GRACE: Duration = Duration::from_secs(10);
