//! Opens the database for a command, and assembles the server's parts on it.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use super::{error::CliError, output, settings::SettingsArgs};
use crate::{
    context::App,
    platform::{
        clock::SystemClock,
        config::{Config, DatabaseKind},
        crypto::NotOpened,
        db::{self, DatabaseProblem, Db, DbFailure, DbSettings, UnusableDatabase},
        rng::SystemRng,
        telemetry,
    },
    server::{
        router::RouterError,
        wiring::{Dependencies, Migrations, StartError, assemble},
    },
};

/// Pause between two tries to reach a database that may still be starting.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The settings for a command that prints its result to standard output: warnings go to standard error, other log lines
/// are dropped.
pub(super) fn config(settings: &SettingsArgs) -> Result<Config, CliError> {
    telemetry::init_for_command().map_err(|error| CliError::Failed(error.to_string()))?;
    let loaded = settings.load()?;
    for warning in &loaded.warnings {
        output::warn(warning);
    }
    Ok(loaded.config)
}

/// Assembles the server's parts on the database in the settings, which must exist and be one of ours.
pub(super) async fn app(config: Config) -> Result<App, CliError> {
    config.check_data_folder()?;
    let db = database(&config).await?;
    if let Some(problem) = db::not_ours(&db, &config.database_url.to_string()).await? {
        db.close().await;
        return Err(problem.into());
    }
    app_on(config, db, false).await
}

/// The same; creates the file of SQLite if it is missing.
pub(super) async fn app_on_new_database(config: Config) -> Result<App, CliError> {
    config.check_data_folder()?;
    let db = new_database(&config).await?;
    app_on(config, db, false).await
}

/// Assembles the server's parts on an open database.
pub(super) async fn app_on(config: Config, db: Db, migrate: bool) -> Result<App, CliError> {
    let migrations = if migrate || config.database_url.kind() == DatabaseKind::Sqlite {
        Migrations::Apply
    } else {
        Migrations::Expect
    };
    let dependencies = Dependencies {
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
    };
    Ok(assemble(config, db, dependencies, migrations).await?)
}

/// Opens the database in the settings, and creates the file of SQLite if it is missing.
pub(super) async fn new_database(config: &Config) -> Result<Db, CliError> {
    config.prepare_sqlite_file()?;
    connect(config).await
}

/// Opens the database in the settings, which must exist; a file of SQLite must also be one of ours.
pub(super) async fn database(config: &Config) -> Result<Db, CliError> {
    check_exists(config)?;
    check_is_ours(config).await?;
    connect(config).await
}

/// Opens the database. If it is not available, waits for it as long as the settings allow.
async fn connect(config: &Config) -> Result<Db, CliError> {
    let settings = DbSettings {
        url: SecretString::from(config.database_url.expose()),
        max_connections: config.database_max_connections,
        pooler: config.database_pooler,
    };
    let deadline = Instant::now() + config.database_wait;
    loop {
        match db::connect(&settings).await {
            Ok(db) => return Ok(db),
            Err(UnusableDatabase::DatabaseProblem(problem)) => return Err(problem.into()),
            Err(UnusableDatabase::Db(failure))
                if failure.is_starting_or_down() && Instant::now() < deadline =>
            {
                let why = failure.operator_message();
                tracing::warn!(why, "waiting for the database at {}", config.database_url);
                sleep(RETRY_INTERVAL).await;
            }
            Err(UnusableDatabase::Db(failure)) => return Err(not_opened(config, &failure)),
        }
    }
}

/// Opening a SQLite file would create it, and a mistyped path would look like an empty server.
pub(super) fn check_exists(config: &Config) -> Result<(), CliError> {
    match config.database_url.sqlite_file() {
        Some(file) if !file.exists() => Err(CliError::Failed(format!(
            "there is no database at {}: check data_dir and database_url; `portcullis migrate up` creates one",
            file.display()
        ))),
        _ => Ok(()),
    }
}

/// Opening a SQLite file changes its journal mode, and some commands migrate it: a mistyped path must not do that to
/// the file of another program.
async fn check_is_ours(config: &Config) -> Result<(), CliError> {
    let Some(file) = config.database_url.sqlite_file() else {
        return Ok(());
    };
    match db::sqlite_file_not_ours(&file, &config.database_url.to_string()).await {
        Ok(None) => Ok(()),
        Ok(Some(problem)) => Err(problem.into()),
        Err(failure) => Err(not_opened(config, &failure)),
    }
}

fn not_opened(config: &Config, failure: &DbFailure) -> CliError {
    CliError::Unavailable(format!(
        "cannot open the database at {}: {}",
        config.database_url,
        failure.operator_message()
    ))
}

impl From<DatabaseProblem> for CliError {
    fn from(problem: DatabaseProblem) -> Self {
        Self::DatabaseProblem(problem)
    }
}

impl From<UnusableDatabase> for CliError {
    fn from(unusable: UnusableDatabase) -> Self {
        match unusable {
            UnusableDatabase::Db(failure) => failure.into(),
            UnusableDatabase::DatabaseProblem(problem) => problem.into(),
        }
    }
}

impl From<DbFailure> for CliError {
    fn from(failure: DbFailure) -> Self {
        Self::Unavailable(format!(
            "the database is not usable: {}",
            failure.operator_message()
        ))
    }
}

impl From<RouterError> for CliError {
    fn from(error: RouterError) -> Self {
        match error {
            RouterError::Config(error) => Self::Config(error),
            RouterError::Schema(error) => Self::Failed(format!("the schema cannot be parsed: {error}")),
        }
    }
}

impl From<StartError> for CliError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Config(error) => Self::Config(error),
            StartError::Db(failure) => failure.into(),
            StartError::Pending(count) => Self::Failed(format!(
                "the database is not up to date, {} missing: run `portcullis migrate up`, or start with \
                 `serve --migrate`",
                if count == 1 { "1 change is".to_owned() } else { format!("{count} changes are") }
            )),
            StartError::DatabaseProblem(problem) => problem.into(),
            StartError::LostSecret => Self::Failed(
                "secret.key is missing in data_dir, and this database was used with it; restore that file from a \
                 backup, or set `secret` to its content"
                    .to_owned(),
            ),
            StartError::SealedKey(NotOpened::UnknownKey) => Self::Failed(
                "secret: the keys in the database were sealed under another secret; add that one again, after the new one"
                    .to_owned(),
            ),
            StartError::SealedKey(_) => {
                Self::Failed("a key in the database was altered; restore it from a backup".to_owned())
            }
            StartError::PasskeysElsewhere(rp_id) => Self::Failed(format!(
                "passkey_rp_id: the passkeys in this database were made for {rp_id} and work nowhere else; set \
                 passkey_rp_id to that domain and public_url to a host in it. If this is a copy that needs no \
                 passkeys, empty its table `passkeys`"
            )),
            StartError::Fault(fault) => Self::Failed(fault.chain()),
        }
    }
}
