//! Notices to the owner of an account.

use std::time::Duration;

use serde_json::json;

use crate::{
    email_change::{known_networks, proven},
    support::{PASSWORD, TestApp, with_unsent_mail},
};

const NEW: &str = "a kettle on a rainy stove";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.0 Safari/605.1.15";

async fn kinds(app: &TestApp, email: &str) -> Vec<String> {
    let mut kinds = app.kinds_to(email).await;
    kinds.retain(|kind| kind != "confirm_address");
    kinds
}

#[tokio::test]
async fn a_sign_in_from_a_new_device_is_told_once() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.sign_in(&ada.email).await;
    assert_eq!(kinds(&app, &ada.email).await, [""; 0], "this device is known");
    let firefox = app.anonymous().agent(FIREFOX);
    firefox.login(&ada.email, PASSWORD).await.tokens("login");
    firefox.login(&ada.email, PASSWORD).await.tokens("login");
    assert_eq!(kinds(&app, &ada.email).await, ["new_sign_in"]);
    let letter = app.mail(&ada.email, "new_sign_in").await;
    assert!(
        letter.text.contains("Firefox on Linux") && letter.text.contains("ada"),
        "{}",
        letter.text
    );
}

#[tokio::test]
async fn a_sign_in_from_a_new_network_is_told() {
    let proxied = TestApp::behind_proxy().await;
    let ada = proxied.user_at("ada", "203.0.113.5").await;
    proxied.sql("UPDATE users SET email_verified_at = 1").await;
    proxied
        .anonymous()
        .at("203.0.113.77")
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    // That server sends none; another one on the same database does.
    let app = proxied
        .another(|config| {
            config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
            with_unsent_mail(config);
        })
        .await;
    app.anonymous()
        .at("203.0.113.77")
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    assert_eq!(waiting(&app).await, [""; 0], "known by now");
    app.anonymous()
        .at("198.51.100.9")
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    assert_eq!(waiting(&app).await, ["new_sign_in"]);
}

async fn waiting(app: &TestApp) -> Vec<String> {
    use entity::mail::State;
    let rows = portcullis::features::mail::list(&app.app, Some(State::Waiting), 10)
        .await
        .unwrap();
    rows.into_iter().map(|row| row.kind).collect()
}

#[tokio::test]
async fn an_unproven_address_is_told_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.anonymous()
        .agent(FIREFOX)
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    ada.client.call("changePassword", "user { id }", input).await;
    assert_eq!(kinds(&app, &ada.email).await, [""; 0]);
}

#[tokio::test]
async fn a_person_can_switch_off_the_notices_of_sign_ins_and_no_others() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let input = json!({ "isSignInNoticeEnabled": false, "locale": "de" });
    let answer = ada
        .client
        .call("updateProfile", "user { isSignInNoticeEnabled locale }", input)
        .await;
    let user = &answer.data("updateProfile")["user"];
    assert_eq!(*user, json!({ "isSignInNoticeEnabled": false, "locale": "de" }));
    app.anonymous()
        .agent(FIREFOX)
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    ada.client.call("changePassword", "user { id }", input).await;
    assert_eq!(kinds(&app, &ada.email).await, ["password_changed"]);
    assert!(
        app.mail(&ada.email, "password_changed")
            .await
            .subject
            .contains("Passwort")
    );
    let input = json!({ "locale": "tlh" });
    let answer = ada.client.call("updateProfile", "user { id }", input).await;
    assert_eq!(answer.user_errors("updateProfile")[0].0, "INVALID_LOCALE");
}

#[tokio::test]
async fn a_copied_refresh_token_and_the_end_of_an_account_are_told() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let traded = app
        .anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    app.pass(Duration::from_mins(2));
    app.anonymous()
        .refresh(&traded.refresh)
        .await
        .tokens("refreshSession");
    app.anonymous().refresh(&ada.refresh_token).await;
    assert_eq!(kinds(&app, &ada.email).await, ["token_reused"]);
    let ada = app.sign_in(&ada.email).await;
    ada.client
        .call(
            "deleteAccount",
            "deletedUserId",
            json!({ "currentPassword": PASSWORD }),
        )
        .await;
    assert_eq!(kinds(&app, &ada.email).await, ["account_deleted"]);
}

/// D10: the link of the notice.
#[tokio::test]
async fn a_reported_sign_in_ends_with_the_password_and_later_notices_do_not_replace_the_link() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let thief = app
        .anonymous()
        .agent(FIREFOX)
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    let link = app.mail(&ada.email, "new_sign_in").await.token();
    app.anonymous()
        .agent(SAFARI)
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    app.pass(Duration::from_hours(6 * 24));
    let end = json!({ "token": link });
    let answer = app
        .anonymous()
        .call("endReportedSession", "isEnded", end.clone())
        .await;
    assert_eq!(
        answer.data("endReportedSession")["isEnded"],
        true,
        "{}",
        answer.text
    );
    // His next sign-in is reported, too.
    assert_eq!(known_networks(&app).await, 0);
    let refused = app.anonymous().refresh(&thief.refresh).await;
    assert_eq!(
        refused.user_errors("refreshSession")[0].0,
        "REFRESH_TOKEN_INVALID"
    );
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    let token = app.mail(&ada.email, "session_ended").await.token();
    let input = json!({ "token": token, "newPassword": NEW });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(answer.user_errors("resetPassword"), []);
    let answer = app.anonymous().call("endReportedSession", "isEnded", end).await;
    assert_eq!(answer.user_errors("endReportedSession")[0].0, "TOKEN_INVALID");
}
