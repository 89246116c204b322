//! signal-d: the public HTTPS port. It serves the web app, passes the console's calls on to session-d, and carries signalling between the seats of a room over
//! WebSocket (`docs/signalling.md`, sections 2 and 3). What it carries is sealed; it keeps rooms in memory only.
//!
//! From the outside in: `accept` lets connections in, `site` and `api` answer HTTP, [`frames`] reads a WebSocket, `talk` is what all of them have in common, `visitor` is one
//! browser in a room and `console` one device on its practice's line, `hall` and `desk` own the rooms and the lines, each in a task of its own (`owner`), and carry out what [`room::Rooms`] and
//! [`room::practice::Lines`] decide; `session` asks session-d and follows its feed, `reports` tells it which seats are taken.

mod accept;
mod api;
mod clock;
mod config;
mod console;
mod desk;
pub mod frames;
mod hall;
mod headers;
mod hops;
mod meter;
mod origin;
mod outbox;
mod owner;
mod places;
mod reports;
mod session;
mod site;
mod talk;
mod tally;
mod throttle;
mod visitor;

use std::{net::SocketAddr, sync::Arc};

use daemon::{Daemon, Life, LogFilter, Reach, Traces, metrics};

pub use config::{Config, IceServer, Limits};
pub use daemon::Address as SessionAddress;
pub use hops::{Proxy, ToldBy};

use accept::Door;
use desk::Desk;
use hall::Hall;
use origin::Origin;
use reports::Reports;
use session::Session;
use site::Site;
use talk::Departures;
use tally::Tally;
use throttle::Throttle;

/// The daemon, bound and not yet serving.
#[derive(Debug)]
pub struct SignalD {
    door: Door,
    parts: Arc<Parts>,
    hall: owner::Task<hall::Visitors>,
    desk: owner::Task<desk::Consoles>,
    reports: Reports,
    metrics: Option<metrics::Port>,
}

/// What every request may need.
#[derive(Debug)]
struct Parts {
    site: Site,
    /// Ours first, then those of practices that host the page themselves.
    origins: Vec<Origin>,
    session: Session,
    hall: Hall,
    desk: Desk,
    /// Of wrong invites.
    throttle: Throttle,
    /// Of those who come through an open hour's link.
    entering: Throttle,
    ice_servers: Vec<room::wire::IceServer>,
    departures: Departures,
    tally: Arc<Tally>,
    traces: Traces,
    /// Of reports of how connections came about.
    outcomes: Throttle,
    /// Whether they are wanted: where somebody watches.
    counts_outcomes: bool,
}

impl SignalD {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.door.addr()
    }

    /// Where it tells what was counted, if it does.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(metrics::Port::addr)
    }
}

impl Daemon for SignalD {
    const NAME: &'static str = "signal-d";
    const PURPOSE: &'static str = "The public HTTPS port of Visite: web app and signalling";
    const EXAMPLE: &'static str = include_str!("../../../deploy/signal-d.toml");
    const RENEWED: &'static [&'static str] = &["cert", "key", "limits", "log"];
    type Config = Config;

    fn log(config: &Config) -> Option<&LogFilter> {
        config.log.as_ref()
    }

    fn check(config: &Config) -> anyhow::Result<()> {
        Ok(config.check()?)
    }

    fn reach(config: &Config) -> Reach {
        let files = [&config.cert, &config.key];
        let files = files.into_iter().flatten().chain([&config.web_root]);
        let mut reach = files.fold(Reach::new(), |reach, file| reach.reading(file));
        if let Some(acme) = &config.acme {
            reach = acme.within(reach);
        }
        if let Some(otel) = &config.otel {
            reach = otel.within(reach);
        }
        config.session.within(reach)
    }

    async fn bind(config: Config) -> anyhow::Result<Self> {
        config.check()?;
        let traces = Traces::open(config.otel.as_ref(), Self::NAME)?;
        let reports = Reports::new();
        let tally = Arc::new(Tally::new());
        let (hall, hall_task) = hall::open(reports.clone(), Arc::clone(&tally));
        let (desk, desk_task) = desk::open(Arc::clone(&tally));
        let parts = Parts {
            site: Site::load(&config.web_root)?,
            origins: config.origins()?,
            session: Session::new(&config.session, Arc::clone(&tally), &traces)?,
            hall,
            desk,
            throttle: Throttle::new(),
            entering: Throttle::new(),
            ice_servers: config.ice_servers.iter().map(Into::into).collect(),
            departures: Departures::default(),
            tally,
            traces,
            outcomes: Throttle::new(),
            counts_outcomes: config.metrics.is_some(),
        };
        let (door, session) = (Door::bind(&config)?, config.session.validity());
        let metrics = config.metrics.map(|addr| metrics::Port::bind(addr, Self::NAME));
        let metrics = metrics.transpose()?.map(|port| {
            port.with_certificate("https", door.certificate())
                .with_validity("session", move || session)
                .with_traces(&parts.traces)
        });
        Ok(Self {
            door,
            parts: Arc::new(parts),
            hall: hall_task,
            desk: desk_task,
            reports,
            metrics,
        })
    }

    async fn serve(self, life: Life) -> anyhow::Result<()> {
        let Self {
            door,
            parts,
            hall,
            desk,
            reports,
            metrics,
        } = self;
        let following = async {
            tokio::select! {
                () = parts.session.follow(&parts.hall, &parts.desk) => {}
                () = reports.tell(&parts.session) => {}
                // Whoever ends with us (session-d, in `visite up`) may end before us.
                () = life.ending() => std::future::pending().await,
            }
        };
        // Ready means: tokens can be checked, and what is barred is known.
        let readiness = async {
            parts.session.has_keys().await;
            life.ready();
            std::future::pending::<()>().await;
        };
        let watched = Arc::clone(&parts);
        life.watch(move || {
            let parts = Arc::clone(&watched);
            async move {
                parts.hall.works().await;
                parts.desk.works().await;
            }
        });
        let watching = async {
            match metrics {
                Some(port) => port.serve(Arc::clone(&parts)).await,
                None => std::future::pending().await,
            }
        };
        let renewing = daemon::renew_on_hang_up::<Self>(life.clone(), door.renewal())?;
        let serving = door.serve(&parts, life.clone());
        let end = tokio::select! {
            end = serving => end,
            () = hall.run() => anyhow::bail!("the hall has ended"),
            () = desk.run() => anyhow::bail!("the desk has ended"),
            () = following => anyhow::bail!("the feed has ended"),
            () = watching => anyhow::bail!("nobody can watch any more"),
            () = renewing => anyhow::bail!("nobody hears SIGHUP any more"),
            () = readiness => Ok(()),
        };
        parts.traces.flush().await;
        end
    }
}
