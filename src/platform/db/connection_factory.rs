//! Opens connections, and decides whether a used one can be reused.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use deadpool::managed::{self, Metrics, RecycleResult};
use sea_orm::sqlx::{
    self, ConnectOptions as _, mysql::MySqlConnectOptions, postgres::PgConnectOptions,
    sqlite::SqliteConnectOptions,
};
use tokio::time::{Instant, timeout};

use super::{connection::Connection, limits};
use crate::platform::config::DatabasePooler;

/// How to open connections.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Postgres(Box<PgConnectOptions>, DatabasePooler),
    MySql(Box<MySqlConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

impl Target {
    /// Opens a connection and applies the settings that the code relies on. Boxed, since the futures of the drivers are
    /// large.
    pub(super) async fn open(&self) -> Result<Connection, sqlx::Error> {
        match self {
            Self::Postgres(options, pooler) => {
                let connection = Box::new(Box::pin(options.connect()).await?);
                let mut connection = Connection::Postgres(connection, *pooler);
                if *pooler == DatabasePooler::Session {
                    // One message: after many connections have died, many are opened at once.
                    let session = [limits::POSTGRES_SETTINGS, limits::POSTGRES_LIMITS].join("; ");
                    connection.run_sql(&session).await?;
                }
                Ok(connection)
            }
            Self::MySql(options) => {
                let mut connection = Connection::MySql(Box::new(Box::pin(options.connect()).await?));
                connection.run_sql(limits::MYSQL_SETTINGS).await?;
                connection.run_sql(limits::MYSQL_ISOLATION).await?;
                connection.run_sql(limits::MYSQL_LIMITS).await?;
                Ok(connection)
            }
            Self::Sqlite(options) => Ok(Connection::Sqlite(Box::new(Box::pin(options.connect()).await?))),
        }
    }
}

/// Opens connections, and decides whether a used one can be reused.
pub(super) struct ConnectionFactory {
    target: Target,
    created_at: Instant,
    /// Milliseconds since `created_at`. Connections last used before this count as dead: if one died silently, those
    /// that were idle meanwhile most likely did too, and pinging each would take too long.
    dead_before: AtomicU64,
    /// Milliseconds since `created_at`. Connections last used before this are pinged, even if they were used recently.
    doubtful_before: AtomicU64,
    /// When a command was last answered, in milliseconds since `created_at`; 0 if never.
    answered_at: AtomicU64,
}

impl ConnectionFactory {
    pub(super) fn new(target: Target) -> Self {
        Self {
            target,
            created_at: Instant::now(),
            dead_before: AtomicU64::new(0),
            doubtful_before: AtomicU64::new(0),
            answered_at: AtomicU64::new(0),
        }
    }

    fn age(&self) -> Duration {
        self.created_at.elapsed()
    }

    /// Records that a command was answered.
    pub(super) fn note_answer(&self) {
        self.answered_at
            .store(millis(self.age()).max(1), Ordering::Relaxed);
    }

    /// Records that a connection broke or did not answer: others could be dead too.
    pub(super) fn note_doubt(&self) {
        self.doubtful_before
            .fetch_max(millis(self.age()), Ordering::Relaxed);
    }

    /// Whether a pooler in transaction mode shares database sessions between connections.
    pub(super) fn shares_sessions(&self) -> bool {
        matches!(self.target, Target::Postgres(_, DatabasePooler::Transaction))
    }

    /// Whether a command was answered within this time.
    pub(super) fn has_answered_within(&self, time: Duration) -> bool {
        let answered_at = self.answered_at.load(Ordering::Relaxed);
        answered_at > 0 && millis(self.age()).saturating_sub(answered_at) < millis(time)
    }
}

impl managed::Manager for ConnectionFactory {
    type Type = Connection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Connection, sqlx::Error> {
        self.target.open().await
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        let idle = metrics.last_used();
        let used_at = millis(self.age().saturating_sub(idle));
        let is_old = idle > limits::MAX_IDLE || metrics.age() > limits::MAX_AGE;
        if is_old || used_at < self.dead_before.load(Ordering::Relaxed) {
            return Err(managed::RecycleError::message("too old"));
        }
        if idle < limits::PING_WHEN_IDLE_FOR && used_at >= self.doubtful_before.load(Ordering::Relaxed) {
            return Ok(());
        }
        let ping = timeout(limits::PING_TIMEOUT, connection.ping()).await;
        if ping.is_ok_and(|answer| answer.is_ok()) {
            return Ok(());
        }
        self.dead_before.fetch_max(millis(self.age()), Ordering::Relaxed);
        Err(managed::RecycleError::message("it does not answer"))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
