//! Where there is no account until its address is confirmed.

use portcullis::platform::config::EmailVerification;
use serde_json::{Value, json};

use super::{token, verify, verify_answer, with};
use crate::support::{PASSWORD, TestApp, with_unsent_mail};

const NEW: &str = "a kettle on a rainy stove";

async fn strict() -> TestApp {
    TestApp::with(|config| config.email_verification = EmailVerification::Required).await
}

async fn sign_up(app: &TestApp, email: &str, password: &str) -> Value {
    let input = json!({ "name": "Ada", "email": email, "password": password });
    let answer = app
        .anonymous()
        .call(
            "signup",
            "user { id } session { id } tokens { accessToken } isEmailVerificationRequired registrationToken",
            input,
        )
        .await;
    answer.data("signup").clone()
}

fn registration_token(signed_up: &Value) -> String {
    signed_up["registrationToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_sign_up_writes_no_account_until_the_link_and_its_own_client_confirm_it() {
    let app = strict().await;
    let signed_up = sign_up(&app, "ada@example.com", PASSWORD).await;
    assert_eq!(signed_up["isEmailVerificationRequired"], true);
    for field in ["user", "session", "tokens"] {
        assert_eq!(signed_up[field], Value::Null, "{field}");
    }
    assert_eq!(app.row("ada@example.com").await, None);
    let link = token(&app.mail("ada@example.com", "confirm_registration").await.token());
    // The link is not the client, and the client is not the link.
    assert_eq!(verify(&app.anonymous(), link.clone()).await, ["REQUIRED"]);
    let own = registration_token(&signed_up);
    assert_eq!(verify(&app.anonymous(), token(&own)).await, ["TOKEN_INVALID"]);
    let both = with(link.clone(), "registrationToken", &own);
    assert_eq!(verify(&app.anonymous(), both.clone()).await, [""; 0]);
    // The same client may have lost the answer; for everybody else the link is used up.
    assert_eq!(verify(&app.anonymous(), both.clone()).await, [""; 0]);
    let guessed = with(link, "password", PASSWORD);
    assert_eq!(verify(&app.anonymous(), guessed).await, ["TOKEN_INVALID"]);
    app.pass(std::time::Duration::from_mins(2));
    assert_eq!(verify(&app.anonymous(), both).await, ["TOKEN_INVALID"]);
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    let me = app.bearer(&answer.tokens("login").access).me().await;
    assert_eq!(
        (&me.data("me")["isEmailVerified"], &me.data("me")["name"]),
        (&json!(true), &json!("Ada"))
    );
}

/// D1: somebody registers a stranger's address with a password of his own, and she opens the link.
#[tokio::test]
async fn the_password_of_whoever_signed_up_does_not_become_hers() {
    let app = strict().await;
    let his = sign_up(&app, "ada@example.com", PASSWORD).await;
    let link = token(&app.mail("ada@example.com", "confirm_registration").await.token());
    assert_eq!(verify(&app.anonymous(), link.clone()).await, ["REQUIRED"]);
    assert_eq!(
        verify(&app.anonymous(), with(link.clone(), "newPassword", NEW)).await,
        [""; 0]
    );
    let refused = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(refused.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    app.anonymous()
        .login("ada@example.com", NEW)
        .await
        .tokens("login");
    // What he holds opens nothing, with or without her link.
    let theirs = with(link, "registrationToken", &registration_token(&his));
    assert_eq!(verify(&app.anonymous(), theirs).await, ["TOKEN_INVALID"]);
}

#[tokio::test]
async fn the_first_confirmed_of_several_wins_and_the_others_die() {
    let app = strict().await;
    let mut waiting = Vec::new();
    for password in [PASSWORD, NEW, "a third one on the shelf"] {
        let signed_up = sign_up(&app, "ada@example.com", password).await;
        let link = app.mail("ada@example.com", "confirm_registration").await.token();
        waiting.push((
            with(token(&link), "registrationToken", &registration_token(&signed_up)),
            password,
        ));
    }
    let (second, password) = waiting.remove(1);
    assert_eq!(verify(&app.anonymous(), second).await, [""; 0]);
    for (other, _) in waiting {
        assert_eq!(verify(&app.anonymous(), other).await, ["TOKEN_INVALID"]);
    }
    app.anonymous()
        .login("ada@example.com", password)
        .await
        .tokens("login");
}

#[tokio::test]
async fn a_taken_address_answers_like_a_free_one_and_its_owner_is_told() {
    let app = strict().await;
    let link = {
        let own = registration_token(&sign_up(&app, "ada@example.com", PASSWORD).await);
        with(
            token(&app.mail("ada@example.com", "confirm_registration").await.token()),
            "registrationToken",
            &own,
        )
    };
    assert_eq!(verify(&app.anonymous(), link).await, [""; 0]);
    let shape = |mut answer: Value| {
        let text = registration_token(&answer);
        answer["registrationToken"] = json!(text.len());
        answer.to_string()
    };
    let taken = shape(sign_up(&app, "Ada@Example.com", NEW).await);
    let free = shape(sign_up(&app, "bob@example.com", NEW).await);
    assert_eq!(taken, free);
    let letter = app.mail("ada@example.com", "already_registered").await;
    let input = json!({ "token": letter.token(), "newPassword": NEW });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(answer.user_errors("resetPassword"), []);
}

#[tokio::test]
async fn an_account_from_before_is_told_after_the_right_password_only() {
    let before = TestApp::start().await;
    let ada = before.user("ada").await;
    before.sql("DELETE FROM mails").await;
    let app = before
        .another(|config| config.email_verification = EmailVerification::Required)
        .await;
    let wrong = app.anonymous().login(&ada.email, "not the password").await;
    assert_eq!(wrong.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    assert!(app.mails().await.is_empty());
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "EMAIL_NOT_VERIFIED");
    let link = token(&app.mail(&ada.email, "confirm_address").await.token());
    assert_eq!(
        verify(&app.anonymous(), with(link, "password", PASSWORD)).await,
        [""; 0]
    );
    app.anonymous().login(&ada.email, PASSWORD).await.tokens("login");
    // A client that asks too often gets the same answer.
    let eve = before.user("eve").await;
    for _ in 0..5 {
        let answer = app.anonymous().login(&eve.email, PASSWORD).await;
        assert_eq!(answer.user_errors("login")[0].0, "EMAIL_NOT_VERIFIED");
    }
}

#[tokio::test]
async fn a_right_password_without_a_confirmed_address_forgives_no_failures() {
    let before = TestApp::start().await;
    let ada = before.user("ada").await;
    before.sql("DELETE FROM attempt_streaks").await;
    let app = before
        .another(|config| {
            config.email_verification = EmailVerification::Required;
            config.attempts_per_account = 3;
        })
        .await;
    for _ in 0..2 {
        app.anonymous().login(&ada.email, "not the password").await;
        app.anonymous().login(&ada.email, PASSWORD).await;
    }
    app.anonymous().login(&ada.email, "not the password").await;
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"]);
}

/// Its address is taken meanwhile, so that no use uses the link up.
#[tokio::test]
async fn a_link_that_cannot_be_used_up_does_not_buy_hashes() {
    let open = TestApp::start().await;
    let strict = open
        .another(|config| config.email_verification = EmailVerification::Required)
        .await;
    sign_up(&strict, "eve@example.com", PASSWORD).await;
    let link = token(
        &strict
            .mail("eve@example.com", "confirm_registration")
            .await
            .token(),
    );
    open.user("eve").await;
    let app = open
        .another(|config| {
            config.email_verification = EmailVerification::Required;
            config.login_burst = 3;
            config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
            with_unsent_mail(config);
        })
        .await;
    let client = app.anonymous().at("203.0.113.9");
    let input = with(link, "newPassword", NEW);
    for _ in 0..3 {
        assert_eq!(verify(&client, input.clone()).await, ["EMAIL_TAKEN"]);
    }
    let answer = verify_answer(&client, input).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"]);
}
