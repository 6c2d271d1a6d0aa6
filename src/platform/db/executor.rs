//! Runs single statements.

use std::{fmt, sync::Arc, time::Duration};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::{
    DbFailure, DbResult, InvalidationGuard,
    connection::{Command, Reply},
    pool::Pool,
};

/// An answer within this time shows that the database works.
const RECENT_ANSWER: Duration = Duration::from_millis(500);

/// Called with each executed statement.
pub(super) type Watcher = Arc<dyn Fn(&Statement) + Send + Sync>;

/// Runs single statements, each on its own connection.
///
/// Each statement runs in its own task, so neither a disconnect nor a time limit cancels it, and the connection stays
/// clean. There are at most as many tasks as the pool has connections, and each ends within the limits of `limits.rs`.
#[derive(Clone)]
pub struct Executor {
    pub(super) pool: Pool,
    pub(super) backend: DbBackend,
    pub(super) watcher: Option<Watcher>,
}

impl Executor {
    pub(super) fn new(pool: Pool, backend: DbBackend) -> Self {
        Self {
            pool,
            backend,
            watcher: None,
        }
    }

    async fn run(&self, command: Command) -> Result<Reply, DbErr> {
        // Boxed, to keep the futures of all callers small.
        let turn = Box::pin(self.pool.turn()).await?;
        let watcher = self.watcher.clone();
        let running = async move {
            let mut lease = turn.connection().await?;
            let reply = lease.run_alone(&command).await;
            watch(watcher.as_ref(), &command);
            // Return the connection before replying.
            drop(lease);
            reply
        };
        run_detached(running).await?
    }

    /// Runs a command that commits by itself. Ends `guard` after it has run, even if the caller is gone.
    pub(super) async fn run_and_commit(&self, command: Command, guard: InvalidationGuard) -> DbResult<Reply> {
        // Boxed, to keep the futures of all callers small.
        let turn = Box::pin(self.pool.turn()).await?;
        let watcher = self.watcher.clone();
        let running = async move {
            let mut lease = turn.connection().await?;
            let reply = lease.run(&command).await.map_err(DbFailure::of_commit);
            watch(watcher.as_ref(), &command);
            drop(lease);
            guard.end(reply.is_err());
            reply
        };
        run_detached(running).await?
    }

    /// Whether the database answers.
    ///
    /// If all connections are busy, a recent answer to another request counts: load must not make the server look
    /// unready.
    pub(super) async fn ping(&self) -> Result<(), DbErr> {
        match self.run(Command::Raw("SELECT 1".to_owned())).await {
            Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
                if self.pool.has_answered_within(RECENT_ANSWER) =>
            {
                Ok(())
            }
            answer => answer.map(drop),
        }
    }
}

/// Runs `work` in its own task, which continues if the caller is dropped.
pub(super) async fn run_detached<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, DbErr> {
    let done = tokio::spawn(work).await;
    done.map_err(|_| DbErr::Custom("a database task was aborted".to_owned()))
}

pub(super) fn watch(watcher: Option<&Watcher>, command: &Command) {
    if let (Some(watcher), Some(statement)) = (watcher, command.statement()) {
        watcher(statement);
    }
}

pub(super) fn done(reply: Reply) -> Result<ExecResult, DbErr> {
    match reply {
        Reply::Done(done) => Ok(done),
        Reply::Rows(_) => Err(DbErr::Custom("got rows instead of a count".to_owned())),
    }
}

pub(super) fn rows(reply: Reply) -> Result<Vec<QueryResult>, DbErr> {
    match reply {
        Reply::Rows(rows) => Ok(rows),
        Reply::Done(_) => Err(DbErr::Custom("got a count instead of rows".to_owned())),
    }
}

/// Implements SeaORM's [`ConnectionTrait`] for a type that runs a [`Command`].
macro_rules! run_statements_on {
    ($type:ty) => {
        #[async_trait]
        impl ConnectionTrait for $type {
            fn get_database_backend(&self) -> DbBackend {
                self.backend
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                done(self.run(Command::Execute(statement)).await?)
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                done(self.run(Command::Raw(sql.to_owned())).await?)
            }

            async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
                let rows = rows(self.run(Command::Query(statement)).await?)?;
                Ok(rows.into_iter().next())
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                rows(self.run(Command::Query(statement)).await?)
            }
        }
    };
}

pub(super) use run_statements_on;

run_statements_on!(Executor);

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor")
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}
