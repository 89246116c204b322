//! The gRPC types of `proto/`, generated and checked in. Renew them with `scripts/gen-proto`; a test fails when they drift.
//!
//! [`session::v1`] is for integrators, [`control::v1`] for our own daemons, [`relay::v1`] for who operates a stun-d. There are no rules here: a daemon turns these types into its own at its door.

/// The API for integrators: practices, devices, rooms, invites.
pub mod session {
    /// Version 1.
    #[allow(missing_debug_implementations, clippy::all, clippy::pedantic, reason = "generated")]
    pub mod v1 {
        include!("generated/visite.session.v1.rs");
    }
}

/// What our daemons say to each other.
pub mod control {
    /// Version 1.
    #[allow(missing_debug_implementations, clippy::all, clippy::pedantic, reason = "generated")]
    pub mod v1 {
        include!("generated/visite.control.v1.rs");
    }
}

/// How a stun-d is operated.
pub mod relay {
    /// Version 1.
    #[allow(missing_debug_implementations, clippy::all, clippy::pedantic, reason = "generated")]
    pub mod v1 {
        include!("generated/visite.relay.v1.rs");
    }
}

/// A serialized `google.protobuf.FileDescriptorSet` of all of them, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!("generated/descriptors.bin");
