//! stun-d
