//! The rules of a visit at the server: who may take which seat, what is relayed to whom, what waits for whom, and when all of that ends.
//!
//! A core: no sockets, tasks, clock, chance or log. signal-d drives [`Rooms`]; session-d signs the [`pass::Pass`]es that open them; [`wire`] is what a browser and
//! the server say to each other. What the two ends of a visit agree on is not known here: it passes through as [`wire::Sealed`] bytes.
//!
//! Begin with [`Rooms`].

mod bars;
mod bucket;
pub mod pass;
mod rooms;
pub mod wire;

pub use bars::Bar;
pub use bucket::{Bucket, Rate};
pub use rooms::{Breach, ConnId, JoinError, Limits, Now, Output, Rooms, Welcome};
