//! The sealed handshake and envelopes of `docs/signalling.md`, sections 1 and 4: what lets two browsers negotiate through a server that must not understand them.
//!
//! This is the twin of `web/src/sealed`, for clients and tests in Rust; `tests/vectors/sealed.json` holds both to the same bytes. It is a core: keys and nonces come in as
//! arguments ([`Ephemeral`]), bytes go out, and nothing here sends, waits or draws lots. It is not for the daemons, which must never be able to read what is sealed.
//!
//! Begin with [`Guest::commit`] (the guest's side) and [`Practice::answer`] (the practice's); both end in a [`Session`].
//! With a [`Prekey`] that the practice has left, an [`EarlyOffer`] goes beside the commit, and its answer beside hello A.
//!
//! ```text
//! guest                               practice
//!   commit  ------------------------>
//!           <------------------------  hello A   (signed with the practice's identity key)
//!   hello B ------------------------>
//!   envelope <---------------------->  envelope
//! ```

mod context;
mod crypto;
mod early;
mod handshake;
mod links;
mod message;
mod session;

pub use context::{Context, HandshakeId, RoomId};
pub use crypto::{Ephemeral, Fingerprint, KeyPair};
pub use early::{AwaitedAnswer, EarlyAnswer, EarlyOffer, Prekey};
pub use handshake::{Guest, IdentityKey, Practice, identity_hash};
pub use links::{Fragment, FragmentError, IdentityHash, IssuerSecret, RoomKey};
pub use message::{MessageType, Refusal};
pub use session::{Kind, Session};
