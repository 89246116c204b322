//! The feed of changes: what other daemons must hear of, in order and without a gap.

use api::control::v1::{
    self as proto, Change, SigningKey, SigningKeys as ProtoKeys, Snapshot, WatchChangesResponse, bar, change,
    watch_changes_response::What,
};
use daemon::Life;
use tokio::sync::mpsc;
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::Status;

use crate::{
    clock,
    keys::SigningKeys,
    rules::fields::timestamp,
    store::{Bar, Store, StoreError, Subject},
};

/// Everything after the change `after`, and then whatever comes, until the reader goes or the daemon ends.
///
/// A reader that knows nothing, or knows more than there is (another store), gets a snapshot first. All others get the keys, which may have changed
/// while they were away: expired bars are deleted, so what is missing between two numbers matters to nobody.
pub(crate) fn follow(
    store: Store,
    keys: Vec<SigningKey>,
    after: u64,
    life: Life,
) -> impl Stream<Item = Result<WatchChangesResponse, Status>> {
    let (sender, receiver) = mpsc::channel(64);
    tokio::spawn(async move {
        tokio::select! {
            () = life.ending() => {}
            () = sender.closed() => {}
            end = send(&store, keys, after, &sender) => {
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

async fn send(store: &Store, keys: Vec<SigningKey>, after: u64, sender: &Sender) -> Result<(), StoreError> {
    let mut changes = store.follow_changes();
    let last = *changes.borrow_and_update();
    let (mut sent, first) = if after == 0 || after > last {
        let (number, bars) = store.snapshot(clock::now()).await?;
        let bars = bars.into_iter().map(proto::Bar::from).collect();
        (number, What::Snapshot(Snapshot { number, keys, bars }))
    } else {
        let what = Some(change::What::Keys(ProtoKeys { keys }));
        (after, What::Change(Change { number: after, what }))
    };
    let mut next = Some(first);
    loop {
        if let Some(what) = next.take()
            && sender
                .send(Ok(WatchChangesResponse { what: Some(what) }))
                .await
                .is_err()
        {
            return Ok(());
        }
        for bar in store.bars_after(sent).await? {
            sent = bar.number;
            let what = What::Change(Change {
                number: bar.number,
                what: Some(change::What::Bar(bar.into())),
            });
            if sender
                .send(Ok(WatchChangesResponse { what: Some(what) }))
                .await
                .is_err()
            {
                return Ok(());
            }
        }
        if changes.changed().await.is_err() {
            return Ok(());
        }
    }
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
