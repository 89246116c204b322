use api::session::v1::{
    ConfirmDeviceRequest, CreateApiKeyRequest, CreateApiKeyResponse, CreateEnrolmentRequest, CreatePracticeRequest,
    Device, DeviceKeys, DropDeviceKeysRequest, Enrolment, GetDeviceKeysRequest, GetPracticeRequest,
    GetPracticeSettingsRequest, ListApiKeysRequest, ListApiKeysResponse, ListDevicesRequest, ListDevicesResponse,
    ListPracticesRequest, ListPracticesResponse, ListUsageRequest, ListUsageResponse, MonthlyUsage, Practice,
    PracticeSettings, RevokeApiKeyRequest, RevokeDeviceRequest, Role as ProtoRole, UpdatePracticeSettingsRequest,
    UpdatePracticeSettingsResponse, practice_service_server::PracticeService,
};
use room::RecordId;
use tonic::{Request, Response, Status};

use super::{Handlers, Service, rooms::precondition};
use crate::{
    identity::Caller,
    rules::{
        certificates::Binding,
        devices::Role,
        fields::{bytes, duration, id, invalid, name, page_size, proto_duration, timestamp},
        months::Month,
        scopes::{Scope, Scopes},
        secrets::{hash, new_code, random},
    },
    store,
};

#[tonic::async_trait]
impl PracticeService for Handlers {
    async fn create_practice(&self, request: Request<CreatePracticeRequest>) -> Result<Response<Practice>, Status> {
        let caller = self.caller(&request, Scope::Operate).await?;
        caller.operates()?;
        let asked = self.asked(caller, &request.get_ref().request_id, request.get_ref())?;
        let practice = store::Practice {
            id: RecordId::new(random()),
            name: name("name", &request.get_ref().name, 120)?,
            created: self.now(),
        };
        let practice = self.store().create_practice(practice, asked).await?;
        tracing::info!(practice = %practice.id, "practice created");
        Ok(Response::new(practice.into()))
    }

    async fn get_practice(&self, request: Request<GetPracticeRequest>) -> Result<Response<Practice>, Status> {
        let caller = self.caller(&request, Scope::PracticeRead).await?;
        let practice = id("practice", &request.get_ref().practice)?;
        caller.sees(practice)?;
        Ok(Response::new(self.store().practice(practice).await?.into()))
    }

    async fn list_practices(
        &self,
        request: Request<ListPracticesRequest>,
    ) -> Result<Response<ListPracticesResponse>, Status> {
        let caller = self.caller(&request, Scope::PracticeRead).await?;
        let request = request.get_ref();
        let size = page_size(request.page_size)?;
        let after = match request.page_token.as_str() {
            "" => None,
            token => Some(id("page_token", token)?),
        };
        let practices = match caller {
            Caller::Operator => self.store().practices(after, size).await?,
            Caller::Integrator { practice, .. } | Caller::Device { practice, .. } => {
                vec![self.store().practice(practice).await?]
            }
            Caller::Daemon => Vec::new(),
        };
        let full = practices.len() == usize::try_from(size).unwrap_or(usize::MAX);
        let next = practices.last().filter(|_| full && caller == Caller::Operator);
        Ok(Response::new(ListPracticesResponse {
            next_page_token: next.map_or_else(String::new, |last| last.id.to_string()),
            practices: practices.into_iter().map(Into::into).collect(),
        }))
    }

    async fn create_enrolment(&self, request: Request<CreateEnrolmentRequest>) -> Result<Response<Enrolment>, Status> {
        let caller = self.caller(&request, Scope::PracticeWrite).await?;
        let request = request.get_ref();
        let practice = id("practice", &request.practice)?;
        caller.manages(practice)?;
        let by_device = matches!(caller, Caller::Device { .. });
        let (longest, absent) = if by_device {
            (OF_A_DEVICE, OF_A_DEVICE)
        } else {
            (A_WEEK, A_DAY)
        };
        let ttl = duration("ttl", request.ttl, 60..=longest, Some(absent))?;
        let role = role(request.role)?;
        let asked = self.asked(caller, &request.request_id, request)?;
        self.store().practice(practice).await?;
        let (code, expires) = (new_code(), self.now() + ttl);
        let enrolment = store::Enrolment {
            hash: hash(&code),
            practice,
            role,
            needs_confirmation: by_device || request.needs_confirmation,
            expires,
        };
        let code = if self.store().create_enrolment(enrolment, asked).await? {
            code
        } else {
            String::new()
        };
        let link = if by_device || code.is_empty() {
            String::new()
        } else {
            self.link(&format!("/practice#enrol={code}"))
        };
        Ok(Response::new(Enrolment {
            link,
            code,
            expire_time: Some(timestamp(expires)),
        }))
    }

    async fn list_devices(
        &self,
        request: Request<ListDevicesRequest>,
    ) -> Result<Response<ListDevicesResponse>, Status> {
        let caller = self.caller(&request, Scope::PracticeRead).await?;
        let practice = id("practice", &request.get_ref().practice)?;
        caller.sees(practice)?;
        let devices = self.store().devices(practice, self.now()).await?.into_iter();
        let seen_by_caller = |device: store::Device| Device {
            is_self: matches!(caller, Caller::Device { device: own, .. } if own == device.id),
            ..device.into()
        };
        Ok(Response::new(ListDevicesResponse {
            devices: devices.map(seen_by_caller).collect(),
        }))
    }

    async fn confirm_device(&self, request: Request<ConfirmDeviceRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request, Scope::PracticeWrite).await?;
        let request = request.get_ref();
        let id = id("device", &request.device)?;
        let sealed_keys = bytes("sealed_keys", &request.sealed_keys, 1..=MAX_KEYS)?;
        let now = self.now();
        caller.sees(self.store().device(id, now).await?.practice)?;
        let (by, _) = caller.doctor()?;
        self.store().confirm_device(id, sealed_keys, now).await?;
        tracing::info!(device = %id, %by, "device confirmed");
        Ok(Response::new(()))
    }

    async fn revoke_device(&self, request: Request<RevokeDeviceRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request, Scope::PracticeWrite).await?;
        let id = id("device", &request.get_ref().device)?;
        let now = self.now();
        let practice = self.store().device(id, now).await?.practice;
        caller.sees(practice)?;
        // Everybody may go.
        if !matches!(caller, Caller::Device { device, .. } if device == id) {
            caller.manages(practice)?;
        }
        self.store().revoke_device(id, now).await?;
        tracing::info!(device = %id, "device revoked");
        Ok(Response::new(()))
    }

    async fn get_device_keys(&self, request: Request<GetDeviceKeysRequest>) -> Result<Response<DeviceKeys>, Status> {
        let (device, _, _) = self.caller(&request, Scope::PracticeRead).await?.device()?;
        let sealed_keys = self.store().device_keys(device, self.now()).await?;
        Ok(Response::new(DeviceKeys { sealed_keys }))
    }

    async fn drop_device_keys(&self, request: Request<DropDeviceKeysRequest>) -> Result<Response<()>, Status> {
        let (device, _, _) = self.caller(&request, Scope::PracticeWrite).await?.device()?;
        self.store().drop_device_keys(device).await?;
        Ok(Response::new(()))
    }

    async fn get_practice_settings(
        &self,
        request: Request<GetPracticeSettingsRequest>,
    ) -> Result<Response<PracticeSettings>, Status> {
        let caller = self.caller(&request, Scope::PracticeRead).await?;
        let practice = id("practice", &request.get_ref().practice)?;
        caller.sees(practice)?;
        caller.device()?;
        let store::Settings { sealed, revision } = self.store().settings(practice).await?;
        Ok(Response::new(PracticeSettings { sealed, revision }))
    }

    async fn update_practice_settings(
        &self,
        request: Request<UpdatePracticeSettingsRequest>,
    ) -> Result<Response<UpdatePracticeSettingsResponse>, Status> {
        let caller = self.caller(&request, Scope::PracticeWrite).await?;
        let request = request.get_ref();
        let practice = id("practice", &request.practice)?;
        let settings = store::Settings {
            sealed: bytes("sealed", &request.sealed, 0..=MAX_SETTINGS)?,
            revision: request.revision,
        };
        caller.sees(practice)?;
        caller.doctor()?;
        let revision = self.store().update_settings(practice, settings).await?;
        Ok(Response::new(UpdatePracticeSettingsResponse { revision }))
    }

    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Result<Response<CreateApiKeyResponse>, Status> {
        let caller = self.caller(&request, Scope::Operate).await?;
        caller.operates()?;
        let request = request.get_ref();
        let asked = self.asked(caller, &request.request_id, request)?;
        let practice = match request.practice.as_str() {
            "" => None,
            practice => Some(self.store().practice(id("practice", practice)?).await?.id),
        };
        let secret = new_code() + &new_code();
        let key = store::ApiKey {
            id: RecordId::new(random()),
            practice,
            name: name("name", &request.name, 60)?,
            hash: hash(&secret),
            scopes: Scopes::parse(&request.scopes)?,
            certificate: self.certificate(&request.certificate)?,
            created: self.now(),
            revoked: None,
        };
        let id = key.id;
        let (id, key) = match self.store().create_api_key(key, asked).await? {
            Ok(()) => (id, format!("visite_{id}_{secret}")),
            Err(earlier) => (earlier, String::new()),
        };
        Ok(Response::new(CreateApiKeyResponse {
            id: id.to_string(),
            key,
        }))
    }

    async fn list_api_keys(
        &self,
        request: Request<ListApiKeysRequest>,
    ) -> Result<Response<ListApiKeysResponse>, Status> {
        self.caller(&request, Scope::Operate).await?.operates()?;
        let practice = match request.get_ref().practice.as_str() {
            "" => None,
            practice => Some(self.store().practice(id("practice", practice)?).await?.id),
        };
        let keys = self.store().api_keys(practice).await?.into_iter();
        Ok(Response::new(ListApiKeysResponse {
            keys: keys.map(Into::into).collect(),
        }))
    }

    async fn list_usage(&self, request: Request<ListUsageRequest>) -> Result<Response<ListUsageResponse>, Status> {
        let caller = self.caller(&request, Scope::UsageRead).await?;
        let request = request.get_ref();
        let practice = id("practice", &request.practice)?;
        let this_month = Month::at(self.now());
        let from = month("from_month", &request.from_month, this_month.years_before(1))?;
        let to = month("to_month", &request.to_month, this_month)?;
        if to < from || to.number() - from.number() > MOST_MONTHS {
            return Err(invalid("to_month", "has to be at most 120 after from_month"));
        }
        caller.sees(practice)?;
        let usage = self.store().usage(practice, from, to).await?.into_iter();
        let months = usage.map(|usage| MonthlyUsage {
            month: usage.month.to_string(),
            visits: usage.visits,
            duration: Some(proto_duration(usage.seconds)),
        });
        Ok(Response::new(ListUsageResponse {
            months: months.collect(),
        }))
    }

    async fn revoke_api_key(&self, request: Request<RevokeApiKeyRequest>) -> Result<Response<()>, Status> {
        self.caller(&request, Scope::Operate).await?.operates()?;
        let id = id("id", &request.get_ref().id)?;
        self.store().revoke_api_key(id, self.now()).await?;
        Ok(Response::new(()))
    }
}

impl Service {
    /// What a key is to be bound to. There has to be somebody who could show it.
    fn certificate(&self, text: &str) -> Result<Option<Binding>, Status> {
        let binding = Binding::parse(text)?;
        if binding.is_some() && !self.certificates {
            return Err(precondition(
                "NO_CERTIFICATES",
                "session-d knows no authority of integrators' certificates: [integrators] in its configuration",
            ));
        }
        Ok(binding)
    }
}

fn month(field: &str, text: &str, absent: Month) -> Result<Month, Status> {
    if text.is_empty() {
        return Ok(absent);
    }
    Month::parse(text).ok_or_else(|| invalid(field, "has to be like 2026-11, or empty"))
}

fn role(role: i32) -> Result<Role, Status> {
    match ProtoRole::try_from(role) {
        Ok(ProtoRole::Unspecified | ProtoRole::Doctor) => Ok(Role::Doctor),
        Ok(ProtoRole::Staff) => Ok(Role::Staff),
        Err(_) => Err(invalid("role", "has to be ROLE_DOCTOR or ROLE_STAFF")),
    }
}

const MOST_MONTHS: u64 = 120;
const MAX_KEYS: usize = 4096;
const MAX_SETTINGS: usize = 65_536;
/// A device's code is for a browser that is at hand.
const OF_A_DEVICE: u64 = 15 * 60;
const A_DAY: u64 = 24 * 60 * 60;
const A_WEEK: u64 = 7 * A_DAY;
