//! session-d
