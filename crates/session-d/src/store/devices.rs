use room::RecordId;

use super::{
    Store, StoreError,
    changes::{self, Subject},
    int, record_id,
    requests::{self, Asked},
    sql::{self, Connection, FromRow, Row},
    uint,
    writer::Seen,
};
use crate::rules::{certificates::Binding, devices::Role, scopes::Scopes, secrets::Hash};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) id: RecordId,
    pub(crate) practice: RecordId,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) public_key: Vec<u8>,
    pub(crate) created: u64,
    /// None: pending.
    pub(crate) confirmed: Option<u64>,
    pub(crate) revoked: Option<u64>,
}

impl Device {
    pub(crate) fn may_sign_in(&self) -> bool {
        self.confirmed.is_some() && self.revoked.is_none()
    }
}

/// A code that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enrolment {
    pub(crate) hash: Hash,
    pub(crate) practice: RecordId,
    pub(crate) role: Role,
    pub(crate) needs_confirmation: bool,
    pub(crate) expires: u64,
}

/// A browser that comes with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewDevice {
    pub(crate) id: RecordId,
    pub(crate) name: String,
    pub(crate) public_key: Vec<u8>,
}

/// What a new device is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enrolled {
    pub(crate) device: Device,
    pub(crate) practice_name: String,
    /// The practice's other doctors' devices that may sign in.
    pub(crate) others: u32,
}

/// An integrator's key; its secret is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiKey {
    pub(crate) id: RecordId,
    /// None: the operator's.
    pub(crate) practice: Option<RecordId>,
    pub(crate) name: String,
    pub(crate) hash: Hash,
    pub(crate) scopes: Scopes,
    /// Without which it is good for nothing.
    pub(crate) certificate: Option<Binding>,
    pub(crate) created: u64,
    pub(crate) revoked: Option<u64>,
}

impl FromRow for ApiKey {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        let odd = |what: &str| sqlx::Error::Protocol(format!("an API key in the store has {what}"));
        let practice: Option<Vec<u8>> = row.try_get("practice")?;
        let hash: Vec<u8> = row.try_get("hash")?;
        Ok(Self {
            id: record_id(row.try_get("id")?)?,
            practice: practice.map(|practice| record_id(&practice)).transpose()?,
            name: row.try_get("name")?,
            hash: hash.try_into().map_err(|_| odd("no hash of 32 bytes"))?,
            scopes: Scopes::of_text(row.try_get("scopes")?).ok_or_else(|| odd("a scope that we don't know"))?,
            certificate: match row.try_get("certificate")? {
                "" => None,
                text => Some(Binding::of_text(text).ok_or_else(|| odd("a certificate that we don't know"))?),
            },
            created: row.try_get("created").map(uint)?,
            revoked: row.try_get::<Option<i64>>("revoked")?.map(uint),
        })
    }
}

impl FromRow for Device {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        let id = |column| record_id(row.try_get(column)?);
        let time = |column| row.try_get::<Option<i64>>(column).map(|time| time.map(uint));
        Ok(Self {
            id: id("id")?,
            practice: id("practice")?,
            name: row.try_get("name")?,
            role: read_role(row.try_get("role")?)?,
            public_key: row.try_get("public_key")?,
            created: row.try_get("created").map(uint)?,
            confirmed: time("confirmed")?,
            revoked: time("revoked")?,
        })
    }
}

impl Store {
    /// Makes a code. False where the same request has made one before: only who has got that knows it.
    pub(crate) async fn create_enrolment(&self, new: Enrolment, asked: Asked) -> Result<bool, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                if requests::earlier(connection, &asked, "enrolment").await?.is_some() {
                    return Ok(false);
                }
                requests::remember(connection, &asked, "enrolment", new.practice).await?;
                sql::query(
                    "INSERT INTO enrolments (hash, practice, role, needs_confirmation, expires) VALUES (?, ?, ?, ?, ?)",
                )
                .bind(new.hash.to_vec())
                .bind(new.practice.as_bytes().to_vec())
                .bind(role_name(new.role))
                .bind(new.needs_confirmation)
                .bind(int(new.expires))
                .execute(connection)
                .await?;
                Ok(true)
            })
        })
        .await
    }

    /// Spends an enrolment code. Who has spent it, known by the public key, gets the same device again.
    pub(crate) async fn enrol(&self, code: Hash, new: NewDevice, now: u64) -> Result<Enrolled, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let code_row: Option<CodeRow> = sql::query_as(
                    "SELECT practice, role, needs_confirmation, device FROM enrolments WHERE hash = ? AND expires > ?",
                )
                .bind(code.to_vec())
                .bind(int(now))
                .fetch_optional(&mut *connection)
                .await?;
                let (practice, role, needs_confirmation, spent_by) = code_row.ok_or(StoreError::NotFound)?;
                let device = match spent_by {
                    Some(device) => load_device(connection, &device, now)
                        .await?
                        .filter(|device| device.public_key == new.public_key && device.revoked.is_none())
                        .ok_or(StoreError::NotFound)?,
                    None => {
                        let device = Device {
                            id: new.id,
                            practice: record_id(&practice)?,
                            name: new.name,
                            role: read_role(&role)?,
                            public_key: new.public_key,
                            created: now,
                            confirmed: (!needs_confirmation).then_some(now),
                            revoked: None,
                        };
                        insert_device(connection, &device).await?;
                        sql::query("UPDATE enrolments SET device = ? WHERE hash = ?")
                            .bind(device.id.as_bytes().to_vec())
                            .bind(code.to_vec())
                            .execute(&mut *connection)
                            .await?;
                        device
                    }
                };
                let practice = device.practice;
                Ok(Seen::by(practice, welcome_device(connection, device).await?))
            })
        })
        .await
    }

    /// A device of any kind; not a pending one that nobody has confirmed in time.
    pub(crate) async fn device(&self, id: RecordId, now: u64) -> Result<Device, StoreError> {
        let mut connection = self.reads.acquire().await?;
        let device = load_device(&mut connection, id.as_bytes(), now).await?;
        device.ok_or(StoreError::NotFound)
    }

    pub(crate) async fn devices(&self, practice: RecordId, now: u64) -> Result<Vec<Device>, StoreError> {
        let devices = sql::query_as(
            "SELECT * FROM devices WHERE practice = ? AND (confirmed IS NOT NULL OR created > ?) ORDER BY created, id",
        )
        .bind(practice.as_bytes().to_vec())
        .bind(int(now.saturating_sub(PENDING)))
        .fetch_all(&self.reads)
        .await?;
        Ok(devices)
    }

    /// Lets a pending device in, and keeps what is left for it.
    pub(crate) async fn confirm_device(&self, id: RecordId, sealed_keys: Vec<u8>, now: u64) -> Result<(), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let device = load_device(connection, id.as_bytes(), now)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                if device.confirmed.is_some() || device.revoked.is_some() {
                    return Err(StoreError::NotPending);
                }
                sql::query("UPDATE devices SET confirmed = ? WHERE id = ?")
                    .bind(int(now))
                    .bind(id.as_bytes().to_vec())
                    .execute(&mut *connection)
                    .await?;
                sql::query("INSERT INTO device_keys (device, sealed, expires) VALUES (?, ?, ?)")
                    .bind(id.as_bytes().to_vec())
                    .bind(sealed_keys)
                    .bind(int(now + KEYS))
                    .execute(connection)
                    .await?;
                Ok(Seen::by(device.practice, ()))
            })
        })
        .await
    }

    /// What the confirming device has left.
    pub(crate) async fn device_keys(&self, id: RecordId, now: u64) -> Result<Vec<u8>, StoreError> {
        let row: Option<(Vec<u8>,)> = sql::query_as("SELECT sealed FROM device_keys WHERE device = ? AND expires > ?")
            .bind(id.as_bytes().to_vec())
            .bind(int(now))
            .fetch_optional(&self.reads)
            .await?;
        Ok(row.ok_or(StoreError::NotFound)?.0)
    }

    pub(crate) async fn drop_device_keys(&self, id: RecordId) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                delete_keys(connection, id).await?;
                Ok(())
            })
        })
        .await
    }

    /// Bars a device, also from the seats that it holds: in any of its practice's rooms.
    pub(crate) async fn revoke_device(&self, id: RecordId, now: u64) -> Result<(), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let revoked: Option<(Vec<u8>, i64)> = sql::query_as(
                    "UPDATE devices SET revoked = ? WHERE id = ? AND revoked IS NULL
                     RETURNING practice, coalesce((SELECT max(closes) FROM rooms WHERE rooms.practice = devices.practice), 0)",
                )
                .bind(int(now))
                .bind(id.as_bytes().to_vec())
                .fetch_optional(&mut *connection)
                .await?;
                let Some((practice, closes)) = revoked else {
                    return Ok(Seen::by_nobody(()));
                };
                delete_keys(connection, id).await?;
                let until = changes::gone_after(now, uint(closes));
                changes::add(connection, Subject::RevokedDevice(id), until).await?;
                Ok(Seen::by(record_id(&practice)?, ()))
            })
        })
        .await
    }

    /// Makes a key; `Err` with the id of the one that the same request has made, whose secret only who has got it knows.
    pub(crate) async fn create_api_key(&self, key: ApiKey, asked: Asked) -> Result<Result<(), RecordId>, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                if let Some(earlier) = requests::earlier(connection, &asked, "api-key").await? {
                    return Ok(Err(earlier));
                }
                let (keys,): (i64,) =
                    sql::query_as("SELECT count(*) FROM api_keys WHERE practice IS NOT DISTINCT FROM ?")
                        .bind(key.practice.map(|practice| practice.as_bytes().to_vec()))
                        .fetch_one(&mut *connection)
                        .await?;
                if keys >= MAX_KEYS {
                    return Err(StoreError::Full);
                }
                requests::remember(connection, &asked, "api-key", key.id).await?;
                sql::query(
                    "INSERT INTO api_keys (id, practice, name, hash, scopes, certificate, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(key.id.as_bytes().to_vec())
                .bind(key.practice.map(|practice| practice.as_bytes().to_vec()))
                .bind(&key.name)
                .bind(key.hash.to_vec())
                .bind(key.scopes.to_text())
                .bind(key.certificate.map_or_else(String::new, |certificate| certificate.to_string()))
                .bind(int(key.created))
                .execute(connection)
                .await?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// A key that is not revoked.
    pub(crate) async fn api_key(&self, id: RecordId) -> Result<ApiKey, StoreError> {
        let key = sql::query_as("SELECT * FROM api_keys WHERE id = ? AND revoked IS NULL")
            .bind(id.as_bytes().to_vec())
            .fetch_optional(&self.reads)
            .await?;
        key.ok_or(StoreError::NotFound)
    }

    /// Those of a practice, or the operator's, by when they were made; revoked ones too.
    pub(crate) async fn api_keys(&self, practice: Option<RecordId>) -> Result<Vec<ApiKey>, StoreError> {
        let keys = sql::query_as("SELECT * FROM api_keys WHERE practice IS NOT DISTINCT FROM ? ORDER BY created, id")
            .bind(practice.map(|practice| practice.as_bytes().to_vec()))
            .fetch_all(&self.reads)
            .await?;
        Ok(keys)
    }

    pub(crate) async fn revoke_api_key(&self, id: RecordId, now: u64) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let done = sql::query("UPDATE api_keys SET revoked = coalesce(revoked, ?) WHERE id = ?")
                    .bind(int(now))
                    .bind(id.as_bytes().to_vec())
                    .execute(connection)
                    .await?;
                if done == 1 { Ok(()) } else { Err(StoreError::NotFound) }
            })
        })
        .await
    }
}

/// `None` also for a pending one that nobody has confirmed in time.
async fn load_device(connection: &mut Connection, id: &[u8], now: u64) -> sqlx::Result<Option<Device>> {
    sql::query_as("SELECT * FROM devices WHERE id = ? AND (confirmed IS NOT NULL OR created > ?)")
        .bind(id.to_vec())
        .bind(int(now.saturating_sub(PENDING)))
        .fetch_optional(connection)
        .await
}

async fn insert_device(connection: &mut Connection, device: &Device) -> Result<(), StoreError> {
    let practice = device.practice.as_bytes().to_vec();
    let (devices,): (i64,) = sql::query_as("SELECT count(*) FROM devices WHERE practice = ?")
        .bind(&practice)
        .fetch_one(&mut *connection)
        .await?;
    if devices >= MAX_DEVICES {
        return Err(StoreError::Full);
    }
    sql::query(
        "INSERT INTO devices (id, practice, name, role, public_key, created, confirmed) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(device.id.as_bytes().to_vec())
    .bind(&practice)
    .bind(&device.name)
    .bind(role_name(device.role))
    .bind(&device.public_key)
    .bind(int(device.created))
    .bind(device.confirmed.map(int))
    .execute(connection)
    .await?;
    Ok(())
}

/// What the device is told of its practice.
async fn welcome_device(connection: &mut Connection, device: Device) -> Result<Enrolled, StoreError> {
    let practice = device.practice.as_bytes().to_vec();
    let (practice_name,): (String,) = sql::query_as("SELECT name FROM practices WHERE id = ?")
        .bind(&practice)
        .fetch_one(&mut *connection)
        .await?;
    let (others,): (u32,) = sql::query_as(
        "SELECT count(*) FROM devices WHERE practice = ? AND id <> ? AND role = 'doctor' AND confirmed IS NOT NULL AND revoked IS NULL",
    )
    .bind(&practice)
    .bind(device.id.as_bytes().to_vec())
    .fetch_one(connection)
    .await?;
    Ok(Enrolled {
        device,
        practice_name,
        others,
    })
}

async fn delete_keys(connection: &mut Connection, device: RecordId) -> sqlx::Result<()> {
    sql::query("DELETE FROM device_keys WHERE device = ?")
        .bind(device.as_bytes().to_vec())
        .execute(connection)
        .await
        .map(|_| ())
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Doctor => "doctor",
        Role::Staff => "staff",
    }
}

fn read_role(name: &str) -> sqlx::Result<Role> {
    match name {
        "doctor" => Ok(Role::Doctor),
        "staff" => Ok(Role::Staff),
        _ => Err(sqlx::Error::Protocol(
            "a device in the store has no role that we know".to_owned(),
        )),
    }
}

/// Practice, role, whether it needs confirmation, and who has spent it.
type CodeRow = (Vec<u8>, String, bool, Option<Vec<u8>>);

/// Seconds that a device waits to be confirmed.
pub(super) const PENDING: u64 = 24 * 60 * 60;
/// Seconds that a confirmed device has time to fetch what was left for it.
const KEYS: u64 = 24 * 60 * 60;
/// Of one practice, or of the operator; revoked ones too.
const MAX_KEYS: i64 = 1000;
/// Of one practice, revoked ones too.
const MAX_DEVICES: i64 = 1000;
