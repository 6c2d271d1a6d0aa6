//! What is hashed and what is not, and rows whose hash somebody tampered with.

use serde_json::json;
use tokio::task::JoinSet;

use super::{
    CHANGE_PASSWORD, NEW, assert_done, change_password, delete_account, proven, reauthenticate, refusal,
    refusals, update_profile,
};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

/// A hash that keeps a thread busy for seconds, and is still within what a row may ask for.
const SLOW: &str =
    "$argon2id$v=19$m=262144,t=24,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";

/// A server whose hash queue is full, so that it refuses further hashes.
struct Busy {
    app: TestApp,
    ada: Person,
    /// Ada, who proved who she is while the server was not busy.
    proven: Client,
    bare: Person,
    odd: Person,
    _waiting: JoinSet<Answer>,
}

impl Busy {
    async fn start() -> Self {
        let narrow = |config: &mut portcullis::platform::config::Config| {
            config.hash_threads = 1;
            config.hash_queue = 1;
        };
        let app = TestApp::builder().patient().config(narrow).start().await;
        let (ada, bare, odd) = (
            app.user("ada").await,
            app.user("bare").await,
            app.user("odd").await,
        );
        let proven = proven(&app, &ada.client).await;
        let slow = app.user("slow").await;
        app.put_hash(&bare.email, None).await;
        app.put_hash(&odd.email, Some("nonsense")).await;
        app.put_hash(&slow.email, Some(SLOW)).await;
        let mut waiting = JoinSet::new();
        for _ in 0..3 {
            let (client, email) = (app.anonymous(), slow.email.clone());
            waiting.spawn(async move { client.login(&email, "whatever it is").await });
        }
        let first = waiting.join_next().await.unwrap().unwrap();
        assert_eq!(first.codes(), ["SERVICE_UNAVAILABLE"], "{}", first.text);
        Self {
            app,
            ada,
            proven,
            bare,
            odd,
            _waiting: waiting,
        }
    }
}

#[tokio::test]
async fn what_the_input_alone_forbids_is_refused_unhashed() {
    let busy = Busy::start().await;
    let (ada, bare) = (&busy.ada.client, &busy.bare.client);
    let long = "x".repeat(5_000);
    for (current, new, code) in [
        (json!(null), NEW, "REQUIRED"),
        (json!(""), NEW, "REQUIRED"),
        (json!(PASSWORD), "", "REQUIRED"),
        (json!(PASSWORD), "short", "PASSWORD_TOO_SHORT"),
        (json!(PASSWORD), &long, "PASSWORD_TOO_LONG"),
        (json!(PASSWORD), "Password1", "PASSWORD_TOO_WEAK"),
        (json!(PASSWORD), "with a\0nul in it", "INVALID_CHARACTERS"),
        (json!("with a\0nul in it"), NEW, "CURRENT_PASSWORD_INCORRECT"),
        (json!(long), NEW, "CURRENT_PASSWORD_INCORRECT"),
    ] {
        let input = json!({ "input": { "currentPassword": current, "newPassword": new } });
        let answer = ada.run(CHANGE_PASSWORD, input).await;
        assert_eq!(refusals(&answer)[0].0, code);
    }
    let answer = bare
        .run(CHANGE_PASSWORD, json!({ "input": { "newPassword": NEW } }))
        .await;
    assert_eq!(refusals(&answer)[0].0, "REAUTHENTICATION_REQUIRED");
    for password in ["with a\0nul in it", &long] {
        let answer = reauthenticate(ada, password).await;
        assert_eq!(refusals(&answer)[0].0, "CURRENT_PASSWORD_INCORRECT");
        let answer = delete_account(ada, json!({ "currentPassword": password })).await;
        assert_eq!(refusals(&answer)[0].0, "CURRENT_PASSWORD_INCORRECT");
    }
    let answer = delete_account(ada, json!({})).await;
    assert_eq!(refusals(&answer)[0].0, "REAUTHENTICATION_REQUIRED");
    assert_done(&update_profile(ada, json!({ "name": "Countess" })).await);
    // An account without a password has none to compare, and whose session it is may see that.
    let answer = reauthenticate(bare, PASSWORD).await;
    assert_eq!(refusals(&answer), [refusal("REAUTHENTICATION_REQUIRED", None)]);
    // And who may leave already does.
    assert_done(&delete_account(&busy.proven, json!({})).await);
}

#[tokio::test]
async fn a_password_is_compared_at_the_full_cost_whatever_is_stored() {
    let busy = Busy::start().await;
    let before = busy.app.row(&busy.ada.email).await;
    for (person, password) in [
        (&busy.ada, PASSWORD),
        (&busy.ada, "not the password"),
        (&busy.ada, " "),
        (&busy.bare, PASSWORD),
        (&busy.odd, PASSWORD),
    ] {
        if person.id != busy.bare.id {
            let answer = reauthenticate(&person.client, password).await;
            assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"], "{}", person.email);
        }
        let answer = delete_account(&person.client, json!({ "currentPassword": password })).await;
        assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"], "{}", person.email);
    }
    for (current, new) in [
        (PASSWORD, NEW),
        ("not the password", NEW),
        // Whether it is the same is nobody's business before the present one was right.
        (PASSWORD, PASSWORD),
    ] {
        let answer = change_password(&busy.ada.client, current, new).await;
        assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"]);
        assert!(answer.header("retry-after").is_some());
    }
    let answer = change_password(&busy.odd.client, PASSWORD, NEW).await;
    assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"]);
    assert_eq!(busy.app.row(&busy.ada.email).await, before);
}

#[tokio::test]
async fn a_hash_that_is_none_or_asks_for_too_much_proves_nothing() {
    const SALT_AND_OUTPUT: &str = "c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    let good = app.row(&ada.email).await.unwrap().password_hash.unwrap();
    for stored in [
        String::new(),
        " ".to_owned(),
        "nonsense".to_owned(),
        PASSWORD.to_owned(),
        format!("{good} "),
        good.replace("argon2id", "ARGON2ID"),
        good.replace("$v=19", "$v=99"),
        good[..good.len() - 1].to_owned(),
        "$argon2id$v=19$m=8,t=1,p=1$$".to_owned(),
        format!("$argon2id$v=19$m=4194304,t=1,p=1${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=19$m=4294967295,t=4294967295,p=16777215${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=19$m=8,t=4294967295,p=1${SALT_AND_OUTPUT}"),
    ] {
        app.put_hash(&ada.email, Some(&stored)).await;
        let before = app.row(&ada.email).await;
        for password in [PASSWORD, &stored, " "] {
            if password.is_empty() {
                continue;
            }
            let answers = [
                change_password(&ada.client, password, NEW).await,
                reauthenticate(&ada.client, password).await,
                delete_account(&ada.client, json!({ "currentPassword": password })).await,
            ];
            for answer in answers {
                assert_eq!(refusals(&answer)[0].0, "CURRENT_PASSWORD_INCORRECT", "{stored}");
            }
        }
        // An empty hash is not the lack of a password.
        let answer = ada
            .client
            .run(CHANGE_PASSWORD, json!({ "input": { "newPassword": NEW } }))
            .await;
        assert_eq!(refusals(&answer)[0].0, "REQUIRED", "{stored}");
        assert_eq!(app.row(&ada.email).await, before);
    }
    app.put_hash(&ada.email, Some(&good)).await;
    assert_done(&change_password(&ada.client, PASSWORD, NEW).await);
}
