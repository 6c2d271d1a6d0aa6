//! Use case: load the keys at start, and make those that are missing.

use std::sync::Arc;

use entity::signing_key::Model;

use super::{
    new_key::{NewKey, open, seal},
    schedule::{self, KEPT_AFTER, PUBLISHED_BEFORE, millis},
    store,
};
use crate::{
    features::data_key::KeyError,
    platform::{
        clock::Clock,
        crypto::{KeyRing, Sealer, SigningAlgorithm, SigningKey},
        db::{Db, StartLock},
        failure::Fault,
        rng::Rng,
    },
};

/// A ring of the keys in the database. Keys sealed under an older secret are sealed under the newest, so that the older
/// secret can be removed. The lock keeps two instances that start at once from making a first key each.
///
/// If the keys are of another algorithm, one of `algorithm` is published, and signs a day later.
pub async fn load(
    db: &Db,
    root: &Sealer,
    algorithm: SigningAlgorithm,
    clock: &dyn Clock,
    rng: &dyn Rng,
    _held: &StartLock,
) -> Result<KeyRing, KeyError> {
    let now = db.now(clock).await?.as_millisecond();
    let mut rows = store::all(db).await?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in &rows {
        let (key, pkcs8) = open(root, row)?;
        if !root.is_current(&row.sealed_private_key) {
            store::update_sealed(db, row.id, seal(root, rng, row.id, &pkcs8)?).await?;
            tracing::info!(kid = row.kid, "sealed a signing key under the newest secret");
        }
        keys.push(key);
    }
    let is_kept = |row: &&Model| schedule::is_kept(row, now);
    let is_configured = |row: &Model| row.algorithm == algorithm.name();
    if !rows.iter().filter(is_kept).any(is_configured) {
        let is_first = !rows.iter().any(|row| schedule::is_kept(row, now));
        let wait = if is_first { 0 } else { millis(PUBLISHED_BEFORE) };
        let key = NewKey::generate(algorithm, now.saturating_add(wait), clock, rng)?;
        let row = key.row(root, rng)?;
        store::insert(db, row.clone()).await?;
        if is_first {
            tracing::info!(kid = row.kid, "made a signing key");
        } else {
            store::date_others(db, &row, row.activates_at.saturating_add(millis(KEPT_AFTER))).await?;
            tracing::warn!(
                kid = row.kid,
                "made a signing key for {}: it is published now and signs in 24 hours, so that no service refuses its \
                 tokens; `portcullis key rotate --now` does not wait",
                algorithm.name(),
            );
        }
        keys.push(open(root, &row)?.0);
        rows.push(row);
    }
    ring(rows, &keys, algorithm, now)
}

/// The ring of those keys that still verify. `keys` are those that could be opened: the others neither sign nor verify.
pub(super) fn ring(
    mut rows: Vec<Model>,
    keys: &[Arc<SigningKey>],
    algorithm: SigningAlgorithm,
    now: i64,
) -> Result<KeyRing, KeyError> {
    let opened = |row: &Model| keys.iter().find(|key| key.kid() == row.kid).cloned();
    rows.retain(|row| schedule::is_kept(row, now) && opened(row).is_some());
    let signing = schedule::signing(&rows, algorithm, now).and_then(opened);
    let signing = signing.ok_or_else(|| Fault::new("choose a signing key", "there is none"))?;
    Ok(KeyRing::new(signing, rows.iter().filter_map(opened)))
}
