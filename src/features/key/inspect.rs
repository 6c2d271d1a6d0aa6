//! Use case: report the state of the signing keys. Changes nothing.

use super::{load::place, store};
use crate::{
    features::data_key::KeyError,
    platform::{
        crypto::{Sealer, SigningAlgorithm, SigningKey},
        db::Db,
    },
};

/// The state of the signing keys in the database.
#[derive(Debug, Clone)]
pub struct KeysInspected {
    /// Id of the key that signs, as in the JWK set.
    pub kid: String,
    /// When that key was made, in milliseconds since 1970, by the clock of the instance that made it.
    pub made_at: i64,
    /// The number of keys.
    pub count: usize,
    /// Whether a key is still sealed under an older secret; the next start seals it under the newest.
    pub has_older_seal: bool,
}

/// Opens every key in the database. None if there is none yet: the first start makes it.
pub async fn inspect(db: &Db, sealer: &Sealer) -> Result<Option<KeysInspected>, KeyError> {
    let mut rows = store::all(db).await?;
    rows.retain(|row| row.algorithm == SigningAlgorithm::Es256.name());
    let mut has_older_seal = false;
    for row in &rows {
        let id = row.id.to_string();
        let pkcs8 = sealer
            .open(place(&id), &row.sealed_private_key)
            .map_err(KeyError::NotOpened)?;
        SigningKey::es256(&pkcs8)?;
        has_older_seal |= !sealer.is_current(&row.sealed_private_key);
    }
    Ok(rows.first().map(|newest| KeysInspected {
        kid: newest.kid.clone(),
        made_at: newest.created_at,
        count: rows.len(),
        has_older_seal,
    }))
}
