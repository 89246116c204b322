//! A practice's browser, as session-d sees it.

use api::{
    control::v1::{
        CreateDeviceChallengeRequest, EnrolDeviceRequest, EnrolDeviceResponse, SignInDeviceRequest,
        SignInDeviceResponse,
    },
    session::v1::{CreateEnrolmentRequest, Role},
};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};

use super::House;

/// A practice's browser.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) id: String,
    pub(crate) key: EcdsaKeyPair,
}

impl Device {
    pub(crate) fn new() -> Self {
        Self {
            id: String::new(),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
        }
    }

    pub(crate) async fn enrol(house: &House, practice: &str) -> Self {
        let mut doctor = Self::new();
        let code = enrolment(house, practice).await;
        doctor.id = doctor.try_enrol(house, &code).await.expect("enrolled");
        doctor
    }

    /// With a code that a doctor's device has made; it is pending then.
    pub(crate) async fn add(house: &House, doctor: &str, practice: &str, role: Role) -> Self {
        let request = CreateEnrolmentRequest {
            practice: practice.to_owned(),
            role: role.into(),
            ..CreateEnrolmentRequest::default()
        };
        let code = house.practices_as(doctor).create_enrolment(request).await;
        let code = code.expect("a code").into_inner().code;
        let mut device = Self::new();
        device.id = device.try_enrol(house, &code).await.expect("enrolled");
        device
    }

    pub(crate) async fn try_enrol(&self, house: &House, code: &str) -> Result<String, tonic::Status> {
        Ok(self.enrolled(house, code).await?.device)
    }

    /// All that a new device is told.
    pub(crate) async fn enrolled(&self, house: &House, code: &str) -> Result<EnrolDeviceResponse, tonic::Status> {
        let request = EnrolDeviceRequest {
            code: code.to_owned(),
            public_key: self.public_key(),
            name: "Sprechzimmer 1".to_owned(),
        };
        Ok(house.control().enrol_device(request).await?.into_inner())
    }

    pub(crate) async fn challenge(&self, house: &House) -> Vec<u8> {
        let request = CreateDeviceChallengeRequest {
            device: self.id.clone(),
        };
        house
            .control()
            .create_device_challenge(request)
            .await
            .expect("a challenge")
            .into_inner()
            .challenge
    }

    pub(crate) async fn answer(&self, house: &House, challenge: &[u8]) -> Result<SignInDeviceResponse, tonic::Status> {
        let signed = [b"visite device sign-in v1\0", challenge].concat();
        let request = SignInDeviceRequest {
            device: self.id.clone(),
            challenge: challenge.to_vec(),
            signature: self
                .key
                .sign(&SystemRandom::new(), &signed)
                .expect("signs")
                .as_ref()
                .to_vec(),
        };
        Ok(house.control().sign_in_device(request).await?.into_inner())
    }

    pub(crate) fn public_key(&self) -> Vec<u8> {
        self.key.public_key().as_ref().to_vec()
    }

    pub(crate) async fn token(&self, house: &House) -> String {
        self.sign_in(house).await.expect("signs in").token
    }

    pub(crate) async fn sign_in(&self, house: &House) -> Result<SignInDeviceResponse, tonic::Status> {
        let challenge = self.challenge(house).await;
        self.answer(house, &challenge).await
    }
}

pub(crate) async fn enrolment(house: &House, practice: &str) -> String {
    let request = CreateEnrolmentRequest {
        practice: practice.to_owned(),
        ..CreateEnrolmentRequest::default()
    };
    house
        .practices()
        .create_enrolment(request)
        .await
        .expect("a code")
        .into_inner()
        .code
}
