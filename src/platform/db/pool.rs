//! The connections of this instance, and who waits for them.

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

/// Between two looks at whether the last connection has come back.
const CLOSE_PAUSE: Duration = Duration::from_millis(5);

/// Connections that are shared. Clones share the same ones.
#[derive(Clone)]
pub(super) struct Pool {
    connections: managed::Pool<ConnectionFactory>,
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
        let connections = managed::Pool::builder(ConnectionFactory::new(target))
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
