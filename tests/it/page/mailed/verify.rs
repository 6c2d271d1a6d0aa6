//! Confirming the address of an account.

use std::time::Duration;

use super::{NEW, get, location, open, press, strict};
use crate::{
    page::{send, sign_up},
    support::{Letter, PASSWORD, TestApp},
};

async fn letter(app: &TestApp) -> Letter {
    app.mail("ada@example.com", "confirm_address").await
}

async fn is_confirmed(app: &TestApp) -> bool {
    let row = app.row("ada@example.com").await.unwrap();
    row.email_verified_at.is_some()
}

#[tokio::test]
async fn who_is_signed_in_confirms_with_one_button() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let page = open(&browser, &letter(&app).await).await;
    assert!(
        page.text.contains("Is ada@example.com your address?"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("type=\"password\""));
    let answer = press(&browser, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/account?notice=email-confirmed");
    let account = get(&browser, location(&answer)).await;
    assert!(
        account.text.contains("The address is confirmed."),
        "{}",
        account.text
    );
    assert!(account.text.contains(">confirmed<") && !account.text.contains("/verify-email/resend"));
    assert!(!browser.cookies().contains_key("portcullis-verify"));
}

#[tokio::test]
async fn another_browser_is_asked_for_the_password_and_told_how_old_the_account_is() {
    let app = TestApp::start().await;
    let person = app.user("ada").await;
    let browser = app.browser();
    let page = open(&browser, &letter(&app).await).await;
    assert!(page.text.contains("This account was made on "), "{}", page.text);
    for (password, text) in [
        ("", "Please enter the password of the account."),
        ("another password", "This is not the password of the account."),
    ] {
        let answer = press(&browser, &page, "/verify-email", &[("password", password)]).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.text.contains(text), "{}", answer.text);
        assert!(!answer.text.contains("another password"));
    }
    // The button of a page for the owner asks for the password instead.
    let answer = press(&browser, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/verify-email");
    assert!(!is_confirmed(&app).await);
    let answer = press(&browser, &page, "/verify-email", &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/login?notice=email-confirmed-sign-in");
    assert!(is_confirmed(&app).await);
    let login = get(&browser, location(&answer)).await;
    assert!(login.text.contains("Your address is confirmed. Please sign in."));
    // Nobody is signed in by it, and nobody signed out.
    assert!(!browser.cookies().contains_key("portcullis-refresh"));
    assert_eq!(person.client.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn with_a_new_password_everything_of_before_ends() {
    let app = TestApp::start().await;
    let squatter = app.user("ada").await;
    let browser = app.browser();
    let page = open(&browser, &letter(&app).await).await;
    assert!(page.text.contains("everything of before ends"), "{}", page.text);
    for (password, text) in [("", "Please enter a new password."), ("short", "longer password")] {
        let answer = press(&browser, &page, "/verify-email", &[("new_password", password)]).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.text.contains(text), "{}", answer.text);
        assert!(
            answer.text.contains("<details class=\"instead\" open>"),
            "{}",
            answer.text
        );
    }
    let answer = press(&browser, &page, "/verify-email", &[("new_password", NEW)]).await;
    assert_eq!(location(&answer), "/login?notice=email-confirmed-sign-in");
    assert_eq!(squatter.client.me().await.reason(), "SESSION_REVOKED");
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    app.anonymous()
        .login("ada@example.com", NEW)
        .await
        .tokens("login");
}

#[tokio::test]
async fn a_session_of_another_account_confirms_nothing() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let eve = app.browser();
    sign_up(&eve, "eve").await;
    let page = open(&eve, &letter(&app).await).await;
    assert!(page.text.contains("type=\"password\""), "{}", page.text);
    let answer = press(&eve, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/verify-email");
    assert!(!is_confirmed(&app).await);
}

#[tokio::test]
async fn wrong_passwords_are_counted_and_it_is_said_when_to_come_back() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    let page = open(&browser, &letter(&app).await).await;
    let wrong = [("password", "not the password")];
    for _ in 0..5 {
        let answer = press(&browser, &page, "/verify-email", &wrong).await;
        assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
    }
    let answer = press(&browser, &page, "/verify-email", &wrong).await;
    assert_eq!(answer.status.as_u16(), 429);
    assert_eq!(answer.header("retry-after"), Some("900"));
    assert!(
        answer.text.contains("Please try again in 15 minutes."),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn another_link_is_sent_from_the_account_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let first = letter(&app).await;
    let account = get(&browser, "/account").await;
    assert!(account.text.contains("Send the link again"), "{}", account.text);
    for _ in 0..3 {
        app.pass(Duration::from_secs(1));
        let answer = send(&browser, "/account", "/verify-email/resend", &[]).await;
        assert_eq!(location(&answer), "/account?notice=link-sent");
    }
    let answer = send(&browser, "/account", "/verify-email/resend", &[]).await;
    assert_eq!(answer.status.as_u16(), 429);
    assert!(answer.text.contains("Welcome, ada") && answer.text.contains("Please try again in"));
    let second = letter(&app).await;
    assert_ne!(first.token(), second.token());
    let page = open(&browser, &second).await;
    let answer = press(&browser, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/account?notice=email-confirmed");
}

#[tokio::test]
async fn whose_address_is_unconfirmed_gets_another_link_on_the_sign_in_page() {
    let optional = TestApp::start().await;
    optional.user("ada").await;
    let app = optional
        .another(|config| {
            config.email_verification = portcullis::platform::config::EmailVerification::Required;
        })
        .await;
    let browser = app.browser();
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    let answer = send(&browser, "/login", "/login", &fields).await;
    assert_eq!(answer.status.as_u16(), 422, "{:?}", answer.headers);
    assert!(
        answer.text.contains("Please confirm your email address first"),
        "{}",
        answer.text
    );
    let answer = press(&browser, &answer, "/verify-email/resend", &[]).await;
    assert!(
        answer.text.contains("If this address has to be confirmed"),
        "{}",
        answer.text
    );
    // Another wrong sign-in offers no link.
    let fields = [("email", "ada@example.com"), ("password", "another password")];
    let answer = send(&browser, "/login", "/login", &fields).await;
    assert!(!answer.text.contains("/verify-email/resend"), "{}", answer.text);
    let page = open(&browser, &letter(&app).await).await;
    let answer = press(&browser, &page, "/verify-email", &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/login?notice=email-confirmed-sign-in");
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(
        location(&send(&browser, "/login", "/login", &fields).await),
        "/account"
    );
}

#[tokio::test]
async fn the_page_to_ask_again_has_its_own_form() {
    let app = strict().await;
    let browser = app.browser();
    let answer = super::ask(&browser, "/verify-email/resend", "nobody@example.com").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(
        answer.text.contains("If this address has to be confirmed"),
        "{}",
        answer.text
    );
    assert_eq!(app.kinds_to("nobody@example.com").await, [""; 0]);
}
