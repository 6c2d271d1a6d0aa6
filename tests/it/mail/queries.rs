//! The development outbox in GraphQL, for tests of front ends.

use portcullis::server::post;
use reqwest::Method;
use serde_json::json;

use super::{KEY_HEADER, PROXY_HEADERS, WITHOUT_OUTBOX, ask_for_reset, key};
use crate::support::{Answer, TestApp};

const QUERY: &str = "{ devOutbox { to subject text link createdAt } viewer { isAuthenticated } }";

/// Asks for the mails, with these headers.
async fn ask(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = app.anonymous().request(Method::POST, "/graphql");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.json(&json!({ "query": query }))).await
}

fn assert_forbidden(answer: &Answer, attack: &str) {
    assert_eq!(answer.codes(), ["FORBIDDEN"], "{attack}: {}", answer.text);
    assert_eq!(answer.body["errors"][0]["path"], json!(["devOutbox"]), "{attack}");
    let data = json!({ "devOutbox": null, "viewer": { "isAuthenticated": false } });
    assert_eq!(answer.body["data"], data, "{attack}");
}

#[tokio::test]
async fn a_mail_is_there_as_soon_as_the_mutation_has_answered() {
    let app = TestApp::start().await;
    let sending = tokio::spawn(post::run(
        app.app.clone(),
        post::post_office(&app.app.config).unwrap(),
        app.stopping.clone(),
    ));
    app.user("ada").await;
    for round in 1..=3 {
        ask_for_reset(&app, "ada@example.com").await;
        let answer = ask(&app, QUERY, &[(KEY_HEADER, &key(&app))]).await;
        let mails = answer.data("devOutbox").as_array().unwrap();
        let resets = mails.iter().filter(|mail| {
            mail["link"]
                .as_str()
                .unwrap_or_default()
                .contains("/reset-password")
        });
        assert_eq!(resets.count(), round, "{}", answer.text);
        let newest = &mails[0];
        assert_eq!(newest["to"], "ada@example.com");
        let link = newest["link"].as_str().unwrap();
        assert!(newest["text"].as_str().unwrap().contains(link));
        assert!(newest["subject"].is_string() && newest["createdAt"].is_string());
    }
    app.stopping.begin();
    sending.await.unwrap();
}

#[tokio::test]
async fn mails_are_only_for_programs_on_this_machine_that_have_the_key() {
    let app = TestApp::start().await;
    app.user("ada").await;
    ask_for_reset(&app, "ada@example.com").await;
    app.mails().await;
    let right = key(&app);
    assert_eq!(ask(&app, QUERY, &[(KEY_HEADER, &right)]).await.codes(), [""; 0]);
    let restarted = app.another(|_| {}).await;
    for (attack, headers) in [
        ("no key", vec![]),
        ("an empty key", vec![(KEY_HEADER, "")]),
        ("another key", vec![(KEY_HEADER, "AAAAAAAAAAAAAAAAAAAAAA")]),
        ("a part of the key", vec![(KEY_HEADER, &right[..21])]),
        ("the key of another start", vec![(KEY_HEADER, &*key(&restarted))]),
        ("the key in another header", vec![("x-outbox-key", &right)]),
    ] {
        assert_forbidden(&ask(&app, QUERY, &headers).await, attack);
    }
    for (name, value) in PROXY_HEADERS {
        let headers = [(KEY_HEADER, &*right), (name, value)];
        assert_forbidden(&ask(&app, QUERY, &headers).await, name);
    }
    for (attack, change) in WITHOUT_OUTBOX {
        let exposed = app.another(change).await;
        assert_forbidden(&ask(&exposed, QUERY, &[(KEY_HEADER, &right)]).await, attack);
    }
    // Nobody learns by it whether the number would have been right.
    let query = "{ devOutbox(first: 0) { to } viewer { isAuthenticated } }";
    assert_forbidden(&ask(&app, query, &[]).await, "a wrong number without a key");
}

#[tokio::test]
async fn up_to_a_hundred_mails_are_listed() {
    let app = TestApp::with(|config| {
        config.mails_per_network = 0;
    })
    .await;
    app.user("ada").await;
    ask_for_reset(&app, "ada@example.com").await;
    ask_for_reset(&app, "ada@example.com").await;
    app.mails().await;
    let key = key(&app);
    for (first, count) in [(1, 1), (2, 2), (100, 2)] {
        let answer = ask(
            &app,
            &format!("{{ devOutbox(first: {first}) {{ to }} }}"),
            &[(KEY_HEADER, &key)],
        )
        .await;
        let mails = answer.data("devOutbox").as_array().unwrap();
        assert!(mails.len() >= count && mails.len() <= first, "{}", answer.text);
    }
    for first in [0, -1, 101, i32::MAX] {
        let answer = ask(
            &app,
            &format!("{{ devOutbox(first: {first}) {{ to }} }}"),
            &[(KEY_HEADER, &key)],
        )
        .await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{first}");
        assert_eq!(answer.body["data"], json!({ "devOutbox": null }));
    }
}
