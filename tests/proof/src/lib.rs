//! What the STUN and TURN core is held against. Every target takes bytes and panics where something is wrong: tests run it on what proptest makes and on the corpus that is
//! kept in `tests/fuzz/corpus`, `scripts/test fuzz` on what libFuzzer finds.

pub mod choices;
pub mod client;
pub mod model;
pub mod network;
mod question;
pub mod story;
pub mod targets;
pub mod wire;
pub mod world;
