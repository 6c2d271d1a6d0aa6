//! Use case: replace the keys of every purpose, because they became known. What was made with the former ones is void.

use entity::data_key::Model;

use super::{
    KeyError, KeyPurpose,
    load::{open, seal},
    store,
};
use crate::{
    context::App,
    platform::{
        crypto::{DataKey, Sealer, TagKeys},
        db::{DbResult, Tx},
    },
};

/// New keys, which are not stored yet.
#[derive(Debug)]
pub struct NewKeys {
    /// As they will be stored.
    pub rows: KeyRows,
    /// Pseudonyms of addresses in one-time tokens and mail, and mailed codes.
    pub mail: TagKeys,
    /// Authenticate the audit log. The former ones are kept, to verify what they authenticated.
    pub audit: TagKeys,
}

/// The keys that take the place of all others, sealed.
#[derive(Debug)]
pub struct KeyRows(Vec<Model>);

impl NewKeys {
    /// Keys for every purpose.
    pub async fn generate(app: &App, root: &Sealer) -> Result<Self, KeyError> {
        let present = store::all(&app.db).await?;
        // The newest key of a purpose is the one that was made last, whatever the clock says.
        let last = present.iter().map(|row| row.created_at).max().unwrap_or(0);
        let now = app.clock.now().as_millisecond();
        let created_at = now.max(last.saturating_add(1));
        let (mut rows, mut mail, mut audit) = (Vec::new(), Vec::new(), Vec::new());
        for purpose in KeyPurpose::ALL {
            let key = DataKey::generate(&*app.rng);
            rows.push(Model {
                id: key.id().to_owned(),
                purpose: purpose.name().to_owned(),
                sealed_key: seal(root, &*app.rng, purpose.name(), &key)?,
                created_at,
            });
            match purpose {
                KeyPurpose::Mail => mail.push(key),
                KeyPurpose::Audit => audit.push(key),
                _ => {}
            }
        }
        for row in present {
            if row.purpose == KeyPurpose::Audit.name() {
                let key = open(root, &row)?;
                rows.push(Model {
                    sealed_key: seal(root, &*app.rng, &row.purpose, &key)?,
                    ..row
                });
                audit.push(key);
            }
        }
        Ok(Self {
            rows: KeyRows(rows),
            mail: TagKeys::new(&mail),
            audit: TagKeys::new(&audit),
        })
    }
}

impl KeyRows {
    /// Puts them in place of all others.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        store::hold(tx).await?;
        store::replace_all(tx, self.0.clone()).await
    }
}

/// Whether the keys that this server loaded are no longer those in the database.
pub async fn are_replaced(app: &App) -> DbResult<bool> {
    let Ok(newest) = app.refresh_keys.newest() else {
        return Ok(true);
    };
    Ok(!store::all(&app.db).await?.iter().any(|row| row.id == newest))
}
