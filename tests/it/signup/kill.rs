//! A server that is killed keeps every account that it has acknowledged.

use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{PASSWORD, Program, http_client};

/// Signs up one after another until the server is gone; the addresses of those whose sign-up was acknowledged.
async fn sign_up_until_it_dies(
    url: String,
    worker: usize,
    progress: tokio::sync::mpsc::Sender<()>,
) -> Vec<String> {
    let http = http_client();
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let email = format!("person{number}.of{worker}@example.com");
        let body = json!({
            "query": "mutation ($input: SignupInput!) { signup(input: $input) { user { id } } }",
            "variables": { "input": { "name": "Ada", "email": email, "password": PASSWORD } },
        });
        let Ok(answer) = http.post(format!("{url}/graphql")).json(&body).send().await else {
            break;
        };
        let Ok(answer) = answer.json::<serde_json::Value>().await else {
            break;
        };
        assert!(answer["data"]["signup"]["user"]["id"].is_string(), "{answer}");
        acknowledged.push(email);
        progress.send(()).await.ok();
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_account_can_sign_in_after_the_server_was_killed() {
    let program = Program::new().await;
    let server = program.serve().await;
    let (progress, mut received) = tokio::sync::mpsc::channel(100);
    let mut workers = JoinSet::new();
    for worker in 0..4 {
        workers.spawn(sign_up_until_it_dies(
            server.url().to_owned(),
            worker,
            progress.clone(),
        ));
    }
    for _ in 0..12 {
        received.recv().await.unwrap();
    }
    server.kill();
    received.close();
    let acknowledged: Vec<String> = workers.join_all().await.concat();
    assert!(acknowledged.len() >= 12);

    let server = program.serve().await;
    for email in &acknowledged {
        let answer = server.client().login(email, PASSWORD).await;
        assert_eq!(answer.data("login")["user"]["email"], email.as_str());
    }
}
