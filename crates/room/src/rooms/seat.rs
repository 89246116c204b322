//! One seat: who holds it, and for how long after the connection was lost.

use std::time::{Duration, Instant};

use super::ConnId;
use crate::{
    pass::{Bearer, ClientId},
    wire::{Presence, StreamId},
};

/// A seat and its holder.
#[derive(Debug, Default)]
pub(super) struct Place {
    state: State,
    /// Whether anybody has ever been here.
    used: bool,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Free,
    Here {
        conn: ConnId,
        holder: Holder,
    },
    Away {
        until: Instant,
        holder: Holder,
    },
}

/// Who holds a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) client: ClientId,
    pub(super) stream: StreamId,
    pub(super) by: Bearer,
}

impl Place {
    /// Puts somebody here, and says whose connection that ends.
    pub(super) fn take(&mut self, conn: ConnId, holder: Holder) -> Option<ConnId> {
        let before = self.conn();
        self.state = State::Here { conn, holder };
        self.used = true;
        before
    }

    /// Whether `client` may come here: it is free, or held by the same one.
    pub(super) fn is_free_for(&self, client: ClientId) -> bool {
        self.holder().is_none_or(|holder| holder.client == client)
    }

    /// The connection is lost; the holder may be back.
    pub(super) fn lose(&mut self, now: Instant) {
        if let State::Here { holder, .. } = self.state {
            let until = now + HELD;
            self.state = State::Away { until, holder };
        }
    }

    /// Nobody is here any more.
    pub(super) const fn free(&mut self) {
        self.state = State::Free;
    }

    pub(super) const fn conn(&self) -> Option<ConnId> {
        match self.state {
            State::Here { conn, .. } => Some(conn),
            _ => None,
        }
    }

    pub(super) const fn holder(&self) -> Option<Holder> {
        match self.state {
            State::Free => None,
            State::Here { holder, .. } | State::Away { holder, .. } => Some(holder),
        }
    }

    pub(super) const fn presence(&self) -> Presence {
        match self.state {
            State::Free => Presence::Gone,
            State::Here { holder, .. } => Presence::Here(holder.stream),
            State::Away { holder, .. } => Presence::Away(holder.stream),
        }
    }

    /// Until when the seat is held for one who is away.
    pub(super) const fn held_until(&self) -> Option<Instant> {
        match self.state {
            State::Away { until, .. } => Some(until),
            _ => None,
        }
    }

    pub(super) const fn was_used(&self) -> bool {
        self.used
    }
}

/// How long a seat is held for one whose connection was lost.
const HELD: Duration = Duration::from_secs(30);
