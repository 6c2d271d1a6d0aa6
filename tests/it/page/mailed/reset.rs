//! Forgotten passwords.

use std::time::Duration;

use portcullis::platform::config::PublicUrl;

use super::{NEW, ada, ask, fixed, get, location, open, press};
use crate::{
    page::{send, sign_up},
    support::{PASSWORD, TestApp},
};

const PATH: &str = "/forgot-password";

#[tokio::test]
async fn whoever_forgot_a_password_sets_a_new_one_on_the_pages() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    let login = get(&browser, "/login").await;
    assert!(login.text.contains("href=\"/forgot-password\""), "{}", login.text);
    let answer = ask(&browser, PATH, "Ada@example.com").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(
        answer.text.contains("If this address has an account"),
        "{}",
        answer.text
    );
    let letter = app.mail("ada@example.com", "reset_password").await;
    let page = open(&browser, &letter).await;
    assert!(
        page.text.contains("For the account ada@example.com."),
        "{}",
        page.text
    );
    for (password, text) in [("", "Please enter a new password."), ("short", "longer password")] {
        let answer = press(&browser, &page, "/reset-password", &[("new_password", password)]).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.text.contains(text), "{}", answer.text);
    }
    let answer = press(&browser, &page, "/reset-password", &[("new_password", NEW)]).await;
    assert_eq!(location(&answer), "/login?notice=password-set-sign-in");
    let login = get(&browser, location(&answer)).await;
    assert!(login.text.contains("Your password is set. Please sign in."));
    assert!(!browser.cookies().contains_key("portcullis-reset"));
    let fields = [("email", "ada@example.com"), ("password", NEW)];
    assert_eq!(
        location(&send(&browser, "/login", "/login", &fields).await),
        "/account"
    );
    // The link is used up, and the page leads to another one.
    let page = open(&browser, &letter).await;
    assert_eq!(page.status.as_u16(), 404);
    assert!(page.text.contains("This link does not work"), "{}", page.text);
    assert!(page.text.contains("href=\"/forgot-password\""));
    assert!(!browser.cookies().contains_key("portcullis-reset"));
}

#[tokio::test]
async fn who_was_signed_in_is_not_told_that_the_session_ended() {
    let app = TestApp::start().await;
    let browser = ada(&app).await;
    let page = get(&browser, "/account").await;
    assert!(page.text.contains(">confirmed<"), "{}", page.text);
    ask(&browser, PATH, "ada@example.com").await;
    let page = open(&browser, &app.mail("ada@example.com", "reset_password").await).await;
    let answer = press(&browser, &page, "/reset-password", &[("new_password", NEW)]).await;
    assert_eq!(location(&answer), "/login?notice=password-set-sign-in");
    let login = get(&browser, location(&answer)).await;
    assert!(
        login.text.contains("Your password is set. Please sign in."),
        "{}",
        login.text
    );
}

#[tokio::test]
async fn whose_browser_is_signed_in_to_another_account_stays_there() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    sign_up(&browser, "eve").await;
    ask(&browser, PATH, "ada@example.com").await;
    let page = open(&browser, &app.mail("ada@example.com", "reset_password").await).await;
    let answer = press(&browser, &page, "/reset-password", &[("new_password", NEW)]).await;
    assert_eq!(location(&answer), "/account?notice=password-set");
    let account = get(&browser, location(&answer)).await;
    assert!(account.text.contains("Welcome, eve") && account.text.contains("The password is set."));
    app.anonymous()
        .login("ada@example.com", NEW)
        .await
        .tokens("login");
}

#[tokio::test]
async fn the_answer_is_the_same_for_every_address() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let known = ask(&app.browser(), PATH, "ada@example.com").await;
    let unknown = ask(&app.browser(), PATH, "eve@example.com").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(fixed(&known), fixed(&unknown));
    assert_eq!(app.kinds_to("eve@example.com").await, [""; 0]);
    let bad = ask(&app.browser(), PATH, "eve").await;
    assert_eq!(bad.status.as_u16(), 422);
    assert!(bad.text.contains("value=\"eve\""), "{}", bad.text);
}

#[tokio::test]
async fn one_asks_three_times_and_then_waits() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for _ in 0..3 {
        assert_eq!(ask(&browser, PATH, "ada@example.com").await.status.as_u16(), 200);
    }
    let answer = ask(&browser, PATH, "ada@example.com").await;
    assert_eq!(answer.status.as_u16(), 429);
    assert_eq!(answer.header("retry-after"), Some("3600"));
    assert!(
        answer.text.contains("Please try again in 60 minutes."),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("value=\"ada@example.com\""));
    app.pass(Duration::from_hours(1));
    assert_eq!(ask(&browser, PATH, "ada@example.com").await.status.as_u16(), 200);
}

#[tokio::test]
async fn an_old_link_is_told_to_be_one() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    ask(&browser, PATH, "ada@example.com").await;
    let letter = app.mail("ada@example.com", "reset_password").await;
    app.pass(Duration::from_mins(59));
    let page = open(&browser, &letter).await;
    assert_eq!(page.status.as_u16(), 200);
    app.pass(Duration::from_mins(1));
    let answer = press(&browser, &page, "/reset-password", &[("new_password", NEW)]).await;
    assert_eq!(answer.status.as_u16(), 410);
    assert!(answer.text.contains("This link has expired"), "{}", answer.text);
    app.anonymous()
        .login("ada@example.com", PASSWORD)
        .await
        .tokens("login");
}

#[tokio::test]
async fn without_mail_there_is_none_of_it() {
    let app = TestApp::with(|config| {
        config.public_url = PublicUrl::parse("https://accounts.example.com").unwrap();
        config.email_login = true;
    })
    .await;
    let browser = app.browser();
    for path in [
        PATH,
        "/verify-email/resend",
        "/login/email",
        "/login/email/code",
        "/login/email/link",
    ] {
        assert_eq!(get(&browser, path).await.status.as_u16(), 404, "{path}");
    }
    let login = get(&browser, "/login").await;
    assert!(!login.text.contains("/forgot-password") && !login.text.contains("/login/email"));
    sign_up(&browser, "ada").await;
    let account = get(&browser, "/account").await;
    assert!(!account.text.contains("/account/email"), "{}", account.text);
}
