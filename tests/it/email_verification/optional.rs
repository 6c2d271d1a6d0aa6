//! Where an account works at once, and its address is unproven until it is confirmed.

use std::time::Duration;

use super::{token, verify, verify_answer, with};
use crate::{
    support::{PASSWORD, TestApp, with_unsent_mail},
    token::part,
};

const NEW: &str = "a kettle on a rainy stove";

#[tokio::test]
async fn a_new_account_gets_a_link_and_confirms_it_where_it_is_signed_in() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let letter = app.mail(&ada.email, "confirm_address").await;
    assert!(
        !letter.text.contains("ada,"),
        "a stranger would be greeted: {}",
        letter.text
    );
    let answer = verify_answer(&ada.client, token(&letter.token())).await;
    assert_eq!(answer.data("verifyEmail")["user"]["isEmailVerified"], true);
    assert_eq!(answer.data("verifyEmail")["user"]["id"], ada.id);
    assert_eq!(
        verify(&ada.client, token(&letter.token())).await,
        ["TOKEN_INVALID"]
    );
}

#[tokio::test]
async fn elsewhere_the_link_alone_confirms_nothing_and_is_not_used_up() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let eve = app.user("eve").await;
    let link = token(&app.mail(&ada.email, "confirm_address").await.token());
    for client in [&app.anonymous(), &eve.client] {
        assert_eq!(verify(client, link.clone()).await, ["REQUIRED"]);
        assert_eq!(
            verify(client, with(link.clone(), "password", "")).await,
            ["REQUIRED"]
        );
        let wrong = with(link.clone(), "password", "not the password");
        assert_eq!(verify(client, wrong).await, ["INVALID_CREDENTIALS"]);
        let weak = with(link.clone(), "newPassword", "short");
        assert_eq!(verify(client, weak).await, ["PASSWORD_TOO_SHORT"]);
    }
    assert_eq!(
        verify(&app.anonymous(), with(link, "password", PASSWORD)).await,
        [""; 0]
    );
    // It was the owner: nothing of before ends.
    assert_eq!(ada.client.me().await.data("me")["isEmailVerified"], true);
}

#[tokio::test]
async fn with_a_new_password_everything_of_a_squatter_ends() {
    let app = TestApp::start().await;
    let squatter = app.user("ada").await;
    app.set_roles(&squatter, &["admin"]).await;
    let link = token(&app.mail(&squatter.email, "confirm_address").await.token());
    assert_eq!(
        verify(&app.anonymous(), with(link, "newPassword", NEW)).await,
        [""; 0]
    );
    assert_eq!(squatter.client.me().await.reason(), "SESSION_REVOKED");
    let refused = app.anonymous().refresh(&squatter.refresh_token).await;
    assert_eq!(
        refused.user_errors("refreshSession")[0].0,
        "REFRESH_TOKEN_INVALID"
    );
    let old = app.anonymous().login(&squatter.email, PASSWORD).await;
    assert_eq!(old.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    let answer = app.anonymous().login(&squatter.email, NEW).await;
    let owner = app.bearer(&answer.tokens("login").access);
    assert_eq!(owner.me().await.data("me")["roles"], serde_json::json!([]));
}

#[tokio::test]
async fn a_password_that_is_guessed_on_that_page_counts_as_any_other() {
    let app = TestApp::with(|config| config.attempts_per_account = 3).await;
    let ada = app.user("ada").await;
    let link = token(&app.mail(&ada.email, "confirm_address").await.token());
    for _ in 0..3 {
        // From a network of its own; the owner's would be known.
        app.anonymous().login(&ada.email, "not the password").await;
    }
    let answer = verify_answer(&app.anonymous(), with(link, "password", PASSWORD)).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"]);
}

#[tokio::test]
async fn links_live_for_an_hour_and_die_together() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let first = app.mail(&ada.email, "confirm_address").await.token();
    super::resend::resend(&app.anonymous(), &ada.email).await;
    let second = app.mail(&ada.email, "confirm_address").await.token();
    assert_ne!(first, second);
    // Asking kills nothing; using one kills the others.
    assert_eq!(verify(&ada.client, token(&first)).await, [""; 0]);
    assert_eq!(verify(&ada.client, token(&second)).await, ["TOKEN_INVALID"]);

    let eve = app.user("eve").await;
    let late = app.mail(&eve.email, "confirm_address").await.token();
    app.pass(Duration::from_hours(1));
    let eve = app.sign_in(&eve.email).await;
    assert_eq!(verify(&eve.client, token(&late)).await, ["TOKEN_EXPIRED"]);
}

#[tokio::test]
async fn tokens_name_the_address_only_once_it_is_proven_where_mail_is_sent() {
    let app = TestApp::with(with_unsent_mail).await;
    let ada = app.user("ada").await;
    let claims = part(&ada.token, 1);
    assert_eq!(
        (claims.get("email"), &claims["email_verified"]),
        (None, &serde_json::json!(false))
    );
    // In development no mail leaves the machine, and the claim helps.
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_eq!(part(&ada.token, 1)["email"], "ada@example.com");
}
