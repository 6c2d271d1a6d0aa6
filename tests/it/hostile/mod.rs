//! Requests that mean harm, each answered calmly, and the server alive after all of them.

mod barrage;
mod bodies;
mod case;
mod credentials;
mod documents;
mod forms;
mod fragments;
mod gets;
mod names;
mod repeats;
mod secrets;
mod texts;

use std::collections::HashSet;

use self::case::{Case, Expect};
use crate::support::{Answer, TestApp};

/// A password that stands in many of the requests, and must stand in no answer.
const CANARY: &str = "canary-7f3a9c-hunter2";

/// What an answer holds only if something leaks out of the server.
const LEAKS: &[&str] = &[
    CANARY,
    "Error(",
    "Err(",
    "Some(",
    "src/",
    ".rs:",
    "panicked",
    "RUST_BACKTRACE",
    "SELECT ",
    "INSERT ",
    "sqlx",
    "sea_orm",
    "async_graphql",
    "serde",
    "expected value",
    "at line 1 column",
    "0x",
    "-->",
    "INTERNAL_SERVER_ERROR",
];

/// Bytes of all errors in one answer, at most, and the brackets around them.
const LONGEST: usize = 8 * 1024 + 2;

/// Bytes of a page that says what is wrong, at most: with its form, its styles and its words.
const LONGEST_PAGE: usize = 16 * 1024;

fn corpus() -> Vec<Case> {
    [
        documents::cases(),
        repeats::cases(),
        fragments::cases(),
        texts::cases(),
        credentials::cases(),
        bodies::cases(),
        forms::cases(),
        gets::cases(),
        names::cases(),
        secrets::cases(),
    ]
    .concat()
}

#[tokio::test]
async fn every_hostile_request_is_refused_calmly_and_the_server_lives() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let corpus = corpus();
    let mut troubles = Vec::new();
    let mut ids = HashSet::new();
    for case in &corpus {
        let answer = app.wire(&case.on_the_wire()).await;
        troubles.extend(troubles_with(case, &answer, false));
        ids.extend(answer.header("x-request-id").map(str::to_owned));
    }
    assert!(
        troubles.is_empty(),
        "{} troubles\n{}",
        troubles.len(),
        troubles.join("\n")
    );
    assert_eq!(ids.len(), corpus.len(), "each answer has an id of its own");
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    let eve = app.anonymous().login("eve@example.com", CANARY).await;
    assert_eq!(
        eve.user_errors("login")[0].0,
        "INVALID_CREDENTIALS",
        "someone signed up"
    );
}

#[tokio::test]
async fn where_the_status_tells_it_tells_the_same() {
    let app = TestApp::start().await;
    let mut troubles = Vec::new();
    for case in corpus() {
        if case.headers.iter().any(|(name, _)| name == "accept") {
            continue;
        }
        let case = case.header("accept", "application/graphql-response+json");
        let answer = app.wire(&case.on_the_wire()).await;
        troubles.extend(troubles_with(&case, &answer, true));
    }
    assert!(
        troubles.is_empty(),
        "{} troubles\n{}",
        troubles.len(),
        troubles.join("\n")
    );
}

#[test]
fn the_corpus_is_large_and_each_case_is_its_own() {
    let corpus = corpus();
    let different: HashSet<_> = corpus.iter().map(Case::on_the_wire).collect();
    assert_eq!(different.len(), corpus.len(), "a case stands twice");
    assert!(corpus.len() >= 200, "{}", corpus.len());
}

/// What is wrong with an answer; `by_status` if the client also asked for errors as statuses.
fn troubles_with(case: &Case, answer: &Answer, by_status: bool) -> Option<String> {
    let (status, codes) = (answer.status.as_u16(), answer.codes());
    let all_of = |allowed: &[&str]| !codes.is_empty() && codes.iter().all(|code| allowed.contains(code));
    let refused = if by_status { 400 } else { 200 };
    let has_data = answer.body.get("data").is_some();
    let trouble = match case.expect {
        Expect::Data if status != 200 || !codes.is_empty() || !has_data => "it should have been answered",
        Expect::Refused(allowed) if status != refused || !all_of(allowed) || has_data => {
            "not refused as it should be"
        }
        Expect::Ran(allowed) if status != 200 || !all_of(allowed) => "the wrong error",
        Expect::Http(expected, code) if status != expected || codes != [code] || has_data => {
            "the wrong HTTP error"
        }
        _ if answer.header("x-request-id").is_none_or(|id| id.len() != 32) => "no request id",
        _ if answer.header("x-content-type-options") != Some("nosniff") => "no security headers",
        _ if answer.body["errors"].to_string().len() > LONGEST => "too much about errors",
        _ => LEAKS.iter().find(|leak| answer.text.contains(**leak))?,
    };
    let text: String = answer.text.chars().take(300).collect();
    Some(format!("{}: {trouble}: {status} {text}", case.about))
}
