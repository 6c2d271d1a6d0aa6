//! For which session a proof counts, and when.

use std::time::Duration;

use serde_json::json;

use super::{
    Device, NEW, assert_done, change_password, change_password_only, delete_account, proven, reauthenticate,
    refresh, refusal, refusals,
};
use crate::{
    support::{Browser, Client, PASSWORD, Person, TestApp},
    token::{Forger, forge::sign_text, part},
};

/// Whether the session may leave without the password. Nobody leaves: the test's users are the last administrators.
async fn may(client: &Client) -> bool {
    let answer = delete_account(client, json!({})).await;
    match refusals(&answer).as_slice() {
        [(code, _)] if code == "LAST_ADMIN" => true,
        [(code, _)] if code == "REAUTHENTICATION_REQUIRED" => false,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_sign_in_however_fresh_is_no_such_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let device = Device::of(&app, &ada).await;
    assert!(!may(&ada.client).await);
    assert!(!may(&device.client).await);
}

#[tokio::test]
async fn it_counts_for_the_tokens_of_the_session_that_proved_it_and_does_not_go_on_through_a_refresh() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    app.set_roles(&ada, &["admin"]).await;
    let (one, two) = (Device::of(&app, &ada).await, Device::of(&app, &ada).await);
    let answer = reauthenticate(&one.client, PASSWORD).await;
    let tokens = answer.tokens("reauthenticate");
    let proven = app.bearer(&tokens.access);
    assert!(may(&proven).await);
    assert!(may(&other.bearer(&tokens.access)).await);
    for client in [&one.client, &two.client, &ada.client, &eve.client] {
        assert!(!may(client).await);
    }

    // Also while a lost answer is given again, and after the trade that ends that.
    for pass in [Duration::ZERO, app.app.config.refresh_replay_window] {
        app.pass(pass);
        let answer = refresh(&other, &tokens.refresh).await;
        let token = answer.tokens("refreshSession").access;
        assert!(!may(&other.bearer(&token)).await, "{pass:?}");
        assert_carries_no_proof(&token);
    }
    let answer = refresh(&other, &two.refresh).await;
    let token = answer.tokens("refreshSession").access;
    assert!(!may(&other.bearer(&token)).await);
    // The token that was returned with the proof keeps it.
    assert!(may(&proven).await);
}

#[track_caller]
fn assert_carries_no_proof(token: &str) {
    let claims = part(token, 1);
    let names: Vec<_> = claims.as_object().unwrap().keys().collect();
    assert!(claims["sid"].is_string());
    assert!(
        !names.iter().any(|name| *name == "auth_time" || *name == "amr"),
        "{names:?}"
    );
}

#[tokio::test]
async fn who_shares_the_session_gains_nothing_by_the_owners_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    // Copied before: the access token, and also the refresh token while a lost answer would be given again.
    let thief = app.bearer(&ada.token);
    let owner = proven(&app, &ada.client).await;
    assert!(may(&owner).await);
    assert!(!may(&thief).await);
    let stolen = refresh(&app, &ada.refresh_token).await;
    assert!(!may(&app.bearer(&stolen.tokens("refreshSession").access)).await);
    // Otherwise it is as good a token as before.
    assert_eq!(thief.me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn a_token_of_an_earlier_proof_does_not_count_for_a_later_one() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let first = proven(&app, &ada.client).await;
    assert!(may(&first).await);
    app.pass(Duration::from_secs(1));
    let second = proven(&app, &ada.client).await;
    assert!(may(&second).await);
    assert!(!may(&first).await);
    // Nor does it when the later one has run out.
    app.pass(app.app.config.reauthentication_ttl);
    assert!(!may(&second).await);
    assert!(!may(&first).await);
}

#[tokio::test]
async fn a_token_alone_proves_nothing_once_the_session_forgot_the_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let client = proven(&app, &ada.client).await;
    assert!(may(&client).await);
    app.sql("UPDATE sessions SET reauthenticated_at = NULL").await;
    assert!(!may(&client).await);
}

#[tokio::test]
async fn the_token_tells_when_and_by_what_only_after_a_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_carries_no_proof(&ada.token);
    app.pass(Duration::from_millis(90_999));
    let answer = reauthenticate(&ada.client, PASSWORD).await;
    let tokens = answer.tokens("reauthenticate");
    let (before, after) = (part(&ada.token, 1), part(&tokens.access, 1));
    assert_eq!(after["auth_time"], app.app.clock.now().as_second());
    assert_eq!(after["amr"], json!(["password"]));
    for same in ["iss", "aud", "sub", "sid"] {
        assert_eq!(after[same], before[same]);
    }
    let answer = refresh(&app, &tokens.refresh).await;
    assert_carries_no_proof(&answer.tokens("refreshSession").access);
    // Another session of the same person does not get it.
    assert_carries_no_proof(&app.sign_in(&ada.email).await.token);
}

#[tokio::test]
async fn services_with_an_audience_of_their_own_never_learn_of_a_proof() {
    let app = TestApp::with(|config| "https://api.example.com".clone_into(&mut config.audience)).await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    assert_carries_no_proof(ada.service_token.as_deref().unwrap());
    let answer = reauthenticate(&ada.client, PASSWORD).await;
    let tokens = &answer.data("reauthenticate")["tokens"];
    let (own, service) = (&tokens["accessToken"], &tokens["serviceToken"]);
    let own = own.as_str().unwrap();
    assert_eq!(part(own, 1)["amr"], json!(["password"]));
    assert_carries_no_proof(service.as_str().unwrap());
    assert!(may(&app.bearer(own)).await);
}

/// Whether the browser's session may leave without the password.
async fn may_in(browser: &Browser) -> bool {
    let query = "mutation { deleteAccount(input: {}) { userErrors { code } } }";
    let answer = browser.query(query).await;
    match answer.data("deleteAccount")["userErrors"][0]["code"].as_str() {
        Some("LAST_ADMIN") => true,
        Some("REAUTHENTICATION_REQUIRED") => false,
        other => panic!("{other:?}"),
    }
}

/// Ada, who is the last administrator, with a session in a browser.
async fn in_browser(app: &TestApp) -> (Person, Browser) {
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let browser = app.browser();
    browser.login(&ada.email).await.data("login");
    (ada, browser)
}

#[tokio::test]
async fn a_session_in_cookies_has_it_in_its_cookie_until_the_next_refresh() {
    let app = TestApp::start().await;
    let (_, browser) = in_browser(&app).await;
    let thief = browser.copy();
    assert!(!may_in(&browser).await);
    let input = json!({ "input": { "password": PASSWORD } });
    let answer = browser.run(super::REAUTHENTICATE, input).await;
    let tokens = &answer.data("reauthenticate")["tokens"];
    let cookie = browser.cookie("portcullis-access");
    assert_eq!(tokens["accessToken"], cookie);
    assert_eq!(tokens["refreshToken"], json!(null), "it is in a cookie only");
    assert_eq!(part(&cookie, 1)["amr"], json!(["password"]));
    assert!(may_in(&browser).await);
    assert!(!may_in(&thief).await);

    // A new password makes new cookies, and the person is still the one who proved who they are.
    let input = json!({ "input": { "currentPassword": PASSWORD, "newPassword": NEW } });
    browser
        .run(super::CHANGE_PASSWORD, input)
        .await
        .data("changePassword");
    assert_ne!(browser.cookie("portcullis-access"), cookie);
    assert!(may_in(&browser).await);

    app.pass(app.app.config.refresh_replay_window);
    assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
    assert_carries_no_proof(&browser.cookie("portcullis-access"));
    assert!(!may_in(&browser).await);
}

#[tokio::test]
async fn new_cookies_of_a_session_that_proved_nothing_carry_no_proof() {
    let app = TestApp::start().await;
    let (_, browser) = in_browser(&app).await;
    // Somebody else proved it in the same session, by a copied token.
    let copied = app.bearer(&browser.cookie("portcullis-access"));
    assert!(may(&proven_in_body(&app, &copied).await).await);
    let input = json!({ "input": { "currentPassword": PASSWORD, "newPassword": NEW } });
    browser
        .run(super::CHANGE_PASSWORD, input)
        .await
        .data("changePassword");
    assert_carries_no_proof(&browser.cookie("portcullis-access"));
    assert!(!may_in(&browser).await);
}

/// By a bearer token of a session in cookies: the proof is in the body, and the cookies stay as they are.
async fn proven_in_body(app: &TestApp, client: &Client) -> Client {
    let answer = reauthenticate(client, PASSWORD).await;
    assert_done(&answer);
    let tokens = &answer.data("reauthenticate")["tokens"];
    assert_eq!(tokens["refreshToken"], json!(null));
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    app.bearer(tokens["accessToken"].as_str().unwrap())
}

#[tokio::test]
async fn it_ends_at_its_time_to_the_millisecond() {
    let app = TestApp::with(|config| config.reauthentication_ttl = Duration::from_mins(2)).await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let client = proven(&app, &ada.client).await;
    assert!(may(&client).await);
    app.pass(Duration::from_millis(2 * 60_000 - 1));
    assert!(may(&client).await);
    app.pass(Duration::from_millis(1));
    assert!(!may(&client).await);
}

#[tokio::test]
async fn a_clock_that_went_back_does_not_lengthen_it() {
    let app = TestApp::with(|config| {
        Forger::config(config);
        config.access_token_ttl = Duration::from_hours(3);
    })
    .await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    app.pass(Duration::from_hours(2));
    let answer = reauthenticate(&ada.client, PASSWORD).await;
    let token = answer.tokens("reauthenticate").access;
    // A token is as young as its proof, and refused when the clock is back before it. This one is not.
    let mut claims = part(&token, 1);
    for time in ["iat", "nbf"] {
        claims[time] = part(&ada.token, 1)[time].clone();
    }
    let client = app.bearer(&sign_text(&part(&token, 0).to_string(), &claims.to_string()));
    assert!(may(&client).await);
    // It would be good for so much longer. Clocks of two servers may differ by half a minute.
    for back in [Duration::from_hours(1), Duration::from_millis(30_001)] {
        app.clock.go_back(back);
        assert!(!may(&client).await, "{back:?}");
        app.pass(back);
        assert!(may(&client).await, "{back:?}");
    }
    app.clock.go_back(Duration::from_secs(30));
    assert!(may(&client).await);
}

#[tokio::test]
async fn it_does_not_outlive_the_password_that_it_was_given_by() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let (one, two) = (Device::of(&app, &ada).await, Device::of(&app, &ada).await);
    let (one, two) = (proven(&app, &one.client).await, proven(&app, &two.client).await);
    assert!(may(&one).await && may(&two).await);
    // Its owner keeps the other session, and may not know who has it.
    assert_done(&change_password_only(&one, PASSWORD, NEW).await);
    assert!(!may(&two).await);
    let answer = reauthenticate(&two, PASSWORD).await;
    assert_eq!(
        refusals(&answer),
        [refusal("CURRENT_PASSWORD_INCORRECT", Some("password"))]
    );
    let answer = reauthenticate(&two, NEW).await;
    assert_done(&answer);
    assert!(may(&app.bearer(&answer.tokens("reauthenticate").access)).await);
    // The client that changed it knew both.
    assert!(may(&one).await);
}

#[tokio::test]
async fn to_change_the_password_is_no_such_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    assert_done(&change_password(&ada.client, PASSWORD, NEW).await);
    assert!(!may(&ada.client).await);
}
