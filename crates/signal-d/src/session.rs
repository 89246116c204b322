//! session-d, as signal-d sees it: who is let in, and what is not good any more.

use std::{sync::Arc, time::Duration};

use api::{
    control::v1::{
        self as proto, WatchChangesRequest, bar, change, control_service_client::ControlServiceClient,
        watch_changes_response::What,
    },
    session::v1::{
        event_service_client::EventServiceClient, hour_service_client::HourServiceClient,
        practice_service_client::PracticeServiceClient, room_service_client::RoomServiceClient,
    },
};
use daemon::{Address, Client, Traces};
use room::{Bar, BarredBy, Pass, RecordId, RoomId, pass::Holding, token::Keys};
use tokio::sync::watch;

use crate::{clock, desk::Desk, hall::Hall, tally::Tally};

#[derive(Debug)]
pub(crate) struct Session {
    client: Client,
    keys: watch::Sender<Option<Keys>>,
    tally: Arc<Tally>,
}

impl Session {
    pub(crate) fn new(address: &Address, tally: Arc<Tally>, traces: &Traces) -> anyhow::Result<Self> {
        Ok(Self {
            client: address.client(traces)?,
            keys: watch::Sender::new(None),
            tally,
        })
    }

    pub(crate) fn control(&self) -> ControlServiceClient<Client> {
        ControlServiceClient::new(self.client.clone())
    }

    pub(crate) fn rooms(&self) -> RoomServiceClient<Client> {
        RoomServiceClient::new(self.client.clone())
    }

    pub(crate) fn events(&self) -> EventServiceClient<Client> {
        EventServiceClient::new(self.client.clone())
    }

    pub(crate) fn hours(&self) -> HourServiceClient<Client> {
        HourServiceClient::new(self.client.clone())
    }

    pub(crate) fn practices(&self) -> PracticeServiceClient<Client> {
        PracticeServiceClient::new(self.client.clone())
    }

    /// Reads a room token; `None` when it isn't good. Needs nobody's help.
    pub(crate) fn verify(&self, token: &str) -> Option<Pass> {
        let keys = self.keys.borrow();
        Pass::verify(token, keys.as_ref()?, clock::now()).ok()
    }

    /// Waits for the first snapshot.
    pub(crate) async fn has_keys(&self) {
        let mut keys = self.keys.subscribe();
        keys.wait_for(Option::is_some)
            .await
            .expect("the sender is borrowed for as long as we wait");
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.keys.borrow().is_some()
    }

    /// Follows the feed of changes, and comes back to it as often as it breaks.
    pub(crate) async fn follow(&self, hall: &Hall, desk: &Desk) {
        let (mut after, mut pause) = (0, FIRST_PAUSE);
        let mut whole = true;
        loop {
            let (known, was_whole) = (after, whole);
            let end = self.follow_once(hall, desk, &mut after, &mut whole).await;
            self.tally.feed.broken();
            // Said once, however often it is tried again.
            if was_whole || whole {
                match end {
                    Ok(()) => tracing::info!("session-d has ended the feed"),
                    Err(status) => tracing::warn!("the feed of session-d is broken: {}", status.message()),
                }
            }
            whole = false;
            pause = if after == known {
                (pause * 2).min(LONGEST_PAUSE)
            } else {
                FIRST_PAUSE
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn follow_once(
        &self,
        hall: &Hall,
        desk: &Desk,
        after: &mut u64,
        whole: &mut bool,
    ) -> Result<(), tonic::Status> {
        let mut feed = self
            .control()
            .watch_changes(WatchChangesRequest { after: *after })
            .await?
            .into_inner();
        self.tally.feed.connected();
        if !std::mem::replace(whole, true) {
            tracing::info!("the feed of session-d is whole again");
        }
        // What has changed until then was said to nobody.
        let mut missed = true;
        while let Some(message) = feed.message().await? {
            match message.what {
                Some(What::Snapshot(snapshot)) => {
                    for bar in snapshot.bars {
                        apply(hall, desk, bar).await;
                    }
                    self.keys.send_replace(Some(read_keys(snapshot.keys)));
                    *after = snapshot.number;
                }
                Some(What::Change(change)) => {
                    match change.what {
                        Some(change::What::Bar(_)) if change.number != *after + 1 => {
                            // With nothing known the next attempt begins with a snapshot.
                            *after = 0;
                            return Err(tonic::Status::data_loss("a change is missing"));
                        }
                        Some(change::What::Bar(bar)) => apply(hall, desk, bar).await,
                        Some(change::What::Keys(keys)) => {
                            self.keys.send_replace(Some(read_keys(keys.keys)));
                        }
                        None => {}
                    }
                    *after = change.number;
                }
                Some(What::Touched(touched)) => match RecordId::parse(&touched.practice) {
                    Some(practice) => desk.changed(practice).await,
                    None => desk.all_changed().await,
                },
                None => {}
            }
            self.tally.feed.last_change.set(*after);
            if std::mem::take(&mut missed) {
                desk.all_changed().await;
            }
        }
        Ok(())
    }
}

fn read_keys(keys: Vec<proto::SigningKey>) -> Keys {
    let sound = keys
        .into_iter()
        .filter_map(|key| Some((key.id, key.public_key.try_into().ok()?)));
    Keys::new(sound)
}

async fn apply(hall: &Hall, desk: &Desk, bar: proto::Bar) {
    let Some(bar) = read_bar(&bar) else {
        // From a newer session-d than we are: not knowing what is barred, we had better say so.
        tracing::error!("session-d bars something that this version doesn't know");
        return;
    };
    tracing::info!("{}", bar.what);
    if let BarredBy::Revoked(Holding::Device(device)) = bar.what {
        desk.bar(device, bar.until).await;
    }
    hall.bar(bar).await;
}

fn read_bar(bar: &proto::Bar) -> Option<Bar> {
    let what = match bar.what.as_ref()? {
        bar::What::ClosedRoom(room) => BarredBy::ClosedRoom(RoomId::parse(room)?),
        bar::What::MovedRoom(moved) => BarredBy::MovedRoom(RoomId::parse(&moved.room)?, moved.epoch),
        bar::What::RevokedInvite(id) => BarredBy::Revoked(Holding::Invite(RecordId::parse(id)?)),
        bar::What::RevokedDevice(id) => BarredBy::Revoked(Holding::Device(RecordId::parse(id)?)),
    };
    let expires = u64::try_from(bar.expire_time?.seconds).ok()?;
    Some(Bar {
        what,
        until: clock::instant(expires),
    })
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
