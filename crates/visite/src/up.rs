//! `visite up`: the three daemons in one process, with everything they need in one directory.

mod authority;

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    time::Duration,
};

use anyhow::Context as _;
use daemon::{Daemon, Life};
use session_d::SessionD;
use signal_d::SignalD;
use stun_d::StunD;
use tokio::task::JoinSet;

use crate::operator::Operator;
use authority::Certificates;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where everything is kept: the store, keys and certificates.
    #[arg(long, value_name = "DIR", default_value = "visite-data")]
    data: PathBuf,
    /// The built web app.
    #[arg(long, value_name = "DIR", default_value = "web/dist")]
    web: PathBuf,
    /// The address to listen on. One of this machine's addresses in the local network lets others in (0.0.0.0 with --host as well).
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    listen: IpAddr,
    /// What browsers call this machine. Without: `localhost`, or the address listened on.
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// The port of the web app.
    #[arg(long, default_value_t = 8443)]
    port: u16,
    /// The first of the two ports for STUN; the second is the next one that is free.
    #[arg(long, default_value_t = 3478, value_parser = clap::value_parser!(u16).range(1..65535))]
    stun_port: u16,
    /// What the practice that is made at the first start is called.
    #[arg(long, value_name = "NAME", default_value = "Praxis am Finkenweg")]
    practice: String,
    /// Print an enrolment link although a browser is enrolled already.
    #[arg(long)]
    enrol: bool,
    #[command(flatten)]
    log: daemon::LogArguments,
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    arguments.log.start();
    daemon::tls::use_one_provider();
    daemon::allow_many_connections();
    let place = Place::prepare(arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let end = runtime.block_on(live(&place));
    runtime.shutdown_timeout(Duration::from_secs(1));
    end
}

async fn live(place: &Place) -> anyhow::Result<()> {
    let life = Life::new();
    daemon::end_on_signal(life.clone())?;
    // In the order of need: signal-d looks for session-d.
    let mut daemons = JoinSet::new();
    start::<SessionD>(&mut daemons, &life, place.session()).await?;
    let operator = Operator::connect(&place.socket()).await?;
    let stun = start::<StunD>(&mut daemons, &life, place.stun()).await;
    stun.context("STUN can't be served (--stun-port names another port)")?;
    let signal = start::<SignalD>(&mut daemons, &life, place.signal()).await;
    signal.context("the web app can't be served (--port names another port)")?;
    place.say_how_to_go_on(&operator).await?;

    // The first to end, in whatever way, ends the others.
    let mut end = Ok(());
    while let Some(ended) = daemons.join_next().await {
        life.end();
        end = end.and(ended.context("a daemon broke down").flatten());
    }
    end
}

/// Binds a daemon, and waits until it serves.
async fn start<D: Daemon>(
    daemons: &mut JoinSet<anyhow::Result<()>>,
    life: &Life,
    config: D::Config,
) -> anyhow::Result<()> {
    let daemon = D::bind(config).await.with_context(|| format!("start {}", D::NAME))?;
    // Each is ready by itself; the end is common.
    let own = life.with_own_readiness();
    let serving = own.clone();
    daemons.spawn(async move { daemon.serve(serving).await.with_context(|| D::NAME) });
    tokio::select! {
        () = own.is_ready() => Ok(()),
        Some(ended) = daemons.join_next() => {
            ended.context("a daemon broke down").flatten()?;
            anyhow::bail!("{} ended before it served", D::NAME)
        }
    }
}

/// The directory, and what the daemons are told.
struct Place {
    arguments: Arguments,
    data: PathBuf,
    certificates: Certificates,
    stun_ports: [u16; 2],
}

impl Place {
    fn prepare(arguments: Arguments) -> anyhow::Result<Self> {
        anyhow::ensure!(
            arguments.web.join("visit.html").is_file(),
            "{} holds no built web app (npm ci && npm run build in web/, or --web)",
            arguments.web.display()
        );
        fs::create_dir_all(&arguments.data).with_context(|| format!("make {}", arguments.data.display()))?;
        let data = fs::canonicalize(&arguments.data)?;
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700))?;
        let names = authority::names(arguments.listen, &host(&arguments));
        let certificates = authority::certificates(&data, &names)?;
        let first = arguments.stun_port;
        Ok(Self {
            stun_ports: [first, next_free(arguments.listen, first)],
            arguments,
            data,
            certificates,
        })
    }

    fn session(&self) -> session_d::Config {
        session_d::Config {
            public_url: Some(self.public_url()),
            unix: Some(session_d::UnixConfig::at(self.socket())),
            ..session_d::Config::new(self.data.join("session"))
        }
    }

    fn stun(&self) -> stun_d::Config {
        let at = |port| SocketAddr::new(self.arguments.listen, port);
        stun_d::Config::new(self.stun_ports.map(at).into())
    }

    fn signal(&self) -> signal_d::Config {
        let host = in_url(&host(&self.arguments));
        let urls = self.stun_ports.map(|port| format!("stun:{host}:{port}")).into();
        signal_d::Config {
            ice_servers: vec![signal_d::IceServer { urls }],
            ..signal_d::Config::new(
                SocketAddr::new(self.arguments.listen, self.arguments.port),
                self.public_url(),
                self.certificates.server.clone(),
                self.arguments.web.clone(),
                signal_d::SessionAddress::unix(self.socket()),
            )
        }
    }

    fn socket(&self) -> PathBuf {
        self.data.join("session.sock")
    }

    fn public_url(&self) -> String {
        let host = in_url(&host(&self.arguments));
        match self.arguments.port {
            443 => format!("https://{host}"),
            port => format!("https://{host}:{port}"),
        }
    }

    async fn say_how_to_go_on(&self, operator: &Operator) -> anyhow::Result<()> {
        let (practice, enrolled) = self.practice(operator).await?;
        println!("\nVisite is up.\n");
        println!("  practice page:   {}/practice", self.public_url());
        if !enrolled || self.arguments.enrol {
            let link = operator.enrolment_link(practice, A_DAY).await?;
            println!("  enrolment link:  {link}");
            println!("                   open it in the doctor's browser: it works once, for a day");
        } else {
            println!("                   a browser is enrolled already; --enrol prints a link for another");
        }
        println!("  certificate:     {}", self.certificates.authority.display());
        println!("                   made for this machine: trust it in your browser, or accept its warning");
        println!(
            "  operator:        visite practice list --socket {}",
            self.socket().display()
        );
        println!(
            "\nThen make an appointment, and open the patient's link in another browser. Ctrl-C ends it all.\n\nready"
        );
        Ok(())
    }

    /// The first practice (made where there is none), and whether a browser of it is enrolled.
    async fn practice(&self, operator: &Operator) -> anyhow::Result<(String, bool)> {
        let Some(practice) = operator.all_practices().await?.into_iter().next() else {
            return Ok((operator.add_practice(&self.arguments.practice).await?.id, false));
        };
        let devices = operator.devices(practice.id.clone()).await?;
        let enrolled = devices
            .iter()
            .any(|device| device.confirm_time.is_some() && device.revoke_time.is_none());
        Ok((practice.id, enrolled))
    }
}

fn host(arguments: &Arguments) -> String {
    match (&arguments.host, arguments.listen) {
        (Some(host), _) => host.clone(),
        (None, address) if address.is_loopback() || address.is_unspecified() => "localhost".to_owned(),
        (None, address) => address.to_string(),
    }
}

/// The port behind `first` that nobody listens on. Where all of the next ones are taken, the very next: to bind it says why not.
fn next_free(listen: IpAddr, first: u16) -> u16 {
    let is_free = |port: &u16| UdpSocket::bind((listen, *port)).is_ok() && TcpListener::bind((listen, *port)).is_ok();
    let mut next = first + 1..=first.saturating_add(TRIED_PORTS);
    next.find(is_free).unwrap_or(first + 1)
}

/// An IPv6 address stands in brackets in a URL.
fn in_url(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

const TRIED_PORTS: u16 = 16;
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
