//! The gRPC types of `proto/`, generated and checked in. Renew them with `scripts/gen-proto`; a test fails when they drift.
//!
//! [`session::v1`] is for integrators, [`control::v1`] for our own daemons, [`relay::v1`] for who operates a stun-d. There are no rules here: a daemon turns these types into its own at its door.

use prost::Message as _;
use prost_types::{FileDescriptorProto, ServiceDescriptorProto};

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

/// An OpenAPI document of [`session::v1`] over HTTP and JSON.
pub const OPENAPI: &str = include_str!("generated/openapi.json");

/// A serialized `google.protobuf.FileDescriptorSet` of all of them, for gRPC reflection and for HTTP and JSON: with their `google.api.http`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!("generated/descriptors.bin");

/// The paths of all gRPC methods there are: `/visite.session.v1.RoomService/CreateRoom`.
///
/// # Panics
/// Never: what is decoded is checked in.
pub fn methods() -> Vec<String> {
    let set = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("what was generated can be read");
    let of_file = |file: &FileDescriptorProto| {
        let of_service = |service: &ServiceDescriptorProto| {
            let path = format!("/{}.{}", file.package(), service.name());
            let methods = service.method.iter();
            methods
                .map(move |method| format!("{path}/{}", method.name()))
                .collect::<Vec<_>>()
        };
        file.service.iter().flat_map(of_service).collect::<Vec<_>>()
    };
    set.file.iter().flat_map(of_file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_every_service_has_its_path() {
        let methods = methods();

        for path in [
            "/visite.session.v1.RoomService/CreateRoom",
            "/visite.control.v1.ControlService/WatchChanges",
            "/visite.relay.v1.RelayService/Drain",
        ] {
            assert!(methods.iter().any(|method| method == path), "{path} in {methods:?}");
        }
    }
}
