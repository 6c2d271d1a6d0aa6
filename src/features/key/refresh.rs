//! Use case: notice keys that other servers and commands made or removed. Every few seconds.

use std::sync::Arc;

use entity::signing_key::Model;

use super::{load::ring, new_key::open, store};
use crate::{
    context::App,
    features::data_key::{self, KeyError},
    platform::crypto::{KeyRing, SigningKey},
};

/// Reads the keys again, and uses them from now on. Returns whether something changed.
pub async fn refresh(app: &App) -> Result<bool, KeyError> {
    let algorithm = app.config.jwt_algorithm;
    if !algorithm.has_key_pairs() {
        return Ok(false);
    }
    let now = app.db.now(&*app.clock).await?.as_millisecond();
    let rows = store::all(&app.db).await?;
    let present = app.tokens.keys();
    let keys: Vec<_> = rows
        .iter()
        .filter_map(|row| known_or_opened(app, &present, row))
        .collect();
    let next = ring(rows, &keys, algorithm, now)?;
    if present.is_same(&next) {
        return Ok(false);
    }
    if present.signing().kid() != next.signing().kid() {
        tracing::info!(kid = next.signing().kid(), "another key signs from now on");
    }
    app.tokens.replace_keys(next);
    Ok(true)
}

/// A key that cannot be opened leaves the others as they are: another server may already use a secret that this one does
/// not have yet.
fn known_or_opened(app: &App, present: &KeyRing, row: &Model) -> Option<Arc<SigningKey>> {
    if let Some(known) = present.find(&row.kid) {
        return Some(Arc::clone(known));
    }
    let opened = data_key::root(&app.config)
        .map_err(KeyError::from)
        .and_then(|root| open(&root, row));
    match opened {
        Ok((key, _)) => Some(key),
        Err(error) => {
            tracing::error!(
                kid = row.kid,
                ?error,
                "cannot open a new signing key: give every server the same secrets"
            );
            None
        }
    }
}
