//! After a password was changed or proven again, copies of the old cookies are left behind.

use std::time::Duration;

use super::{ACCESS, REFRESH};
use crate::support::{Answer, Browser, PASSWORD, TestApp};

const NEW_PASSWORD: &str = "a ladder against loud rain";

async fn change_password(browser: &Browser) -> Answer {
    let query = format!(
        "mutation {{ changePassword(input: {{ currentPassword: \"{PASSWORD}\", newPassword: \"{NEW_PASSWORD}\" }}) {{ user {{ id }} userErrors {{ code message field }} }} }}"
    );
    browser.query(&query).await
}

async fn reauthenticate(browser: &Browser, password: &str) -> Answer {
    let query = format!(
        "mutation {{ reauthenticate(input: {{ password: \"{password}\" }}) {{ validUntil userErrors {{ code message field }} }} }}"
    );
    browser.query(&query).await
}

/// The browser has new cookies of the same session, and using the old refresh cookie ends it.
async fn assert_renewed(app: &TestApp, browser: &Browser, before: &Browser, answer: &Answer) {
    assert_eq!(answer.set_cookies().len(), 2, "{}", answer.text);
    assert!(!answer.text.contains("pcr_"));
    assert_ne!(browser.cookie(ACCESS), before.cookie(ACCESS));
    assert_ne!(browser.cookie(REFRESH), before.cookie(REFRESH));
    assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
    app.pass(app.app.config.refresh_replay_window);
    let thief = before.refresh().await;
    assert_eq!(thief.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    assert_eq!(browser.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn a_new_password_brings_new_cookies() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let before = browser.copy();
    let answer = change_password(&browser).await;
    assert_eq!(answer.user_errors("changePassword"), []);
    assert_renewed(&app, &browser, &before, &answer).await;
}

#[tokio::test]
async fn a_new_proof_brings_new_cookies() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let before = browser.copy();
    let answer = reauthenticate(&browser, "not this one").await;
    assert_eq!(
        answer.user_errors("reauthenticate")[0].0,
        "CURRENT_PASSWORD_INCORRECT"
    );
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    let answer = reauthenticate(&browser, PASSWORD).await;
    assert!(answer.data("reauthenticate")["validUntil"].is_string());
    assert_renewed(&app, &browser, &before, &answer).await;
}

#[tokio::test]
async fn the_new_cookies_go_on_as_the_old_ones_did() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    change_password(&browser).await;
    reauthenticate(&browser, NEW_PASSWORD).await;
    app.pass(Duration::from_mins(16));
    assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
    assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
}

#[tokio::test]
async fn a_tab_whose_cookies_another_one_has_just_traded_gets_new_ones_too() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let other_tab = browser.copy();
    browser.refresh().await;
    let answer = reauthenticate(&other_tab, PASSWORD).await;
    assert_eq!(answer.set_cookies().len(), 2, "{}", answer.text);
    app.pass(Duration::from_mins(1));
    assert_eq!(other_tab.refresh().await.user_errors("refreshSession"), []);
}

#[tokio::test]
async fn used_cookies_are_renewed_by_who_proves_who_they_are_and_the_other_copy_is_the_stolen_one() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let copy = browser.copy();
    // One of the two traded them, long ago.
    copy.refresh().await;
    app.pass(Duration::from_mins(1));
    let answer = reauthenticate(&browser, "not this one").await;
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    let answer = reauthenticate(&browser, PASSWORD).await;
    assert_renewed(&app, &browser, &copy, &answer).await;
}

#[tokio::test]
async fn a_new_password_renews_no_cookies_that_were_used_long_ago() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let copy = browser.copy();
    browser.refresh().await;
    app.pass(Duration::from_mins(1));
    let answer = change_password(&copy).await;
    assert_eq!(answer.user_errors("changePassword"), []);
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
}

#[tokio::test]
async fn who_calls_by_bearer_token_gets_no_cookies() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let answer = browser.signup("ada").await;
    let token = answer.data("signup")["tokens"]["accessToken"].as_str().unwrap();
    // The session uses cookies, and the request did not send them: the token could have been stolen from one.
    let query =
        format!("mutation {{ reauthenticate(input: {{ password: \"{PASSWORD}\" }}) {{ validUntil }} }}");
    let answer = app.bearer(token).query(&query).await;
    assert!(answer.data("reauthenticate")["validUntil"].is_string());
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
}

#[tokio::test]
async fn cookies_of_another_session_are_not_renewed() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.browser(), app.browser());
    let token = ada.signup("ada").await.data("signup")["tokens"]["accessToken"].clone();
    eve.signup("eve").await;
    let refresh = eve.cookie(REFRESH);
    let query =
        format!("mutation {{ reauthenticate(input: {{ password: \"{PASSWORD}\" }}) {{ validUntil }} }}");
    let request = eve
        .request(reqwest::Method::POST, "/graphql")
        .bearer_auth(token.as_str().unwrap())
        .json(&serde_json::json!({ "query": query }));
    let answer = eve.send(request).await;
    assert!(answer.data("reauthenticate")["validUntil"].is_string());
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    assert_eq!(eve.cookie(REFRESH), refresh);
}
