use api::session::v1::{
    CreateApiKeyRequest, CreateApiKeyResponse, CreateEnrolmentRequest, CreatePracticeRequest, Enrolment,
    GetPracticeRequest, ListDevicesRequest, ListDevicesResponse, ListPracticesRequest, ListPracticesResponse, Practice,
    RevokeApiKeyRequest, RevokeDeviceRequest, practice_service_server::PracticeService,
};
use room::RecordId;
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{
    clock,
    identity::Caller,
    rules::{
        fields::{duration, id, name, page_size, timestamp},
        secrets::{hash, new_code, random},
    },
    store,
};

#[tonic::async_trait]
impl PracticeService for Handlers {
    async fn create_practice(&self, request: Request<CreatePracticeRequest>) -> Result<Response<Practice>, Status> {
        self.caller(&request).await?.operates()?;
        let practice = store::Practice {
            id: RecordId::new(random()),
            name: name("name", &request.get_ref().name, 120)?,
            created: clock::now(),
        };
        let practice = self.store().create_practice(practice).await?;
        tracing::info!(practice = %practice.id, "practice created");
        Ok(Response::new(practice.into()))
    }

    async fn get_practice(&self, request: Request<GetPracticeRequest>) -> Result<Response<Practice>, Status> {
        let caller = self.caller(&request).await?;
        let practice = id("practice", &request.get_ref().practice)?;
        caller.sees(practice)?;
        Ok(Response::new(self.store().practice(practice).await?.into()))
    }

    async fn list_practices(
        &self,
        request: Request<ListPracticesRequest>,
    ) -> Result<Response<ListPracticesResponse>, Status> {
        let caller = self.caller(&request).await?;
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
        let caller = self.caller(&request).await?;
        let request = request.get_ref();
        let practice = id("practice", &request.practice)?;
        caller.manages(practice)?;
        let ttl = duration("ttl", request.ttl, 60..=A_WEEK, Some(A_DAY))?;
        self.store().practice(practice).await?;
        let (code, expires) = (new_code(), clock::now() + ttl);
        self.store().create_enrolment(practice, hash(&code), expires).await?;
        Ok(Response::new(Enrolment {
            link: self.link(&format!("/practice#enrol={code}")),
            code,
            expire_time: Some(timestamp(expires)),
        }))
    }

    async fn list_devices(
        &self,
        request: Request<ListDevicesRequest>,
    ) -> Result<Response<ListDevicesResponse>, Status> {
        let caller = self.caller(&request).await?;
        let practice = id("practice", &request.get_ref().practice)?;
        caller.sees(practice)?;
        let devices = self.store().devices(practice).await?;
        Ok(Response::new(ListDevicesResponse {
            devices: devices.into_iter().map(Into::into).collect(),
        }))
    }

    async fn revoke_device(&self, request: Request<RevokeDeviceRequest>) -> Result<Response<()>, Status> {
        let caller = self.caller(&request).await?;
        let id = id("device", &request.get_ref().device)?;
        caller.sees(self.store().device(id).await?.practice)?;
        self.store().revoke_device(id, clock::now()).await?;
        tracing::info!(device = %id, "device revoked");
        Ok(Response::new(()))
    }

    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Result<Response<CreateApiKeyResponse>, Status> {
        self.caller(&request).await?.operates()?;
        let request = request.get_ref();
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
        };
        let id = key.id;
        self.store().create_api_key(key, clock::now()).await?;
        Ok(Response::new(CreateApiKeyResponse {
            id: id.to_string(),
            key: format!("visite_{id}_{secret}"),
        }))
    }

    async fn revoke_api_key(&self, request: Request<RevokeApiKeyRequest>) -> Result<Response<()>, Status> {
        self.caller(&request).await?.operates()?;
        let id = id("id", &request.get_ref().id)?;
        self.store().revoke_api_key(id, clock::now()).await?;
        Ok(Response::new(()))
    }
}

const A_DAY: u64 = 24 * 60 * 60;
const A_WEEK: u64 = 7 * A_DAY;
