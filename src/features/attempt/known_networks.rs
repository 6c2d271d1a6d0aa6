//! The networks that an account knows, and those from which attempts failed.

use entity::user;

use super::{account_key::AccountKey, store};
use crate::{
    context::App,
    platform::failure::{Failed, Failure},
};

/// A network of an account, without its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownNetwork {
    /// When it last sent the right password; milliseconds since 1970.
    pub succeeded_at: Option<i64>,
    /// The last failure, likewise.
    pub failed_at: Option<i64>,
    /// Failures in a row.
    pub failures: i64,
    /// When all of this is forgotten.
    pub forget_at: i64,
}

/// Those of this user: of the password and of the codes, at most 200 each.
pub async fn known_networks(app: &App, user: &user::Model) -> Result<Vec<KnownNetwork>, Failed> {
    let keys = [
        AccountKey::of_address(app, &user.email_key)?,
        AccountKey::of_codes(app, user.id)?,
    ];
    let mut networks = Vec::new();
    for key in keys {
        let rows = store::of_account(&app.db, &key.text())
            .await
            .map_err(Failure::from)?;
        networks.extend(rows.into_iter().map(|row| KnownNetwork {
            succeeded_at: row.succeeded_at,
            failed_at: (row.failed_at > 0).then_some(row.failed_at),
            failures: row.failures,
            forget_at: row.forget_at,
        }));
    }
    Ok(networks)
}
