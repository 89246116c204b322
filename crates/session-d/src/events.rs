//! The stream of a practice's events, in order and without a gap.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use api::session::v1::{Event as ProtoEvent, WatchEventsResponse, event::Type};
use daemon::Life;
use room::RecordId;
use tokio::sync::{broadcast::error::RecvError, mpsc};
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::{Code, Status};

use crate::{
    rules::fields::{refused, timestamp},
    store::{Event, Store, What},
};

/// Everything that happens in the practice after the event `after` (none: from now on), until the reader goes, may not read any more, or the daemon ends.
///
/// `may_go_on` is asked whenever there is something to say.
pub(crate) fn follow<F>(
    store: Store,
    practice: RecordId,
    after: Option<u64>,
    place: Place,
    may_go_on: impl Fn() -> F + Send + Sync + 'static,
    life: Life,
) -> impl Stream<Item = Result<WatchEventsResponse, Status>>
where
    F: Future<Output = Result<(), Status>> + Send,
{
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let _place = place;
        tokio::select! {
            () = life.ending() => {}
            () = sender.closed() => {}
            end = send(&store, practice, after, may_go_on, &sender) => {
                if let Err(status) = end {
                    // Nobody may be listening any more.
                    let _ = sender.send(Err(status)).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
}

type Sender = mpsc::Sender<Result<WatchEventsResponse, Status>>;

async fn send<F>(
    store: &Store,
    practice: RecordId,
    after: Option<u64>,
    may_go_on: impl Fn() -> F,
    sender: &Sender,
) -> Result<(), Status>
where
    F: Future<Output = Result<(), Status>>,
{
    // From before the first look on: what happens after that is heard of.
    let mut news = store.follow_events();
    let (_, last) = store.events_after(practice, u64::MAX, 1).await?;
    let mut sent = after.unwrap_or(last);
    if sent > last {
        // Of another store, or of this one before it was restored.
        return Err(too_old());
    }
    if say(sender, None, sent).await.is_err() {
        return Ok(());
    }
    loop {
        let (events, last) = store.events_after(practice, sent, PIECE).await?;
        if !is_next(&events, sent, last) {
            return Err(too_old());
        }
        let more = events.last().is_some_and(|event| event.number < last);
        for event in events {
            sent = event.number;
            if say(sender, Some(event), sent).await.is_err() {
                return Ok(());
            }
        }
        if more {
            continue;
        }
        loop {
            match tokio::time::timeout(HEARTBEAT, news.recv()).await {
                Ok(Ok(of)) if of != practice => {}
                Ok(Ok(_) | Err(RecvError::Lagged(_))) => break,
                Ok(Err(RecvError::Closed)) => return Ok(()),
                Err(_) => {
                    may_go_on().await?;
                    if say(sender, None, sent).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
        may_go_on().await?;
    }
}

/// Whether these are the events after `sent`, none missing: old ones are deleted.
fn is_next(events: &[Event], sent: u64, last: u64) -> bool {
    let numbers = events.iter().map(|event| event.number);
    numbers.eq(sent + 1..=sent + events.len() as u64) && (!events.is_empty() || sent >= last)
}

/// `Err` when nobody listens any more.
async fn say(sender: &Sender, event: Option<Event>, at: u64) -> Result<(), ()> {
    let response = WatchEventsResponse {
        event: event.map(Into::into),
        resume_token: at.to_string(),
    };
    sender.send(Ok(response)).await.map_err(|_| ())
}

fn too_old() -> Status {
    refused(
        Code::OutOfRange,
        "TOKEN_TOO_OLD",
        "events after resume_token are kept no longer: watch without it, and read the rooms after the first answer",
    )
}

impl From<Event> for ProtoEvent {
    fn from(event: Event) -> Self {
        let (what, seat) = match event.what {
            What::Created => (Type::Created, None),
            What::Moved => (Type::Moved, None),
            What::Cancelled => (Type::Cancelled, None),
            What::Waiting(seat) => (Type::Waiting, Some(seat)),
            What::Admitted(seat) => (Type::Admitted, Some(seat)),
            What::Connected(seat) => (Type::Connected, Some(seat)),
            What::Left(seat) => (Type::Left, Some(seat)),
            What::Ended => (Type::Ended, None),
        };
        Self {
            id: format!("{}-{}", event.practice, event.number),
            r#type: what.into(),
            time: Some(timestamp(event.at)),
            practice: event.practice.to_string(),
            room: event.room.to_string(),
            seat: seat.map(Into::into),
        }
    }
}

/// How many streams each caller has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    taken: Arc<Mutex<BTreeMap<String, usize>>>,
}

/// One stream's place; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    caller: String,
}

impl Places {
    /// `None` where the caller has as many as it may, or all callers together have.
    pub(crate) fn take(&self, caller: String) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&caller).copied().unwrap_or(0);
        if own >= EACH || taken.values().sum::<usize>() >= ALL {
            return None;
        }
        taken.insert(caller.clone(), own + 1);
        Some(Place {
            places: self.clone(),
            caller,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.caller) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                taken.remove(&self.caller);
            }
        }
    }
}

const HEARTBEAT: Duration = Duration::from_secs(10);
/// Answers that wait for a reader.
const WAITING: usize = 64;
/// Events that are read at a time.
const PIECE: u32 = 256;
const EACH: usize = 16;
const ALL: usize = 1024;

#[cfg(test)]
mod tests {
    use room::RoomId;

    use super::*;

    #[test]
    fn a_gap_is_seen_wherever_it_is() {
        assert!(is_next(&events([]), 3, 3) && is_next(&events([4, 5]), 3, 9));
        assert!(!is_next(&events([]), 3, 4), "all are deleted");
        assert!(!is_next(&events([5]), 3, 5) && !is_next(&events([4, 6]), 3, 6));
    }

    #[test]
    fn a_caller_has_so_many_places_and_gets_them_back() {
        let places = Places::default();
        let mut taken: Vec<_> = (0..EACH)
            .map(|_| places.take("one".to_owned()).expect("a place"))
            .collect();

        assert!(places.take("one".to_owned()).is_none());
        assert!(places.take("another".to_owned()).is_some());
        taken.pop();
        assert!(places.take("one".to_owned()).is_some());
        drop(taken);
        assert!(places.taken.lock().expect("sound").is_empty());
    }

    fn events<const N: usize>(numbers: [u64; N]) -> Vec<Event> {
        let event = |number| Event {
            practice: RecordId::new([7; 16]),
            number,
            what: What::Created,
            room: RoomId::new([1; 16]),
            at: 0,
        };
        numbers.map(event).into()
    }
}
