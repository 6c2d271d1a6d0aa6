//! A stored hash grows with the configured cost.

use portcullis::platform::config::Config;

use crate::support::{PASSWORD, Person, TestApp};

fn dearer(config: &mut Config) {
    config.argon2_memory_kib = 16;
    config.argon2_iterations = 3;
}

async fn hash(app: &TestApp, person: &Person) -> String {
    app.row(&person.email).await.unwrap().password_hash.unwrap()
}

#[tokio::test]
async fn the_right_password_brings_the_hash_up_to_the_new_cost_and_a_wrong_one_does_not() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let old = hash(&app, &ada).await;
    assert!(old.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{old}");

    let after = app.another(dearer).await;
    after.anonymous().login(&ada.email, "not the password").await;
    assert_eq!(hash(&app, &ada).await, old);

    let answer = after.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["id"], ada.id);
    let new = hash(&app, &ada).await;
    assert!(new.starts_with("$argon2id$v=19$m=16,t=3,p=1$"), "{new}");

    // Once is enough, and a server that asks for less does not take it back.
    for server in [&after, &app] {
        let answer = server.anonymous().login(&ada.email, PASSWORD).await;
        assert_eq!(answer.data("login")["user"]["id"], ada.id);
        assert_eq!(hash(&app, &ada).await, new);
    }
    let answer = after.anonymous().login(&ada.email, "not the password").await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn the_account_does_not_count_as_changed() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(std::time::Duration::from_mins(1));
    let after = app.another(dearer).await;
    let answer = after.anonymous().login(&ada.email, PASSWORD).await;
    let user = &answer.data("login")["user"];
    assert_eq!(user["updatedAt"], "2026-11-22T12:00:00.000Z");
    assert_eq!(user["lastLoginAt"], "2026-11-22T12:01:00.000Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_logins_at_once_all_get_in() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let after = app.another(dearer).await;
    let client = after.anonymous();
    let logins = (0..3).map(|_| client.login(&ada.email, PASSWORD));
    for answer in futures_util::future::join_all(logins).await {
        assert_eq!(answer.data("login")["user"]["id"], ada.id);
    }
    assert!(hash(&app, &ada).await.starts_with("$argon2id$v=19$m=16,t=3,p=1$"));
}
