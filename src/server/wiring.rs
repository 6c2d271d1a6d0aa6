//! Assembles a server from its parts, in the order in which they need each other.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use tokio::sync::Notify;

use crate::{
    context::{
        AccountWrites, App, CallerCache, DataExports, Limits, Metrics, NewestSeal, RecordedReads,
        RefusedSignIns, SecretAttempts, SessionWatch, access_token::AccessTokens,
    },
    features::{
        data_key::{self, DataKeys, KeyError},
        key, passkey, session,
    },
    platform::{
        clock::Clock,
        config::{Config, ConfigError, MailMode},
        crypto::{HashCost, KeyRing, NotOpened, PasswordHasher, PoolLimits, SigningKey, TagKeys},
        db::{self, DatabaseProblem, Db, DbFailure, StartLock, UnusableDatabase},
        failure::Fault,
        i18n::Translations,
        limit::{InFlight, NetworkBuckets, Rate, Throttle},
        oidc::Providers,
        rng::Rng,
    },
};

/// How long a caller waits for a password to be hashed before the service counts as busy.
const HASH_DEADLINE: Duration = Duration::from_secs(2);

/// Minimum time between two equal warnings about requests, which anybody can cause.
const WARNINGS_EVERY: Duration = Duration::from_hours(1);

/// The same for warnings about mail: strangers cannot cause them, and a mail server that is down is urgent.
const MAIL_WARNINGS_EVERY: Duration = Duration::from_mins(10);

/// The built-in languages, without their texts: only their tags are needed here.
const LANGUAGES: [(&str, &str); 2] = [("en", ""), ("de", "")];

/// What a server needs in addition to its configuration; tests provide their own.
#[derive(Debug, Clone)]
pub struct Dependencies {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
}

/// What to do about migrations at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrations {
    /// Apply missing ones.
    Apply,
    /// Refuse to start if any are missing.
    Expect,
}

/// Why a server could not be assembled.
#[derive(Debug)]
pub enum StartError {
    /// A setting is wrong.
    Config(ConfigError),
    /// The database failed.
    Db(DbFailure),
    /// Migrations are missing, and must not be applied.
    Pending(usize),
    /// The database cannot be used as it is.
    DatabaseProblem(DatabaseProblem),
    /// The secret that the database was used with is missing.
    LostSecret,
    /// A key in the database cannot be opened.
    SealedKey(NotOpened),
    /// The passkeys in the database belong to this domain, not to that of the settings.
    PasskeysElsewhere(String),
    /// A fault of the server.
    Fault(Fault),
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<UnusableDatabase> for StartError {
    fn from(unusable: UnusableDatabase) -> Self {
        match unusable {
            UnusableDatabase::Db(failure) => Self::Db(failure),
            UnusableDatabase::DatabaseProblem(problem) => Self::DatabaseProblem(problem),
        }
    }
}

impl From<DbFailure> for StartError {
    fn from(failure: DbFailure) -> Self {
        Self::Db(failure)
    }
}

impl From<Fault> for StartError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<KeyError> for StartError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Db(failure) => Self::Db(failure),
            KeyError::NotOpened(not_opened) => Self::SealedKey(not_opened),
            KeyError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Assembles a server on an open database. One instance at a time prepares the database: afterwards its schema fits and
/// its signing key exists.
pub async fn assemble(
    config: Config,
    db: Db,
    dependencies: Dependencies,
    migrations: Migrations,
) -> Result<App, StartError> {
    let Dependencies { clock, rng } = dependencies;
    let lock = StartLock::acquire(&db).await?;
    let prepared = prepare(&config, &db, &*clock, &*rng, migrations, &lock).await;
    lock.release().await;
    let (signing, keys) = prepared?;
    signing.check()?;
    let cost = HashCost {
        memory_kib: config.argon2_memory_kib,
        iterations: config.argon2_iterations,
        parallelism: config.argon2_parallelism,
    };
    let threads = match config.hash_threads {
        0 => PoolLimits::threads_of_machine(),
        threads => threads,
    };
    let limits = PoolLimits {
        threads,
        queue: config.hash_queue,
        deadline: HASH_DEADLINE,
    };
    let metrics = Metrics::default();
    let verifications = metrics.password_verifications.clone();
    let hasher = PasswordHasher::start(config.hash_engine, cost, limits, rng.clone(), verifications)?;
    let callers = CallerCache::new(config.session_cache);
    let attempt_limits = attempt_limits(&config, keys.attempt, &clock);
    Ok(App {
        languages: Translations::load(&config, &LANGUAGES)?,
        instance: URL_SAFE_NO_PAD.encode(rng.bytes::<16>()),
        outbox_key: outbox_key(&config, &*rng),
        providers: Providers::new(&config)?,
        config,
        db,
        clock,
        rng,
        hasher,
        tokens: AccessTokens::new(signing),
        refresh_keys: keys.refresh,
        form_keys: keys.form,
        mail_keys: keys.mail,
        recovery_code_keys: keys.recovery_code,
        audit_keys: keys.audit,
        sealer: keys.sealer,
        limits: attempt_limits,
        callers,
        refused_sign_ins: RefusedSignIns::default(),
        recorded_reads: RecordedReads::default(),
        newest_seal: NewestSeal::default(),
        session_watch: SessionWatch::default(),
        mail_queued: Notify::new(),
        metrics,
    })
}

/// A key for the development outbox, if mails go there.
fn outbox_key(config: &Config, rng: &dyn Rng) -> Option<SecretString> {
    let is_open = config.mail_mode() == MailMode::Outbox;
    is_open.then(|| URL_SAFE_NO_PAD.encode(rng.bytes::<16>()).into())
}

/// For each password that a network may try in a minute it may also cause the work of this many hashes in expensive
/// checks.
const EXPENSIVE_PER_LOGIN: u32 = 3;

/// The same for what it may do at once: by default 60, about as much as the most expensive check costs.
const EXPENSIVE_BURST: u32 = 6;

fn attempt_limits(config: &Config, keys: TagKeys, clock: &Arc<dyn Clock>) -> Limits {
    let rate = |count, period, burst| {
        // A count of 0 means no limit; no burst is 0.
        Some(Rate {
            count: NonZeroU32::new(count)?,
            period,
            burst: NonZeroU32::new(burst)?,
        })
    };
    let buckets = |count, period, burst| {
        rate(count, period, burst).map(|rate| NetworkBuckets::new(rate, clock.clone()))
    };
    let secrets = || {
        SecretAttempts::new(buckets(
            config.logins_per_network,
            Duration::from_mins(1),
            config.login_burst,
        ))
    };
    let writes = rate(
        config.account_writes,
        Duration::from_mins(1),
        config.account_write_burst,
    );
    Limits {
        keys,
        logins: buckets(
            config.logins_per_network,
            Duration::from_mins(1),
            config.login_burst,
        ),
        expensive_checks: buckets(
            config.logins_per_network.saturating_mul(EXPENSIVE_PER_LOGIN),
            Duration::from_mins(1),
            config.login_burst.saturating_mul(EXPENSIVE_BURST),
        ),
        signups: buckets(
            config.signups_per_network,
            Duration::from_hours(1),
            config.signup_burst,
        ),
        mails: buckets(
            config.mails_per_network,
            Duration::from_hours(1),
            config.mail_burst,
        ),
        // Counted apart from sign-ins: people behind the address of a service must not keep it from asking.
        caller_attempts: secrets(),
        router_attempts: secrets(),
        writes: AccountWrites::new(writes, clock),
        data_exports: DataExports::new(clock),
        in_flight: InFlight::default(),
        untrusted_proxies: Throttle::new(WARNINGS_EVERY),
        mail_trouble: Throttle::new(MAIL_WARNINGS_EVERY),
        look_alikes: Throttle::new(WARNINGS_EVERY),
        unknown_clients: Throttle::new(WARNINGS_EVERY),
    }
}

async fn prepare(
    config: &Config,
    db: &Db,
    clock: &dyn Clock,
    rng: &dyn Rng,
    migrations: Migrations,
    lock: &StartLock,
) -> Result<(KeyRing, DataKeys), StartError> {
    let found = db::inspect(db).await?;
    if let Some(problem) = found.refusal() {
        return Err(StartError::DatabaseProblem(problem));
    }
    let missing = found.migrations.pending.len();
    match migrations {
        Migrations::Expect if missing > 0 => return Err(StartError::Pending(missing)),
        Migrations::Expect => {}
        Migrations::Apply => {
            let applied = db::migrate(db, lock).await?;
            if !applied.is_empty() {
                tracing::info!(changes = applied.len(), "brought the database up to date");
            }
        }
    }
    // Before it makes passkeys for a second domain, which would hide the mistake.
    if let Some(rp_id) = passkey::made_elsewhere(db, config).await? {
        return Err(StartError::PasskeysElsewhere(rp_id));
    }
    let secret = match config.server_secret_so_far()? {
        Some(secret) => secret,
        // A new secret would hide for good that the old one is missing.
        None if data_key::has_any(db).await? || session::is_any(db).await? => {
            return Err(StartError::LostSecret);
        }
        None => config.server_secret(rng)?,
    };
    let root = data_key::root_of(&secret)?;
    let signing = match &config.jwt_secret {
        Some(secret) if config.jwt_algorithm.secret_bytes().is_some() => {
            let shared = SigningKey::shared(config.jwt_algorithm, secret)?;
            KeyRing::new(Arc::new(shared), [])
        }
        _ => key::load(db, &root, config.jwt_algorithm, clock, rng, lock).await?,
    };
    let keys = data_key::load(db, &root, clock, rng, lock).await?;
    Ok((signing, keys))
}
