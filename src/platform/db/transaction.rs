//! Transactions: short, all or nothing, and begun again when they lost against another one.

use sea_orm::{
    DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};

use super::{Db, DbResult};
use crate::platform::failure::{Failure, Outcome};

/// An open transaction.
pub type Tx = DatabaseTransaction;

/// How often a transaction that lost against another one is begun, in all.
const TRIES: u32 = 4;

impl Db {
    /// Runs `body` in a transaction. What it returns decides: a value commits, a refusal rolls back and is handed
    /// on, a failure of the database rolls back and, where another transaction was in the way, begins again.
    ///
    /// `body` can therefore run more than once: hash before it, send mail after it.
    pub async fn transaction<T, R, F>(&self, body: F) -> Outcome<T, R>
    where
        F: AsyncFn(&Tx) -> DbResult<Result<T, R>>,
    {
        let mut tries = 1;
        loop {
            match self.try_once(&body).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(refusal)) => return Err(Failure::Refused(refusal)),
                Err(failure) if failure.is_worth_another_try() && tries < TRIES => {
                    tracing::debug!(tries, "a transaction lost against another one and begins again");
                    tries += 1;
                }
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    async fn try_once<T, R, F>(&self, body: &F) -> DbResult<Result<T, R>>
    where
        F: AsyncFn(&Tx) -> DbResult<Result<T, R>>,
    {
        let tx = self.writer().begin_with_options(self.options()).await?;
        // A rollback that fails leaves nothing behind either: the connection is closed, and what went wrong first
        // is what counts.
        match body(&tx).await {
            Ok(Ok(value)) => {
                tx.commit().await?;
                Ok(Ok(value))
            }
            Ok(Err(refusal)) => {
                tx.rollback().await.ok();
                Ok(Err(refusal))
            }
            Err(failure) => {
                tx.rollback().await.ok();
                Err(failure)
            }
        }
    }

    fn options(&self) -> TransactionOptions {
        let backend = self.backend();
        TransactionOptions {
            // Under the default of MySQL and MariaDB, the loser of a compare-and-set would read its old snapshot
            // again. PostgreSQL has this level by default.
            isolation_level: (backend == DbBackend::MySql).then_some(IsolationLevel::ReadCommitted),
            access_mode: None,
            // A transaction that begins by reading could otherwise find the database locked when it comes to write.
            sqlite_transaction_mode: (backend == DbBackend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
        }
    }
}
