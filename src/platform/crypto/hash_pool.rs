//! Threads of their own for hashing, with a short queue in front.
//!
//! A hash takes some ten milliseconds of a core and 19 MiB. On the async workers it would hold up every other
//! request; on threads without bound it would take all memory. So there is one thread a core, each with memory
//! that it reuses, and whoever cannot be served soon is told so at once. On Linux these threads give way to all others
//! of the machine, within reason: who logs in waits for a hash anyway.

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

/// How many hashes may run and wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Hashes that run at the same time; each takes the memory of one hash for good. At least one.
    pub threads: usize,
    /// Hashes that may wait for a thread.
    pub queue: usize,
    /// How long one may wait for a thread. The time of the hash itself does not count.
    pub deadline: Duration,
}

/// One thread a core, 64 waiting, for two seconds at most.
impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().map_or(1, NonZero::get),
            queue: 64,
            deadline: Duration::from_secs(2),
        }
    }
}

/// The threads. They end when the pool is dropped.
#[derive(Debug)]
pub(super) struct HashPool {
    jobs: Arc<HashQueue<Job>>,
    /// Whether anything may wait.
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

    /// Unavailable while so many wait already that one more would be turned away: asked before anything else is done for
    /// somebody, it makes a flood cheap to refuse. That it is not does not mean that there will be room.
    pub(super) fn check_room(&self, asker: Asker) -> Result<(), Denied> {
        if self.has_queue && !self.jobs.has_room(asker) {
            return Err(self.busy());
        }
        Ok(())
    }

    /// Runs `work` on one of the threads; of those alike, first come, first served. Unavailable when the queue is full
    /// or no thread was free within the deadline; a fault when `work` panicked. Work that nobody waits for any more is
    /// not begun.
    pub(super) async fn run<T, F>(&self, asker: Asker, work: F) -> Result<T, Failed>
    where
        T: Send + 'static,
        F: FnOnce(&mut HashWorker) -> T + Send + 'static,
    {
        let (begin, start) = oneshot::channel();
        let (finish, result) = oneshot::channel();
        let job: Job = Box::new(move |worker| {
            // Fails when the caller gave up, be it by the deadline or because the request went away.
            if begin.send(()).is_ok() {
                let _ = finish.send(work(worker));
            }
        });
        if !self.jobs.push(asker, job) {
            return Err(self.busy().into());
        }
        match timeout(self.deadline, start).await {
            Ok(_) => Ok(result
                .await
                .map_err(|error| Fault::new("finish a password hash", error))?),
            Err(_) => Err(self.busy().into()),
        }
    }

    /// By then the queue has emptied or given up.
    fn busy(&self) -> Denied {
        Denied::Unavailable {
            retry_after: self.deadline.max(Duration::from_secs(1)),
        }
    }
}

/// How much nicer than the rest of the process a thread that hashes is. Much more would starve logins while many ask
/// for little; docs/performance.md has the figures.
#[cfg(target_os = "linux")]
const NICER: i32 = 10;

/// Lets the other threads go first. Linux has a priority for each thread (sched(7)), and POSIX for the whole process
/// only, which is left alone.
#[cfg(target_os = "linux")]
fn give_way() {
    if let Err(error) = rustix::process::nice(NICER) {
        tracing::debug!(%error, "hashes run with the priority of everything else");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

/// What each thread does until the pool is gone.
fn serve(jobs: &HashQueue<Job>, hire: impl Fn() -> HashWorker) {
    give_way();
    let mut worker = hire();
    while let Some(job) = jobs.pop() {
        if catch_unwind(AssertUnwindSafe(|| job(&mut worker))).is_err() {
            tracing::error!("a password hash panicked; its thread goes on");
            worker = hire();
        }
        worker.settle();
    }
}

#[cfg(test)]
mod tests;
