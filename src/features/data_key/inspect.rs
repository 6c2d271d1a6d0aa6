//! Use case: check that every key opens. Changes nothing.

use super::{KeyError, load::open, store};
use crate::platform::{
    crypto::Sealer,
    db::{Db, DbResult},
};

/// Whether the database has keys, which only the secret that sealed them opens.
pub async fn has_any(db: &Db) -> DbResult<bool> {
    Ok(!store::all(db).await?.is_empty())
}

/// Opens every key. Returns how many there are, and whether one is still sealed under an older secret.
pub async fn inspect(db: &Db, root: &Sealer) -> Result<(usize, bool), KeyError> {
    let rows = store::all(db).await?;
    for row in &rows {
        open(root, row)?;
    }
    let is_older = rows.iter().any(|row| !root.is_current(&row.sealed_key));
    Ok((rows.len(), is_older))
}
