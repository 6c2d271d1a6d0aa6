//! What people do with mailed links and codes, and the events that it records.

use std::time::Duration;

use portcullis::features::{account, audit};
use serde_json::{Value, json};

use super::{
    findings, is_erased, rows,
    watch::{AGENT, By, LOOPBACK, Watch, on_this_machine},
};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

const NEW: &str = "a kettle on a rainy stove";

async fn start() -> TestApp {
    TestApp::builder()
        .config(|config| {
            config.account_writes = 0;
            config.email_login = true;
        })
        .start()
        .await
}

async fn call(client: &Client, field: &str, input: Value) -> Answer {
    let answer = client.call(field, "__typename", input).await;
    assert_eq!(answer.user_errors(field), [], "{field}");
    answer
}

/// Somebody with a confirmed address, whose client is here.
async fn confirmed(app: &TestApp, name: &str) -> Person {
    let person = app.user(name).await;
    let client = on_this_machine(&person.client);
    let token = app.mail(&person.email, "confirm_address").await.token();
    call(&client, "verifyEmail", json!({ "token": token })).await;
    Person { client, ..person }
}

#[tokio::test]
async fn a_confirmed_address_is_an_event_once() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = on_this_machine(&ada.client);
    let token = app.mail(&ada.email, "confirm_address").await.token();
    let mut watch = Watch::new(&app).await;
    let answer = call(&client, "verifyEmail", json!({ "token": token })).await;
    let by = By::owner(&ada.id, &ada.session_id);
    watch.expect(&answer, by, &[("email_verified", json!({}))]).await;
    client
        .call("verifyEmail", "__typename", json!({ "token": token }))
        .await;
    watch.expect_nothing("a used link").await;
}

#[tokio::test]
async fn a_requested_reset_is_an_event_of_an_account_that_exists_written_with_the_letter() {
    let app = start().await;
    let ada = confirmed(&app, "ada").await;
    let client = on_this_machine(&app.anonymous());
    app.mails().await;
    let mut watch = Watch::new(&app).await;
    let input = json!({ "email": "nobody@example.com" });
    call(&client, "requestPasswordReset", input).await;
    app.mails().await;
    watch.expect_nothing("an address without an account").await;

    let asked = call(&client, "requestPasswordReset", json!({ "email": ada.email })).await;
    let token = app.mail(&ada.email, "reset_password").await.token();
    let by = By::stranger(&ada.id);
    watch
        .expect(&asked, by, &[("password_reset_requested", json!({}))])
        .await;
    app.mails().await;
    watch.expect_nothing("the same letter").await;

    let input = json!({ "token": token, "newPassword": NEW });
    let answer = call(&client, "resetPassword", input.clone()).await;
    let ended = json!({ "sessions": "1" });
    watch
        .expect(&answer, By::mail_of(&ada.id), &[("password_reset", ended)])
        .await;
    client.call("resetPassword", "__typename", input).await;
    watch.expect_nothing("a used link").await;
}

#[tokio::test]
async fn a_change_of_address_is_an_event_with_both_addresses_and_so_is_its_undo() {
    let app = start().await;
    let ada = confirmed(&app, "ada").await;
    let mut watch = Watch::new(&app).await;
    let by = By::owner(&ada.id, &ada.session_id);
    let both = |before: &str, after: &str| {
        let both = json!({ "email_before": before, "email_after": after });
        Some(both.to_string())
    };
    let sorted = |personal: Option<&String>| {
        let value: Option<Value> = personal.map(|text| serde_json::from_str(text).unwrap());
        value.map(|value| value.to_string())
    };
    let changed = both(&ada.email, "ada@example.net");

    let input = json!({ "newEmail": "ada@example.net", "currentPassword": PASSWORD });
    call(&ada.client, "requestEmailChange", input).await;
    let requested = watch
        .expect_by(by, &[("email_change_requested", json!({}))])
        .await;
    assert_eq!(sorted(requested[0].subject_facts.as_ref()), changed);
    let token = app.mail("ada@example.net", "confirm_new_address").await.token();
    let answer = call(&ada.client, "verifyEmail", json!({ "token": token })).await;
    let confirmed = watch.expect_by(by, &[("email_changed", json!({}))]).await;
    assert_eq!(sorted(confirmed[0].subject_facts.as_ref()), changed);
    assert_eq!(confirmed[0].request_id.as_deref(), answer.header("x-request-id"));

    let token = app.mail(&ada.email, "address_changed").await.token();
    let client = on_this_machine(&app.anonymous());
    call(&client, "undoEmailChange", json!({ "token": token })).await;
    let undone = watch
        .expect_by(By::mail_of(&ada.id), &[("email_change_undone", json!({}))])
        .await;
    assert_eq!(
        sorted(undone[0].subject_facts.as_ref()),
        both("ada@example.net", &ada.email)
    );
    assert_eq!(undone[0].ip_address.as_deref(), Some(LOOPBACK));
    assert_eq!(undone[0].user_agent.as_deref(), Some(AGENT));
}

#[tokio::test]
async fn a_reported_sign_in_is_an_event_about_its_session() {
    let app = start().await;
    let ada = confirmed(&app, "ada").await;
    let answer = on_this_machine(&app.anonymous())
        .login(&ada.email, PASSWORD)
        .await;
    let session = answer.data("login")["session"]["id"].as_str().unwrap().to_owned();
    let token = app.mail(&ada.email, "new_sign_in").await.token();
    let mut watch = Watch::new(&app).await;
    let client = on_this_machine(&app.anonymous());
    let answer = call(&client, "endReportedSession", json!({ "token": token })).await;
    let by = By::owner(&ada.id, &session);
    let ended = json!({ "sessions": "2" });
    watch.expect(&answer, by, &[("session_reported", ended)]).await;
}

#[tokio::test]
async fn a_sign_in_by_mail_is_an_event_and_also_confirms_the_address() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = on_this_machine(&app.anonymous());
    let mut watch = Watch::new(&app).await;
    for is_first in [true, false] {
        let answer = client
            .call(
                "requestEmailLogin",
                "challengeToken",
                json!({ "email": ada.email }),
            )
            .await;
        let challenge = answer.data("requestEmailLogin")["challengeToken"].clone();
        let letter = app.mail(&ada.email, "sign_in_code").await;
        watch.expect_nothing("a code that is mailed").await;
        let input = json!({ "challengeToken": challenge, "code": letter.code() });
        let answer = client.call("loginWithEmailCode", "session { id }", input).await;
        let session = answer.data("loginWithEmailCode")["session"]["id"].as_str();
        let by = By::owner(&ada.id, session.unwrap());
        let signed_in = ("login_succeeded", json!({ "methods": "email_code" }));
        let events = if is_first {
            vec![("email_verified", json!({ "ended": "password" })), signed_in]
        } else {
            vec![signed_in]
        };
        watch.expect(&answer, by, &events).await;
    }
}

#[tokio::test]
async fn a_sign_up_that_waits_is_an_event_when_there_is_an_account() {
    let app = TestApp::builder()
        .config(|config| {
            config.email_verification = portcullis::platform::config::EmailVerification::Required;
        })
        .start()
        .await;
    let client = on_this_machine(&app.anonymous());
    let mut watch = Watch::new(&app).await;
    let email = "ada@example.com";
    let input = json!({ "name": "ada", "email": email, "password": PASSWORD });
    client.signup(input).await.data("signup");
    let token = app.mail(email, "confirm_registration").await.token();
    watch.expect_nothing("a sign-up that waits").await;
    let input = json!({ "token": token, "password": PASSWORD });
    let answer = call(&client, "verifyEmail", input).await;
    let id = app.row(email).await.unwrap().id.to_string();
    let event = ("signup", json!({ "email_verified": "true" }));
    watch.expect(&answer, By::mail_of(&id), &[event]).await;
    client.login(email, "wrong").await;
    assert_eq!(audit::flush_refused(&app.app).await.unwrap(), 1);
}

#[tokio::test]
async fn an_account_whose_deletion_waits_is_erased_from_the_log_when_it_is_due() {
    let app = start().await;
    let ada = confirmed(&app, "ada").await;
    let input = json!({ "newEmail": "ada@example.net", "currentPassword": PASSWORD });
    call(&ada.client, "requestEmailChange", input).await;
    let token = app.mail("ada@example.net", "confirm_new_address").await.token();
    call(&ada.client, "verifyEmail", json!({ "token": token })).await;
    let mut watch = Watch::new(&app).await;
    let answer = call(
        &ada.client,
        "deleteAccount",
        json!({ "currentPassword": PASSWORD }),
    )
    .await;
    let by = By::owner(&ada.id, &ada.session_id);
    watch.expect(&answer, by, &[("user_deleted", json!({}))]).await;

    app.pass(Duration::from_hours(31 * 24));
    assert_eq!(account::delete_due(&app.app).await.unwrap(), 1);
    let by = By {
        kind: "system",
        actor: None,
        subject: Some(&ada.id),
        session: None,
    };
    watch.expect_by(by, &[("user_deleted", json!({}))]).await;
    let of_ada = rows(&app).await.into_iter().filter(|row| row.actor_id.is_some());
    for row in of_ada {
        assert!(is_erased(&row), "{}", row.kind);
    }
    audit::seal(&app.app).await.unwrap();
    app.pass(Duration::from_mins(2));
    audit::seal(&app.app).await.unwrap();
    assert_eq!(findings(&app).await, []);
}
