use api::session::v1::{
    CloseHourRequest, CreateHourRequest, Hour, ListHoursRequest, ListHoursResponse, OpenHourRequest, RevokeHourRequest,
    SetHourWelcomeRequest, hour_service_server::HourService,
};
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{
    rules::{
        fields::{id, timestamp},
        hours::{NewHour, until},
        rooms::welcome,
        scopes::Scope,
    },
    store,
};

#[tonic::async_trait]
impl HourService for Handlers {
    async fn create_hour(&self, request: Request<CreateHourRequest>) -> Result<Response<Hour>, Status> {
        let caller = self.caller(&request, Scope::RoomsWrite).await?;
        let new = NewHour::parse(request.get_ref())?;
        caller.sees(new.practice)?;
        caller.doctor()?;
        let hour = self.store().create_hour(new, caller.name(), self.now()).await?;
        tracing::info!(hour = %hour.id, "open hour made");
        Ok(Response::new(self.seen(hour)))
    }

    async fn list_hours(&self, request: Request<ListHoursRequest>) -> Result<Response<ListHoursResponse>, Status> {
        let caller = self.caller(&request, Scope::RoomsRead).await?;
        let practice = id("practice", &request.get_ref().practice)?;
        caller.sees(practice)?;
        let hours = self.store().hours(practice).await?.into_iter();
        Ok(Response::new(ListHoursResponse {
            hours: hours.map(|hour| self.seen(hour)).collect(),
        }))
    }

    async fn open_hour(&self, request: Request<OpenHourRequest>) -> Result<Response<Hour>, Status> {
        let hour = self.doctors_hour(&request, &request.get_ref().hour).await?;
        let until = until(request.get_ref().until, self.now())?;
        let hour = self.store().open_hour(hour.id, Some(until)).await?;
        Ok(Response::new(self.seen(hour)))
    }

    async fn close_hour(&self, request: Request<CloseHourRequest>) -> Result<Response<Hour>, Status> {
        let hour = self.managed_hour(&request, &request.get_ref().hour).await?;
        let hour = self.store().open_hour(hour.id, None).await?;
        Ok(Response::new(self.seen(hour)))
    }

    async fn set_hour_welcome(&self, request: Request<SetHourWelcomeRequest>) -> Result<Response<()>, Status> {
        let welcome = welcome(&request.get_ref().sealed_welcome)?;
        let hour = self.doctors_hour(&request, &request.get_ref().hour).await?;
        self.store().set_hour_welcome(hour.id, welcome).await?;
        Ok(Response::new(()))
    }

    async fn revoke_hour(&self, request: Request<RevokeHourRequest>) -> Result<Response<Hour>, Status> {
        let hour = self.managed_hour(&request, &request.get_ref().hour).await?;
        let hour = self.store().revoke_hour(hour.id, self.now()).await?;
        tracing::info!(hour = %hour.id, "open hour revoked");
        Ok(Response::new(self.seen(hour)))
    }
}

impl Handlers {
    /// An hour of the caller's practice, where the caller is one of its doctors.
    async fn doctors_hour<T>(&self, request: &Request<T>, hour: &str) -> Result<store::Hour, Status> {
        let caller = self.caller(request, Scope::RoomsWrite).await?;
        let hour = self.store().hour(id("hour", hour)?).await?;
        caller.sees(hour.practice)?;
        caller.doctor()?;
        Ok(hour)
    }

    /// An hour whose end the caller may decide on.
    async fn managed_hour<T>(&self, request: &Request<T>, hour: &str) -> Result<store::Hour, Status> {
        let caller = self.caller(request, Scope::RoomsWrite).await?;
        let hour = self.store().hour(id("hour", hour)?).await?;
        caller.manages(hour.practice)?;
        Ok(hour)
    }

    fn seen(&self, hour: store::Hour) -> Hour {
        Hour {
            id: hour.id.to_string(),
            practice: hour.practice.to_string(),
            open_until: hour.open_at(self.now()).map(timestamp),
            revoke_time: hour.revoked.map(timestamp),
            create_time: Some(timestamp(hour.created)),
            sealed_label: hour.label,
        }
    }
}
