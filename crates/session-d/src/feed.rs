//! The feed of changes: what other daemons must hear of, in order and without a gap.

use api::control::v1::{
    self as proto, Change, SigningKey, SigningKeys as ProtoKeys, Snapshot, Touched, WatchChangesResponse, bar, change,
    watch_changes_response::What,
};
use daemon::Life;
use tokio::sync::{broadcast::error::RecvError, mpsc};
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::Status;

use crate::{
    Clock,
    keys::SigningKeys,
    rules::fields::timestamp,
    store::{Bar, Store, StoreError, Subject},
};

/// Everything after the change `after`, and then whatever comes, until the reader goes or the daemon ends.
///
/// A reader that knows nothing, or knows more than there is (another store), gets a snapshot first, and so does one for whom a change is missing: those that
/// matter no longer are deleted. All others get the keys, which may have changed while they were away.
pub(crate) fn follow(
    store: Store,
    keys: Vec<SigningKey>,
    after: u64,
    clock: Clock,
    life: Life,
) -> impl Stream<Item = Result<WatchChangesResponse, Status>> {
    let (sender, receiver) = mpsc::channel(64);
    tokio::spawn(async move {
        tokio::select! {
            () = life.ending() => {}
            () = sender.closed() => {}
            end = send(&store, keys, after, &clock, &sender) => {
                if let Err(error) = end {
                    let _ = sender.send(Err(error.into())).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
}

pub(crate) fn keys(keys: &SigningKeys) -> Vec<SigningKey> {
    let public = keys.public().into_iter();
    public
        .map(|(id, key)| SigningKey {
            id,
            public_key: key.to_vec(),
        })
        .collect()
}

type Sender = mpsc::Sender<Result<WatchChangesResponse, Status>>;

async fn send(
    store: &Store,
    keys: Vec<SigningKey>,
    after: u64,
    clock: &Clock,
    sender: &Sender,
) -> Result<(), StoreError> {
    let mut changes = store.follow_changes();
    // From before the first word on: whoever hears that knows that nothing is missed from now on.
    let mut touched = store.follow_touched();
    let mut sent = after;
    let mut in_step = after != 0 && after <= *changes.borrow();
    if in_step {
        let keys = ProtoKeys { keys: keys.clone() };
        let what = What::Change(Change {
            number: after,
            what: Some(change::What::Keys(keys)),
        });
        if say(what, sender).await.is_err() {
            return Ok(());
        }
    }
    loop {
        let last = *changes.borrow_and_update();
        let bars = store.bars_after(sent).await?;
        in_step &= is_whole(&bars, sent, last);
        let (number, whats) = if in_step {
            let number = bars.last().map_or(sent, |bar| bar.number);
            (number, bars.into_iter().map(change_of).collect())
        } else {
            let (number, bars) = store.snapshot(clock.now()).await?;
            let (keys, bars) = (keys.clone(), bars.into_iter().map(proto::Bar::from).collect());
            (number, vec![What::Snapshot(Snapshot { number, keys, bars })])
        };
        for what in whats {
            if say(what, sender).await.is_err() {
                return Ok(());
            }
        }
        (sent, in_step) = (number, true);
        loop {
            tokio::select! {
                changed = changes.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return Ok(()),
                },
                practice = touched.recv() => {
                    let practice = match practice {
                        Ok(practice) => practice.to_string(),
                        // Who has missed some can't say whose they were.
                        Err(RecvError::Lagged(_)) => String::new(),
                        Err(RecvError::Closed) => return Ok(()),
                    };
                    if say(What::Touched(Touched { practice }), sender).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// Whether these are all changes after `sent`, up to `last` at least: old ones are deleted.
fn is_whole(bars: &[Bar], sent: u64, last: u64) -> bool {
    let reached = bars
        .iter()
        .try_fold(sent, |before, bar| (bar.number == before + 1).then_some(bar.number));
    reached.is_some_and(|reached| reached >= last)
}

fn change_of(bar: Bar) -> What {
    What::Change(Change {
        number: bar.number,
        what: Some(change::What::Bar(bar.into())),
    })
}

/// `Err` when nobody listens any more.
async fn say(what: What, sender: &Sender) -> Result<(), ()> {
    let response = WatchChangesResponse { what: Some(what) };
    sender.send(Ok(response)).await.map_err(|_| ())
}

impl From<Bar> for proto::Bar {
    fn from(bar: Bar) -> Self {
        let what = match bar.subject {
            Subject::ClosedRoom(room) => bar::What::ClosedRoom(room.to_string()),
            Subject::MovedRoom(room, epoch) => bar::What::MovedRoom(proto::MovedRoom {
                room: room.to_string(),
                epoch,
            }),
            Subject::RevokedInvite(invite) => bar::What::RevokedInvite(invite.to_string()),
            Subject::RevokedDevice(device) => bar::What::RevokedDevice(device.to_string()),
        };
        Self {
            what: Some(what),
            expire_time: Some(timestamp(bar.expires)),
        }
    }
}
