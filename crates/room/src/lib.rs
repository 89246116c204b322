//! room
pub mod pass;
