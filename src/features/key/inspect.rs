//! Use case: report the state of the signing keys. Changes nothing.

use super::{new_key::open, schedule, store};
use crate::{
    features::data_key::KeyError,
    platform::{
        clock::Clock,
        crypto::{Sealer, SigningAlgorithm},
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
    /// The number of keys that sign or verify.
    pub count: usize,
    /// Whether a key is still sealed under an older secret; the next start seals it under the newest.
    pub has_older_seal: bool,
}

/// Opens every key in the database. None if there is none yet: the first start makes it.
pub async fn inspect(
    db: &Db,
    root: &Sealer,
    algorithm: SigningAlgorithm,
    clock: &dyn Clock,
) -> Result<Option<KeysInspected>, KeyError> {
    let rows = store::all(db).await?;
    for row in &rows {
        open(root, row)?;
    }
    let now = db.now(clock).await?.as_millisecond();
    let signing = schedule::signing(&rows, algorithm, now);
    Ok(signing.map(|signing| KeysInspected {
        kid: signing.kid.clone(),
        made_at: signing.created_at,
        count: rows.iter().filter(|row| schedule::is_kept(row, now)).count(),
        has_older_seal: rows.iter().any(|row| !root.is_current(&row.sealed_private_key)),
    }))
}
