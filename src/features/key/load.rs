//! Use case: load the keys at start, and make the first one if there is none.

use entity::{SigningKeyId, signing_key};
use secrecy::{ExposeSecret as _, SecretSlice};

use super::store;
use crate::{
    features::data_key::KeyError,
    platform::{
        clock::Clock,
        crypto::{KeyRing, SealContext, Sealer, SigningAlgorithm, SigningKey},
        db::{Db, StartLock},
        id,
        rng::Rng,
    },
};

/// A ring of the keys in the database; the newest one signs. Keys sealed under an older secret are sealed under the
/// newest, so that the older secret can be removed. The lock keeps two instances that start at once from making a first
/// key each.
pub async fn load(
    db: &Db,
    sealer: &Sealer,
    clock: &dyn Clock,
    rng: &dyn Rng,
    _held: &StartLock,
) -> Result<KeyRing, KeyError> {
    let mut rows = store::all(db).await?;
    rows.retain(|row| row.algorithm == SigningAlgorithm::Es256.name());
    if rows.is_empty() {
        rows.push(make(db, sealer, clock, rng).await?);
    }
    let mut keys = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = row.id.to_string();
        let pkcs8 = sealer
            .open(place(&id), &row.sealed_private_key)
            .map_err(KeyError::NotOpened)?;
        keys.push(SigningKey::es256(&pkcs8)?);
        if !sealer.is_current(&row.sealed_private_key) {
            let anew = sealer.seal(rng, place(&id), pkcs8.expose_secret())?;
            store::update_sealed(db, row.id, anew).await?;
            tracing::info!(kid = row.kid, "sealed a signing key under the newest secret");
        }
    }
    let signing = keys.remove(0);
    Ok(KeyRing::new(signing, keys))
}

async fn make(
    db: &Db,
    sealer: &Sealer,
    clock: &dyn Clock,
    rng: &dyn Rng,
) -> Result<signing_key::Model, KeyError> {
    let pkcs8: SecretSlice<u8> = SigningKey::generate()?;
    let key = SigningKey::es256(&pkcs8)?;
    let id = SigningKeyId(id::new(clock, rng));
    let row = signing_key::Model {
        id,
        kid: key.kid().to_owned(),
        algorithm: SigningAlgorithm::Es256.name().to_owned(),
        sealed_private_key: sealer.seal(rng, place(&id.to_string()), pkcs8.expose_secret())?,
        created_at: clock.now().as_millisecond(),
    };
    store::insert(db, row.clone()).await?;
    tracing::info!(kid = key.kid(), "made a signing key");
    Ok(row)
}

pub(super) fn place(id: &str) -> SealContext<'_> {
    SealContext {
        table: "signing_keys",
        id,
        column: "sealed_private_key",
    }
}
