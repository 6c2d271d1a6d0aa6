//! What people do at the front door, and the events that it records.

use std::time::Duration;

use portcullis::features::audit;
use serde_json::{Value, json};

use super::{
    findings, is_erased, rows,
    watch::{ADDRESS, AGENT, By, Watch, from_here},
};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp, with_unsent_mail};

const NEW: &str = "a kettle on a rainy stove";

async fn start() -> TestApp {
    TestApp::builder()
        .behind_proxy()
        .config(with_unsent_mail)
        .config(|config| config.account_writes = 0)
        .start()
        .await
}

/// Somebody who has just signed up from here.
async fn sign_up(app: &TestApp, name: &str) -> (Person, Answer) {
    let input = json!({ "name": name, "email": format!("{name}@example.com"), "password": PASSWORD });
    let answer = from_here(&app.anonymous()).signup(input).await;
    let person = person_of(app, &answer, "signup");
    (person, answer)
}

fn person_of(app: &TestApp, answer: &Answer, field: &str) -> Person {
    let tokens = answer.tokens(field);
    let payload = answer.data(field);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Person {
        id: text(&payload["user"]["id"]),
        email: text(&payload["user"]["email"]),
        session_id: text(&payload["session"]["id"]),
        client: from_here(&app.bearer(&tokens.access)),
        token: tokens.access,
        refresh_token: tokens.refresh,
        service_token: None,
    }
}

async fn sign_in(app: &TestApp, email: &str) -> (Person, Answer) {
    let answer = from_here(&app.anonymous()).login(email, PASSWORD).await;
    (person_of(app, &answer, "login"), answer)
}

async fn call(client: &Client, field: &str, input: Value) -> Answer {
    let answer = client.call(field, "__typename", input).await;
    assert_eq!(answer.user_errors(field), [], "{field}");
    answer
}

#[tokio::test]
async fn a_sign_up_and_a_sign_in_are_one_event_each_with_the_session_that_starts() {
    let app = start().await;
    let mut watch = Watch::new(&app).await;
    let (ada, answer) = sign_up(&app, "ada").await;
    let by = By::owner(&ada.id, &ada.session_id);
    watch.expect(&answer, by, &[("signup", json!({}))]).await;
    let (again, answer) = sign_in(&app, &ada.email).await;
    let by = By::owner(&ada.id, &again.session_id);
    let methods = json!({ "methods": "password" });
    watch.expect(&answer, by, &[("login_succeeded", methods)]).await;
    let traded = from_here(&app.anonymous()).refresh(&again.refresh_token).await;
    traded.tokens("refreshSession");
    ada.client.me().await.data("me");
    watch.expect_nothing("a refresh, and a look at oneself").await;
}

#[tokio::test]
async fn changes_of_profile_and_password_are_events() {
    let app = start().await;
    let (ada, _) = sign_up(&app, "ada").await;
    sign_in(&app, &ada.email).await;
    let mut watch = Watch::new(&app).await;
    let by = By::owner(&ada.id, &ada.session_id);

    let answer = call(
        &ada.client,
        "updateProfile",
        json!({ "name": "Ada L.", "locale": "de" }),
    )
    .await;
    let fields = json!({ "fields": "name,locale" });
    watch.expect(&answer, by, &[("profile_updated", fields)]).await;
    call(&ada.client, "updateProfile", json!({})).await;
    watch.expect_nothing("a change of nothing").await;

    let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let answer = call(&ada.client, "changePassword", input.clone()).await;
    let ended = json!({ "sessions": "1" });
    watch.expect(&answer, by, &[("password_changed", ended)]).await;
    let refused = ada.client.call("changePassword", "__typename", input).await;
    assert_eq!(
        refused.user_errors("changePassword")[0].0,
        "CURRENT_PASSWORD_INCORRECT"
    );
    watch.expect_nothing("a refused change").await;
    audit::flush_refused(&app.app).await.unwrap();
    let counted = json!({ "reauthentication": "1" });
    watch
        .expect_by(By::stranger(&ada.id), &[("login_failed", counted)])
        .await;

    let input = json!({ "password": NEW });
    let answer = call(&ada.client, "reauthenticate", input).await;
    let method = json!({ "method": "password" });
    watch.expect(&answer, by, &[("reauthenticated", method)]).await;
}

#[tokio::test]
async fn sessions_that_end_are_events_with_who_ended_them() {
    let app = start().await;
    let (ada, _) = sign_up(&app, "ada").await;
    let (second, _) = sign_in(&app, &ada.email).await;
    sign_in(&app, &ada.email).await;
    let (last, _) = sign_in(&app, &ada.email).await;
    let mut watch = Watch::new(&app).await;

    let answer = ada.client.revoke_session(&second.session_id).await;
    let by = By::owner(&ada.id, &second.session_id);
    watch.expect(&answer, by, &[("session_revoked", json!({}))]).await;
    let answer = ada.client.revoke_session(&second.session_id).await;
    assert_eq!(answer.user_errors("revokeSession")[0].0, "NOT_FOUND");
    watch.expect_nothing("a session that has ended").await;

    let answer = ada.client.revoke_other_sessions().await;
    answer.data("revokeOtherSessions");
    let by = By::owner(&ada.id, &ada.session_id);
    let ended = json!({ "sessions": "2" });
    watch.expect(&answer, by, &[("session_revoked", ended)]).await;
    ada.client
        .revoke_other_sessions()
        .await
        .data("revokeOtherSessions");
    last.client.logout().await;
    watch.expect_nothing("no sessions").await;

    let answer = ada.client.logout().await;
    answer.data("logout");
    watch.expect(&answer, by, &[("logout", json!({}))]).await;
    ada.client.logout().await.data("logout");
    watch.expect_nothing("a second sign-out").await;
}

#[tokio::test]
async fn a_used_refresh_token_that_comes_back_is_an_event_by_somebody_unknown() {
    let app = start().await;
    let (ada, _) = sign_up(&app, "ada").await;
    let thief = from_here(&app.anonymous());
    thief.refresh(&ada.refresh_token).await.tokens("refreshSession");
    app.pass(Duration::from_mins(2));
    let mut watch = Watch::new(&app).await;
    let answer = thief.refresh(&ada.refresh_token).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    let by = By {
        session: Some(&ada.session_id),
        ..By::stranger(&ada.id)
    };
    watch
        .expect(&answer, by, &[("token_reuse_detected", json!({}))])
        .await;
    thief.refresh(&ada.refresh_token).await;
    watch.expect_nothing("the token of an ended session").await;
}

#[tokio::test]
async fn refused_sign_ins_are_counted_and_written_later() {
    let app = start().await;
    let (ada, _) = sign_up(&app, "ada").await;
    let eve = app.user("eve").await;
    app.disable(&eve.email).await;
    let mut watch = Watch::new(&app).await;
    let client = from_here(&app.anonymous());
    for (email, password) in [
        (&*ada.email, "wrong"),
        (&ada.email, "wrong again"),
        ("nobody@example.com", "wrong"),
        (&eve.email, PASSWORD),
    ] {
        client.login(email, password).await;
    }
    watch.expect_nothing("no request writes").await;
    assert_eq!(audit::flush_refused(&app.app).await.unwrap(), 3);
    let rows = watch.take().await;
    let seen = |subject: Option<&str>| {
        let row = rows
            .iter()
            .find(|row| row.subject_id.map(|id| id.to_string()).as_deref() == subject);
        let row = row.unwrap();
        assert_eq!(
            (row.kind.as_str(), row.actor_kind.as_str()),
            ("login_failed", "anonymous")
        );
        assert_eq!(row.ip_address.as_deref(), Some(ADDRESS));
        assert_eq!(row.user_agent.as_deref(), Some(AGENT));
        row.details.clone()
    };
    assert_eq!(seen(Some(&ada.id)), r#"{"credentials":"2"}"#);
    assert_eq!(seen(Some(&eve.id)), r#"{"disabled":"1"}"#);
    assert_eq!(seen(None), r#"{"accounts":"unknown","credentials":"1"}"#);
}

#[tokio::test]
async fn what_is_rolled_back_is_no_event() {
    let app = start().await;
    let (ada, _) = sign_up(&app, "ada").await;
    // The event comes before the notice, which goes to confirmed addresses.
    app.sql("UPDATE users SET email_verified_at = 1").await;
    let mut watch = Watch::new(&app).await;
    app.sql("ALTER TABLE mails RENAME TO hidden").await;
    let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let answer = ada.client.call("changePassword", "__typename", input).await;
    assert_eq!(answer.codes(), ["INTERNAL_SERVER_ERROR"]);
    app.sql("ALTER TABLE hidden RENAME TO mails").await;
    watch.expect_nothing("a change that failed").await;
    // And without the event there is no change.
    app.sql("ALTER TABLE audit_events RENAME TO hidden").await;
    let answer = from_here(&app.anonymous()).login(&ada.email, PASSWORD).await;
    assert_eq!(answer.codes(), ["INTERNAL_SERVER_ERROR"]);
    app.sql("ALTER TABLE hidden RENAME TO audit_events").await;
    let count = "{ me { sessions { totalCount } } }";
    let sessions = ada.client.query(count).await;
    assert_eq!(sessions.data("me")["sessions"]["totalCount"], 1);
}

#[tokio::test]
async fn a_deleted_person_leaves_a_log_that_verifies_without_personal_data() {
    let app = start().await;
    let (ada, _) = sign_up(&app, "ada").await;
    sign_up(&app, "bob").await;
    app.pass(Duration::from_mins(2));
    audit::seal(&app.app).await.unwrap();
    let mut watch = Watch::new(&app).await;
    call(
        &ada.client,
        "deleteAccount",
        json!({ "currentPassword": PASSWORD }),
    )
    .await;
    let by = By::owner(&ada.id, &ada.session_id);
    watch.expect_by(by, &[("user_deleted", json!({}))]).await;
    let of_ada = |id: Option<entity::UserId>| id.is_some_and(|id| id.to_string() == ada.id);
    let all = rows(&app).await;
    let (hers, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|row| of_ada(row.subject_id) || of_ada(row.actor_id));
    assert_eq!((hers.len(), others.len()), (2, 1));
    for row in &hers {
        assert!(is_erased(row), "{}", row.kind);
    }
    assert!(others[0].ip_address.is_some() && others[0].actor_salt.is_some());
    app.pass(Duration::from_mins(2));
    audit::seal(&app.app).await.unwrap();
    assert_eq!(findings(&app).await, []);
}
