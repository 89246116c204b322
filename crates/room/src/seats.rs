use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ClientId, ConnId, StreamId},
    pass::Holding,
    refusal::Refusal,
};

/// Whether somebody is on a seat, as the others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// Connected.
    Here,
    /// The connection was lost, less than 30 s ago.
    Away,
    /// Not there.
    Gone,
}

/// A seat: free, held over a connection, or kept for who lost theirs.
#[derive(Debug, Default)]
pub(crate) enum SeatState {
    #[default]
    Free,
    Here(Holder, ConnId),
    Away {
        holder: Holder,
        until: Instant,
    },
}

/// Who holds a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) client: ClientId,
    pub(crate) stream: StreamId,
    pub(crate) by: Holding,
}

impl SeatState {
    pub(crate) fn holder(&self) -> Option<&Holder> {
        match self {
            Self::Free => None,
            Self::Here(holder, _) | Self::Away { holder, .. } => Some(holder),
        }
    }

    pub(crate) fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Here(_, conn) => Some(*conn),
            Self::Free | Self::Away { .. } => None,
        }
    }

    pub(crate) fn stream(&self) -> Option<StreamId> {
        self.holder().map(|holder| holder.stream)
    }

    pub(crate) fn presence(&self) -> Presence {
        match self {
            Self::Free => Presence::Gone,
            Self::Here(..) => Presence::Here,
            Self::Away { .. } => Presence::Away,
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Away { until, .. } => Some(*until),
            Self::Free | Self::Here(..) => None,
        }
    }

    /// Seats `holder`, unless another browser is there and this one may not take over. Gives the connection that has to go.
    pub(crate) fn take(&mut self, holder: Holder, conn: ConnId, takeover: bool) -> Result<Option<ConnId>, Refusal> {
        let same = self.holder().is_none_or(|there| there.client == holder.client);
        if !same && !takeover {
            return Err(Refusal::Occupied);
        }
        let before = self.conn();
        *self = Self::Here(holder, conn);
        Ok(before)
    }

    /// The connection is lost; the seat is kept for a while.
    pub(crate) fn lose(&mut self, now: Instant) {
        if let Self::Here(holder, _) = *self {
            *self = Self::Away {
                holder,
                until: now + KEPT,
            };
        }
    }
}

/// How long a seat is kept for who lost the connection.
const KEPT: Duration = Duration::from_secs(30);
