//! One end's whole way through a visit.

mod agree;
mod arrive;
mod talk;
mod under_way;

use std::{sync::Arc, time::Duration};

use tokio::sync::{mpsc, watch};
use tokio_rustls::rustls::ClientConfig;

use crate::{
    connection::Received,
    device::{Appointment, Device},
    link::Link,
    steps::{Failure, Steps},
    ways::Way,
};
use under_way::UnderWay;

/// How an end goes through its visit.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whom to trust as a server, also as a relay.
    pub tls: Arc<ClientConfig>,
    /// Which way to the other end.
    pub way: Way,
    /// For how long a step may take. The other end is waited for as long as it isn't there.
    pub patience: Duration,
    /// What the other end reads: 1 to 80 characters.
    pub name: String,
    /// How far to go.
    pub depth: Depth,
}

/// How far an end goes into a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Until the sealed handshake is through: what the servers have to do with a visit.
    Seal,
    /// Until the guest is let in: a path, DTLS and data channels as well.
    Admit,
    /// All of it: sound and pictures in both directions as well.
    Media,
}

/// What an end tells while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It is on its seat.
    Joined,
    /// The guest is let in.
    Admitted,
    /// All that was to be seen has been seen.
    Complete,
}

/// What an end has seen.
#[derive(Debug, Clone)]
pub struct Report {
    /// Each step, with its time.
    pub steps: Steps,
    /// The other's name.
    pub peer: String,
    /// Whether what the practice asks for was signed by the guest, and found right by the practice.
    pub is_signed: bool,
    /// From this end to the other and back, on `control`.
    pub round_trip: Option<Duration>,
    /// What came.
    pub received: Received,
    /// The six digits, as both ends have them.
    pub safety_code: String,
    /// The ways that the installation offers.
    pub offered: Vec<Way>,
}

/// One end of a visit.
#[derive(Debug)]
pub struct Visit<'a> {
    end: End<'a>,
    settings: Settings,
}

#[derive(Debug)]
enum End<'a> {
    Guest(Link),
    Practice(&'a Device, &'a Appointment),
}

impl<'a> Visit<'a> {
    /// A guest's, through a link.
    #[must_use]
    pub fn guest(link: Link, settings: Settings) -> Self {
        let end = End::Guest(link);
        Self { end, settings }
    }

    /// The practice's, which lets its guest in.
    #[must_use]
    pub fn practice(device: &'a Device, appointment: &'a Appointment, settings: Settings) -> Self {
        let end = End::Practice(device, appointment);
        Self { end, settings }
    }

    /// Goes through it, until `stop` says so or the other end says goodbye.
    ///
    /// # Errors
    /// Where it stopped, and why.
    pub async fn run(
        self,
        happened: mpsc::UnboundedSender<Happened>,
        stop: watch::Receiver<bool>,
    ) -> Result<Report, Failure> {
        let Self { end, settings } = self;
        let mut steps = Steps::begin();
        let arrived = match &end {
            End::Guest(link) => arrive::as_guest(link, &settings, &mut steps).await?,
            End::Practice(device, appointment) => {
                arrive::as_practice(device, appointment, &settings, &mut steps).await?
            }
        };
        // Whether anybody listens is nothing to this end.
        let _ = happened.send(Happened::Joined);
        let mut under_way = UnderWay::new(arrived, settings, steps, happened);
        let end = under_way.go(stop).await;
        let report = under_way.leave().await;
        end.map(|()| report)
    }
}
