//! The end that was asked for.

mod wire;
mod work;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::json;
use tokio::{sync::watch, time::Instant};

use self::{
    wire::{Sent, Wire},
    work::{Task, Worker},
};
use crate::support::{PASSWORD, Program, Running, rounds, until};

/// The default of `stop_delay`.
const DELAY: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_server_that_is_asked_to_stop_says_so_finishes_and_leaves_nothing_open() {
    let program = Program::new().await.with("STOP_DELAY", "2s");
    let mut server = program.serve().await;
    let client = server.client();
    let signup = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    client.signup(signup).await.data("signup");

    server.terminate();
    // Who asks meanwhile is still answered: with the news.
    until("the server says that it stops", async || {
        match client.request(reqwest::Method::GET, "/readyz").send().await {
            Ok(answer) => answer.status() == 503,
            Err(error) => panic!("the server went without a word: {error}"),
        }
    })
    .await;
    let status = server.wait();
    assert!(status.success(), "{status}: {}", server.log());
    let log = server.log();
    assert!(log.lines().last().unwrap().contains("stopped"), "{log}");
    if program.database.is_sqlite() {
        let wal = program.data_dir().join("portcullis.db-wal");
        assert!(!wal.exists(), "the write-ahead log is left behind");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_request_sent_before_the_delay_is_over_is_answered() {
    let program = Program::new().await;
    let (mut answered, mut late, mut cut) = (0, 0, Vec::new());
    for round in 0..rounds(3) {
        let mut server = program.serve().await;
        let stop = stop_at_work(&server, round).await;
        let status = server.wait();
        assert!(status.success(), "{status}: {}", server.log());
        for sent in stop.sent {
            match &sent.answer {
                Ok(answer) => {
                    assert_eq!(answer.status, "HTTP/1.1 200 OK", "{}", sent.what);
                    let is_told = answer.asks_to_close || sent.begun < stop.known;
                    assert!(is_told, "{} may go on", sent.what);
                    answered += 1;
                }
                Err(_) if sent.written > stop.end => late += 1,
                Err(error) => {
                    let before = stop.end - sent.written;
                    cut.push(format!(
                        "round {round}, {before:?} before the end: {}: {error}",
                        sent.what
                    ));
                }
            }
        }
    }
    let figures = format!("{answered} answered, {} cut, {late} too late", cut.len());
    assert!(cut.is_empty(), "{figures}: {cut:#?}");
    tell(&figures);
}

/// A server's stop, as its clients saw it.
struct Stop {
    /// By when the server had said that it stops.
    known: Instant,
    /// The end of the delay, or a moment before.
    end: Instant,
    sent: Vec<Sent>,
}

/// Has clients work at everything, on connections new and old, and asks the server to stop meanwhile.
async fn stop_at_work(server: &Running, round: usize) -> Stop {
    let (stopping, end) = watch::channel(None);
    let answered = Arc::new(AtomicUsize::default());
    let mut workers = Vec::new();
    for (number, task) in [Task::Me, Task::Refresh, Task::Login, Task::Signup]
        .into_iter()
        .enumerate()
    {
        for keeps in [true, true, false] {
            let email = format!("ada{round}.{}@example.com", workers.len());
            let signup = json!({ "name": "Ada", "email": email, "password": PASSWORD });
            let worker = Worker {
                url: server.url().to_owned(),
                email,
                tokens: server.client().signup(signup).await.tokens("signup"),
                answered: answered.clone(),
                end: end.clone(),
            };
            workers.push((worker, Duration::from_millis(2 * number as u64), task, keeps));
        }
    }
    // Once all have their accounts: at work, they leave little of a busy machine to further sign-ups.
    let mut clients = Vec::new();
    for (worker, before, task, keeps) in workers {
        clients.push(tokio::spawn(worker.clone().wait(before)));
        clients.push(tokio::spawn(worker.work(task, keeps)));
    }
    until("the clients are at work", async || {
        answered.load(Ordering::Relaxed) >= 200
    })
    .await;

    // Taken before: the server's own clock starts a little later.
    let signalled = Instant::now();
    server.terminate();
    let end = signalled + DELAY;
    stopping.send_replace(Some(end));
    until("the server says that it stops", async || {
        let ready = Wire::new(server.url(), false).get("/readyz").await;
        let answer = ready.answer.unwrap();
        answer.status.contains(" 503 ") && answer.asks_to_close
    })
    .await;
    let known = Instant::now();
    let sent = join_all(clients).await.into_iter().flat_map(Result::unwrap);
    Stop {
        known,
        end,
        sent: sent.collect(),
    }
}

#[expect(clippy::print_stdout, reason = "figures of a long run")]
fn tell(figures: &str) {
    println!("{figures}");
}
