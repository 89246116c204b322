//! From what is stored to what is said.

use api::session::v1 as proto;

use crate::{
    rules::{
        devices::Role,
        fields::{proto_duration, timestamp},
    },
    store::{ApiKey, Device, Invite, Practice, Room, Webhook},
};

impl From<Practice> for proto::Practice {
    fn from(practice: Practice) -> Self {
        Self {
            id: practice.id.to_string(),
            name: practice.name,
            create_time: Some(timestamp(practice.created)),
        }
    }
}

impl From<Device> for proto::Device {
    fn from(device: Device) -> Self {
        Self {
            id: device.id.to_string(),
            practice: device.practice.to_string(),
            name: device.name,
            create_time: Some(timestamp(device.created)),
            revoke_time: device.revoked.map(timestamp),
            role: proto::Role::from(device.role).into(),
            public_key: device.public_key,
            confirm_time: device.confirmed.map(timestamp),
            is_self: false,
        }
    }
}

impl From<ApiKey> for proto::ApiKey {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            practice: key.practice.map_or_else(String::new, |practice| practice.to_string()),
            name: key.name,
            scopes: key.scopes.names(),
            certificate: key
                .certificate
                .map_or_else(String::new, |certificate| certificate.to_string()),
            create_time: Some(timestamp(key.created)),
            revoke_time: key.revoked.map(timestamp),
        }
    }
}

impl From<Webhook> for proto::Webhook {
    fn from(webhook: Webhook) -> Self {
        let state = if webhook.enabled {
            proto::webhook::State::Enabled
        } else {
            proto::webhook::State::Disabled
        };
        Self {
            id: webhook.id.to_string(),
            practice: webhook.practice.to_string(),
            url: webhook.url,
            types: webhook.types.numbers(),
            state: state.into(),
            create_time: Some(timestamp(webhook.created)),
            failing_since: webhook.failing_since.map(timestamp),
            failure: webhook.failure,
            next_attempt_time: webhook.next_attempt.map(timestamp),
            etag: webhook.revision.to_string(),
        }
    }
}

impl From<Role> for proto::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Doctor => Self::Doctor,
            Role::Staff => Self::Staff,
        }
    }
}

impl From<Room> for proto::Room {
    fn from(room: Room) -> Self {
        let state = if room.closed {
            proto::room::State::Closed
        } else {
            proto::room::State::Open
        };
        Self {
            id: room.id.to_string(),
            practice: room.practice.to_string(),
            start_time: Some(timestamp(room.schedule.starts)),
            duration: Some(proto_duration(room.schedule.duration)),
            early: Some(proto_duration(room.schedule.early)),
            late: Some(proto_duration(room.schedule.late)),
            epoch: room.epoch,
            issuer: room.issuer,
            sealed_label: room.label,
            state: state.into(),
            invites: room.invites.into_iter().map(Into::into).collect(),
            create_time: Some(timestamp(room.created)),
            sealed_reply: room.reply,
            reply_time: room.replied.map(timestamp),
            etag: room.revision.to_string(),
        }
    }
}

impl From<Invite> for proto::Invite {
    fn from(invite: Invite) -> Self {
        Self {
            id: invite.id.to_string(),
            seat: invite.seat.into(),
            max_uses: invite.max_uses,
            uses: invite.uses,
            revoked: invite.revoked,
        }
    }
}
