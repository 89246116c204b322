//! visite
