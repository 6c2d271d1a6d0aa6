//! Use case: tell how the signing keys stand. Changes nothing.

use super::{KeyError, load::place, store};
use crate::platform::{
    crypto::{Sealer, SigningAlgorithm, SigningKey},
    db::{Db, DbResult},
};

/// How the signing keys in the database stand.
#[derive(Debug, Clone)]
pub struct KeysInspected {
    /// Id of the one that signs, by which it stands in the JWK set.
    pub kid: String,
    /// When that was made, in milliseconds since 1970, by the clock of the instance that did.
    pub made_at: i64,
    /// How many there are.
    pub count: usize,
    /// Whether one of them is still sealed under an older secret; the next start seals it anew.
    pub has_older_seal: bool,
}

/// Whether a key in the database was sealed under a server secret.
pub async fn has_sealed(db: &Db) -> DbResult<bool> {
    Ok(!store::all(db).await?.is_empty())
}

/// Opens every key in the database; nothing when there is none yet, and the first start would make it.
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
