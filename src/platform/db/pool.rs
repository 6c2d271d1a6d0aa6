//! The connections of this instance, and the queue for them.

mod lease;

use std::{fmt, sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{self, PoolError, QueueMode, TimeoutType, Timeouts},
};
use futures_util::future::join_all;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

pub(super) use self::lease::Lease;
use super::{
    connection::Connection,
    connection_factory::{ConnectionFactory, Target},
    limits,
    liveness::Liveness,
};

/// Pause between two checks whether all connections have been returned.
const CLOSE_PAUSE: Duration = Duration::from_millis(5);

/// A pool of connections. Clones share the same connections.
#[derive(Clone)]
pub(super) struct Pool {
    connections: managed::Pool<ConnectionFactory>,
    /// One permit per possible connection. Callers wait for these instead of the pool, so that there are no more tasks
    /// than connections.
    free: Arc<Semaphore>,
    /// Permits that these callers must acquire first, if some connections are reserved for others.
    part: Option<Arc<Semaphore>>,
    liveness: Option<Arc<Liveness>>,
}

impl Pool {
    /// A pool of at most `size` connections, none of them open yet. Without `liveness`, a slow database never counts as
    /// hanging.
    pub(super) fn new(target: Target, size: u32, liveness: Option<Arc<Liveness>>) -> Result<Self, DbErr> {
        let size = usize::try_from(size).unwrap_or(usize::MAX).max(1);
        let connections = managed::Pool::builder(ConnectionFactory::new(target))
            .max_size(size)
            .runtime(Runtime::Tokio1)
            // The connection used last is the most likely to be alive, and surplus ones become idle.
            .queue_mode(QueueMode::Lifo)
            .timeouts(Timeouts {
                wait: Some(limits::ACQUIRE_TIMEOUT),
                create: Some(limits::CONNECT_TIMEOUT),
                // `recycle` has its own timeout.
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

    /// The same connections for callers that must not take all of them: about a quarter is reserved for the others.
    pub(super) fn part(&self) -> Self {
        let size = self.connections.status().max_size;
        let reserved = if size > 1 { size.div_ceil(4) } else { 0 };
        let part = size.saturating_sub(reserved).min(Semaphore::MAX_PERMITS);
        Self {
            part: Some(Arc::new(Semaphore::new(part))),
            ..self.clone()
        }
    }

    /// Waits until a connection is free. Sends nothing: the future can be dropped at any time.
    pub(super) async fn turn(&self) -> Result<Turn, DbErr> {
        self.check().await?;
        let permits = timeout(limits::ACQUIRE_TIMEOUT, self.permits()).await;
        let permits = permits.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        // The database could have stopped answering meanwhile.
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

    /// Closes connections that were idle for too long, until the pool is dropped.
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

    /// Reports that one connection was not answered in time. If others were, the database is alive: a pooler can open
    /// sessions one after the other.
    fn suspect(&self) {
        if let Some(liveness) = &self.liveness
            && !self.has_answered_within(limits::FIRST_ANSWER_TIMEOUT)
        {
            liveness.suspect();
        }
    }

    /// Whether a pooler assigns database sessions for one transaction at a time.
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

    /// Closes every connection properly once it has been returned. Opens no more.
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
        if !closed.is_ok_and(|closed| closed.is_ok()) {
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

/// The right to take one connection.
pub(super) struct Turn {
    pool: Pool,
    permits: Permits,
}

/// Permits for one connection.
struct Permits {
    _free: OwnedSemaphorePermit,
    _of_part: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Whether a pooler assigns database sessions for one transaction at a time.
    pub(super) fn shares_sessions(&self) -> bool {
        self.pool.shares_sessions()
    }

    /// The connection, opened if there is none yet. Await this only in a separate task: dropping it with its request
    /// would waste the connection attempt, and if clients disconnect sooner than opening takes, no connection would
    /// ever be opened.
    pub(super) async fn connection(self) -> Result<Lease, DbErr> {
        let Self { pool, permits } = self;
        match pool.connections.get().await {
            Ok(connection) => Ok(Lease::new(connection, pool, permits)),
            Err(error) => {
                if let PoolError::Timeout(TimeoutType::Create) = error {
                    pool.suspect();
                }
                Err(not_acquired(error))
            }
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
        for (size, max) in [(1, 1), (2, 1), (4, 3), (10, 7)] {
            let pool = pool(size);
            let part = pool.part();
            let mut taken = Vec::new();
            for _ in 0..max {
                taken.push(part.turn().await.unwrap());
            }
            let instant = Duration::from_millis(20);
            assert!(timeout(instant, part.turn()).await.is_err(), "{size}");
            for _ in max..size {
                taken.push(timeout(instant, pool.turn()).await.unwrap().unwrap());
            }
            assert!(timeout(instant, pool.turn()).await.is_err(), "{size}");
        }
    }
}
