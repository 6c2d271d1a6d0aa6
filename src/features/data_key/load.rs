//! Use case: load the keys at start, and make those that are missing.

use entity::data_key::Model;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::{KeyPurpose, place, store};
use crate::platform::{
    clock::Clock,
    crypto::{DataKey, NotOpened, Sealer, TagKeys},
    db::{Db, DbFailure, StartLock},
    failure::Fault,
    rng::Rng,
};

/// Why keys could not be loaded.
#[derive(Debug)]
pub enum KeyError {
    /// The database failed.
    Db(DbFailure),
    /// A key in the database was sealed under a server secret that this server does not have, or was altered.
    NotOpened(NotOpened),
    /// A fault of the server.
    Fault(Fault),
}

impl From<DbFailure> for KeyError {
    fn from(failure: DbFailure) -> Self {
        Self::Db(failure)
    }
}

impl From<Fault> for KeyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The keys of every purpose.
#[derive(Debug)]
pub struct DataKeys {
    /// Authenticate refresh tokens.
    pub refresh: TagKeys,
    /// Authenticate the forms of pages, and recognise repeated calls of the API.
    pub form: TagKeys,
    /// Pseudonyms of accounts and networks in the counts of attempts.
    pub attempt: TagKeys,
    /// Pseudonyms of addresses in one-time tokens and mail, and mailed codes.
    pub mail: TagKeys,
    /// Keyed hashes of recovery codes.
    pub recovery_code: TagKeys,
    /// Authenticate the audit log.
    pub audit: TagKeys,
    /// Seals values that the server must read again.
    pub sealer: Sealer,
}

/// Loads the keys, which `root` opens. The lock keeps two instances that start at once from making a first key each.
pub async fn load(
    db: &Db,
    root: &Sealer,
    clock: &dyn Clock,
    rng: &dyn Rng,
    _held: &StartLock,
) -> Result<DataKeys, KeyError> {
    let loading = Loading {
        db,
        root,
        clock,
        rng,
        rows: store::all(db).await?,
    };
    Ok(DataKeys {
        refresh: TagKeys::new(&loading.keys(KeyPurpose::Refresh).await?),
        form: TagKeys::new(&loading.keys(KeyPurpose::Form).await?),
        attempt: TagKeys::new(&loading.keys(KeyPurpose::Attempt).await?),
        mail: TagKeys::new(&loading.keys(KeyPurpose::Mail).await?),
        recovery_code: TagKeys::new(&loading.keys(KeyPurpose::RecoveryCode).await?),
        audit: TagKeys::new(&loading.keys(KeyPurpose::Audit).await?),
        sealer: Sealer::new(&loading.keys(KeyPurpose::Sealing).await?)?,
    })
}

struct Loading<'a> {
    db: &'a Db,
    root: &'a Sealer,
    clock: &'a dyn Clock,
    rng: &'a dyn Rng,
    /// The newest first.
    rows: Vec<Model>,
}

impl Loading<'_> {
    /// The keys of a purpose, the newest first. Keys that are sealed under an older secret are sealed under the newest,
    /// so that the older secret can be removed.
    async fn keys(&self, purpose: KeyPurpose) -> Result<Vec<DataKey>, KeyError> {
        let mut keys = Vec::new();
        for row in self.rows.iter().filter(|row| row.purpose == purpose.name()) {
            let key = open(self.root, row)?;
            if !self.root.is_current(&row.sealed_key) {
                let sealed = seal(self.root, self.rng, purpose.name(), &key)?;
                store::update_sealed(self.db, &row.id, sealed).await?;
                tracing::info!(
                    purpose = purpose.name(),
                    "sealed a data key under the newest secret"
                );
            }
            keys.push(key);
        }
        if keys.is_empty() {
            keys.push(self.make(purpose).await?);
        }
        Ok(keys)
    }

    async fn make(&self, purpose: KeyPurpose) -> Result<DataKey, KeyError> {
        let key = DataKey::generate(self.rng);
        let row = Model {
            id: key.id().to_owned(),
            purpose: purpose.name().to_owned(),
            sealed_key: seal(self.root, self.rng, purpose.name(), &key)?,
            created_at: self.clock.now().as_millisecond(),
        };
        store::insert(self.db, row).await?;
        Ok(key)
    }
}

/// The sealed form of a key.
pub(super) fn seal(root: &Sealer, rng: &dyn Rng, purpose: &str, key: &DataKey) -> Result<String, Fault> {
    root.seal(rng, place(&named(purpose, key.id())), key.bytes())
}

/// Opens a stored key.
pub(super) fn open(root: &Sealer, row: &Model) -> Result<DataKey, KeyError> {
    let opened = root
        .open(place(&named(&row.purpose, &row.id)), &row.sealed_key)
        .map_err(KeyError::NotOpened)?;
    let bytes = Zeroizing::new(opened.expose_secret().to_vec());
    let key = bytes.as_slice().try_into();
    let key = key.map_err(|_| KeyError::NotOpened(NotOpened::Malformed))?;
    Ok(DataKey::new(row.id.clone(), Zeroizing::new(key)))
}

fn named(purpose: &str, id: &str) -> String {
    format!("{purpose}/{id}")
}
