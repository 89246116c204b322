//! How further browsers of a practice come in, what the staff's may do, and what they all share.

mod common;

use std::time::Duration;

use api::{
    control::v1::LookupInviteRequest,
    session::v1::{
        CloseRoomRequest, ConfirmDeviceRequest, CreateEnrolmentRequest, CreateRoomTokenRequest, Device as Listed,
        DropDeviceKeysRequest, GetDeviceKeysRequest, GetPracticeSettingsRequest, ListDevicesRequest,
        RevokeDeviceRequest, Role, SetWelcomeRequest, UpdatePracticeSettingsRequest,
    },
};
use common::{
    House,
    device::{Device, enrolment},
    room_request,
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn a_second_doctors_device_waits_until_the_first_confirms_it_and_finds_its_keys() {
    let practice = Practice::new().await;
    let second = practice.add(Role::Doctor).await;

    assert_eq!(
        second.sign_in(&practice.house).await.expect_err("pending").code(),
        Code::Unauthenticated
    );
    // Those of one second are in no order.
    let listed = practice.listed().await;
    let (own, waiting): (Vec<_>, Vec<_>) = listed.into_iter().partition(|device| device.is_self);
    let [waiting] = &waiting[..] else {
        panic!("two devices, of which one asks: {own:?} {waiting:?}");
    };
    assert_eq!((own.len(), waiting.id.as_str()), (1, second.id.as_str()));
    assert_eq!(
        (waiting.confirm_time, &waiting.public_key[..]),
        (None, &second.public_key()[..])
    );

    practice.confirm(&second, b"sealed").await.expect("confirmed");

    let session = second.sign_in(&practice.house).await.expect("signs in");
    assert_eq!(session.role(), Role::Doctor);
    let mut practices = practice.house.practices_as(&session.token);
    for _ in 0..2 {
        let keys = practices.get_device_keys(GetDeviceKeysRequest {}).await.expect("there");
        assert_eq!(keys.into_inner().sealed_keys, b"sealed");
    }
    for _ in 0..2 {
        practices
            .drop_device_keys(DropDeviceKeysRequest {})
            .await
            .expect("dropped");
    }
    let keys = practices.get_device_keys(GetDeviceKeysRequest {}).await;
    assert_eq!(keys.expect_err("gone").code(), Code::NotFound);
    let listed = practice.listed().await;
    assert!(listed.iter().all(|device| device.confirm_time.is_some()));
}

#[tokio::test]
async fn keys_that_nobody_fetches_are_gone_after_a_day() {
    let practice = Practice::new().await;
    let second = practice.add(Role::Doctor).await;
    practice.confirm(&second, b"sealed").await.expect("confirmed");

    practice.house.clock.advance(A_DAY);

    let session = second.sign_in(&practice.house).await.expect("signs in");
    let mut practices = practice.house.practices_as(&session.token);
    let keys = practices.get_device_keys(GetDeviceKeysRequest {}).await;
    assert_eq!(keys.expect_err("gone").code(), Code::NotFound);
}

#[tokio::test]
async fn a_device_is_confirmed_once_and_only_while_it_waits() {
    let practice = Practice::new().await;
    let (confirmed, revoked, late) = (
        practice.add(Role::Doctor).await,
        practice.add(Role::Staff).await,
        practice.add(Role::Staff).await,
    );
    practice.confirm(&confirmed, b"sealed").await.expect("confirmed");
    practice.revoke(&revoked.id).await.expect("revoked");

    for device in [&confirmed, &revoked] {
        let refused = practice.confirm(device, b"other").await.expect_err("not pending");
        assert_eq!(refused.code(), Code::FailedPrecondition);
    }
    assert_eq!(
        revoked.sign_in(&practice.house).await.expect_err("revoked").code(),
        Code::Unauthenticated
    );

    practice.house.clock.advance(A_DAY);
    let token = practice.first.sign_in(&practice.house).await.expect("signs in").token;
    let confirm = ConfirmDeviceRequest {
        device: late.id.clone(),
        sealed_keys: b"sealed".to_vec(),
    };
    let refused = practice.house.practices_as(&token).confirm_device(confirm).await;
    assert_eq!(refused.expect_err("gone").code(), Code::NotFound);
    let request = ListDevicesRequest {
        practice: practice.id.clone(),
    };
    let listed = practice.house.practices_as(&token).list_devices(request).await;
    let listed = listed.expect("a list").into_inner().devices;
    assert!(listed.iter().all(|device| device.id != late.id));
}

#[tokio::test]
async fn a_devices_code_is_good_for_a_quarter_of_an_hour_and_has_no_link() {
    let practice = Practice::new().await;
    let mut practices = practice.house.practices_as(&practice.token);
    let made = practices.create_enrolment(practice.enrolment(Role::Staff)).await;
    let made = made.expect("a code").into_inner();
    assert_eq!(made.link, "");
    let too_long = CreateEnrolmentRequest {
        ttl: Some(prost_types::Duration { seconds: 901, nanos: 0 }),
        ..practice.enrolment(Role::Staff)
    };
    assert_names("ttl", practices.create_enrolment(too_long).await);
    let no_role = CreateEnrolmentRequest {
        role: 3,
        ..practice.enrolment(Role::Staff)
    };
    assert_names("role", practices.create_enrolment(no_role).await);

    practice.house.clock.advance(Duration::from_secs(15 * 60));

    let refused = Device::new().try_enrol(&practice.house, &made.code).await;
    assert_eq!(refused.expect_err("expired").code(), Code::NotFound);
}

/// The answer to an enrolment may get lost on its way.
#[tokio::test]
async fn the_same_key_with_the_same_code_gets_the_same_answer_until_the_code_would_have_run_out() {
    let practice = Practice::new().await;
    let code = enrolment(&practice.house, &practice.id).await;
    let device = Device::new();

    let first = device.enrolled(&practice.house, &code).await.expect("enrolled");
    let again = device.enrolled(&practice.house, &code).await.expect("again");
    assert_eq!(first, again);
    assert_eq!((first.role(), first.pending, first.others), (Role::Doctor, false, 1));
    assert_eq!(practice.listed().await.len(), 2);
    let other = Device::new().enrolled(&practice.house, &code).await;
    assert_eq!(other.expect_err("another key").code(), Code::NotFound);

    practice.house.clock.advance(A_DAY);
    let late = device.enrolled(&practice.house, &code).await;
    assert_eq!(late.expect_err("run out").code(), Code::NotFound);
}

#[tokio::test]
async fn a_revoked_device_does_not_come_back_with_its_code() {
    let practice = Practice::new().await;
    let code = enrolment(&practice.house, &practice.id).await;
    let mut device = Device::new();
    device.id = device.try_enrol(&practice.house, &code).await.expect("enrolled");

    practice.revoke(&device.id).await.expect("revoked");

    let again = device.try_enrol(&practice.house, &code).await;
    assert_eq!(again.expect_err("revoked").code(), Code::NotFound);
}

#[tokio::test]
async fn who_enrols_is_told_how_many_other_doctors_hold_the_keys() {
    let practice = Practice::new().await;
    let others = async || {
        let code = enrolment(&practice.house, &practice.id).await;
        let told = Device::new().enrolled(&practice.house, &code).await;
        told.expect("enrolled").others
    };
    practice.add(Role::Doctor).await;
    let staff = practice.add(Role::Staff).await;
    practice.confirm(&staff, b"sealed").await.expect("confirmed");

    assert_eq!(others().await, 1, "neither who is pending nor staff counts");
    assert_eq!(others().await, 2);
    practice.revoke(&practice.first.id).await.expect("revoked");
    assert_eq!(others().await, 2, "nor who is revoked");
}

#[tokio::test]
async fn the_operator_may_ask_for_a_confirmation_and_for_staff() {
    let practice = Practice::new().await;
    let request = CreateEnrolmentRequest {
        needs_confirmation: true,
        ..practice.enrolment(Role::Staff)
    };
    let made = practice.house.practices().create_enrolment(request).await;
    let made = made.expect("a code").into_inner();
    assert!(
        made.link.ends_with(&format!("/practice#enrol={}", made.code)),
        "{}",
        made.link
    );

    let told = Device::new()
        .enrolled(&practice.house, &made.code)
        .await
        .expect("enrolled");

    assert_eq!((told.role(), told.pending), (Role::Staff, true));
}

#[tokio::test]
async fn staff_arrange_an_appointment_and_stay_outside() {
    let practice = Practice::new().await;
    let staff = practice.staff().await;
    let mut rooms = practice.house.rooms_as(&staff.token);

    let created = rooms.create_room(room_request(&practice.id, 0)).await.expect("created");
    let room = created.into_inner().room.expect("a room");
    assert_eq!(room.issuer, "reception");
    let room = room.id;
    let token = rooms
        .create_room_token(CreateRoomTokenRequest { room: room.clone() })
        .await;

    assert_eq!(token.expect_err("is refused").code(), Code::PermissionDenied);
    practice
        .house
        .rooms_as(&practice.token)
        .create_room_token(CreateRoomTokenRequest { room: room.clone() })
        .await
        .expect("the doctor is let in");
    rooms
        .close_room(CloseRoomRequest {
            room,
            ..CloseRoomRequest::default()
        })
        .await
        .expect("closed");
}

#[tokio::test]
async fn staff_bar_themselves_and_nobody_else() {
    let practice = Practice::new().await;
    let (staff, colleague) = (practice.staff().await, practice.staff().await);
    let mut practices = practice.house.practices_as(&staff.token);

    for device in [&practice.first.id, &colleague.device.id] {
        let request = RevokeDeviceRequest { device: device.clone() };
        let refused = practices.revoke_device(request).await.expect_err("is refused");
        assert_eq!(refused.code(), Code::PermissionDenied);
    }
    let itself = RevokeDeviceRequest {
        device: staff.device.id.clone(),
    };
    practices.revoke_device(itself).await.expect("barred");

    assert_eq!(
        staff.device.sign_in(&practice.house).await.expect_err("is out").code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn settings_are_written_over_what_was_read_and_nothing_else() {
    let practice = Practice::new().await;
    let staff = practice.staff().await;
    let read = GetPracticeSettingsRequest {
        practice: practice.id.clone(),
    };
    let settings = practice
        .house
        .practices_as(&staff.token)
        .get_practice_settings(read.clone())
        .await;
    let settings = settings.expect("none yet").into_inner();
    assert_eq!((settings.sealed.len(), settings.revision), (0, 0));

    assert_eq!(practice.write(b"first", 0).await.expect("written"), 1);
    assert_eq!(practice.write(b"second", 1).await.expect("written"), 2);
    for outdated in [0, 1, 3, u64::MAX] {
        assert_eq!(
            practice.write(b"late", outdated).await.expect_err("refused").code(),
            Code::Aborted
        );
    }

    let settings = practice
        .house
        .practices_as(&staff.token)
        .get_practice_settings(read)
        .await;
    let settings = settings.expect("there").into_inner();
    assert_eq!((settings.sealed.as_slice(), settings.revision), (&b"second"[..], 2));
}

#[tokio::test]
async fn a_welcome_is_what_who_holds_the_link_is_given_until_another_is_set() {
    let practice = Practice::new().await;
    let mut request = room_request(&practice.id, 0);
    request.sealed_welcome = b"welcome".to_vec();
    let created = practice.house.create(request).await;
    let (room, invite) = (created.room.expect("a room").id, created.invites[0].token.clone());
    let read = async || {
        let lookup = LookupInviteRequest { invite: invite.clone() };
        let found = practice.house.control().lookup_invite(lookup).await;
        found.expect("found").into_inner().sealed_welcome
    };
    let set = async |sealed_welcome: Vec<u8>| {
        let request = SetWelcomeRequest {
            room: room.clone(),
            sealed_welcome,
        };
        practice.house.rooms_as(&practice.token).set_welcome(request).await
    };

    assert_eq!(read().await, b"welcome");
    set(vec![7; 32_768]).await.expect("set");
    assert_eq!(read().await, vec![7; 32_768]);
    set(Vec::new()).await.expect("set");
    assert_eq!(read().await, b"");
    assert_names("sealed_welcome", set(vec![7; 32_769]).await);
    practice
        .house
        .rooms()
        .close_room(CloseRoomRequest {
            room: room.clone(),
            ..CloseRoomRequest::default()
        })
        .await
        .expect("closed");
    assert_eq!(
        set(b"late".to_vec()).await.expect_err("cancelled").code(),
        Code::FailedPrecondition
    );
}

#[tokio::test]
async fn each_refusal_of_what_is_sealed_names_its_field_and_what_just_fits_is_good() {
    let practice = Practice::new().await;
    let device = practice.add(Role::Doctor).await;

    for keys in [Vec::new(), vec![7; 4097]] {
        assert_names("sealed_keys", practice.confirm(&device, &keys).await);
    }
    practice.confirm(&device, &[7; 4096]).await.expect("fits");
    assert_names("sealed", practice.write(&[7; 65_537], 0).await);
    practice.write(&[7; 65_536], 0).await.expect("fits");
    let mut practices = practice.house.practices_as(&practice.token);
    let request = ConfirmDeviceRequest {
        device: "x".to_owned(),
        sealed_keys: vec![7],
    };
    assert_names("device", practices.confirm_device(request).await);
    let request = GetPracticeSettingsRequest {
        practice: "x".to_owned(),
    };
    assert_names("practice", practices.get_practice_settings(request).await);
    let request = UpdatePracticeSettingsRequest::default();
    assert_names("practice", practices.update_practice_settings(request).await);
}

fn assert_names<T: std::fmt::Debug>(field: &str, answer: Result<T, Status>) {
    let status = answer.expect_err(field);
    let details = status.get_details_bad_request().expect("details");
    assert_eq!(details.field_violations[0].field, field);
}

/// A practice with one doctor's device, that is signed in.
struct Practice {
    house: House,
    id: String,
    first: Device,
    token: String,
}

struct SignedIn {
    device: Device,
    token: String,
}

impl Practice {
    async fn new() -> Self {
        let house = House::new().await;
        let id = house.practice("Praxis am Finkenweg").await;
        let first = Device::enrol(&house, &id).await;
        let token = first.sign_in(&house).await.expect("signs in").token;
        Self {
            house,
            id,
            first,
            token,
        }
    }

    fn enrolment(&self, role: Role) -> CreateEnrolmentRequest {
        CreateEnrolmentRequest {
            practice: self.id.clone(),
            role: role.into(),
            ..CreateEnrolmentRequest::default()
        }
    }

    async fn add(&self, role: Role) -> Device {
        Device::add(&self.house, &self.token, &self.id, role).await
    }

    async fn staff(&self) -> SignedIn {
        let device = self.add(Role::Staff).await;
        self.confirm(&device, b"sealed").await.expect("confirmed");
        let session = device.sign_in(&self.house).await.expect("signs in");
        assert_eq!(session.role(), Role::Staff);
        SignedIn {
            device,
            token: session.token,
        }
    }

    async fn confirm(&self, device: &Device, sealed_keys: &[u8]) -> Result<(), Status> {
        let request = ConfirmDeviceRequest {
            device: device.id.clone(),
            sealed_keys: sealed_keys.to_vec(),
        };
        self.house.practices_as(&self.token).confirm_device(request).await?;
        Ok(())
    }

    async fn revoke(&self, device: &str) -> Result<(), Status> {
        let request = RevokeDeviceRequest {
            device: device.to_owned(),
        };
        self.house.practices_as(&self.token).revoke_device(request).await?;
        Ok(())
    }

    async fn write(&self, sealed: &[u8], revision: u64) -> Result<u64, Status> {
        let request = UpdatePracticeSettingsRequest {
            practice: self.id.clone(),
            sealed: sealed.to_vec(),
            revision,
        };
        let answer = self
            .house
            .practices_as(&self.token)
            .update_practice_settings(request)
            .await?;
        Ok(answer.into_inner().revision)
    }

    async fn listed(&self) -> Vec<Listed> {
        let request = ListDevicesRequest {
            practice: self.id.clone(),
        };
        let answer = self.house.practices_as(&self.token).list_devices(request).await;
        answer.expect("a list").into_inner().devices
    }
}

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
