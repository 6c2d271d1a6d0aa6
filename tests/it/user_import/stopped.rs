//! `user import`: what is left of an import that did not come to its end.

use std::io::Write as _;

use super::*;
use crate::support::until;

/// Users in a batch of the command line.
const BATCH: usize = 250;

fn lines(from: usize, to: usize) -> String {
    let users = (from..to).map(|number| user(&format!("user{number}")));
    users.fold(String::new(), |lines, user| lines + &user.to_string() + "\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_leaves_whole_batches_and_another_run_goes_on() {
    let (app, program) = server().await;
    let mut running = program.start(&["user", "import", "-", "--format", "jsonl"]);
    running
        .stdin()
        .write_all(lines(0, 2 * BATCH + 100).as_bytes())
        .unwrap();
    until("two batches are there", async || {
        rows(&app).await.len() == 2 * BATCH
    })
    .await;
    running.kill();
    assert_eq!(rows(&app).await.len(), 2 * BATCH);
    let whole = file(&program, "users.jsonl", lines(0, 3 * BATCH + 1));
    assert_eq!(
        program.done(&["user", "import", &whole]),
        "751 users: 251 created, 500 skipped, 0 refused; 251 without a password"
    );
    let created: Vec<_> = events(&app)
        .await
        .iter()
        .map(|event| event["created"].clone())
        .collect();
    assert_eq!(created, ["250", "250", "0", "0", "250", "1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_stops_an_import_between_two_batches_and_the_summary_says_where() {
    let (app, program) = server().await;
    let report = program.database.folder().join("report.csv");
    let report = ["--report", report.to_str().unwrap()];
    for (signal, options, again) in [
        ("INT", &[][..], "run the same command again to go on"),
        (
            "TERM",
            &report,
            "run the same command again, with another --report, to go on",
        ),
    ] {
        app.sql("DELETE FROM users").await;
        let command = [&["user", "import", "-", "--format", "jsonl"], options].concat();
        let mut running = program.start(&command);
        running
            .stdin()
            .write_all(lines(0, BATCH + 100).as_bytes())
            .unwrap();
        until("a batch is there", async || rows(&app).await.len() == BATCH).await;
        running.signal(signal);
        let finished = running.end();
        assert_eq!(finished.status, Some(1), "{finished:?}");
        assert_eq!(
            finished.out,
            "250 users: 250 created, 0 skipped, 0 refused; 250 without a password\n"
        );
        let last = finished.err.lines().last().unwrap();
        assert_eq!(last, format!("portcullis: stopped after line 250; {again}"));
        assert_eq!(rows(&app).await.len(), BATCH);
    }
}
