//! What session-d hears of the seats: that they are taken, and that they are free. It is told in order and until it has understood, also when it was away meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use api::control::v1::{ReportSeatsRequest, SeatReport};
use aws_lc_rs::rand;
use room::{RecordId, RoomId, Seat, SeatChange};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};
use tonic::Status;

use crate::session::Session;

/// Where changes are noted, and from where they are told. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Reports {
    /// This life of ours.
    reporter: RecordId,
    queue: Arc<Mutex<Queue>>,
    news: Arc<Notify>,
}

impl Reports {
    pub(crate) fn new() -> Self {
        let mut id = [0; 16];
        rand::fill(&mut id).expect("the operating system gives randomness");
        Self {
            reporter: RecordId::new(id),
            queue: Arc::default(),
            news: Arc::default(),
        }
    }

    pub(crate) fn note(&self, change: SeatChange) {
        self.queue().note(change);
        self.news.notify_one();
    }

    /// Tells session-d, for as long as anybody could want to know.
    pub(crate) async fn tell(&self, session: &Session) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.tell_once(session).await {
                Ok(()) => pause = FIRST_PAUSE,
                Err(status) => {
                    if pause == FIRST_PAUSE {
                        tracing::warn!("session-d doesn't hear who is there: {}", status.message());
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
            }
            if self.queue().is_empty() {
                // A word in any case: we are still there.
                let _ = timeout(HEARTBEAT, self.news.notified()).await;
            }
        }
    }

    async fn tell_once(&self, session: &Session) -> Result<(), Status> {
        let (begin, reports) = self.queue().next();
        let last = reports.last().map(|report| report.number);
        let request = ReportSeatsRequest {
            reporter: self.reporter.to_string(),
            begin,
            reports,
        };
        let answer = timeout(ANSWER, session.control().report_seats(request)).await;
        let answer = answer
            .map_err(|_| Status::deadline_exceeded("no answer"))??
            .into_inner();
        if answer.unknown {
            self.queue().begin();
        } else {
            self.queue().told(last);
        }
        Ok(())
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is still to be told.
#[derive(Debug)]
struct Queue {
    /// What is told next is all that we have.
    begins: bool,
    /// The number of the last change.
    last: u64,
    waiting: VecDeque<(u64, SeatChange)>,
    taken: BTreeSet<(RoomId, Seat)>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            begins: true,
            last: 0,
            waiting: VecDeque::new(),
            taken: BTreeSet::new(),
        }
    }
}

impl Queue {
    fn note(&mut self, change: SeatChange) {
        let seat = (change.room, change.seat);
        if change.taken {
            self.taken.insert(seat);
        } else {
            self.taken.remove(&seat);
        }
        self.push(change);
        if self.waiting.len() > MOST {
            self.shorten();
        }
    }

    fn push(&mut self, change: SeatChange) {
        self.last += 1;
        self.waiting.push_back((self.last, change));
    }

    /// session-d was away for long: of each seat only the last is told. New ones are taken only by who has a token of its, good for ten minutes: that bounds their number.
    fn shorten(&mut self) {
        let of_each: BTreeMap<_, _> = self
            .waiting
            .drain(..)
            .map(|(number, change)| ((change.room, change.seat), (number, change)))
            .collect();
        let mut waiting: Vec<_> = of_each.into_values().collect();
        waiting.sort_unstable_by_key(|(number, _)| *number);
        self.waiting = waiting.into();
    }

    /// session-d doesn't know us (any more): everything is told anew.
    fn begin(&mut self) {
        self.begins = true;
        self.waiting.clear();
        for (room, seat) in self.taken.clone() {
            self.push(SeatChange {
                room,
                seat,
                taken: true,
            });
        }
    }

    fn next(&self) -> (bool, Vec<SeatReport>) {
        let reports = self.waiting.iter().take(PIECE).map(|(number, change)| SeatReport {
            number: *number,
            room: change.room.to_string(),
            seat: change.seat.number().into(),
            taken: change.taken,
        });
        (self.begins, reports.collect())
    }

    /// session-d has everything up to this number.
    fn told(&mut self, last: Option<u64>) {
        self.begins = false;
        while self.waiting.front().is_some_and(|(number, _)| Some(*number) <= last) {
            self.waiting.pop_front();
        }
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Changes that one call tells.
const PIECE: usize = 512;
/// Changes that wait before they are shortened.
const MOST: usize = 65_536;
const HEARTBEAT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_told_once_and_in_order() {
        let mut queue = Queue::default();
        queue.note(change(1, true));
        queue.note(change(1, false));
        assert_eq!(told(&queue), (true, vec![(1, 1, true), (2, 1, false)]));

        queue.note(change(2, true));
        queue.told(Some(2));

        assert_eq!(told(&queue), (false, vec![(3, 2, true)]));
        queue.told(Some(3));
        assert!(queue.is_empty());
    }

    #[test]
    fn who_is_not_known_begins_with_the_seats_that_are_taken_now() {
        let mut queue = Queue::default();
        for number in 1..=3 {
            queue.note(change(number, true));
        }
        queue.note(change(2, false));
        queue.told(Some(4));

        queue.begin();

        assert_eq!(told(&queue), (true, vec![(5, 1, true), (6, 3, true)]));
    }

    #[test]
    fn a_queue_that_grows_too_long_keeps_the_last_of_each_seat_in_order() {
        let mut queue = Queue::default();
        for _ in 0..MOST / 2 {
            queue.note(change(1, true));
            queue.note(change(1, false));
        }
        queue.note(change(2, true));

        let most = u64::try_from(MOST).expect("fits");
        assert_eq!(told(&queue), (true, vec![(most, 1, false), (most + 1, 2, true)]));
    }

    fn change(room: u8, taken: bool) -> SeatChange {
        SeatChange {
            room: RoomId::new([room; 16]),
            seat: Seat::GUESTS[0],
            taken,
        }
    }

    fn told(queue: &Queue) -> (bool, Vec<(u64, u8, bool)>) {
        let (begins, reports) = queue.next();
        let short = |report: SeatReport| {
            let room = RoomId::parse(&report.room).expect("an id").as_bytes()[0];
            (report.number, room, report.taken)
        };
        (begins, reports.into_iter().map(short).collect())
    }
}
