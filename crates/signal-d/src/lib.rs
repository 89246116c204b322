//! signal-d
