//! The relying party: for which domain and origins passkeys are made and used.

use super::store;
use crate::{
    context::App,
    platform::{
        config::Config,
        db::{Db, DbResult},
        failure::Fault,
    },
};

/// Whether passkeys can work on this server: it is reached over TLS or as `localhost`, and by a name.
pub fn is_enabled(app: &App) -> bool {
    app.config.passkey_rp().is_some()
}

/// The relying party id for which the passkeys in the database were made, if it is another one than that of the
/// settings. They all have the same: a server does not start where this is not none.
pub async fn made_elsewhere(db: &Db, config: &Config) -> DbResult<Option<String>> {
    let made_for = store::first_rp_id(db.reader()).await?;
    Ok(made_for.filter(|id| config.passkey_rp() != Some(id)))
}

/// The relying party id.
pub(super) fn rp_id(app: &App) -> Result<&str, Fault> {
    app.config.passkey_rp().ok_or_else(|| {
        Fault::new(
            "begin a passkey ceremony",
            "passkeys do not work at this public_url",
        )
    })
}

/// What verifies an answer from a page of this origin; none if passkeys are not enabled.
pub(super) fn verifier(app: &App, origin: &str) -> Option<passki::Passki> {
    let rp_id = app.config.passkey_rp()?;
    let mut origins = app.config.passkey_origins();
    // In development, a front end is served from another port, which is another origin.
    if app.config.takes_local_passkeys() && app.config.cors_origins.allow_loopback(origin) {
        origins.push(origin);
    }
    // It knows no embedding origins, so it refuses every ceremony in a frame of another origin.
    Some(passki::Passki::new(rp_id, &origins, &app.config.brand_name))
}
