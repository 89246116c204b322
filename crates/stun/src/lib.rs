//! STUN (RFC 8489) as a value: the bytes of a datagram or a stream in, the bytes of an answer out.
//!
//! It is a core: it opens no socket, keeps nothing between two requests, allocates nothing for an answer and writes no log. [`answer`] is what a Binding server says;
//! [`Framer`] cuts a TCP stream into messages; [`Rates`] is for who asks too much; [`Message`] reads any STUN message, with [`integrity`] for its proofs, and [`Builder`] writes one. It is no client (it
//! has no transactions), and no relay.

mod answer;
pub mod attribute;
mod builder;
mod discovery;
mod framer;
pub mod integrity;
mod message;
mod rates;
pub mod turn;

pub use answer::{Answer, answer};
pub use attribute::{Attribute, AttributeType};
pub use builder::Builder;
pub use discovery::{Passage, Square};
pub use framer::{Framer, NotStun};
pub use message::{Class, Malformed, Message, Method, TransactionId};
pub use rates::Rates;

/// The port that clients expect, over UDP and TCP.
pub const DEFAULT_PORT: u16 = 3478;

/// The longest request that is looked at. A Binding request of any honest client has less than a tenth of it, and a longer datagram would come in fragments.
pub const MAX_REQUEST: usize = 1500;
