use room::RecordId;

use super::{
    Store, StoreError,
    changes::{self, Subject},
    int, record_id, uint,
};
use crate::rules::secrets::Hash;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) id: RecordId,
    pub(crate) practice: RecordId,
    pub(crate) name: String,
    pub(crate) public_key: Vec<u8>,
    pub(crate) created: u64,
    pub(crate) revoked: Option<u64>,
}

/// What a new device is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enrolled {
    pub(crate) practice: RecordId,
    pub(crate) practice_name: String,
}

/// An integrator's key; its secret is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiKey {
    pub(crate) id: RecordId,
    /// None: the operator's.
    pub(crate) practice: Option<RecordId>,
    pub(crate) name: String,
    pub(crate) hash: Hash,
}

type Row = (Vec<u8>, Vec<u8>, String, Vec<u8>, i64, Option<i64>);

impl TryFrom<Row> for Device {
    type Error = sqlx::Error;

    fn try_from((id, practice, name, public_key, created, revoked): Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: record_id(&id)?,
            practice: record_id(&practice)?,
            name,
            public_key,
            created: uint(created),
            revoked: revoked.map(uint),
        })
    }
}

impl Store {
    pub(crate) async fn create_enrolment(
        &self,
        practice: RecordId,
        hash: Hash,
        expires: u64,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO enrolments (hash, practice, expires) VALUES (?, ?, ?)")
                    .bind(hash.to_vec())
                    .bind(practice.as_bytes().to_vec())
                    .bind(int(expires))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Spends an enrolment code. `device.practice` is what the code says.
    pub(crate) async fn enrol(&self, code: Hash, device: Device) -> Result<Enrolled, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let spent: Option<(Vec<u8>, i64)> =
                    sqlx::query_as("DELETE FROM enrolments WHERE hash = ? RETURNING practice, expires")
                        .bind(code.to_vec())
                        .fetch_optional(&mut *connection)
                        .await?;
                let (practice, expires) = spent.ok_or(StoreError::NotFound)?;
                if uint(expires) <= device.created {
                    return Err(StoreError::NotFound);
                }
                let (devices,): (i64,) = sqlx::query_as("SELECT count(*) FROM devices WHERE practice = ?")
                    .bind(&practice)
                    .fetch_one(&mut *connection)
                    .await?;
                if devices >= MAX_DEVICES {
                    return Err(StoreError::Full);
                }
                sqlx::query("INSERT INTO devices (id, practice, name, public_key, created) VALUES (?, ?, ?, ?, ?)")
                    .bind(device.id.as_bytes().to_vec())
                    .bind(&practice)
                    .bind(&device.name)
                    .bind(&device.public_key)
                    .bind(int(device.created))
                    .execute(&mut *connection)
                    .await?;
                let (practice_name,): (String,) = sqlx::query_as("SELECT name FROM practices WHERE id = ?")
                    .bind(&practice)
                    .fetch_one(connection)
                    .await?;
                Ok(Enrolled {
                    practice: record_id(&practice)?,
                    practice_name,
                })
            })
        })
        .await
    }

    pub(crate) async fn device(&self, id: RecordId) -> Result<Device, StoreError> {
        let row: Option<Row> =
            sqlx::query_as("SELECT id, practice, name, public_key, created, revoked FROM devices WHERE id = ?")
                .bind(id.as_bytes().to_vec())
                .fetch_optional(&self.reads)
                .await?;
        Ok(row.ok_or(StoreError::NotFound)?.try_into()?)
    }

    pub(crate) async fn devices(&self, practice: RecordId) -> Result<Vec<Device>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT id, practice, name, public_key, created, revoked FROM devices WHERE practice = ? ORDER BY created, id")
                .bind(practice.as_bytes().to_vec())
                .fetch_all(&self.reads)
                .await?;
        Ok(rows.into_iter().map(Device::try_from).collect::<Result<_, _>>()?)
    }

    /// Bars a device, also from the seats that it holds: in any of its practice's rooms.
    pub(crate) async fn revoke_device(&self, id: RecordId, now: u64) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let revoked: Option<(i64,)> = sqlx::query_as(
                    "UPDATE devices SET revoked = ? WHERE id = ? AND revoked IS NULL
                     RETURNING coalesce((SELECT max(closes) FROM rooms WHERE rooms.practice = devices.practice), 0)",
                )
                .bind(int(now))
                .bind(id.as_bytes().to_vec())
                .fetch_optional(&mut *connection)
                .await?;
                if let Some((closes,)) = revoked {
                    let until = changes::gone_after(now, uint(closes));
                    changes::add(connection, Subject::RevokedDevice(id), until).await?;
                }
                Ok(())
            })
        })
        .await
    }

    pub(crate) async fn create_api_key(&self, key: ApiKey, now: u64) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO api_keys (id, practice, name, hash, created) VALUES (?, ?, ?, ?, ?)")
                    .bind(key.id.as_bytes().to_vec())
                    .bind(key.practice.map(|practice| practice.as_bytes().to_vec()))
                    .bind(&key.name)
                    .bind(key.hash.to_vec())
                    .bind(int(now))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// A key that is not revoked.
    pub(crate) async fn api_key(&self, id: RecordId) -> Result<ApiKey, StoreError> {
        let row: Option<(Option<Vec<u8>>, String, Vec<u8>)> =
            sqlx::query_as("SELECT practice, name, hash FROM api_keys WHERE id = ? AND revoked IS NULL")
                .bind(id.as_bytes().to_vec())
                .fetch_optional(&self.reads)
                .await?;
        let (practice, name, hash) = row.ok_or(StoreError::NotFound)?;
        Ok(ApiKey {
            id,
            practice: practice.map(|practice| record_id(&practice)).transpose()?,
            name,
            hash: hash.try_into().map_err(|_| StoreError::NotFound)?,
        })
    }

    pub(crate) async fn revoke_api_key(&self, id: RecordId, now: u64) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query("UPDATE api_keys SET revoked = coalesce(revoked, ?) WHERE id = ?")
                    .bind(int(now))
                    .bind(id.as_bytes().to_vec())
                    .execute(connection)
                    .await?;
                if done.rows_affected() == 1 {
                    Ok(())
                } else {
                    Err(StoreError::NotFound)
                }
            })
        })
        .await
    }
}

/// Of one practice, revoked ones too.
const MAX_DEVICES: i64 = 1000;
