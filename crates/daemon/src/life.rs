use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::config::Source;

/// The life of a daemon, as all its tasks see it: it becomes ready once, and it ends once. Clones are the same life.
#[derive(Debug, Clone)]
pub struct Life {
    ready: Arc<watch::Sender<bool>>,
    ending: Arc<watch::Sender<bool>>,
    config: Option<Arc<Source>>,
    questions: Arc<Mutex<Vec<Question>>>,
}

/// What a loop is asked that does the work: it answers when it comes to it.
#[derive(Clone)]
struct Question(Arc<dyn Fn() -> Answer + Send + Sync>);

type Answer = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Life {
    /// A life that has just begun.
    pub fn new() -> Self {
        Self {
            ready: Arc::new(watch::Sender::new(false)),
            ending: Arc::new(watch::Sender::new(false)),
            config: None,
            questions: Arc::default(),
        }
    }

    /// A life that has just begun, of a daemon that this configures.
    pub fn configured_by(source: Source) -> Self {
        Self {
            config: Some(source.into()),
            ..Self::new()
        }
    }

    /// The configuration, to be read anew; none where the daemon was told otherwise.
    pub fn config(&self) -> Option<&Source> {
        self.config.as_deref()
    }

    /// A life that ends with this one, and becomes ready by itself: for one of several daemons in a process.
    pub fn with_own_readiness(&self) -> Self {
        Self {
            ready: Arc::new(watch::Sender::new(false)),
            ending: Arc::clone(&self.ending),
            config: None,
            questions: Arc::default(),
        }
    }

    /// Says that the daemon serves. It never becomes unready again.
    pub fn ready(&self) {
        self.ready.send_replace(true);
    }

    /// Waits until the daemon serves.
    pub async fn is_ready(&self) {
        wait_for_true(&self.ready).await;
    }

    /// Has the watchdog ask a loop that does the work whether it still does. `question` ends when that has come to it, and not before.
    pub fn watch<A>(&self, question: impl Fn() -> A + Send + Sync + 'static)
    where
        A: Future<Output = ()> + Send + 'static,
    {
        let question = Question(Arc::new(move || Box::pin(question())));
        self.questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(question);
    }

    /// Waits until all that is watched has answered.
    pub(crate) async fn is_well(&self) {
        let questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for Question(ask) in questions {
            ask().await;
        }
    }

    /// Asks for the end.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Waits until the end is asked for.
    pub async fn ending(&self) {
        wait_for_true(&self.ending).await;
    }

    /// Whether the end is asked for.
    pub fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }
}

impl Default for Life {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Question")
    }
}

async fn wait_for_true(flag: &watch::Sender<bool>) {
    flag.subscribe()
        .wait_for(|&set| set)
        .await
        .expect("the sender is borrowed for as long as we wait");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_of_several_becomes_ready_by_itself_and_ends_with_all() {
        let all = Life::new();
        let one = all.with_own_readiness();

        one.ready();
        all.end();

        one.is_ready().await;
        assert!(!*all.ready.borrow());
        assert!(one.is_ending());
    }

    #[tokio::test]
    async fn it_is_well_once_everything_that_works_has_answered() {
        let life = Life::new();
        let (works, stands) = (
            Arc::new(tokio::sync::Semaphore::new(9)),
            Arc::new(tokio::sync::Semaphore::new(0)),
        );
        for turns in [Arc::clone(&works), Arc::clone(&stands)] {
            life.watch(move || {
                let turns = Arc::clone(&turns);
                async move { turns.acquire().await.expect("is never closed").forget() }
            });
        }
        let mut well = std::pin::pin!(life.is_well());

        assert!(poll_once(well.as_mut()).await.is_pending());
        stands.add_permits(1);

        well.await;
        assert_eq!(works.available_permits(), 8);
    }

    /// Polls once.
    async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> std::task::Poll<F::Output> {
        std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context))).await
    }

    #[tokio::test]
    async fn who_asks_late_still_hears_of_it() {
        let life = Life::new();
        let other = life.clone();

        life.ready();
        life.end();

        other.is_ready().await;
        other.ending().await;
        assert!(other.is_ending());
    }
}
