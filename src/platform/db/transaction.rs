//! Transactions: short, all or nothing, and begun again when they lost against another one.
//!
//! A transaction runs in a task of its own, to which its [`Tx`] hands one statement after the other. So the holder of
//! the `Tx` can be dropped at any time (the client hung up, a time limit passed): the task then rolls back, and no
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
use crate::platform::failure::{Failure, Outcome, Refusal};

/// How often a transaction that lost against another one is begun, in all.
const MAX_TRIES: u32 = 8;
/// How long after the first try a further one is begun. Each may wait for a row for a second or more.
const TRY_WITHIN: Duration = Duration::from_millis(1_500);
/// The longest pause before the second try. It doubles with each further one, up to a limit.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const MAX_PAUSE: Duration = Duration::from_millis(160);

/// Runs a block in a transaction: `transaction!(db, |tx| { .. })`, an [`Outcome`].
///
/// The block returns a `Result<T, TxError<R>>`. `Ok` commits. A refusal rolls back and is passed on; a failure of the
/// database rolls back and, where another transaction was in the way, runs the block again. So the block can run more
/// than once: hash before it, send mail after it.
///
/// It can be dropped at any time. What was not committed by then is rolled back; a commit that was requested is
/// completed.
///
/// It invalidates everybody's cached rows, whatever its outcome, so that no list of what a block changes can be
/// incomplete. A block that certainly invalidates less says so: `transaction!(db, invalidates, |tx| { .. })`.
///
/// A macro, because the compiler cannot yet see that a function taking such a block as a closure can run on any
/// thread.
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
            if let Some(outcome) = retries.judge(done) {
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
}

impl<R> TxError<R> {
    /// The same with another refusal.
    pub fn map<S>(self, map: impl FnOnce(R) -> S) -> TxError<S> {
        match self {
            Self::Refused(refusal) => TxError::Refused(map(refusal)),
            Self::Db(failure) => TxError::Db(failure),
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

/// Counts how often a transaction was begun.
#[derive(Debug)]
pub struct Retries {
    tries: u32,
    give_up: Instant,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            tries: 0,
            give_up: Instant::now() + TRY_WITHIN,
        }
    }
}

impl Retries {
    /// What the transaction came to; none when it is to begin again.
    pub fn judge<T, R>(&mut self, done: Result<T, TxError<R>>) -> Option<Outcome<T, R>> {
        match done {
            Ok(value) => Some(Ok(value)),
            Err(TxError::Refused(refusal)) => Some(Err(Failure::Refused(refusal))),
            Err(TxError::Db(failure)) if self.allow(&failure) => None,
            Err(TxError::Db(failure)) => Some(Err(failure.into())),
        }
    }

    /// Whether to try again after this failure.
    fn allow(&mut self, failure: &DbFailure) -> bool {
        self.tries += 1;
        let allows =
            failure.is_worth_another_try() && self.tries < MAX_TRIES && Instant::now() < self.give_up;
        if allows {
            tracing::debug!(
                tries = self.tries,
                "a transaction lost against another one and begins again"
            );
        }
        allows
    }

    /// Waits before the next try, for a time by chance: those that lost together would meet again.
    pub async fn pause(&self) {
        let doublings = self.tries.saturating_sub(1).min(16);
        let longest = FIRST_PAUSE.saturating_mul(1 << doublings).min(MAX_PAUSE);
        // Each state of the standard library's hasher is another one, which is chance enough for this.
        let chance = RandomState::new().hash_one(self.tries);
        let thousandths = u32::try_from(chance % 1_000).unwrap_or(0);
        sleep(longest * thousandths / 1_000).await;
    }
}

/// Commits a value; rolls anything else back.
pub async fn finish<T, R>(tx: Tx, done: Result<T, TxError<R>>) -> Result<T, TxError<R>> {
    if done.is_ok() {
        tx.commit().await?;
    } else {
        // A rollback that fails leaves nothing behind either: the connection is closed, and what went wrong first is
        // what counts.
        tx.rollback().await.ok();
    }
    done
}

/// An open transaction. It is rolled back when this is dropped.
pub struct Tx {
    requests: mpsc::Sender<Request>,
    backend: DbBackend,
}

/// What the holder of a transaction asks its task for.
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

    /// Commits. Where the answer was lost, the failure says so.
    pub async fn commit(self) -> DbResult<()> {
        let (reply, replied) = oneshot::channel();
        // A task that takes no more requests has rolled back.
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

/// The task of a transaction, which nobody drops.
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
        // A transaction that begins by reading could otherwise find the database locked when it comes to write.
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

/// Does what the holder of a transaction asks for, from its beginning to its end, and for as long as a transaction may
/// take.
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
            // The database may have rolled back by itself, and would commit each further statement.
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
            // The holder is gone, or takes too long.
            Ok(None) | Err(_) => break (false, None),
        }
    };
    let result = match (commits, has_failed) {
        (true, false) => lease.end(commit).await.map_err(DbFailure::of_commit),
        // After a failed statement PostgreSQL would answer COMMIT as if all were well, and roll back.
        (true, true) => {
            lease.end("ROLLBACK").await.ok();
            Err(DbErr::Custom("a transaction was to commit in which a statement failed".to_owned()).into())
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
        // Boxed, since it would make the future of each use case larger and deeper.
        let turn = Box::pin(self.writer.pool.turn()).await?;
        let (watcher, guard) = (self.writer.watcher.clone(), self.invalidation_guard(invalidates));
        let (requests, received) = mpsc::channel(1);
        let (ready, is_ready) = oneshot::channel();
        tokio::spawn(run(turn, backend, ready, received, watcher, guard));
        is_ready.await.unwrap_or_else(|_| Err(ended()))?;
        Ok(Tx { requests, backend })
    }

    /// Runs one statement that writes, as a transaction by itself; how many rows it met. One that lost against another
    /// transaction has left nothing behind, and is run again. Invalidates everybody's cached rows.
    pub async fn write(&self, statement: impl QueryTrait) -> DbResult<u64> {
        self.write_for(Invalidates::All, statement).await
    }

    /// The same for a statement that certainly invalidates less.
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

    /// To a database elsewhere the commit is a message of its own: a statement that commits by itself could still be on
    /// its way when its sender has given up, and overwrite what was acknowledged since.
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
