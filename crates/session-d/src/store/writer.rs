use std::{collections::BTreeSet, sync::Arc, time::Instant};

use anyhow::Context as _;
use futures_util::future::BoxFuture;
use room::RecordId;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{
    Store, StoreError, changes,
    postgres::Server,
    sql::{self, Connection},
    tally::Tally,
};

/// What the writer is asked for.
pub(super) enum Job {
    /// One write, and what to do once it is known whether it is on disk.
    Write(Box<Run>),
    /// To bring what the log holds into the file, and leave the log empty.
    EmptyLog(oneshot::Sender<Result<(), StoreError>>),
    /// To say that it is at work.
    Answer(oneshot::Sender<()>),
}

type Run = dyn for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Ran> + Send;

/// What a job did inside the transaction, still unanswered.
pub(super) struct Ran {
    /// Whether it wants its changes to stay.
    keep: Keep,
    /// Whose lists are other ones now.
    touched: Vec<RecordId>,
    /// Who has new events.
    events: Vec<RecordId>,
    /// Answers the caller; told whether the transaction is on disk.
    answer: Box<dyn FnOnce(bool) + Send>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Yes,
    No,
    /// SQLite or PostgreSQL failed: the whole transaction is in doubt.
    Failed,
}

impl Store {
    /// Runs `write` in a transaction, and answers when it is on disk. When it refuses, nothing of it stays.
    pub(super) async fn write<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let untouched = Seen::by_nobody;
        let job = Job::Write(Box::new(move |connection| {
            Box::pin(run(write(connection), untouched, answer))
        }));
        self.ask(job, answered).await
    }

    /// As [`write`](Self::write), for what others see: whose lists are other ones by it stands beside the answer. They hear of it once it is on disk, also when who
    /// has asked for it has gone meanwhile.
    pub(super) async fn write_seen<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<Seen<T>, StoreError>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Job::Write(Box::new(move |connection| {
            Box::pin(run(write(connection), |seen| seen, answer))
        }));
        self.ask(job, answered).await
    }

    /// Leaves no byte in the write-ahead log of what was there once.
    pub(super) async fn empty_log(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Job::EmptyLog(answer), answered).await
    }

    /// Waits until the writer comes to it.
    pub(crate) async fn works(&self) {
        let (answer, answered) = oneshot::channel();
        let is_asked = self.writes.send(Job::Answer(answer)).await.is_ok();
        if !is_asked || answered.await.is_err() {
            // It is gone: that doesn't answer.
            std::future::pending::<()>().await;
        }
    }

    async fn ask<T>(&self, job: Job, answered: oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
        self.writes.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                self.tally.busy.add(1);
                StoreError::Busy
            }
            mpsc::error::TrySendError::Closed(_) => StoreError::Unavailable,
        })?;
        answered.await.unwrap_or(Err(StoreError::Unavailable))
    }
}

/// What a write gives, which practices see it, and which have new events.
pub(super) struct Seen<T> {
    by: Vec<RecordId>,
    events: Vec<RecordId>,
    value: T,
}

impl<T> Seen<T> {
    pub(super) fn by(practice: RecordId, value: T) -> Self {
        Self::by_all(vec![practice], value)
    }

    pub(super) fn by_all(practices: Vec<RecordId>, value: T) -> Self {
        Self {
            by: practices,
            events: Vec::new(),
            value,
        }
    }

    /// Each who sees it has new events, too.
    pub(super) fn with_events(self) -> Self {
        let practices = self.by.clone();
        self.with_events_of(practices)
    }

    pub(super) fn with_events_of(self, practices: Vec<RecordId>) -> Self {
        Self {
            events: practices,
            ..self
        }
    }

    pub(super) fn by_nobody(value: T) -> Self {
        Self::by_all(Vec::new(), value)
    }
}

async fn run<R, T: Send + 'static>(
    write: BoxFuture<'_, Result<R, StoreError>>,
    seen: impl FnOnce(R) -> Seen<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
) -> Ran {
    let (result, touched, events) = match write.await {
        Ok(written) => {
            let Seen { by, events, value } = seen(written);
            (Ok(value), by, events)
        }
        Err(error) => (Err(error), Vec::new(), Vec::new()),
    };
    let keep = match &result {
        Ok(_) => Keep::Yes,
        Err(StoreError::Failed(_)) => Keep::Failed,
        Err(_) => Keep::No,
    };
    let answer = Box::new(move |on_disk| {
        let result = if on_disk || result.is_err() {
            result
        } else {
            Err(StoreError::Unavailable)
        };
        // A caller that has gone away doesn't want to know.
        let _ = answer.send(result);
    });
    Ran {
        keep,
        touched,
        events,
        answer,
    }
}

/// The one task that writes.
pub(crate) struct Writer {
    connection: Connection,
    /// Where to connect anew. None: to a file, which is not expected to come back.
    server: Option<Server>,
    jobs: mpsc::Receiver<Job>,
    last_change: watch::Sender<u64>,
    touched: broadcast::Sender<RecordId>,
    events: broadcast::Sender<RecordId>,
    tally: Arc<Tally>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        server: Option<Server>,
        jobs: mpsc::Receiver<Job>,
        last_change: watch::Sender<u64>,
        touched: broadcast::Sender<RecordId>,
        events: broadcast::Sender<RecordId>,
        tally: Arc<Tally>,
    ) -> Self {
        Self {
            connection,
            server,
            jobs,
            last_change,
            touched,
            events,
            tally,
        }
    }

    /// Writes until there is nobody left to write for.
    ///
    /// # Errors
    /// When a commit to a file failed: what the disk holds is known only after a new start. When somebody else writes to the database meanwhile.
    pub(crate) async fn run(&mut self) -> anyhow::Result<()> {
        while let Some(job) = self.jobs.recv().await {
            let mut next = Some(job);
            while let Some(job) = next.take() {
                match job {
                    Job::Write(write) => match self.commit_with_those_that_wait(write).await {
                        Ok(other) => next = other,
                        Err(error) => self.reach_again(error).await?,
                    },
                    Job::EmptyLog(answer) => {
                        // Who has asked and gone doesn't want to know.
                        let _ = answer.send(self.empty_log().await);
                    }
                    Job::Answer(to) => drop(to.send(())),
                }
            }
        }
        Ok(())
    }

    /// Whoever opens the store afterwards finds nobody there.
    pub(crate) async fn close(self) {
        // What was acknowledged is on disk, and a server that has gone has closed it.
        let _ = self.connection.close().await;
    }

    /// Gives the job that ended the batch, where it was no write.
    async fn commit_with_those_that_wait(&mut self, first: Box<Run>) -> anyhow::Result<Option<Job>> {
        let began = Instant::now();
        self.execute(match self.connection {
            Connection::Sqlite(_) => "BEGIN IMMEDIATE",
            Connection::Postgres(_) => "BEGIN",
        })
        .await
        .context("begin a transaction")?;
        let (mut answers, mut failed) = (Vec::new(), false);
        let (mut touched, mut events) = (BTreeSet::new(), BTreeSet::new());
        let (mut next, mut other) = (Some(first), None);
        while let Some(write) = next {
            self.execute("SAVEPOINT job").await.context("begin a write")?;
            let ran = write(&mut self.connection).await;
            answers.push(ran.answer);
            touched.extend(ran.touched);
            events.extend(ran.events);
            match ran.keep {
                Keep::Yes => self.execute("RELEASE job").await.context("end a write")?,
                Keep::No => self
                    .execute("ROLLBACK TO job; RELEASE job")
                    .await
                    .context("undo a write")?,
                Keep::Failed => {
                    failed = true;
                    break;
                }
            }
            let waiting = if answers.len() < MAX_BATCH {
                self.jobs.try_recv().ok()
            } else {
                None
            };
            (next, other) = match waiting {
                Some(Job::Write(write)) => (Some(write), None),
                other => (None, other),
            };
        }
        let committed = if failed { Ok(false) } else { self.commit().await };
        let end = match &committed {
            Ok(true) => self.tell_last_change().await,
            Ok(false) => self.give_up().await,
            Err(_) => Ok(()),
        };
        let (end, on_disk) = match committed {
            Ok(committed) => (end, committed),
            Err(error) => (Err(error), false),
        };
        self.tally.ended(answers.len(), on_disk, began.elapsed());
        for answer in answers {
            answer(on_disk);
        }
        // Where it isn't known, they look for themselves.
        if on_disk || end.is_err() {
            self.tell(touched, events);
        }
        end.map(|()| other)
    }

    fn tell(&self, touched: BTreeSet<RecordId>, events: BTreeSet<RecordId>) {
        // Nobody may be following.
        for practice in touched {
            let _ = self.touched.send(practice);
        }
        for practice in events {
            let _ = self.events.send(practice);
        }
    }

    /// PostgreSQL has no log that could be emptied.
    async fn empty_log(&mut self) -> Result<(), StoreError> {
        if let Connection::Postgres(_) = self.connection {
            return Ok(());
        }
        let (busy, _, _): (i64, i64, i64) = sql::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut self.connection)
            .await?;
        // A reader that takes its time.
        if busy == 0 { Ok(()) } else { Err(StoreError::Busy) }
    }

    /// False where it is certain that nothing is on disk.
    async fn commit(&mut self) -> anyhow::Result<bool> {
        match self.execute("COMMIT").await {
            Ok(()) => Ok(true),
            // What makes a transaction count is written last, and there was no room for it.
            Err(error) if is_full(&error) => Ok(false),
            Err(error) => Err(error).context("commit: what is on disk is not known"),
        }
    }

    async fn tell_last_change(&mut self) -> anyhow::Result<()> {
        let last = changes::last(&mut self.connection)
            .await
            .context("read the last change")?;
        self.last_change
            .send_if_modified(|known| std::mem::replace(known, last) != last);
        Ok(())
    }

    /// A full disk, for example: nothing of the transaction stays, and reads go on.
    async fn give_up(&mut self) -> anyhow::Result<()> {
        tracing::error!("a write failed; nothing of it was acknowledged");
        let undone = self.execute("ROLLBACK").await;
        match self.connection {
            // It may have rolled back by itself.
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(_) => undone.context("undo a transaction"),
        }
    }

    /// Goes on with the server once it is there again. Who wants to write meanwhile is told that it can't be done.
    async fn reach_again(&mut self, lost: anyhow::Error) -> anyhow::Result<()> {
        let Some(server) = &self.server else {
            return Err(lost.context("a new start will tell"));
        };
        tracing::error!("the connection to PostgreSQL is lost: {lost:#}");
        let mut reaching = Box::pin(server.reach());
        let reached = loop {
            tokio::select! {
                reached = &mut reaching => break reached?,
                Some(job) = self.jobs.recv() => match job {
                    Job::Answer(to) => drop(to.send(())),
                    // Dropped unanswered, which says that nothing was done.
                    Job::Write(_) | Job::EmptyLog(_) => {}
                },
            }
        };
        drop(reaching);
        self.connection = reached;
        tracing::info!("PostgreSQL is there again");
        self.tell_last_change().await
    }

    async fn execute(&mut self, sql: &'static str) -> sqlx::Result<()> {
        self.connection.execute(sql).await
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

/// SQLite found no room for what it wrote (SQLITE_FULL).
fn is_full(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        let is_sqlite = error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
        is_sqlite && error.code().is_some_and(|code| code == "13")
    })
}

/// Writes in one transaction.
const MAX_BATCH: usize = 256;
