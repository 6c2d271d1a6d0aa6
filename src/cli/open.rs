//! Opening the database for a command, and putting the server's parts together on it.

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

/// Between two tries to reach a database that is starting too.
const PAUSE: Duration = Duration::from_secs(1);

/// The settings for a command that tells its result on standard output: warnings go to standard error, other log
/// lines nowhere.
pub(super) fn config(settings: &SettingsArgs) -> Result<Config, CliError> {
    telemetry::init_for_command().map_err(|error| CliError::Failed(error.to_string()))?;
    let loaded = settings.load()?;
    for warning in &loaded.warnings {
        output::warn(warning);
    }
    Ok(loaded.config)
}

/// The parts of a server, on the database of the settings.
pub(super) async fn app(config: Config, migrate: bool) -> Result<App, CliError> {
    config.check_data_folder()?;
    let db = database(&config).await?;
    app_on(config, db, migrate).await
}

/// The parts of a server, on an open database.
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

/// The database of the settings. One that is away is waited for, as long as the settings say.
pub(super) async fn database(config: &Config) -> Result<Db, CliError> {
    config.prepare_sqlite_file()?;
    let settings = DbSettings {
        url: SecretString::from(config.database_url.expose()),
        max_connections: config.database_max_connections,
        pooler: config.database_pooler,
    };
    let give_up = Instant::now() + config.database_wait;
    loop {
        match db::connect(&settings).await {
            Ok(db) => return Ok(db),
            Err(UnusableDatabase::DatabaseProblem(problem)) => return Err(problem.into()),
            Err(UnusableDatabase::Db(failure)) if failure.is_away() && Instant::now() < give_up => {
                let why = failure.told_to_operator();
                tracing::warn!(why, "waiting for the database at {}", config.database_url);
                sleep(PAUSE).await;
            }
            Err(UnusableDatabase::Db(failure)) => return Err(not_opened(config, &failure)),
        }
    }
}

fn not_opened(config: &Config, failure: &DbFailure) -> CliError {
    CliError::Unavailable(format!(
        "cannot open the database at {}: {}",
        config.database_url,
        failure.told_to_operator()
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
            failure.told_to_operator()
        ))
    }
}

impl From<RouterError> for CliError {
    fn from(error: RouterError) -> Self {
        match error {
            RouterError::Config(error) => Self::Config(error),
            RouterError::Schema(error) => Self::Failed(format!("the schema cannot be read back: {error}")),
        }
    }
}

impl From<StartError> for CliError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Config(error) => Self::Config(error),
            StartError::Db(failure) => failure.into(),
            StartError::Pending(count) => Self::Failed(format!(
                "the database is not up to date, {count} of its changes are missing: run `portcullis migrate up`, or \
                 start with `serve --migrate`"
            )),
            StartError::DatabaseProblem(problem) => problem.into(),
            StartError::LostSecret => Self::Failed(
                "secret.key is missing in data_dir, and this database was used with it; restore that file from a \
                 backup, or set `secret` to its content"
                    .to_owned(),
            ),
            StartError::SealedKey(NotOpened::UnknownSecret) => Self::Failed(
                "secret: the signing key in the database was sealed under another secret; put that one back, behind \
                 the new one"
                    .to_owned(),
            ),
            StartError::SealedKey(_) => {
                Self::Failed("the signing key in the database was altered; restore it from a backup".to_owned())
            }
            StartError::Fault(fault) => Self::Failed(fault.chain()),
        }
    }
}
