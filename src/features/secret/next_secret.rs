//! Which secret comes next.

use std::path::PathBuf;

use crate::{
    context::App,
    platform::{config::ServerSecret, failure::Fault},
};

/// Where the secret comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretSource {
    /// `secret.key` in `data_dir`, which the server writes.
    File,
    /// The setting `secret`, which only the operator can change.
    Setting,
}

/// Where the secret of this server comes from.
pub fn source(app: &App) -> SecretSource {
    if app.config.has_secret_file() {
        SecretSource::File
    } else {
        SecretSource::Setting
    }
}

/// Whether there is a secret that can follow the present one: a setting must already list it.
pub(super) fn is_available(app: &App) -> Result<bool, Fault> {
    Ok(source(app) == SecretSource::File || !present(app)?.older().is_empty())
}

/// The list with the secret to seal under from now on in front. One that was put there before is used: either the operator
/// did so, or a command that was interrupted.
pub(super) fn next(app: &App) -> Result<ServerSecret, Fault> {
    let present = present(app)?;
    match source(app) {
        SecretSource::File if present.older().is_empty() => app.config.put_new_secret_in_front(&*app.rng),
        _ => Ok(present),
    }
}

/// The same after a leak: where the server writes the file, it makes another secret in any case, since all that are there
/// can be known.
pub(super) fn fresh(app: &App) -> Result<ServerSecret, Fault> {
    match source(app) {
        SecretSource::File => app.config.put_new_secret_in_front(&*app.rng),
        SecretSource::Setting => present(app),
    }
}

/// Removes the older secrets where the server can, now that nothing is sealed under them. Returns the files that keep them
/// for backups.
pub(super) fn set_older_aside(app: &App) -> Result<Vec<PathBuf>, Fault> {
    match source(app) {
        SecretSource::File => app.config.set_older_secrets_aside(),
        SecretSource::Setting => Ok(Vec::new()),
    }
}

fn present(app: &App) -> Result<ServerSecret, Fault> {
    const TASK: &str = "read the server secret";
    let secret = app.config.server_secret_so_far();
    let secret = secret.map_err(|error| Fault::new(TASK, error))?;
    secret.ok_or_else(|| Fault::new(TASK, "secret.key is missing in data_dir"))
}
