//! What waits for a browser to read it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use room::Refusal;
use tokio::sync::mpsc;

/// What waits for one browser to read it. Full: the browser is closed, nobody waits for it.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    frames: mpsc::UnboundedSender<Frame>,
    bytes: Arc<AtomicUsize>,
}

/// The browser's end of it.
#[derive(Debug)]
pub(crate) struct Inbox {
    frames: mpsc::UnboundedReceiver<Frame>,
    bytes: Arc<AtomicUsize>,
}

#[derive(Debug)]
pub(crate) enum Frame {
    /// The answer to the join. It doesn't count as waiting: it may be large, and what waits in a room has a limit of its own.
    Joined(String),
    Text(String),
    Close(Refusal),
}

pub(crate) fn outbox() -> (Outbox, Inbox) {
    let (sender, frames) = mpsc::unbounded_channel();
    let bytes = Arc::new(AtomicUsize::new(0));
    let outbox = Outbox {
        frames: sender,
        bytes: Arc::clone(&bytes),
    };
    (outbox, Inbox { frames, bytes })
}

impl Outbox {
    /// The answer to the join.
    pub(crate) fn welcome(&self, text: String) {
        let _ = self.frames.send(Frame::Joined(text));
    }

    /// `false` when the browser doesn't read.
    pub(crate) fn put(&self, text: String) -> bool {
        let waiting = self.bytes.fetch_add(text.len(), Ordering::Relaxed);
        let fits = waiting + text.len() <= MAX_WAITING;
        let _ = self.frames.send(Frame::Text(text));
        fits
    }

    pub(crate) fn close(&self, why: Refusal) {
        let _ = self.frames.send(Frame::Close(why));
    }
}

impl Inbox {
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        let frame = self.frames.recv().await;
        if let Some(Frame::Text(text)) = &frame {
            self.bytes.fetch_sub(text.len(), Ordering::Relaxed);
        }
        frame
    }
}

const MAX_WAITING: usize = 256 * 1024;
