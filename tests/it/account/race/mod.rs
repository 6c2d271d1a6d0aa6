//! Races of many requests, on two servers of one database: the invariants hold, whichever request wins.
//!
//! `PORTCULLIS_RACE_ROUNDS` sets how often each race is run.

mod leaving;
mod password;

use futures_util::future::{BoxFuture, join_all};
use serde_json::json;

use super::{Device, REFRESH, change_password, delete_account};
use crate::support::{self, Answer, Client, PASSWORD, Person, TestApp};

type Call = BoxFuture<'static, Answer>;

/// How often each race is run.
fn rounds() -> usize {
    support::rounds(4)
}

/// Two servers on one database.
async fn servers() -> [TestApp; 2] {
    let server = || {
        let builder = TestApp::builder().patient();
        builder.config(|config| config.hash_queue = 256)
    };
    let one = server().start().await;
    let two = server().sharing_database_of(&one).start().await;
    [one, two]
}

/// Sends them all at once, beginning with another one each round. None fails for a reason of the server's.
async fn at_once(mut calls: Vec<Call>, round: usize) -> Vec<Answer> {
    let count = calls.len();
    calls.rotate_left(round % count);
    let mut answers = join_all(calls.into_iter().map(tokio::spawn)).await;
    answers.rotate_right(round % count);
    answers
        .into_iter()
        .map(|answer| {
            let answer = answer.unwrap();
            let ours = ["INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE"];
            assert!(
                !answer.codes().iter().any(|code| ours.contains(code)),
                "{}",
                answer.text
            );
            answer
        })
        .collect()
}

fn login(app: &TestApp, person: &Person) -> Call {
    let (client, email) = (app.anonymous(), person.email.clone());
    Box::pin(async move { client.login(&email, PASSWORD).await })
}

fn change(client: &Client, new: impl Into<String>) -> Call {
    let (client, new) = (client.clone(), new.into());
    Box::pin(async move { change_password(&client, PASSWORD, &new).await })
}

fn trade(app: &TestApp, device: &Device) -> Call {
    let (client, token) = (app.anonymous(), device.refresh.clone());
    Box::pin(async move {
        let input = json!({ "input": { "refreshToken": token } });
        client.run(REFRESH, input).await
    })
}

fn leave(client: &Client) -> Call {
    let client = client.clone();
    Box::pin(async move { delete_account(&client, json!({ "currentPassword": PASSWORD })).await })
}

/// On this server, as this person.
fn on(app: &TestApp, person: &Person) -> Client {
    app.bearer(&person.token)
}

/// Access tokens of the sign-ins among the answers.
fn tokens(answers: &[Answer]) -> Vec<&str> {
    let payloads = answers
        .iter()
        .filter_map(|answer| answer.body["data"].as_object());
    payloads
        .flat_map(|data| data.values())
        .filter_map(|payload| payload["tokens"]["accessToken"].as_str())
        .collect()
}
