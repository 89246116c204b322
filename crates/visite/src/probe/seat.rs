//! One end alone: the other is a browser, or another probe.

use std::time::Duration;

use peer::{Console, Depth, Happened, Link, Report, Steps, Visit, Way};
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};

use super::{Trust, WayName, identity::Identity, report};

#[derive(Debug, clap::Args)]
pub(crate) struct Guest {
    /// The guest's link, whole.
    link: String,
    #[command(flatten)]
    stay: Stay,
    #[command(flatten)]
    trust: Trust,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Host {
    #[command(flatten)]
    identity: Identity,
    #[command(flatten)]
    stay: Stay,
    #[command(flatten)]
    trust: Trust,
}

#[derive(Debug, clap::Args)]
struct Stay {
    /// Which way to the other end.
    #[arg(long, value_name = "WAY", value_enum, default_value = "direct")]
    way: WayName,
    /// What the other end reads.
    #[arg(long, default_value = "Probe")]
    name: String,
    /// For how many seconds to stay once sound and picture have come. Without: until the other end goes.
    #[arg(long, value_name = "SECONDS")]
    stay: Option<u64>,
}

impl Guest {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let link = Link::parse(&self.link)?;
        let settings = self
            .trust
            .settings(self.stay.way.into(), Depth::Media, &self.stay.name)?;
        attend(Visit::guest(link, settings), &self.stay).await
    }
}

impl Host {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let device = self.identity.read()?;
        let (tls, patience) = (self.trust.tls()?, self.trust.patience());
        let mut steps = Steps::begin();
        let explained = |failure| report::explained(&failure);
        let mut console = Console::open(&device, &tls, patience, &mut steps)
            .await
            .map_err(explained)?;
        let appointment = console.arrange(AN_HOUR, &mut steps).await.map_err(explained)?;
        println!("{}", appointment.link);
        let settings = self
            .trust
            .settings(self.stay.way.into(), Depth::Media, &self.stay.name)?;
        let attended = attend(Visit::practice(&device, &appointment, settings), &self.stay).await;
        // It may have taken longer than the sign-in holds.
        let mut console = Console::open(&device, &tls, patience, &mut Steps::begin())
            .await
            .map_err(explained)?;
        console.cancel(&appointment).await.map_err(explained)?;
        attended
    }
}

async fn attend(visit: Visit<'_>, stay: &Stay) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let (told, mut happened) = mpsc::unbounded_channel();
    let watch = async {
        while let Some(happened) = happened.recv().await {
            match happened {
                Happened::Joined => println!("joined"),
                Happened::Admitted => println!("admitted"),
                Happened::Complete => {
                    println!("complete");
                    let Some(seconds) = stay.stay else { continue };
                    sleep(Duration::from_secs(seconds)).await;
                    stop.send_replace(true);
                }
            }
        }
        // Nobody stops it any more.
        std::future::pending::<()>().await;
    };
    let end = tokio::select! {
        end = visit.run(told, stopped) => end,
        () = watch => unreachable!("it watches for ever"),
    };
    let report: Report = end.map_err(|failure| report::explained(&failure))?;
    println!("{}", report::of_one(Way::from(stay.way), &report));
    anyhow::ensure!(
        report.steps.has(peer::Step::Media),
        "the visit ended before sound and picture came"
    );
    Ok(())
}

const AN_HOUR: Duration = Duration::from_secs(60 * 60);
