//! Use case: remove all keys at once, because they became known. Every token that is out is refused.

use entity::signing_key::Model;

use super::{new_key::NewKey, store};
use crate::{
    context::App,
    features::data_key::KeyError,
    platform::{
        crypto::Sealer,
        db::{DbResult, Tx},
    },
};

/// The key that takes the place of all others, and signs at once. Not stored yet.
#[derive(Debug)]
pub struct OnlyKey {
    /// None if `jwt_secret` signs.
    row: Option<Model>,
}

impl OnlyKey {
    /// One of the configured algorithm.
    pub async fn generate(app: &App, root: &Sealer) -> Result<Self, KeyError> {
        let algorithm = app.config.jwt_algorithm;
        if !algorithm.has_key_pairs() {
            return Ok(Self { row: None });
        }
        let now = app.db.now(&*app.clock).await?.as_millisecond();
        let key = NewKey::generate(algorithm, now, &*app.clock, &*app.rng)?;
        Ok(Self {
            row: Some(key.row(root, &*app.rng)?),
        })
    }

    /// Puts it in place of all others.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        store::hold(tx).await?;
        store::delete_all(tx).await?;
        match &self.row {
            Some(row) => store::insert_in(tx, row.clone()).await,
            None => Ok(()),
        }
    }
}
