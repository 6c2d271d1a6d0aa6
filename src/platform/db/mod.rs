//! The database: one connection pool to read with, one to write with, and transactions that are tried again when
//! the database asks for it.
//!
//! Outside this folder only the `store.rs` of a room speaks SQL.

mod cache_generation;
mod connect;
mod connection;
mod connection_factory;
mod database_problem;
mod executor;
mod facts;
mod failure;
mod inspect;
mod layout;
mod limits;
mod liveness;
mod migrate;
mod pool;
mod pooler;
mod start_lock;
mod transaction;

use std::{fmt, sync::Arc};

use sea_orm::{DbBackend, Statement};
use uuid::Uuid;

use cache_generation::Generations;
pub use cache_generation::{CacheGeneration, Invalidates, InvalidationGuard};
pub use connect::{DbSettings, connect};
use connection_factory::Target;
pub use database_problem::{DatabaseProblem, UnusableDatabase};
pub use executor::Executor;
pub use facts::{DbFacts, DbSetting};
pub use failure::DbFailure;
pub use inspect::{Inspection, MigrationState, inspect};
pub use migrate::migrate;
pub use start_lock::StartLock;
pub(crate) use transaction::transaction;
pub use transaction::{Retries, Tx, TxError, finish};

/// Result of one call to a store.
pub type DbResult<T> = Result<T, DbFailure>;

/// The database that this server works on.
#[derive(Clone)]
pub struct Db {
    /// SQLite has one writer at a time, so there this pool has one connection, and nobody meets a locked database.
    writer: Executor,
    reader: Executor,
    /// For connections outside the pool.
    target: Target,
    generations: Generations,
}

impl Db {
    /// For reading outside a transaction.
    pub fn reader(&self) -> &Executor {
        &self.reader
    }

    /// For single statements that write.
    pub fn writer(&self) -> &Executor {
        &self.writer
    }

    /// The current generation of the rows of `owner`. Ask for it before reading what will be cached.
    pub fn cache_generation(&self, owner: Uuid) -> CacheGeneration {
        self.generations.generation(owner)
    }

    /// Ends generations when it is dropped. [`Db::write`] and `transaction!` do so by themselves: this is for those that
    /// write without them.
    pub fn invalidation_guard(&self, invalidates: Invalidates) -> InvalidationGuard {
        self.generations.begin(invalidates)
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.writer.backend
    }

    /// Shows `watcher` every statement that is run from now on, with its values. Those are secrets in part: this is for
    /// seeing how the database goes about them, and not for a log.
    pub fn watch(&mut self, watcher: impl Fn(&Statement) + Send + Sync + 'static) {
        let watcher: executor::Watcher = Arc::new(watcher);
        for executor in [&mut self.writer, &mut self.reader] {
            executor.watcher = Some(watcher.clone());
        }
    }

    /// Whether the database answers. For readiness, not for diagnosis: the cause goes to the log.
    pub async fn ping(&self) -> DbResult<()> {
        Ok(self.reader.ping().await?)
    }

    /// Moves what SQLite's write-ahead log holds into the database file, as far as nobody reads it; the other databases
    /// see to that alone.
    ///
    /// A statement that returns rows keeps the log from being moved at commit, so it is done from time to time. No
    /// writer waits for it, as writers would for the kind of checkpoint that also empties the log.
    pub async fn checkpoint(&self) -> DbResult<()> {
        use sea_orm::ConnectionTrait as _;
        if self.backend() == DbBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)")
                .await?;
        }
        Ok(())
    }

    /// How many connections are open, and how many of these are in use.
    pub fn connections(&self) -> (usize, usize) {
        let mut pools = vec![&self.writer.pool];
        if self.backend() == DbBackend::Sqlite {
            pools.push(&self.reader.pool);
        }
        let open = pools.iter().map(|pool| pool.size()).sum();
        let idle: usize = pools.iter().map(|pool| pool.idle()).sum();
        (open, open.saturating_sub(idle))
    }

    /// Ends the connections; what runs is finished first.
    pub async fn close(&self) {
        for executor in [&self.reader, &self.writer] {
            executor.pool.close().await;
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("backend", &self.backend())
            .finish_non_exhaustive()
    }
}
