//! One end of a visit without a browser: it opens a link, or holds a practice's seat, and goes the whole way of docs/signalling.md: HTTPS, the WebSocket, the sealed
//! handshake, ICE, DTLS, data channels, and sound and picture in both directions. `visite probe` is two of them.
//!
//! It is for looking at an installation, and for holding other clients against ours. It is not for people: it has no microphone, comes back to no lost line and
//! replaces no lost path, since whoever probes wants to hear of both.
//!
//! Begin with [`visit::Visit`].

mod chance;
mod connection;
mod control;
mod device;
mod line;
mod link;
mod media;
mod pair;
mod receipt;
mod sdp;
mod server;
mod signing;
mod sockets;
mod steps;
mod turn;
mod visit;
mod ways;
mod welcome;

pub use connection::Received;
pub use device::{Appointment, Console, Device, Enrolment};
pub use link::{Link, NoLink};
pub use pair::{Pair, Who, meet};
pub use server::{NoOrigin, Origin};
pub use steps::{Failure, Step, Steps};
pub use visit::{Depth, Happened, Report, Settings, Visit};
pub use ways::Way;
