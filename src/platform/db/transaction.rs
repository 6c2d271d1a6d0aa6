//! Transactions: short, all or nothing, and begun again when they lost against another one.

use sea_orm::{
    ConnectionTrait as _, DatabaseTransaction, DbBackend, IsolationLevel, QueryTrait, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
};

use super::{Concerns, Db, DbFailure, DbResult};
use crate::platform::failure::{Failure, Outcome};

/// An open transaction.
pub type Tx = DatabaseTransaction;

/// How often a transaction that lost against another one is begun, in all.
const TRIES: u32 = 4;

/// Runs a block in a transaction: `transaction!(db, |tx| { .. })`, an [`Outcome`].
///
/// The block gives a `DbResult<Result<value, refusal>>`. A value commits; a refusal rolls back and is handed on; a
/// failure of the database (`?` leaves the block) rolls back and, where another transaction was in the way, begins
/// again. So the block can run more than once: hash before it, send mail after it.
///
/// It ends the [`Epoch`](super::Epoch) of everybody, whatever comes of it: what a block may have changed stands in no list
/// that somebody could forget to add to. One that surely [`Concerns`](super::Concerns) fewer says so:
/// `transaction!(db, concerns, |tx| { .. })`.
///
/// A macro, because the compiler cannot yet see that a function taking such a block as a closure can run on any
/// thread.
macro_rules! transaction {
    ($db:expr, |$tx:ident| $block:block) => {
        $crate::platform::db::transaction!($db, $crate::platform::db::Concerns::Everybody, |$tx| $block)
    };
    ($db:expr, $concerns:expr, |$tx:ident| $block:block) => {{
        let db: &$crate::platform::db::Db = &$db;
        let mut attempts = $crate::platform::db::Attempts::default();
        let _change = db.change($concerns);
        loop {
            let done = match db.begin().await {
                Ok(begun) => {
                    let done = async {
                        let $tx = &begun;
                        $block
                    }
                    .await;
                    $crate::platform::db::finish(begun, done).await
                }
                Err(failure) => Err(failure),
            };
            if let Some(outcome) = attempts.judge(done) {
                break outcome;
            }
        }
    }};
}

pub(crate) use transaction;

/// Counts how often a transaction was begun.
#[derive(Debug, Default)]
pub struct Attempts(u32);

impl Attempts {
    /// What the transaction came to; none when it is to begin again.
    pub fn judge<T, R>(&mut self, done: DbResult<Result<T, R>>) -> Option<Outcome<T, R>> {
        self.0 += 1;
        match done {
            Ok(Ok(value)) => Some(Ok(value)),
            Ok(Err(refusal)) => Some(Err(Failure::Refused(refusal))),
            Err(failure) if failure.is_worth_another_try() && self.0 < TRIES => {
                tracing::debug!(
                    tries = self.0,
                    "a transaction lost against another one and begins again"
                );
                None
            }
            Err(failure) => Some(Err(failure.into())),
        }
    }
}

/// Commits a value; rolls anything else back.
pub async fn finish<T, R>(tx: Tx, done: DbResult<Result<T, R>>) -> DbResult<Result<T, R>> {
    if let Ok(Ok(_)) = done {
        tx.commit().await?;
    } else {
        // A rollback that fails leaves nothing behind either: the connection is closed, and what went wrong first is
        // what counts.
        tx.rollback().await.ok();
    }
    done
}

impl Db {
    /// Begins a transaction.
    pub async fn begin(&self) -> DbResult<Tx> {
        let backend = self.backend();
        let options = TransactionOptions {
            // Under the default of MySQL and MariaDB, the loser of a compare-and-set would read its old snapshot
            // again. PostgreSQL has this level by default.
            isolation_level: (backend == DbBackend::MySql).then_some(IsolationLevel::ReadCommitted),
            access_mode: None,
            // A transaction that begins by reading could otherwise find the database locked when it comes to write.
            sqlite_transaction_mode: (backend == DbBackend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
        };
        Ok(self.writer().begin_with_options(options).await?)
    }

    /// Runs one statement that writes, as a transaction by itself; how many rows it met. One that lost against another
    /// transaction has left nothing behind, and is run again. Ends the [`Epoch`](super::Epoch) of everybody.
    pub async fn write(&self, statement: impl QueryTrait) -> DbResult<u64> {
        self.write_for(Concerns::Everybody, statement).await
    }

    /// The same for a statement that surely concerns fewer.
    pub async fn write_for(&self, concerns: Concerns, statement: impl QueryTrait) -> DbResult<u64> {
        let _change = self.change(concerns);
        let statement = statement.into_query();
        let mut tries = 0;
        loop {
            tries += 1;
            let done = self.writer().execute(&statement).await.map_err(DbFailure::from);
            match done {
                Err(failure) if failure.is_worth_another_try() && tries < TRIES => {
                    tracing::debug!(tries, "a statement lost against a transaction and is run again");
                }
                done => return Ok(done?.rows_affected()),
            }
        }
    }
}
