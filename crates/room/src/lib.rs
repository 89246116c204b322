//! The rules of a visit at the server: who may enter a room, who sits where, what waits for whom, and what is said to a browser about it.
//!
//! It is a core: no socket, no task, no clock, no chance. The one task that owns the rooms calls [`Rooms`] with what happened (`join`, `relay`, `acknowledge`, `leave`,
//! `disconnected`, `evict`, `bar`), then takes every [`Output`] from [`Rooms::poll_output`] and carries it out, and comes back with [`Rooms::handle_timeout`] at
//! [`Rooms::poll_timeout`]. It never sees what is relayed: [`Sealed`] is bytes that it can neither read nor print.
//!
//! [`practice`] is the other thing that happens here: what the devices of one practice tell each other about their waiting rooms.
//!
//! [`token`] and [`pass`] are what lets a connection take a seat, [`wire`] is what browsers and signal-d say to each other (`docs/signalling.md`, section 3).

mod bars;
mod flow;
mod ids;
pub mod pass;
mod path;
pub mod practice;
mod refusal;
mod rooms;
mod seats;
pub mod token;
pub mod wire;

pub use bars::{Bar, BarredBy};
pub use flow::{Burst, Flow};
pub use ids::{ClientId, ConnId, RecordId, RoomId, Seat, StreamId};
pub use pass::Pass;
pub use path::Sealed;
pub use refusal::Refusal;
pub use rooms::{Join, Limits, Output, PeerState, Rooms, SeatChange, Usage, Waiting};
pub use seats::Presence;
