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
use crate::platform::failure::{Denied, Failed};

fn pool(threads: usize, queue: usize, deadline: Duration) -> HashPool {
    let limits = PoolLimits {
        threads,
        queue,
        deadline,
    };
    HashPool::start(limits, HashEngine::Portable, 64).unwrap()
}

const LONG: Duration = Duration::from_mins(1);

/// Adds a job as soon as there is room.
fn until_accepted(pool: &HashPool, job: Job) {
    while !pool.jobs.has_room(Asker::Stranger) {
        thread::yield_now();
    }
    assert!(pool.jobs.push(Asker::Stranger, job));
}

/// Keeps the only thread busy until the returned sender is dropped.
fn occupy(pool: &HashPool) -> mpsc::Sender<()> {
    let (open, gate) = mpsc::channel::<()>();
    let (start, started) = mpsc::channel();
    let job = move |_: &mut HashWorker| {
        start.send(()).unwrap();
        let _ = gate.recv();
    };
    until_accepted(pool, Box::new(job));
    started.recv().unwrap();
    open
}

/// Waits until the only thread has reached the end of the queue.
fn drain(pool: &HashPool) {
    let (start, started) = mpsc::channel();
    until_accepted(pool, Box::new(move |_| start.send(()).unwrap()));
    started.recv().unwrap();
}

fn enqueue<T>(run: std::pin::Pin<&mut impl Future<Output = T>>) {
    assert!(run.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

fn is_unavailable<T>(outcome: &Result<T, Failed>, after: Duration) -> bool {
    matches!(
        outcome,
        Err(Failed::Denied(Denied::Unavailable { retry_after })) if *retry_after == after
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
    let outcome: Result<(), Failed> = pool.check_room(Asker::Stranger).map_err(Into::into);
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
        assert!(matches!(outcome, Err::<(), _>(Failed::Fault(_))));
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
    let of_thread = pool(1, 4, LONG)
        .run(Asker::Stranger, move |_| priority())
        .await
        .unwrap();
    assert_eq!(of_thread, (before + NICER).min(19));
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
