//! The practice's devices, as one of them sees and changes them.

use std::sync::Arc;

use api::session::v1::{
    ConfirmDeviceRequest, CreateEnrolmentRequest, Device, ListDevicesRequest, RevokeDeviceRequest, Role,
};
use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    device::role_name,
    json::{Body, Bytes64, Nothing, Refused, answer, base64, in_the_name_of, ms},
    rooms::own_practice,
};
use crate::Parts;

pub(super) async fn list(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refused> {
    let request = ListDevicesRequest {
        practice: own_practice(&parts, &headers).await?,
    };
    let listed = parts
        .session
        .practices()
        .list_devices(in_the_name_of(&headers, request)?)
        .await?
        .into_inner();
    let devices: Vec<_> = listed.devices.iter().map(device_json).collect();
    Ok(answer(json!({ "devices": devices })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrolment {
    role: WantedRole,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WantedRole {
    Doctor,
    Staff,
}

pub(super) async fn enrolment(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(Enrolment { role }): Body<Enrolment>,
) -> Result<Response, Refused> {
    let role = match role {
        WantedRole::Doctor => Role::Doctor,
        WantedRole::Staff => Role::Staff,
    };
    let request = CreateEnrolmentRequest {
        practice: own_practice(&parts, &headers).await?,
        ttl: None,
        role: role.into(),
        needs_confirmation: true,
        ..CreateEnrolmentRequest::default()
    };
    let made = parts
        .session
        .practices()
        .create_enrolment(in_the_name_of(&headers, request)?)
        .await?
        .into_inner();
    Ok(answer(json!({ "code": made.code, "expires_at": ms(made.expire_time) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {
    device: String,
    sealed_keys: Bytes64,
}

pub(super) async fn confirm(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(confirm): Body<Confirm>,
) -> Result<Response, Refused> {
    let request = ConfirmDeviceRequest {
        device: confirm.device,
        sealed_keys: confirm.sealed_keys.0,
    };
    parts
        .session
        .practices()
        .confirm_device(in_the_name_of(&headers, request)?)
        .await?;
    Ok(answer(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoke {
    device: String,
}

pub(super) async fn revoke(
    State(parts): State<Arc<Parts>>,
    headers: HeaderMap,
    Body(Revoke { device }): Body<Revoke>,
) -> Result<Response, Refused> {
    parts
        .session
        .practices()
        .revoke_device(in_the_name_of(&headers, RevokeDeviceRequest { device })?)
        .await?;
    Ok(answer(json!({})))
}

fn device_json(device: &Device) -> Value {
    json!({
        "id": device.id,
        "name": device.name,
        "role": role_name(device.role()),
        "public_key": base64(&device.public_key),
        "created_at": ms(device.create_time),
        "confirmed_at": device.confirm_time.map(|at| ms(Some(at))),
        "revoked_at": device.revoke_time.map(|at| ms(Some(at))),
        "is_self": device.is_self,
    })
}
