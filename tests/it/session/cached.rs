//! The caller cache: never stale after the server's own writes, and otherwise only for a short time.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;

use super::{assert_in, assert_out};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

/// Makes the server load and cache somebody's session.
async fn warm(person: &Person) {
    for _ in 0..2 {
        assert_in(person).await;
    }
}

/// Sees that nothing was refused.
#[track_caller]
fn done(answer: &Answer, field: &str) {
    assert_eq!(answer.data(field)["userErrors"], json!([]), "{}", answer.text);
}

async fn change_password(client: &Client) {
    let query = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
        userErrors { code } } }";
    let input = json!({ "currentPassword": PASSWORD, "newPassword": "a candle behind thick glass" });
    done(
        &client.run(query, json!({ "input": input })).await,
        "changePassword",
    );
}

#[tokio::test]
async fn every_way_to_end_a_session_holds_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut seen = BTreeSet::new();
    let mut session = async || {
        let session = app.sign_in(&ada.email).await;
        warm(&session).await;
        assert!(seen.insert(session.session_id.clone()));
        session
    };

    let one = session().await;
    one.client.logout().await;
    assert_out(&app, &one).await;

    let one = session().await;
    let given = json!({ "refreshToken": one.refresh_token });
    app.anonymous().logout_with(given).await;
    assert_out(&app, &one).await;

    let one = session().await;
    done(&ada.client.revoke_session(&one.session_id).await, "revokeSession");
    assert_out(&app, &one).await;

    let one = session().await;
    done(&ada.client.revoke_other_sessions().await, "revokeOtherSessions");
    assert_out(&app, &one).await;

    let one = session().await;
    app.anonymous()
        .refresh(&one.refresh_token)
        .await
        .tokens("refreshSession");
    warm(&one).await;
    // The replay window is over, and so the used token is stolen.
    app.pass(app.app.config.refresh_replay_window);
    warm(&one).await;
    assert_out_by_theft(&app, &one).await;

    let one = session().await;
    change_password(&ada.client).await;
    assert_out(&app, &one).await;
    warm(&ada).await;
}

async fn assert_out_by_theft(app: &TestApp, person: &Person) {
    let answer = app.anonymous().refresh(&person.refresh_token).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    assert_out(app, person).await;
}

#[tokio::test]
async fn a_sign_in_that_takes_a_sessions_place_ends_it_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let browser = app.browser();
    done(&browser.login(&ada.email).await, "login");
    let replaced = app.bearer(&browser.cookie("portcullis-access"));
    for _ in 0..2 {
        assert_eq!(replaced.me().await.data("me")["id"], ada.id);
    }
    done(&browser.login(&ada.email).await, "login");
    assert_eq!(replaced.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn a_sign_in_or_sign_up_that_takes_the_place_of_somebody_elses_session_ends_it_at_once() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    assert_counted_apart(&ada.id, &bob.id);
    let browser = app.browser();
    for sign_up in [true, false] {
        done(&browser.login(&ada.email).await, "login");
        let replaced = app.bearer(&browser.cookie("portcullis-access"));
        for _ in 0..2 {
            assert_eq!(replaced.me().await.data("me")["id"], ada.id);
        }
        if sign_up {
            let answer = browser.signup("eve").await;
            done(&answer, "signup");
        } else {
            done(&browser.login(&bob.email).await, "login");
        }
        assert_eq!(replaced.me().await.reason(), "SESSION_REVOKED", "{sign_up}");
    }
    let eve = app.sign_in("eve@example.com").await.client.me().await;
    assert_counted_apart(&ada.id, eve.data("me")["id"].as_str().unwrap());
}

/// Users whose ids end alike are counted together, and what is seen then would prove nothing.
#[track_caller]
fn assert_counted_apart(one: &str, other: &str) {
    let last = |id: &str| id[id.len() - 2..].to_owned();
    assert_ne!(last(one), last(other));
}

#[tokio::test]
async fn a_refresh_is_seen_at_once_by_its_own_user() {
    let app = TestApp::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let ada = app.user("ada").await;
    warm(&ada).await;
    // Less than a second, after which all is read anew; and than a minute, after which the use is noted anyway.
    app.pass(Duration::from_millis(500));
    app.anonymous()
        .at("198.51.100.7")
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    let viewer = ada.client.query("{ viewer { session { ipAddress } } }").await;
    assert_eq!(viewer.data("viewer")["session"]["ipAddress"], "198.51.100.7");
}

#[tokio::test]
async fn what_others_do_costs_nobody_a_reading() {
    let first = TestApp::start().await;
    let (app, statements) = first.another_watched(|_| {}).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    assert_counted_apart(&ada.id, &bob.id);
    warm(&ada).await;
    let read = async || {
        statements.take();
        assert_in(&ada).await;
        !statements.take().is_empty()
    };
    assert!(!read().await);
    let bob = app.sign_in(&bob.email).await;
    app.anonymous()
        .refresh(&bob.refresh_token)
        .await
        .tokens("refreshSession");
    assert_counted_apart(&ada.id, &app.user("eve").await.id);
    for email in [&ada.email, &bob.email] {
        let wrong = app.anonymous().login(email, "whatever it is").await;
        assert_eq!(wrong.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    }
    assert!(!read().await, "others came, and somebody guessed");
    app.sign_in(&ada.email).await;
    assert!(read().await, "her own account changed");
}

#[tokio::test]
async fn a_session_too_many_ends_the_oldest_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_millis(1));
    for _ in 0..99 {
        app.anonymous().login(&ada.email, PASSWORD).await.tokens("login");
    }
    warm(&ada).await;
    app.anonymous().login(&ada.email, PASSWORD).await.tokens("login");
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn an_account_that_goes_takes_its_sessions_along_at_once() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let second = app.sign_in(&ada.email).await;
    for person in [&ada, &second, &eve] {
        warm(person).await;
    }
    let query =
        "mutation ($p: String) { deleteAccount(input: { currentPassword: $p }) { userErrors { code } } }";
    done(
        &second.client.run(query, json!({ "p": PASSWORD })).await,
        "deleteAccount",
    );
    for person in [&ada, &second] {
        assert_out(&app, person).await;
    }
    app.disable(&eve.email).await;
    assert_eq!(eve.client.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn changes_of_an_account_are_seen_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let second = app.sign_in(&ada.email).await;
    warm(&ada).await;
    warm(&second).await;
    let query = "mutation { updateProfile(input: { name: \"Ada Byron\" }) { userErrors { code } } }";
    done(&second.client.query(query).await, "updateProfile");
    for person in [&ada, &second] {
        assert_eq!(person.client.me().await.data("me")["name"], "Ada Byron");
        assert_eq!(person.client.me().await.data("me")["roles"], json!([]));
    }
    app.set_roles(&ada, &["staff"]).await;
    assert_eq!(ada.client.me().await.data("me")["roles"], json!(["staff"]));
    app.pass(Duration::from_millis(1));
    app.sign_in(&ada.email).await;
    assert_eq!(
        ada.client.me().await.data("me")["lastLoginAt"],
        "2026-11-22T12:00:00.001Z"
    );
}

#[tokio::test]
async fn whoever_reauthenticated_is_seen_to_have_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    warm(&ada).await;
    let fields = "tokens { accessToken refreshToken }";
    let answer = ada
        .client
        .call("reauthenticate", fields, json!({ "password": PASSWORD }))
        .await;
    let proven = app.bearer(&answer.tokens("reauthenticate").access);
    let query = "mutation { deleteAccount(input: {}) { userErrors { code } } }";
    done(&proven.query(query).await, "deleteAccount");
}

#[tokio::test]
async fn what_another_server_ends_is_believed_for_as_long_as_the_setting_says() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    warm(&ada).await;
    other.bearer(&ada.token).logout().await;
    app.pass(Duration::from_millis(999));
    assert_in(&ada).await;
    // Having been asked meanwhile makes it last no longer.
    app.pass(Duration::from_millis(1));
    assert_out(&app, &ada).await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_it_last_no_longer() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_secs(20));
    warm(&ada).await;
    other.bearer(&ada.token).logout().await;
    app.clock.go_back(Duration::from_secs(10));
    assert_out(&app, &ada).await;
}

#[tokio::test]
async fn no_decision_uses_the_cached_caller() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    for query in [
        "mutation { updateProfile(input: { name: \"Eve\" }) { userErrors { code } } }",
        "mutation ($p: String!) { changePassword(input: { currentPassword: $p, newPassword: \"a new one, and long\" })
         { userErrors { code } } }",
        "mutation ($p: String!) { reauthenticate(input: { password: $p }) { userErrors { code } } }",
        "mutation ($p: String!) { deleteAccount(input: { currentPassword: $p }) { userErrors { code } } }",
        "mutation ($p: String!) { requestEmailChange(input: { newEmail: \"eve@example.org\", currentPassword: $p })
         { userErrors { code } } }",
        "mutation { cancelEmailChange { userErrors { code } } }",
        "mutation { exportMyData { data downloadUrl } }",
        "mutation { cancelAccountDeletion { userErrors { code } } }",
        "mutation { revokeOtherSessions { revokedSessionIds } }",
        "mutation { revokeSession(input: { sessionId: \"01a2042e-4320-774d-a139-b705b70ad006\" }) {
         revokedSessionId } }",
    ] {
        let session = app.sign_in(&ada.email).await;
        warm(&session).await;
        other.bearer(&session.token).logout().await;
        // This server has not noticed yet.
        assert_in(&session).await;
        let answer = session.client.run(query, json!({ "p": PASSWORD })).await;
        assert_eq!(answer.reason(), "SESSION_REVOKED", "{query}");
    }
    assert_eq!(app.row(&ada.email).await.unwrap().name, "ada");
}

#[tokio::test]
async fn a_session_that_runs_out_is_over_at_that_instant() {
    let app = TestApp::with(|config| {
        config.session_idle_timeout = Duration::from_mins(5);
        config.session_lifetime = Duration::from_mins(5);
    })
    .await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_millis(5 * 60_000 - 1));
    warm(&ada).await;
    app.pass(Duration::from_millis(1));
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn with_the_setting_at_zero_every_request_reads_anew() {
    let app = TestApp::with(|config| config.session_cache = Duration::ZERO).await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    warm(&ada).await;
    other.bearer(&ada.token).logout().await;
    assert_out(&app, &ada).await;
}

#[tokio::test]
async fn of_many_requests_of_a_session_at_once_one_reads_the_account() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (watched, statements) = app.another_watched(|_| {}).await;
    let client = watched.bearer(&ada.token);
    for _ in 0..2 {
        statements.take();
        let answers = futures_util::future::join_all((0..50).map(|_| client.me())).await;
        assert!(answers.iter().all(|answer| answer.codes().is_empty()));
        let asked = statements.take();
        let readings = asked
            .iter()
            .filter(|it| it.sql.contains("FROM \"sessions\"") || it.sql.contains("FROM `sessions`"));
        assert_eq!(readings.count(), 1, "{asked:#?}");
        app.pass(app.app.config.session_cache);
    }
}
