//! Many who write at once.

use std::fs;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_who_write_at_once_all_get_through() {
    let one = TestApp::with(|config| config.hash_queue = 256).await;
    // On SQLite the second server is a second writer on the same file.
    let other = one.another(|config| config.hash_queue = 256).await;
    for round in 0..4 {
        let answers = join_all((0..64).map(|number| {
            let client = if number % 2 == 0 {
                one.anonymous()
            } else {
                other.anonymous()
            };
            let email = format!("ada{round}.{number}@example.com");
            async move {
                client
                    .signup(json!({ "name": "Ada", "email": email, "password": PASSWORD }))
                    .await
            }
        }))
        .await;
        for answer in answers {
            assert_eq!(answer.data("signup")["userErrors"], json!([]), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn addresses_that_differ_by_an_accent_are_two_accounts() {
    let app = TestApp::start().await;
    let addresses = ["ada@b\u{fc}cher.example", "ada@bucher.example"];
    for (email, password) in addresses
        .into_iter()
        .zip([PASSWORD, "a candle behind thick glass"])
    {
        let answer = app
            .anonymous()
            .signup(json!({ "name": "Ada", "email": email, "password": password }))
            .await;
        assert_eq!(answer.data("signup")["userErrors"], json!([]));
    }
    let answer = app.anonymous().login(addresses[1], PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn checkpoints_keep_the_write_ahead_log_from_growing() {
    let app = TestApp::start().await;
    let mut sizes = Vec::new();
    for round in 0..4 {
        for number in 0..5 {
            app.user(&format!("ada-{round}-{number}")).await;
        }
        app.app.db.checkpoint().await.unwrap();
        if app.database.is_sqlite() {
            let wal = app.database.folder().join("portcullis.db-wal");
            sizes.push(fs::metadata(wal).unwrap().len());
        }
    }
    // The first round wrote the tables too; what was moved is written over.
    assert_eq!(sizes.len(), if app.database.is_sqlite() { 4 } else { 0 });
    assert!(sizes.iter().all(|size| *size <= sizes[0]), "{sizes:?}");
}
