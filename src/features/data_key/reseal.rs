//! Use case: seal every key under the newest secret. The keys stay the same.

use super::{
    KeyError,
    load::{open, seal},
    store,
};
use crate::platform::{crypto::Sealer, db::Tx, rng::Rng};

/// Seals those again that are sealed under an older secret. Returns how many.
pub async fn reseal(tx: &Tx, root: &Sealer, rng: &dyn Rng) -> Result<u64, KeyError> {
    let mut resealed = 0;
    for row in store::hold(tx).await? {
        let key = open(root, &row)?;
        if !root.is_current(&row.sealed_key) {
            let sealed = seal(root, rng, &row.purpose, &key)?;
            store::update_sealed_in(tx, &row.id, sealed).await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}
