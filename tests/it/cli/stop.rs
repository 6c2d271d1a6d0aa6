//! The end that was asked for.

use std::time::Duration;

use serde_json::json;

use crate::support::{PASSWORD, Program, until};

#[tokio::test]
async fn a_server_that_is_asked_to_stop_says_so_finishes_and_leaves_nothing_open() {
    let program = Program::new().await.with("STOP_DELAY", "2s");
    let mut server = program.serve().await;
    let client = server.client();
    let signup = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    client.signup(signup).await.data("signup");

    server.terminate();
    // Who asks meanwhile is still answered: with the news.
    until(
        "the server says that it stops",
        Duration::from_secs(10),
        async || match client.request(reqwest::Method::GET, "/readyz").send().await {
            Ok(answer) => answer.status() == 503,
            Err(error) => panic!("the server went without a word: {error}"),
        },
    )
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
