use std::pin::Pin;

use api::control::v1::{
    Appointment, CreateDeviceChallengeRequest, CreateDeviceChallengeResponse, EnrolDeviceRequest, EnrolDeviceResponse,
    EnterHourRequest, EnterHourResponse, IdentifyDeviceRequest, IdentifyDeviceResponse, LookupInviteRequest, OpenHour,
    RedeemInviteRequest, RedeemInviteResponse, ReplyToInviteRequest, ReportSeatsRequest, ReportSeatsResponse,
    SeatReport as ProtoSeatReport, SignInDeviceRequest, SignInDeviceResponse, WatchChangesRequest,
    WatchChangesResponse, control_service_server::ControlService,
};
use api::session::v1::Role;
use room::{
    ClientId, Pass, RecordId, RoomId, Seat,
    pass::{Holding, Hour},
    token::Times,
};
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use super::{Handlers, Service, rooms::precondition};
use crate::{
    feed,
    identity::not_found,
    rules::{
        devices::{DeviceToken, is_public_key, signature_is_good},
        fields::{invalid, name, timestamp},
        rooms::reply,
        secrets::{hash, random},
    },
    store::{Device, FoundHour, FoundInvite, NewDevice, Redeemed, Room, SeatReport, StoreError},
};

#[tonic::async_trait]
impl ControlService for Handlers {
    async fn lookup_invite(&self, request: Request<LookupInviteRequest>) -> Result<Response<Appointment>, Status> {
        Service::only_daemons(&request)?;
        let hash = hash(&request.get_ref().invite);
        let appointment = match self.store().find_invite(hash).await {
            Ok(found) => Appointment {
                practice_name: found.practice_name,
                sealed_welcome: found.welcome,
                ..appointment(&found.room, found.invite.seat)
            },
            Err(StoreError::NotFound) => self.hour(self.store().find_hour(hash).await?),
            Err(error) => return Err(error.into()),
        };
        Ok(Response::new(appointment))
    }

    async fn redeem_invite(
        &self,
        request: Request<RedeemInviteRequest>,
    ) -> Result<Response<RedeemInviteResponse>, Status> {
        Service::only_daemons(&request)?;
        let request = request.get_ref();
        let client = client_id(&request.client)?;
        let client_hash = hash(&request.client);
        let found = self.store().find_seat(hash(&request.invite), client_hash).await?;
        let (window, now) = (found.schedule.window(), self.now());
        match window.at(now) {
            Hour::Early => return Err(precondition("TOO_EARLY", "the waiting room is not open yet")),
            Hour::Over => return Err(precondition("OVER", "the appointment is over")),
            Hour::Open => {}
        }
        if !found.used {
            match self.store().redeem(found.invite, found.practice, client_hash).await? {
                Redeemed::Good => {}
                Redeemed::Spent => return Err(Status::resource_exhausted("all uses of the invite are spent")),
            }
        }
        let pass = Pass {
            room: found.room,
            seat: Seat::new(found.seat).ok_or_else(not_found)?,
            epoch: found.epoch,
            client,
            by: Holding::Invite(found.invite),
            window,
            relay: None,
        };
        let (token, _) = self.mint(pass, now);
        Ok(Response::new(RedeemInviteResponse { token }))
    }

    async fn reply_to_invite(&self, request: Request<ReplyToInviteRequest>) -> Result<Response<()>, Status> {
        Service::only_daemons(&request)?;
        let request = request.get_ref();
        let reply = reply(&request.sealed_reply)?;
        let FoundInvite { room, .. } = self.store().find_invite(hash(&request.invite)).await?;
        let now = self.now();
        if room.schedule.window().at(now) == Hour::Over {
            return Err(precondition("OVER", "the appointment is over"));
        }
        self.store().reply(room.id, reply, now).await?;
        Ok(Response::new(()))
    }

    async fn enter_hour(&self, request: Request<EnterHourRequest>) -> Result<Response<EnterHourResponse>, Status> {
        Service::only_daemons(&request)?;
        let request = request.get_ref();
        client_id(&request.client)?;
        let FoundHour {
            hour, practice_name, ..
        } = self.store().find_hour(hash(&request.invite)).await?;
        let (room, invite) = self
            .store()
            .enter_hour(hour.id, hash(&request.client), self.now())
            .await?;
        tracing::info!(room = %room.id, hour = %hour.id, "a guest has come in");
        let appointment = Appointment {
            practice_name,
            ..appointment(&room, 1)
        };
        Ok(Response::new(EnterHourResponse {
            appointment: Some(appointment),
            invite,
        }))
    }

    async fn enrol_device(
        &self,
        request: Request<EnrolDeviceRequest>,
    ) -> Result<Response<EnrolDeviceResponse>, Status> {
        Service::only_daemons(&request)?;
        let request = request.into_inner();
        if !is_public_key(&request.public_key) {
            return Err(invalid(
                "public_key",
                "has to be an uncompressed point of P-256 (65 bytes)",
            ));
        }
        let new = NewDevice {
            id: RecordId::new(random()),
            name: name("name", &request.name, 60)?,
            public_key: request.public_key,
        };
        let enrolled = self.store().enrol(hash(&request.code), new, self.now()).await?;
        let device = enrolled.device;
        tracing::info!(device = %device.id, practice = %device.practice, "device enrolled");
        Ok(Response::new(EnrolDeviceResponse {
            device: device.id.to_string(),
            practice: device.practice.to_string(),
            practice_name: enrolled.practice_name,
            role: Role::from(device.role).into(),
            pending: device.confirmed.is_none(),
            others: enrolled.others,
        }))
    }

    async fn create_device_challenge(
        &self,
        request: Request<CreateDeviceChallengeRequest>,
    ) -> Result<Response<CreateDeviceChallengeResponse>, Status> {
        Service::only_daemons(&request)?;
        let device = crate::rules::fields::id("device", &request.get_ref().device)?;
        Ok(Response::new(CreateDeviceChallengeResponse {
            challenge: self.challenges.make(device, self.now()).to_vec(),
        }))
    }

    async fn sign_in_device(
        &self,
        request: Request<SignInDeviceRequest>,
    ) -> Result<Response<SignInDeviceResponse>, Status> {
        Service::only_daemons(&request)?;
        let request = request.get_ref();
        let device = self
            .signed_in(request)
            .await?
            .ok_or_else(|| Status::unauthenticated("the sign-in failed"))?;
        let practice = self.store().practice(device.practice).await?;
        let times = Times::from(self.now());
        let token = DeviceToken {
            device: device.id,
            practice: device.practice,
        };
        Ok(Response::new(SignInDeviceResponse {
            token: token.mint(times, self.keys.id(), |message| self.keys.sign(message)),
            expire_time: Some(timestamp(times.exp)),
            practice: practice.id.to_string(),
            practice_name: practice.name,
            role: Role::from(device.role).into(),
            has_relay: self.relay().is_some(),
        }))
    }

    async fn identify_device(
        &self,
        request: Request<IdentifyDeviceRequest>,
    ) -> Result<Response<IdentifyDeviceResponse>, Status> {
        Service::only_daemons(&request)?;
        let (device, expires) = self.device_of_token(&request.get_ref().token).await?;
        Ok(Response::new(IdentifyDeviceResponse {
            device: device.id.to_string(),
            practice: device.practice.to_string(),
            role: Role::from(device.role).into(),
            expire_time: Some(timestamp(expires)),
        }))
    }

    type WatchChangesStream = Pin<Box<dyn Stream<Item = Result<WatchChangesResponse, Status>> + Send>>;

    async fn watch_changes(
        &self,
        request: Request<WatchChangesRequest>,
    ) -> Result<Response<Self::WatchChangesStream>, Status> {
        Service::only_daemons(&request)?;
        let keys = feed::keys(&self.keys);
        let changes = feed::follow(
            self.store().clone(),
            keys,
            request.get_ref().after,
            self.clock().clone(),
            self.life(),
        );
        Ok(Response::new(Box::pin(changes)))
    }

    async fn report_seats(
        &self,
        request: Request<ReportSeatsRequest>,
    ) -> Result<Response<ReportSeatsResponse>, Status> {
        Service::only_daemons(&request)?;
        let request = request.get_ref();
        let reporter = crate::rules::fields::id("reporter", &request.reporter)?;
        if request.reports.len() > MAX_REPORTS {
            return Err(invalid("reports", "has to be at most 512"));
        }
        let reports = request.reports.iter().map(seat_report).collect::<Result<_, _>>()?;
        let now = self.now();
        let known = self.store().report_seats(reporter, request.begin, reports, now).await?;
        if known {
            self.reporters().heard(reporter, now);
        }
        Ok(Response::new(ReportSeatsResponse { unknown: !known }))
    }
}

impl Service {
    /// An open hour, as whoever holds its link may see it.
    fn hour(&self, found: FoundHour) -> Appointment {
        let open_until = found.hour.open_at(self.now());
        Appointment {
            practice_name: found.practice_name,
            sealed_welcome: found.welcome,
            hour: Some(OpenHour {
                id: found.hour.id.to_string(),
                open_until: open_until.map(timestamp),
            }),
            ..Appointment::default()
        }
    }

    /// The device, if it has signed a challenge of ours. Whatever is wrong, the same work is done.
    async fn signed_in(&self, request: &SignInDeviceRequest) -> Result<Option<Device>, Status> {
        let Some(id) = RecordId::parse(&request.device) else {
            return Ok(None);
        };
        let device = match self.store().device(id, self.now()).await {
            Ok(device) => Some(device),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        let key = device.as_ref().map_or(&NOBODYS_KEY[..], |device| &device.public_key);
        let signed = signature_is_good(key, &request.challenge, &request.signature);
        let good = device.filter(|device| signed && device.may_sign_in());
        Ok(good.filter(|device| self.challenges.spend(device.id, &request.challenge, self.now())))
    }
}

/// What a guest may know of a room.
fn appointment(room: &Room, seat: u8) -> Appointment {
    let window = room.schedule.window();
    Appointment {
        room: room.id.to_string(),
        seat: seat.into(),
        start_time: Some(timestamp(window.starts)),
        end_time: Some(timestamp(room.schedule.ends())),
        open_time: Some(timestamp(window.opens)),
        close_time: Some(timestamp(window.closes)),
        epoch: room.epoch,
        ..Appointment::default()
    }
}

fn seat_report(report: &ProtoSeatReport) -> Result<SeatReport, Status> {
    let seat = u8::try_from(report.seat).ok().and_then(Seat::new);
    Ok(SeatReport {
        number: report.number,
        room: RoomId::parse(&report.room)
            .ok_or_else(|| invalid("reports.room", "has to be 32 lower-case hexadecimal digits"))?,
        seat: seat.ok_or_else(|| invalid("reports.seat", "has to be 0 to 3"))?,
        taken: report.taken,
    })
}

fn client_id(text: &str) -> Result<ClientId, Status> {
    ClientId::parse(text).ok_or_else(|| invalid("client", "has to be 22 characters of base64url"))
}

const MAX_REPORTS: usize = 512;
/// The generator of P-256: a point to verify against where there is no device.
const NOBODYS_KEY: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03,
    0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe,
    0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce,
    0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];
