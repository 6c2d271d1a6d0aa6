//! Transactions: short, all or nothing, and retried after conflicts.
//!
//! A transaction runs in its own task, to which its [`Tx`] sends one statement after the other. So the holder of the
//! `Tx` can be dropped at any time (the client disconnected, a time limit passed): the task then rolls back, and no
//! other request gets a connection with an open transaction.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, QueryTrait, Statement,
    prelude::async_trait::async_trait,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout_at},
};

use super::{
    Db, DbFailure, DbResult, Invalidates, InvalidationGuard,
    connection::{Command, Reply},
    executor::{Watcher, done, rows, run_statements_on, watch},
    limits,
    pool::{Lease, Turn},
};
use crate::platform::failure::{Failure, Fault, Outcome, Refusal};

/// Maximum number of tries of a transaction, the first included.
const MAX_TRIES: u32 = 8;
/// No retry starts later than this after the first try. Each can wait for a row lock for a second or more.
const RETRY_WITHIN: Duration = Duration::from_millis(1_500);
/// Maximum pause before the second try. It doubles with each further one, up to a limit.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const MAX_PAUSE: Duration = Duration::from_millis(160);

/// Runs a block in a transaction: `transaction!(db, |tx| { .. })` returns an [`Outcome`].
///
/// The block returns a `Result<T, TxError<R>>`. `Ok` commits. A refusal rolls back and is returned; a failure of the
/// database rolls back and, after a conflict with another transaction, runs the block again. So the block can run more
/// than once: hash before it, send mail after it.
///
/// It can be dropped at any time. Uncommitted changes are rolled back; a requested commit is completed.
///
/// It invalidates the cached rows of all owners, whatever its outcome, so that no list of changes can be incomplete. A
/// block that certainly invalidates less declares it: `transaction!(db, invalidates, |tx| { .. })`.
///
/// A macro, because the compiler cannot yet prove that a function taking such a block as a closure is `Send`.
macro_rules! transaction {
    ($db:expr, |$tx:ident| $block:block) => {
        $crate::platform::db::transaction!($db, $crate::platform::db::Invalidates::All, |$tx| $block)
    };
    ($db:expr, $invalidates:expr, |$tx:ident| $block:block) => {{
        let db: &$crate::platform::db::Db = &$db;
        let mut retries = $crate::platform::db::Retries::default();
        loop {
            let done = match db.begin($invalidates).await {
                Ok(begun) => {
                    let done = async {
                        let $tx = &begun;
                        $block
                    }
                    .await;
                    $crate::platform::db::finish(begun, done).await
                }
                Err(failure) => Err(failure.into()),
            };
            if let Some(outcome) = retries.outcome(done) {
                break outcome;
            }
            retries.pause().await;
        }
    }};
}

pub(crate) use transaction;

/// Why a block does not commit.
#[derive(Debug)]
pub enum TxError<R> {
    /// The use case refuses.
    Refused(R),
    /// A call to the database failed.
    Db(DbFailure),
    /// Something else failed.
    Fault(Fault),
}

impl<R> TxError<R> {
    /// The same with another refusal.
    pub fn map<S>(self, map: impl FnOnce(R) -> S) -> TxError<S> {
        match self {
            Self::Refused(refusal) => TxError::Refused(map(refusal)),
            Self::Db(failure) => TxError::Db(failure),
            Self::Fault(fault) => TxError::Fault(fault),
        }
    }
}

impl<R: Refusal> From<R> for TxError<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

impl<R> From<DbFailure> for TxError<R> {
    fn from(failure: DbFailure) -> Self {
        Self::Db(failure)
    }
}

impl<R> From<DbErr> for TxError<R> {
    fn from(error: DbErr) -> Self {
        Self::Db(error.into())
    }
}

impl<R> From<Fault> for TxError<R> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Counts the tries of a transaction.
#[derive(Debug)]
pub struct Retries {
    tries: u32,
    give_up: Instant,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            tries: 0,
            give_up: Instant::now() + RETRY_WITHIN,
        }
    }
}

impl Retries {
    /// The outcome of the transaction; `None` if it must be retried.
    pub fn outcome<T, R>(&mut self, done: Result<T, TxError<R>>) -> Option<Outcome<T, R>> {
        match done {
            Ok(value) => Some(Ok(value)),
            Err(TxError::Refused(refusal)) => Some(Err(Failure::Refused(refusal))),
            Err(TxError::Db(failure)) if self.allow(&failure) => None,
            Err(TxError::Db(failure)) => Some(Err(failure.into())),
            Err(TxError::Fault(fault)) => Some(Err(fault.into())),
        }
    }

    /// Whether to try again after this failure.
    fn allow(&mut self, failure: &DbFailure) -> bool {
        self.tries += 1;
        let allows = failure.is_retryable() && self.tries < MAX_TRIES && Instant::now() < self.give_up;
        if allows {
            tracing::debug!(
                tries = self.tries,
                "a transaction conflicted with another one and is retried"
            );
        }
        allows
    }

    /// Waits for a random time before the next try: otherwise transactions that conflicted would conflict again.
    pub async fn pause(&self) {
        let doublings = self.tries.saturating_sub(1).min(16);
        let max_pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(MAX_PAUSE);
        // Each `RandomState` has its own keys, which is random enough for this.
        let random = RandomState::new().hash_one(self.tries);
        let thousandths = u32::try_from(random % 1_000).unwrap_or(0);
        sleep(max_pause * thousandths / 1_000).await;
    }
}

/// Commits if `done` is a value, else rolls back.
pub async fn finish<T, R>(tx: Tx, done: Result<T, TxError<R>>) -> Result<T, TxError<R>> {
    if done.is_ok() {
        tx.commit().await?;
    } else {
        // If the rollback fails, the connection is closed, which rolls back, too; the first error is returned.
        tx.rollback().await.ok();
    }
    done
}

/// An open transaction. It is rolled back when this is dropped.
pub struct Tx {
    requests: mpsc::Sender<Request>,
    backend: DbBackend,
}

/// A request from the holder of a transaction to its task.
enum Request {
    Run(Command, oneshot::Sender<Result<Reply, DbErr>>),
    Commit(oneshot::Sender<DbResult<()>>),
    RollBack(oneshot::Sender<DbResult<()>>),
}

impl Tx {
    async fn run(&self, command: Command) -> Result<Reply, DbErr> {
        let (reply, replied) = oneshot::channel();
        let sent = self.requests.send(Request::Run(command, reply)).await;
        sent.map_err(|_| ended())?;
        replied.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Commits. If the answer is lost, the failure has an unknown outcome.
    pub async fn commit(self) -> DbResult<()> {
        let (reply, replied) = oneshot::channel();
        // A task that accepts no more requests has rolled back.
        let sent = self.requests.send(Request::Commit(reply)).await;
        sent.map_err(|_| ended())?;
        replied
            .await
            .unwrap_or_else(|_| Err(DbFailure::of_commit(ended())))
    }

    /// Rolls back.
    pub async fn rollback(self) -> DbResult<()> {
        let (reply, replied) = oneshot::channel();
        let sent = self.requests.send(Request::RollBack(reply)).await;
        sent.map_err(|_| ended())?;
        replied.await.unwrap_or_else(|_| Err(ended().into()))
    }
}

run_statements_on!(Tx);

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}

fn ended() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

/// The task of a transaction, which is never cancelled.
async fn run(
    turn: Turn,
    backend: DbBackend,
    ready: oneshot::Sender<Result<(), DbErr>>,
    requests: mpsc::Receiver<Request>,
    watcher: Option<Watcher>,
    guard: InvalidationGuard,
) {
    let (begin, commit) = match backend {
        DbBackend::Postgres if turn.shares_sessions() => {
            (limits::POSTGRES_SHARED_BEGIN, limits::POSTGRES_COMMIT)
        }
        DbBackend::Postgres => (limits::POSTGRES_BEGIN, limits::POSTGRES_COMMIT),
        // Otherwise a transaction that starts with a read could find the database locked at its first write.
        DbBackend::Sqlite => ("BEGIN IMMEDIATE", "COMMIT"),
        _ => ("BEGIN", "COMMIT"),
    };
    let leased = match turn.connection().await {
        Ok(mut lease) => lease.begin(begin).await.map(|()| lease),
        Err(error) => Err(error),
    };
    match leased {
        Ok(lease) => {
            ready.send(Ok(())).ok();
            serve(lease, commit, requests, watcher, guard).await;
        }
        Err(error) => {
            ready.send(Err(error)).ok();
        }
    }
}

/// Serves the holder of a transaction until it ends or exceeds its time limit.
async fn serve(
    mut lease: Lease,
    commit: &str,
    mut requests: mpsc::Receiver<Request>,
    watcher: Option<Watcher>,
    guard: InvalidationGuard,
) {
    let deadline = Instant::now() + limits::TRANSACTION_TIMEOUT;
    let mut has_failed = false;
    let (commits, reply) = loop {
        match timeout_at(deadline, requests.recv()).await {
            // The database could have rolled back by itself, and would then commit each further statement.
            Ok(Some(Request::Run(_, reply))) if has_failed => {
                reply.send(Err(ended())).ok();
            }
            Ok(Some(Request::Run(command, reply))) => {
                let result = lease.run(&command).await;
                has_failed |= result.is_err();
                watch(watcher.as_ref(), &command);
                // If the requester is gone, the next `recv` sees it.
                reply.send(result).ok();
            }
            Ok(Some(Request::Commit(reply))) => break (true, Some(reply)),
            Ok(Some(Request::RollBack(reply))) => break (false, Some(reply)),
            // The holder was dropped, or takes too long.
            Ok(None) | Err(_) => break (false, None),
        }
    };
    let result = match (commits, has_failed) {
        (true, false) => lease.end(commit).await.map_err(DbFailure::of_commit),
        // After a failed statement, PostgreSQL would roll back but report COMMIT as successful.
        (true, true) => {
            lease.end("ROLLBACK").await.ok();
            Err(DbErr::Custom("a commit was requested after a statement had failed".to_owned()).into())
        }
        (false, _) => lease.end("ROLLBACK").await.map_err(DbFailure::from),
    };
    // Return the connection and invalidate caches before replying.
    drop(lease);
    guard.end(matches!(&result, Err(failure) if failure.is_outcome_unknown()));
    if let Some(reply) = reply {
        reply.send(result).ok();
    }
}

impl Db {
    /// Begins a transaction.
    pub async fn begin(&self, invalidates: Invalidates) -> DbResult<Tx> {
        let backend = self.backend();
        // Boxed, to keep the future of each use case small.
        let turn = Box::pin(self.writer.pool.turn()).await?;
        let (watcher, guard) = (self.writer.watcher.clone(), self.invalidation_guard(invalidates));
        let (requests, received) = mpsc::channel(1);
        let (ready, is_ready) = oneshot::channel();
        tokio::spawn(run(turn, backend, ready, received, watcher, guard));
        is_ready.await.unwrap_or_else(|_| Err(ended()))?;
        Ok(Tx { requests, backend })
    }

    /// Runs one write as its own transaction and returns the number of affected rows. Retries it after a conflict,
    /// which leaves no changes. Invalidates the cached rows of all owners.
    pub async fn write(&self, statement: impl QueryTrait) -> DbResult<u64> {
        self.write_for(Invalidates::All, statement).await
    }

    /// The same for a write that certainly invalidates less.
    pub async fn write_for(&self, invalidates: Invalidates, statement: impl QueryTrait) -> DbResult<u64> {
        let statement = statement.build(self.backend());
        let mut retries = Retries::default();
        loop {
            match Box::pin(self.write_once(invalidates, statement.clone())).await {
                Err(failure) if retries.allow(&failure) => retries.pause().await,
                done => return done,
            }
        }
    }

    /// On a remote database the commit is a separate message: a statement that commits by itself could still be in
    /// transit after its sender has given up, and then overwrite a later acknowledged write.
    async fn write_once(&self, invalidates: Invalidates, statement: Statement) -> DbResult<u64> {
        if self.backend() == DbBackend::Sqlite {
            let guard = self.invalidation_guard(invalidates);
            let reply = self
                .writer
                .run_and_commit(Command::Execute(statement), guard)
                .await?;
            return Ok(done(reply)?.rows_affected());
        }
        let tx = self.begin(invalidates).await?;
        match tx.execute_raw(statement).await {
            Ok(done) => {
                tx.commit().await?;
                Ok(done.rows_affected())
            }
            Err(error) => {
                tx.rollback().await.ok();
                Err(error.into())
            }
        }
    }
}
