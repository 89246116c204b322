//! Who calls, and what they may see. A caller who may not see a thing is told that it isn't there.

use aws_lc_rs::constant_time;
use daemon::doors::Peer;
use room::RecordId;
use tonic::{Code, Request, Status, metadata::MetadataMap};

use crate::{
    grpc::Service,
    rules::{
        certificates::Binding,
        devices::{DeviceToken, Role},
        fields, rooms,
        scopes::Scope,
        secrets::hash,
    },
    store::{Device, StoreError},
};

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The operator: over the Unix socket, or with an operator's API key.
    Operator,
    /// A practice's software, with its API key.
    Integrator { key: RecordId, practice: RecordId },
    /// A practice's browser; its calls come through signal-d.
    Device {
        device: RecordId,
        practice: RecordId,
        role: Role,
    },
    /// Another of our daemons, for itself.
    Daemon,
}

impl Caller {
    /// Refuses whoever may not see this practice.
    pub(crate) fn sees(self, practice: RecordId) -> Result<(), Status> {
        match self {
            Self::Operator => Ok(()),
            Self::Integrator { practice: own, .. } | Self::Device { practice: own, .. } if own == practice => Ok(()),
            Self::Integrator { .. } | Self::Device { .. } | Self::Daemon => Err(not_found()),
        }
    }

    pub(crate) fn operates(self) -> Result<(), Status> {
        match self {
            Self::Operator => Ok(()),
            Self::Integrator { .. } | Self::Device { .. } | Self::Daemon => {
                Err(Status::permission_denied("only the operator may"))
            }
        }
    }

    /// Whoever decides about this practice's devices, and when an hour is over: everybody who sees it, but its staff.
    pub(crate) fn manages(self, practice: RecordId) -> Result<(), Status> {
        self.sees(practice)?;
        match self {
            Self::Device { role: Role::Staff, .. } => Err(only_doctors()),
            Self::Operator | Self::Integrator { .. } | Self::Device { .. } | Self::Daemon => Ok(()),
        }
    }

    /// The operator, and the software of this practice: for what goes from server to server.
    pub(crate) fn integrates(self, practice: RecordId) -> Result<(), Status> {
        self.sees(practice)?;
        match self {
            Self::Device { .. } => Err(Status::permission_denied(
                "only the operator and the practice's software may",
            )),
            Self::Operator | Self::Integrator { .. } | Self::Daemon => Ok(()),
        }
    }

    /// A device, and what it is: for what only the practice's browsers can make sense of.
    pub(crate) fn device(self) -> Result<(RecordId, RecordId, Role), Status> {
        match self {
            Self::Device { device, practice, role } => Ok((device, practice, role)),
            Self::Operator | Self::Integrator { .. } | Self::Daemon => {
                Err(Status::permission_denied("only a practice's device may"))
            }
        }
    }

    /// A doctor's device, and its practice.
    pub(crate) fn doctor(self) -> Result<(RecordId, RecordId), Status> {
        match self.device()? {
            (device, practice, Role::Doctor) => Ok((device, practice)),
            (_, _, Role::Staff) => Err(only_doctors()),
        }
    }

    /// In whose name a room is issued where the request names nobody.
    pub(crate) fn issuer(self) -> &'static str {
        match self {
            Self::Device { role: Role::Staff, .. } => rooms::RECEPTION,
            Self::Operator | Self::Integrator { .. } | Self::Device { .. } | Self::Daemon => rooms::CONSOLE,
        }
    }

    /// One name for each, for what is remembered about requests.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Integrator { key, .. } => format!("key:{key}"),
            Self::Device { device, .. } => format!("device:{device}"),
            Self::Daemon => "daemon".to_owned(),
        }
    }
}

pub(crate) fn not_found() -> Status {
    Status::not_found("there is no such thing")
}

fn only_doctors() -> Status {
    Status::permission_denied("only a doctor's device may")
}

impl Service {
    /// Who calls, for something that an API key needs this scope for. Credentials in the metadata count more than the connection that they came over.
    pub(crate) async fn caller<T>(&self, request: &Request<T>, scope: Scope) -> Result<Caller, Status> {
        if let Some(credential) = bearer(request.metadata())? {
            return match credential.strip_prefix("visite_") {
                Some(key) => self.by_api_key(key, scope, &Peer::of(request)).await,
                None => self.by_device_token(credential).await,
            };
        }
        match Peer::of(request) {
            Peer { operator: true, .. } => Ok(Caller::Operator),
            Peer { daemon: true, .. } => Ok(Caller::Daemon),
            Peer { .. } => Err(Status::unauthenticated(
                "an API key is needed: authorization: Bearer visite_…",
            )),
        }
    }

    /// Refuses everybody but our own daemons.
    pub(crate) fn only_daemons<T>(request: &Request<T>) -> Result<(), Status> {
        if Peer::of(request).daemon {
            Ok(())
        } else {
            Err(Status::permission_denied("only our own daemons may"))
        }
    }

    async fn by_api_key(&self, key: &str, scope: Scope, peer: &Peer) -> Result<Caller, Status> {
        let refused = || Status::unauthenticated("the API key is not good");
        let (id, secret) = key.split_once('_').ok_or_else(refused)?;
        let id = RecordId::parse(id).ok_or_else(refused)?;
        let key = match self.store().api_key(id).await {
            Ok(key) => key,
            Err(StoreError::NotFound) => return Err(refused()),
            Err(error) => return Err(error.into()),
        };
        constant_time::verify_slices_are_equal(&key.hash, &hash(secret)).map_err(|_| refused())?;
        // Whoever has stolen it learns no more than who has guessed.
        let shows = |binding: &Binding| peer.certificate.as_ref().is_some_and(|shown| binding.fits(shown));
        if !key.certificate.as_ref().is_none_or(shows) {
            return Err(refused());
        }
        if !key.scopes.allow(scope) {
            let message = format!("the API key lacks the scope {}", scope.name());
            return Err(fields::refused(Code::PermissionDenied, "SCOPE_MISSING", &message));
        }
        Ok(key
            .practice
            .map_or(Caller::Operator, |practice| Caller::Integrator { key: id, practice }))
    }

    async fn by_device_token(&self, token: &str) -> Result<Caller, Status> {
        let (device, _) = self.device_of_token(token).await?;
        Ok(Caller::Device {
            device: device.id,
            practice: device.practice,
            role: device.role,
        })
    }

    /// Whose a good device token is, and when it runs out.
    pub(crate) async fn device_of_token(&self, token: &str) -> Result<(Device, u64), Status> {
        let refused = || Status::unauthenticated("the device's token is not good (any more)");
        let (token, expires) = DeviceToken::verify(token, self.verifier(), self.now()).map_err(|_| refused())?;
        match self.store().device(token.device, self.now()).await {
            Ok(device) if device.may_sign_in() && device.practice == token.practice => Ok((device, expires)),
            Ok(_) | Err(StoreError::NotFound) => Err(refused()),
            Err(error) => Err(error.into()),
        }
    }
}

fn bearer(metadata: &MetadataMap) -> Result<Option<&str>, Status> {
    let refused = || Status::unauthenticated("the authorization has to be: Bearer …");
    let mut values = metadata.get_all("authorization").iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(refused());
    }
    let text = value.to_str().map_err(|_| refused())?;
    text.strip_prefix("Bearer ").map(Some).ok_or_else(refused)
}
