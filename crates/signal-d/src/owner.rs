//! A task that owns what many connections share. It decides nothing: connections ask, a core of the rules answers, and the task carries the answers out.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use room::{ConnId, Refusal};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant as TokioInstant, sleep_until},
};

/// What is owned: a core, and the outboxes of those who are there.
pub(crate) trait Owned {
    /// What it is asked.
    type Ask;

    fn handle(&mut self, ask: Self::Ask, now: Instant);
    /// Ends a connection that broke a rule.
    fn close(&mut self, conn: ConnId, why: Refusal, now: Instant);
    /// A connection is no more.
    fn gone(&mut self, conn: ConnId, now: Instant);
    fn handle_timeout(&mut self, now: Instant);
    fn poll_timeout(&self) -> Option<Instant>;
    /// Does what the core wants done by now.
    fn carry_out(&mut self);
}

/// How connections reach the task.
#[derive(Debug)]
pub(crate) struct Owner<A> {
    words: mpsc::Sender<Word<A>>,
    next: Arc<AtomicU64>,
}

/// A connection that the task knows. When it is dropped, the task hears of it.
#[derive(Debug)]
pub(crate) struct Attendee<A: Send + 'static> {
    conn: ConnId,
    owner: Owner<A>,
}

/// The task itself.
#[derive(Debug)]
pub(crate) struct Task<O: Owned> {
    words: mpsc::Receiver<Word<O::Ask>>,
    owned: O,
}

#[derive(Debug)]
enum Word<A> {
    Ask(A),
    Close(ConnId, Refusal),
    Gone(ConnId),
    /// To say that it is at work.
    Answer(oneshot::Sender<()>),
}

impl<A: Send + 'static> Owner<A> {
    pub(crate) fn of<O: Owned<Ask = A>>(owned: O) -> (Self, Task<O>) {
        let (sender, words) = mpsc::channel(1024);
        let owner = Self {
            words: sender,
            next: Arc::new(AtomicU64::new(0)),
        };
        (owner, Task { words, owned })
    }

    /// A number of its own for a connection, which the task will hear of when it goes.
    pub(crate) fn attend(&self) -> Attendee<A> {
        Attendee {
            conn: ConnId(self.next.fetch_add(1, Ordering::Relaxed)),
            owner: self.clone(),
        }
    }

    pub(crate) async fn ask(&self, ask: A) {
        self.say(Word::Ask(ask)).await;
    }

    /// Waits until the task comes to it.
    pub(crate) async fn works(&self) {
        let (answer, answered) = oneshot::channel();
        self.say(Word::Answer(answer)).await;
        if answered.await.is_err() {
            // It is gone: that doesn't answer.
            std::future::pending::<()>().await;
        }
    }

    async fn say(&self, word: Word<A>) {
        // Without the task the daemon is ending.
        let _ = self.words.send(word).await;
    }
}

impl<A> Clone for Owner<A> {
    fn clone(&self) -> Self {
        Self {
            words: self.words.clone(),
            next: Arc::clone(&self.next),
        }
    }
}

impl<A: Send + 'static> Attendee<A> {
    pub(crate) fn conn(&self) -> ConnId {
        self.conn
    }

    pub(crate) async fn ask(&self, ask: A) {
        self.owner.ask(ask).await;
    }

    /// Ends it, since a rule was broken.
    pub(crate) async fn break_off(&self, why: Refusal) {
        self.owner.say(Word::Close(self.conn, why)).await;
    }
}

impl<A: Send + 'static> Drop for Attendee<A> {
    fn drop(&mut self) {
        let words = self.owner.words.clone();
        if let Err(mpsc::error::TrySendError::Full(word)) = words.try_send(Word::Gone(self.conn)) {
            tokio::spawn(async move {
                let _ = words.send(word).await;
            });
        }
    }
}

impl<O: Owned> Task<O> {
    /// Runs for as long as anybody could ask.
    pub(crate) async fn run(mut self) {
        loop {
            let deadline = self.owned.poll_timeout().map(TokioInstant::from_std);
            let due = async {
                match deadline {
                    Some(deadline) => sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                word = self.words.recv() => match word {
                    Some(Word::Ask(ask)) => self.owned.handle(ask, Instant::now()),
                    Some(Word::Close(conn, why)) => self.owned.close(conn, why, Instant::now()),
                    Some(Word::Gone(conn)) => self.owned.gone(conn, Instant::now()),
                    // Who asked may have given it up.
                    Some(Word::Answer(to)) => drop(to.send(())),
                    None => return,
                },
                () = due => self.owned.handle_timeout(Instant::now()),
            }
            self.owned.carry_out();
        }
    }
}
