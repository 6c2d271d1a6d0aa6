//! What opens and seals the keys in the database: derived from the server secret.

use crate::platform::{
    config::{Config, ServerSecret},
    crypto::{Sealer, master_key},
    failure::Fault,
};

const TASK: &str = "read the server secret";

/// By the secret as it is now. Read anew for each key, since `secret rotate` replaces the file while servers run.
pub fn root(config: &Config) -> Result<Sealer, Fault> {
    let secret = config
        .server_secret_so_far()
        .map_err(|error| Fault::new(TASK, error))?;
    root_of(&secret.ok_or_else(|| Fault::new(TASK, "secret.key is missing in data_dir"))?)
}

/// By this secret: the first of the list seals, all of them open.
pub fn root_of(secret: &ServerSecret) -> Result<Sealer, Fault> {
    Sealer::new(&secret.all().map(master_key).collect::<Result<Vec<_>, _>>()?)
}
