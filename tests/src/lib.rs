//! The tests of the whole house live in `tests/tests`; here is what those of several crates need.

pub mod manager;
