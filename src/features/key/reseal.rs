//! Use case: seal every private key under the newest secret. The keys stay the same.

use super::{
    new_key::{open, seal},
    store,
};
use crate::{
    features::data_key::KeyError,
    platform::{crypto::Sealer, db::Tx, rng::Rng},
};

/// Seals those again that are sealed under an older secret. Returns how many.
pub async fn reseal(tx: &Tx, root: &Sealer, rng: &dyn Rng) -> Result<u64, KeyError> {
    let mut resealed = 0;
    for row in store::hold(tx).await? {
        let (_, pkcs8) = open(root, &row)?;
        if !root.is_current(&row.sealed_private_key) {
            let sealed = seal(root, rng, row.id, &pkcs8)?;
            store::update_sealed_in(tx, row.id, sealed).await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}
