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
use crate::platform::failure::{Denied, Fault, Outcome};

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
    pub(super) async fn run<T, F>(&self, asker: Asker, work: F) -> Outcome<T>
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
mod tests {
    use std::{
        cell::RefCell,
        pin::pin,
        sync::{
            Mutex,
            atomic::{AtomicBool, Ordering},
            mpsc::{self, RecvError},
        },
        task::{Context, Waker},
    };

    use super::{
        super::{
            hash_cost::HashCost,
            stored_hash::{SALT_LEN, StoredHash},
        },
        *,
    };
    use crate::platform::failure::Failure;

    fn pool(threads: usize, queue: usize, deadline: Duration) -> HashPool {
        let limits = PoolLimits {
            threads,
            queue,
            deadline,
        };
        HashPool::start(limits, HashEngine::Portable, 64).unwrap()
    }

    const LONG: Duration = Duration::from_mins(1);

    /// Adds a job, when there is room.
    fn until_accepted(pool: &HashPool, job: Job) {
        while !pool.jobs.has_room(Asker::Stranger) {
            thread::yield_now();
        }
        assert!(pool.jobs.push(Asker::Stranger, job));
    }

    /// Keeps the only thread busy until the returned end is dropped.
    fn occupy(pool: &HashPool) -> mpsc::Sender<()> {
        let (open, gate) = mpsc::channel::<()>();
        let (here, arrived) = mpsc::channel();
        let job = move |_: &mut HashWorker| {
            here.send(()).unwrap();
            let _ = gate.recv();
        };
        until_accepted(pool, Box::new(job));
        arrived.recv().unwrap();
        open
    }

    /// Waits until the only thread has come to the end of the queue.
    fn drain(pool: &HashPool) {
        let (here, arrived) = mpsc::channel();
        until_accepted(pool, Box::new(move |_| here.send(()).unwrap()));
        arrived.recv().unwrap();
    }

    fn enqueue<T>(run: std::pin::Pin<&mut impl Future<Output = T>>) {
        assert!(run.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }

    fn is_unavailable<T>(outcome: &Outcome<T>, after: Duration) -> bool {
        matches!(
            outcome,
            Err(Failure::Denied(Denied::Unavailable { retry_after })) if *retry_after == after
        )
    }

    #[tokio::test]
    async fn work_beyond_the_queue_is_turned_away_at_once() {
        let pool = pool(1, 2, LONG);
        let open = occupy(&pool);
        let (mut second, mut third) = (
            pin!(pool.run(Asker::Stranger, |_| 2)),
            pin!(pool.run(Asker::Stranger, |_| 3)),
        );
        enqueue(second.as_mut());
        assert!(pool.check_room(Asker::Stranger).is_ok());
        enqueue(third.as_mut());
        let outcome: Outcome<()> = pool.check_room(Asker::Stranger).map_err(Into::into);
        assert!(is_unavailable(&outcome, LONG));
        assert!(is_unavailable(&pool.run(Asker::Stranger, |_| 4).await, LONG));

        drop(open);
        assert_eq!(second.await.unwrap(), 2);
        assert_eq!(third.await.unwrap(), 3);
        assert!(pool.check_room(Asker::Stranger).is_ok());
        assert_eq!(pool.run(Asker::Stranger, |_| 5).await.unwrap(), 5);
    }

    #[tokio::test]
    async fn whoever_is_known_finds_a_place_while_strangers_fill_theirs() {
        let pool = pool(1, 4, LONG);
        let open = occupy(&pool);
        let mut strangers: Vec<_> = (0..3)
            .map(|_| Box::pin(pool.run(Asker::Stranger, |_| ())))
            .collect();
        for stranger in &mut strangers {
            enqueue(stranger.as_mut());
        }
        assert!(is_unavailable(&pool.run(Asker::Stranger, |_| ()).await, LONG));
        assert!(pool.check_room(Asker::Stranger).is_err());
        assert!(pool.check_room(Asker::Known).is_ok());
        let mut known = pin!(pool.run(Asker::Known, |_| ()));
        enqueue(known.as_mut());
        assert!(is_unavailable(&pool.run(Asker::Known, |_| ()).await, LONG));
        drop(open);
        known.await.unwrap();
        for stranger in strangers {
            stranger.await.unwrap();
        }
    }

    #[tokio::test]
    async fn work_that_waited_past_the_deadline_is_turned_away_and_never_begun() {
        let pool = pool(1, 4, Duration::ZERO);
        let open = occupy(&pool);
        let begun = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&begun);
        let outcome = pool
            .run(Asker::Stranger, move |_| flag.store(true, Ordering::SeqCst))
            .await;
        assert!(is_unavailable(&outcome, Duration::from_secs(1)));

        drop(open);
        drain(&pool);
        assert!(!begun.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn work_whose_caller_went_away_is_never_begun() {
        let pool = pool(1, 4, LONG);
        let open = occupy(&pool);
        let begun = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&begun);
        {
            let mut run = pin!(pool.run(Asker::Stranger, move |_| flag.store(true, Ordering::SeqCst)));
            enqueue(run.as_mut());
        }
        drop(open);
        drain(&pool);
        assert!(!begun.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn work_is_done_in_the_order_it_came() {
        let pool = pool(1, 16, LONG);
        let open = occupy(&pool);
        let done = Arc::new(Mutex::new(Vec::new()));
        let mut runs: Vec<_> = (0..8)
            .map(|number| {
                let done = Arc::clone(&done);
                Box::pin(pool.run(Asker::Stranger, move |_| done.lock().unwrap().push(number)))
            })
            .collect();
        for run in &mut runs {
            enqueue(run.as_mut());
        }
        drop(open);
        for run in runs {
            run.await.unwrap();
        }
        assert_eq!(*done.lock().unwrap(), (0..8).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_and_costs_no_thread() {
        let pool = pool(1, 4, LONG);
        for _ in 0..3 {
            let outcome = pool.run(Asker::Stranger, |_| panic!("as it should")).await;
            assert!(matches!(outcome, Err::<(), _>(Failure::Fault(_))));
        }
        assert_eq!(pool.run(Asker::Stranger, |_| 1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_thread_keeps_its_memory_from_one_job_to_the_next() {
        let pool = pool(1, 4, LONG);
        let hash = |worker: &mut HashWorker| {
            let cost = HashCost {
                memory_kib: 64,
                iterations: 1,
                parallelism: 1,
            };
            StoredHash::make(cost, [0; SALT_LEN], b"correct horse", worker).unwrap();
            worker.kept()
        };
        let first = pool.run(Asker::Stranger, hash).await.unwrap();
        assert_eq!(first.0, 64);
        assert_eq!(pool.run(Asker::Stranger, hash).await.unwrap(), first);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_threads_give_way_and_nobody_else_does() {
        let priority = || rustix::process::getpriority_process(None).unwrap();
        let before = priority();
        let of_hashes = pool(1, 4, LONG)
            .run(Asker::Stranger, move |_| priority())
            .await
            .unwrap();
        assert_eq!(of_hashes, (before + NICER).min(19));
        assert_eq!(priority(), before);
    }

    #[tokio::test]
    async fn all_threads_work_at_the_same_time() {
        let pool = pool(3, 4, LONG);
        let barrier = Arc::new(std::sync::Barrier::new(3));
        let run = || {
            let barrier = Arc::clone(&barrier);
            pool.run(Asker::Stranger, move |_| barrier.wait().is_leader())
        };
        let leaders = tokio::join!(run(), run(), run());
        let leaders = [leaders.0, leaders.1, leaders.2].map(Result::unwrap);
        assert_eq!(leaders.iter().filter(|leader| **leader).count(), 1);
    }

    #[tokio::test]
    async fn dropping_the_pool_ends_the_threads() {
        thread_local! {
            /// Dropped with its thread.
            static ALIVE: RefCell<Option<mpsc::Sender<()>>> = const { RefCell::new(None) };
        }
        let pool = pool(2, 4, LONG);
        let (alive, ended) = mpsc::channel();
        let barrier = Arc::new(std::sync::Barrier::new(2));
        let mark = || {
            let (alive, barrier) = (alive.clone(), Arc::clone(&barrier));
            pool.run(Asker::Stranger, move |_| {
                barrier.wait();
                ALIVE.set(Some(alive));
            })
        };
        let marks = tokio::join!(mark(), mark());
        marks.0.and(marks.1).unwrap();
        drop(alive);
        assert_eq!(ended.try_recv(), Err(mpsc::TryRecvError::Empty));
        drop(pool);
        assert_eq!(ended.recv(), Err(RecvError));
    }
}
