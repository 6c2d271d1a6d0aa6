//! The operator removes the factors of somebody who lost them all.

use serde_json::json;

use super::{WithTotp, codes, register, step_up};
use crate::{
    email_change::proven,
    page::location,
    social::{Social, TRUSTED},
    support::{PASSWORD, TestApp},
};

#[tokio::test]
async fn a_reset_removes_every_factor_ends_all_sessions_and_is_reported() {
    let app = TestApp::start().await;
    let ada = WithTotp::of(&app, proven(&app, "ada").await).await;
    let email = &ada.person.email;
    let client = step_up(&app, &ada.client, json!({ "totpCode": ada.next_code(&app) })).await;
    let (mut passkey, _) = register(&client, "ada").await;
    let waiting = super::challenge(&app.anonymous(), email).await;
    let reset = app.reset_mfa(email).await;
    assert_eq!((reset.ended_sessions, reset.mails_link), (1, false));
    assert_eq!(client.me().await.reason(), "SESSION_REVOKED");
    let answer = super::verify(
        &app.anonymous(),
        &waiting,
        json!({ "totpCode": ada.next_code(&app) }),
    )
    .await;
    assert_eq!(codes(&answer), ["MFA_CHALLENGE_EXPIRED"]);
    assert_eq!(
        codes(&super::passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"]
    );
    let login = app.anonymous().login(email, PASSWORD).await;
    assert!(login.data("login")["tokens"].is_object(), "{}", login.text);
    assert!(app.kinds_to(email).await.contains(&"factors_reset".to_owned()));
}

#[tokio::test]
async fn an_account_without_a_password_gets_a_link_to_set_one() {
    let app = TestApp::start().await;
    let ada = WithTotp::of(&app, proven(&app, "ada").await).await;
    let email = &ada.person.email;
    app.put_hash(email, None).await;
    assert!(app.reset_mfa(email).await.mails_link);
    let token = app.mail(email, "reset_password").await.token();
    super::reset_by(&app, &token, PASSWORD).await;
    let login = app.anonymous().login(email, PASSWORD).await;
    assert!(login.data("login")["tokens"].is_object(), "{}", login.text);
}

#[tokio::test]
async fn an_account_with_another_provider_has_a_way_in_and_gets_no_link() {
    let social = Social::with(TRUSTED, |_| {}).await;
    let app = &social.app;
    let browser = app.browser();
    assert_eq!(location(&social.sign_in(&browser).await), "/account");
    assert!(!app.reset_mfa("ada@example.com").await.mails_link);
    assert!(
        !app.kinds_to("ada@example.com")
            .await
            .contains(&"reset_password".to_owned())
    );
    assert_eq!(location(&social.sign_in(&browser).await), "/account");
}
