//! The connections of this instance, and who uses them.
//!
//! A connection goes back only when it is known to be clean: everything that was asked on it was answered, and no
//! transaction is open. Otherwise it is closed, and the database takes back what was not committed.

use std::{fmt, sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{self, Object, PoolError, QueueMode, TimeoutType, Timeouts},
};
use futures_util::future::join_all;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::{
    connection::{Command, Reply},
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

    fn suspect(&self) {
        if let Some(liveness) = &self.liveness {
            liveness.suspect();
        }
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
            let idle = self.connections.retain(|_, _| false).removed;
            let closing = idle
                .into_iter()
                .map(|connection| timeout(limits::CLOSE_TIMEOUT, connection.close()));
            for closed in join_all(closing).await {
                if !matches!(closed, Ok(Ok(()))) {
                    tracing::debug!("a database connection was not closed properly");
                }
            }
            if self.size() == 0 {
                break;
            }
            sleep(CLOSE_PAUSE).await;
        }
        self.connections.close();
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
    /// The connection, opened where there is none yet. Only a task of its own awaits this: an opening that was
    /// dropped with its request would be for nothing, and where requests hang up sooner than that takes, there would
    /// never be a connection.
    pub(super) async fn connection(self) -> Result<Lease, DbErr> {
        let Self { pool, permits } = self;
        match pool.connections.get().await {
            Ok(connection) => Ok(Lease {
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
        let before = self.state;
        let (Some(connection), true) = (self.connection.as_mut(), before != State::Unknown) else {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
        };
        self.state = State::Unknown;
        match timeout(limits::STATEMENT_TIMEOUT, connection.run(command)).await {
            Ok(Ok(reply)) => {
                self.state = before;
                self.pool.connections.manager().note_answer();
                Ok(reply)
            }
            Ok(Err(error)) => {
                if !is_broken(&error) {
                    self.state = before;
                }
                Err(command.failed(error))
            }
            Err(_) => {
                self.pool.suspect();
                Err(command.failed(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
            }
        }
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self, sql: &str) -> Result<(), DbErr> {
        self.run(&Command::Raw(sql.to_owned())).await?;
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
