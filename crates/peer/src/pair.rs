//! Both ends of a visit, within one process.

use std::fmt;

use tokio::{
    join,
    sync::{mpsc, watch},
};

use crate::{
    device::{Appointment, Device},
    steps::Failure,
    visit::{Happened, Report, Settings, Visit},
};

/// What both ends have seen.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The guest's.
    pub guest: Report,
    /// The practice's.
    pub practice: Report,
}

/// Which end of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Who came through the link.
    Guest,
    /// Who let it in.
    Practice,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Guest => "guest",
            Self::Practice => "practice",
        })
    }
}

/// A whole visit: the practice takes its seat, the guest comes, each sees all that is to be seen, both part after `stay` says so.
///
/// # Errors
/// Which end failed first, where, and why.
pub async fn meet(
    device: &Device,
    appointment: &Appointment,
    settings: &Settings,
    stay: impl Future<Output = ()>,
) -> Result<Pair, (Who, Failure)> {
    let (stop, stopped) = watch::channel(false);
    let (to_practice, mut from_practice) = mpsc::unbounded_channel();
    let (to_guest, mut from_guest) = mpsc::unbounded_channel();
    let practice = async {
        let visit = Visit::practice(device, appointment, settings.clone());
        let end = visit.run(to_practice, stopped.clone()).await;
        // Who is alone now has nothing to wait for.
        stop.send_replace(true);
        end
    };
    let guest = async {
        // The practice is there first; where it fails, there is nobody to visit.
        until(&mut from_practice, Happened::Joined).await?;
        let visit = Visit::guest(appointment.link.clone(), settings.clone());
        let end = async {
            let end = visit.run(to_guest, stopped.clone()).await;
            stop.send_replace(true);
            end
        };
        let watch = async {
            let seen = async {
                until(&mut from_practice, Happened::Complete).await?;
                until(&mut from_guest, Happened::Complete).await
            };
            if seen.await.is_some() {
                stay.await;
            }
            stop.send_replace(true);
        };
        Some(join!(end, watch).0)
    };
    match join!(practice, guest) {
        (Ok(practice), Some(Ok(guest))) => Ok(Pair { guest, practice }),
        (Err(failure), None) => Err((Who::Practice, failure)),
        (Err(practice), Some(Ok(_))) => Err((Who::Practice, practice)),
        (_, Some(Err(guest))) => Err((Who::Guest, guest)),
        (Ok(_), None) => unreachable!("a practice that ends well has joined"),
    }
}

/// `None` when the end is over before.
async fn until(told: &mut mpsc::UnboundedReceiver<Happened>, what: Happened) -> Option<()> {
    while let Some(happened) = told.recv().await {
        if happened == what {
            return Some(());
        }
    }
    None
}
