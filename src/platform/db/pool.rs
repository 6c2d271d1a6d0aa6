//! The connections of this instance, and who uses them.
//!
//! A connection goes back only when it is known to be clean: everything that was asked on it was answered, and no
//! transaction is open. Otherwise it is closed, and the database takes back what was not committed.

use std::{fmt, pin::pin, sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{self, Manager as _, Object, PoolError, QueueMode, TimeoutType, Timeouts},
};
use futures_util::future::join_all;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    connection::{Command, Connection, Reply},
    failure::is_broken,
    limits,
    liveness::Liveness,
    opener::{Opener, Target},
};

/// Between two looks at whether the last connection has come back.
const CLOSE_PAUSE: Duration = Duration::from_millis(5);

/// Connections that are shared. Clones share the same ones.
#[derive(Clone)]
pub(super) struct Pool {
    connections: managed::Pool<Opener>,
    /// One for each connection there can be. Callers wait for these, and not for the pool, so that there are no more
    /// tasks than connections.
    free: Arc<Semaphore>,
    /// What these callers have to get first, where some of the connections are kept for others.
    part: Option<Arc<Semaphore>>,
    liveness: Option<Arc<Liveness>>,
}

impl Pool {
    /// A pool of at most `size` connections, none of them open yet. Without `liveness`, a database that takes long does
    /// not count as one that hangs.
    pub(super) fn new(target: Target, size: u32, liveness: Option<Arc<Liveness>>) -> Result<Self, DbErr> {
        let size = usize::try_from(size).unwrap_or(usize::MAX).max(1);
        let connections = managed::Pool::builder(Opener::new(target))
            .max_size(size)
            .runtime(Runtime::Tokio1)
            // The one that was used last is the one most surely alive, and those beyond the need grow old.
            .queue_mode(QueueMode::Lifo)
            .timeouts(Timeouts {
                wait: Some(limits::ACQUIRE_TIMEOUT),
                create: Some(limits::CONNECT_TIMEOUT),
                // `recycle` has its own.
                recycle: None,
            })
            .build()
            .map_err(|error| DbErr::Custom(format!("the pool cannot be built: {error}")))?;
        Ok(Self {
            connections,
            free: Arc::new(Semaphore::new(size.min(Semaphore::MAX_PERMITS))),
            part: None,
            liveness,
        })
    }

    /// The same connections for callers who may not have all of them: about a quarter is kept for the others.
    pub(super) fn part(&self) -> Self {
        let size = self.connections.status().max_size;
        let kept = if size > 1 { size.div_ceil(4) } else { 0 };
        let part = size.saturating_sub(kept).min(Semaphore::MAX_PERMITS);
        Self {
            part: Some(Arc::new(Semaphore::new(part))),
            ..self.clone()
        }
    }

    /// Waits until one of the connections is free. Nothing has been asked of it then: the future can be dropped at any
    /// time.
    pub(super) async fn turn(&self) -> Result<Turn, DbErr> {
        self.check().await?;
        let permits = timeout(limits::ACQUIRE_TIMEOUT, self.permits()).await;
        let permits = permits.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        // Those who had the connections meanwhile may have waited in vain.
        self.check().await?;
        Ok(Turn {
            pool: self.clone(),
            permits: permits.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?,
        })
    }

    async fn permits(&self) -> Result<Permits, AcquireError> {
        let of_part = match &self.part {
            Some(part) => Some(Arc::clone(part).acquire_owned().await?),
            None => None,
        };
        Ok(Permits {
            _free: Arc::clone(&self.free).acquire_owned().await?,
            _of_part: of_part,
        })
    }

    async fn check(&self) -> Result<(), DbErr> {
        match &self.liveness {
            Some(liveness) => liveness.check().await,
            None => Ok(()),
        }
    }

    /// Closes connections that were idle for too long, until the pool is gone.
    pub(super) fn close_idle(&self) -> impl Future<Output = ()> + Send + use<> {
        let connections = self.connections.weak();
        async move {
            loop {
                sleep(limits::IDLE_CHECK_INTERVAL).await;
                let Some(connections) = connections.upgrade() else {
                    return;
                };
                let is_fresh =
                    |_: &Connection, metrics: managed::Metrics| metrics.last_used() < limits::MAX_IDLE;
                close_all(connections.retain(is_fresh).removed).await;
            }
        }
    }

    /// One connection was not answered in time. Where others were, the database lives: a pooler may open sessions one
    /// after the other.
    fn suspect(&self) {
        if let Some(liveness) = &self.liveness
            && !self.has_answered_within(limits::FIRST_ANSWER_TIMEOUT)
        {
            liveness.suspect();
        }
    }

    /// Whether a pooler gives a session of the database for one transaction at a time.
    pub(super) fn shares_sessions(&self) -> bool {
        self.connections.manager().shares_sessions()
    }

    /// Whether the database has answered within this time.
    pub(super) fn has_answered_within(&self, time: Duration) -> bool {
        self.connections.manager().has_answered_within(time)
    }

    /// How many connections are open.
    pub(super) fn size(&self) -> usize {
        self.connections.status().size
    }

    /// How many connections are open and idle.
    pub(super) fn idle(&self) -> usize {
        self.connections.status().available
    }

    /// Closes every connection properly, once it has come back. Opens no more.
    pub(super) async fn close(&self) {
        self.free.close();
        if let Some(part) = &self.part {
            part.close();
        }
        loop {
            close_all(self.connections.retain(|_, _| false).removed).await;
            if self.size() == 0 {
                break;
            }
            sleep(CLOSE_PAUSE).await;
        }
        self.connections.close();
    }
}

async fn close_all(connections: Vec<Connection>) {
    let closing = connections
        .into_iter()
        .map(|connection| timeout(limits::CLOSE_TIMEOUT, connection.close()));
    for closed in join_all(closing).await {
        if !matches!(closed, Ok(Ok(()))) {
            tracing::debug!("a database connection was not closed properly");
        }
    }
}

fn not_acquired(error: PoolError<sqlx::Error>) -> DbErr {
    match error {
        PoolError::Backend(error) => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
        PoolError::Closed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

/// A free place for somebody who wants a connection.
pub(super) struct Turn {
    pool: Pool,
    permits: Permits,
}

/// Permission to take a connection.
struct Permits {
    _free: OwnedSemaphorePermit,
    _of_part: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Whether a pooler gives a session of the database for one transaction at a time.
    pub(super) fn shares_sessions(&self) -> bool {
        self.pool.shares_sessions()
    }

    /// The connection, opened where there is none yet. Only a task of its own awaits this: an opening that was
    /// dropped with its request would be for nothing, and where requests hang up sooner than that takes, there would
    /// never be a connection.
    pub(super) async fn connection(self) -> Result<Lease, DbErr> {
        let Self { pool, permits } = self;
        match pool.connections.get().await {
            Ok(connection) => Ok(Lease {
                is_proven: Object::metrics(&connection).recycle_count == 0,
                connection: Some(connection),
                state: State::Clean,
                pool,
                _permits: permits,
            }),
            Err(error) => {
                if let PoolError::Timeout(TimeoutType::Create) = error {
                    pool.suspect();
                }
                Err(not_acquired(error))
            }
        }
    }
}

/// A connection in use. When it is dropped, the connection goes back if it is clean, and is closed otherwise.
pub(super) struct Lease {
    connection: Option<Object<Opener>>,
    /// Whether it has just been opened, or has answered since it came from the pool.
    is_proven: bool,
    state: State,
    pool: Pool,
    /// After the connection: it is back when the next one is let in.
    _permits: Permits,
}

/// What is known of the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Every command was answered, and no transaction is open.
    Clean,
    /// Every command was answered, and a transaction is open.
    InTransaction,
    /// A command was not answered, or the connection broke.
    Unknown,
}

impl Lease {
    /// Runs a command, for as long as it may take. The future must not be dropped: only a task of its own polls it.
    pub(super) async fn run(&mut self, command: &Command) -> Result<Reply, DbErr> {
        let deadline = Instant::now() + limits::STATEMENT_TIMEOUT;
        self.run_until(command, deadline, None).await
    }

    /// Runs a command that commits by itself. On a session that is shared, the command is in a transaction, which has its
    /// limits.
    pub(super) async fn run_alone(&mut self, command: &Command) -> Result<Reply, DbErr> {
        if self.pool.shares_sessions() {
            let begun = Instant::now();
            let reply = self.run_in_transaction(command).await;
            let is_dead = self.state == State::Unknown && begun.elapsed() < limits::FIRST_ANSWER_TIMEOUT;
            if !(is_dead && command.only_reads()) {
                return reply;
            }
            self.replace().await?;
            return self.run_in_transaction(command).await;
        }
        if command.only_reads() {
            self.run_harmless(command).await
        } else {
            self.run(command).await
        }
    }

    async fn run_in_transaction(&mut self, command: &Command) -> Result<Reply, DbErr> {
        self.begin(limits::POSTGRES_SHARED_BEGIN).await?;
        let reply = self.run(command).await;
        let has_written = reply.is_ok() && !command.only_reads();
        let ended = self.end(if has_written { "COMMIT" } else { "ROLLBACK" }).await;
        let reply = reply?;
        ended.map(|()| reply)
    }

    /// Runs a command that can be run twice. A connection that turns out to be dead is replaced by a new one.
    async fn run_harmless(&mut self, command: &Command) -> Result<Reply, DbErr> {
        let deadline = Instant::now() + limits::STATEMENT_TIMEOUT;
        // A SQLite file has no connection that could be dead.
        if self.is_proven || self.pool.liveness.is_none() {
            return self.run_until(command, deadline, None).await;
        }
        let first = Instant::now() + limits::FIRST_ANSWER_TIMEOUT;
        let reply = self.run_until(command, deadline, Some(first)).await;
        if self.state != State::Unknown {
            return reply;
        }
        match timeout_at(deadline, self.replace()).await {
            Ok(Ok(())) => self.run_until(command, deadline, None).await,
            Ok(Err(error)) => Err(error),
            Err(_) => {
                self.pool.suspect();
                reply
            }
        }
    }

    /// Runs a command until a deadline; or until an earlier one, if by then nothing was answered on other connections
    /// either, as where the database is slow.
    async fn run_until(
        &mut self,
        command: &Command,
        deadline: Instant,
        first_answer: Option<Instant>,
    ) -> Result<Reply, DbErr> {
        let before = self.state;
        let (Some(connection), true) = (self.connection.as_mut(), before != State::Unknown) else {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
        };
        let opener = self.pool.connections.manager();
        self.state = State::Unknown;
        let mut running = pin!(connection.run(command));
        let mut answer = None;
        if let Some(first_answer) = first_answer {
            answer = timeout_at(first_answer, &mut running).await.ok();
            if answer.is_none() && !opener.has_answered_within(limits::FIRST_ANSWER_TIMEOUT) {
                opener.note_doubt();
                return Err(timed_out(command));
            }
        }
        if answer.is_none() {
            answer = timeout_at(deadline, running).await.ok();
        }
        match answer {
            Some(Ok(reply)) => {
                self.state = before;
                self.is_proven = true;
                opener.note_answer();
                Ok(reply)
            }
            Some(Err(error)) => {
                if is_broken(&error) {
                    opener.note_doubt();
                } else {
                    self.state = before;
                    self.is_proven = true;
                }
                Err(command.failed(error))
            }
            None => {
                opener.note_doubt();
                self.pool.suspect();
                Err(timed_out(command))
            }
        }
    }

    /// Puts a new connection in the place of one that is dead.
    async fn replace(&mut self) -> Result<(), DbErr> {
        let opening = self.pool.connections.manager().create();
        let Ok(opened) = timeout(limits::CONNECT_TIMEOUT, opening).await else {
            self.pool.suspect();
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        };
        let opened = opened.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
        if let Some(connection) = self.connection.as_mut() {
            **connection = opened;
            self.state = State::Clean;
            self.is_proven = true;
        }
        Ok(())
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self, sql: &str) -> Result<(), DbErr> {
        // If it did not reach the database, or its answer was lost, nothing has happened that lasts.
        self.run_harmless(&Command::Raw(sql.to_owned())).await?;
        self.state = State::InTransaction;
        Ok(())
    }

    /// Ends the transaction by `COMMIT` or `ROLLBACK`.
    pub(super) async fn end(&mut self, sql: &str) -> Result<(), DbErr> {
        self.run(&Command::Raw(sql.to_owned())).await?;
        self.state = State::Clean;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.state == State::Clean {
            return;
        }
        if let Some(connection) = self.connection.take() {
            // Out of the pool, and closed by being dropped.
            drop(Object::take(connection));
        }
    }
}

fn timed_out(command: &Command) -> DbErr {
    command.failed(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(size: u32) -> Pool {
        Pool::new(Target::Sqlite(Box::default()), size, None).unwrap()
    }

    #[tokio::test]
    async fn those_who_may_not_have_all_connections_leave_some_for_the_others() {
        for (size, most) in [(1, 1), (2, 1), (4, 3), (10, 7)] {
            let pool = pool(size);
            let part = pool.part();
            let mut taken = Vec::new();
            for _ in 0..most {
                taken.push(part.turn().await.unwrap());
            }
            let instant = Duration::from_millis(20);
            assert!(timeout(instant, part.turn()).await.is_err(), "{size}");
            for _ in most..size {
                taken.push(timeout(instant, pool.turn()).await.unwrap().unwrap());
            }
            assert!(timeout(instant, pool.turn()).await.is_err(), "{size}");
        }
    }
}
