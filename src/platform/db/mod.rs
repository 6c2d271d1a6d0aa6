//! The database: a connection pool for reading, one for writing, and transactions that are retried after conflicts.
//!
//! Outside this folder, only the `store.rs` of each feature contains SQL.

mod cache_generation;
mod connect;
mod connection;
mod connection_factory;
mod database_problem;
mod executor;
mod facts;
mod failure;
mod foreign_objects;
mod inspect;
mod layout;
mod limits;
mod liveness;
mod migrate;
mod pool;
mod pooler;
mod purge;
mod sqlite_copy;
mod sqlite_swap;
mod start_lock;
mod stored_type;
mod time;
mod transaction;

use std::{fmt, sync::Arc};

use sea_orm::{DbBackend, Statement};

use cache_generation::Generations;
pub use cache_generation::{CacheGeneration, Invalidates, InvalidationGuard, Owner};
pub use connect::{DbSettings, connect};
use connection_factory::Target;
pub use database_problem::{DatabaseProblem, UnusableDatabase};
pub use executor::Executor;
pub use facts::{DbFacts, DbSetting};
pub use failure::DbFailure;
pub use foreign_objects::foreign_objects;
pub use inspect::{Inspection, MigrationState, inspect, not_ours};
pub use migrate::migrate;
pub use sqlite_copy::{open_sqlite_copy, sqlite_file_not_ours};
pub use sqlite_swap::{SQLITE_SIDE_FILES, SwapError, replace_sqlite_file};
pub use start_lock::StartLock;
pub use stored_type::is_sqlite_text;
pub(crate) use transaction::transaction;
pub use transaction::{Retries, Tx, TxError, finish};

/// Result of one call to a store.
pub type DbResult<T> = Result<T, DbFailure>;

/// The database of this server.
#[derive(Clone)]
pub struct Db {
    /// SQLite allows one writer at a time, so this pool then has one connection, and no write finds the database
    /// locked.
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

    /// The current generation of the rows of `owner`. Fetch it before reading rows to cache.
    pub fn cache_generation(&self, owner: Owner) -> CacheGeneration {
        self.generations.generation(owner)
    }

    /// Waits until this instance has written something that makes cached rows stale, since the last call returned. For
    /// one caller.
    pub async fn cache_generation_ended(&self) {
        self.generations.ended().await;
    }

    /// Ends generations when it is dropped. [`Db::write`] and `transaction!` do so themselves: this is for writes
    /// without them.
    pub fn invalidation_guard(&self, invalidates: Invalidates) -> InvalidationGuard {
        self.generations.begin(invalidates)
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.writer.backend
    }

    /// Passes every further statement to `watcher`, with its values. Some of them are secret: this is for analysing
    /// queries, not for logging.
    pub fn watch(&mut self, watcher: impl Fn(&Statement) + Send + Sync + 'static) {
        let watcher: executor::Watcher = Arc::new(watcher);
        for executor in [&mut self.writer, &mut self.reader] {
            executor.watcher = Some(watcher.clone());
        }
    }

    /// Whether the database answers. For readiness, not for diagnosis: the log has the cause.
    pub async fn ping(&self) -> DbResult<()> {
        Ok(self.reader.ping().await?)
    }

    /// Moves the part of SQLite's write-ahead log that no reader uses into the database file; the other databases do
    /// this themselves.
    ///
    /// A statement that returns rows prevents the checkpoint at commit, so the server runs one from time to time. No
    /// writer waits for it, as writers would for a checkpoint that also empties the log.
    pub async fn checkpoint(&self) -> DbResult<()> {
        use sea_orm::ConnectionTrait as _;
        if self.backend() == DbBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)")
                .await?;
        }
        Ok(())
    }

    /// How many connections are open, and how many of them are in use.
    pub fn connections(&self) -> (usize, usize) {
        let mut pools = vec![&self.writer.pool];
        if self.backend() == DbBackend::Sqlite {
            pools.push(&self.reader.pool);
        }
        let open = pools.iter().map(|pool| pool.size()).sum();
        let idle: usize = pools.iter().map(|pool| pool.idle()).sum();
        (open, open.saturating_sub(idle))
    }

    /// Closes the connections after running statements have finished.
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
