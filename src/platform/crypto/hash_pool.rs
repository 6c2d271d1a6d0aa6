//! Dedicated threads for hashing, with a short queue.
//!
//! A hash takes some ten milliseconds of a core and 19 MiB. On the async workers it would block all other requests; on
//! an unbounded number of threads it would take all memory. So there is one thread per core, each with memory that it
//! reuses, and requests fail at once if they cannot be served soon. On Linux these threads run at a lower priority: a
//! sign-in waits for a hash anyway.

use std::{
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use super::{
    hash_engine::HashEngine,
    hash_queue::{Asker, HashQueue},
    hash_worker::HashWorker,
};
use crate::platform::failure::{Denied, Failed, Fault};

type Job = Box<dyn FnOnce(&mut HashWorker) + Send>;

/// How many hashes can run and wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Hashes that run at the same time; each thread keeps the memory of one hash. At least one.
    pub threads: usize,
    /// Hashes that can wait for a thread.
    pub queue: usize,
    /// How long a hash can wait for a thread, without the time that it takes itself.
    pub deadline: Duration,
}

impl PoolLimits {
    /// One thread per core.
    pub fn threads_of_machine() -> usize {
        thread::available_parallelism().map_or(1, NonZero::get)
    }
}

/// The threads. They end when the pool is dropped.
#[derive(Debug)]
pub(super) struct HashPool {
    jobs: Arc<HashQueue<Job>>,
    /// Whether hashes can wait.
    has_queue: bool,
    deadline: Duration,
}

impl Drop for HashPool {
    fn drop(&mut self) {
        self.jobs.close();
    }
}

impl HashPool {
    /// Starts the threads, each with a worker of `engine` that keeps at most `usual_blocks` KiB between two jobs.
    pub(super) fn start(limits: PoolLimits, engine: HashEngine, usual_blocks: usize) -> Result<Self, Fault> {
        let pool = Self {
            jobs: Arc::new(HashQueue::new(limits.queue)),
            has_queue: limits.queue > 0,
            deadline: limits.deadline,
        };
        for number in 0..limits.threads.max(1) {
            let jobs = Arc::clone(&pool.jobs);
            thread::Builder::new()
                .name(format!("hash-{number}"))
                .spawn(move || serve(&jobs, || HashWorker::new(engine, usual_blocks)))
                .map_err(|error| Fault::new("start a thread for password hashes", error))?;
        }
        Ok(pool)
    }

    /// Fails with `Unavailable` while the queue is full. Call it before any other work, so that refusing a flood is
    /// cheap. Reserves nothing: the queue can still fill up afterwards.
    pub(super) fn check_room(&self, asker: Asker) -> Result<(), Denied> {
        if self.has_queue && !self.jobs.has_room(asker) {
            return Err(self.busy());
        }
        Ok(())
    }

    /// Runs `work` on one of the threads, in order of arrival for each kind of asker. Fails with `Unavailable` if the
    /// queue is full or no thread was free within the deadline, and with a fault if `work` panicked. Work whose caller
    /// has gone away is never started.
    pub(super) async fn run<T, F>(&self, asker: Asker, work: F) -> Result<T, Failed>
    where
        T: Send + 'static,
        F: FnOnce(&mut HashWorker) -> T + Send + 'static,
    {
        let (start, started) = oneshot::channel();
        let (finish, result) = oneshot::channel();
        let job: Job = Box::new(move |worker| {
            // Fails if the caller is gone: the deadline passed, or the request was dropped.
            if start.send(()).is_ok() {
                let _ = finish.send(work(worker));
            }
        });
        if !self.jobs.push(asker, job) {
            return Err(self.busy().into());
        }
        match timeout(self.deadline, started).await {
            Ok(_) => Ok(result
                .await
                .map_err(|error| Fault::new("finish a password hash", error))?),
            Err(_) => Err(self.busy().into()),
        }
    }

    /// Every job that waits now has started or timed out after the deadline.
    fn busy(&self) -> Denied {
        Denied::Unavailable {
            retry_after: self.deadline.max(Duration::from_secs(1)),
        }
    }
}

/// Nice value that hashing threads add to that of the process. A much higher one would starve sign-ins under many small
/// requests; docs/performance.md has the figures.
#[cfg(target_os = "linux")]
const NICER: i32 = 10;

/// Lowers the priority of this thread. Linux has one per thread (sched(7)); POSIX has only that of the whole process,
/// which stays unchanged.
#[cfg(target_os = "linux")]
fn lower_priority() {
    if let Err(error) = rustix::process::nice(NICER) {
        tracing::debug!(%error, "could not lower the priority of a hashing thread");
    }
}

#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

/// The loop of each thread, until the pool is dropped.
fn serve(jobs: &HashQueue<Job>, new_worker: impl Fn() -> HashWorker) {
    lower_priority();
    let mut worker = new_worker();
    while let Some(job) = jobs.pop() {
        if catch_unwind(AssertUnwindSafe(|| job(&mut worker))).is_err() {
            tracing::error!("a password hash panicked; its thread continues");
            worker = new_worker();
        }
        worker.settle();
    }
}

#[cfg(test)]
mod tests;
