//! Too many attempts on the pages.

use std::time::Duration;

use reqwest::Method;

use super::{form_token, get, location, send, sign_up};
use crate::support::{Answer, Browser, PASSWORD, TestApp};

const WRONG: &str = "not the password";

/// What a form is answered with that was one too many.
fn assert_too_many(answer: &Answer, seconds: &str, sentence: &str) {
    assert_eq!(answer.status.as_u16(), 429, "{}", answer.text);
    assert_eq!(answer.header("retry-after"), Some(seconds));
    assert!(answer.text.contains(sentence), "{}", answer.text);
    assert!(!answer.text.contains(WRONG) && !answer.text.contains(PASSWORD));
}

async fn sign_in(browser: &Browser, password: &str) -> Answer {
    let fields = [("email", "nobody@example.com"), ("password", password)];
    send(browser, "/login", "/login", &fields).await
}

#[tokio::test]
async fn the_login_page_says_when_to_come_back_and_keeps_the_address() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for _ in 0..5 {
        assert_eq!(sign_in(&browser, WRONG).await.status.as_u16(), 422);
    }
    let answer = sign_in(&browser, WRONG).await;
    let sentence = "Too many attempts. Please try again in 15 minutes.";
    assert_too_many(&answer, "900", sentence);
    assert!(answer.text.contains("value=\"nobody@example.com\""));
    app.pass(Duration::from_secs(14 * 60 + 1));
    let answer = sign_in(&browser, WRONG).await;
    assert_too_many(
        &answer,
        "59",
        "Too many attempts. Please try again in one minute.",
    );
    let german = browser
        .request(Method::POST, "/login")
        .header("accept-language", "de")
        .form(&[
            ("form_token", form_token(&answer).as_str()),
            ("email", "nobody@example.com"),
            ("password", WRONG),
        ]);
    let answer = browser.send(german).await;
    let sentence = "Zu viele Versuche. Bitte versuche es in einer Minute noch einmal.";
    assert_too_many(&answer, "59", sentence);
    app.pass(Duration::from_mins(1));
    assert_eq!(sign_in(&browser, WRONG).await.status.as_u16(), 422);
}

#[tokio::test]
async fn the_account_page_says_it_by_the_form_that_was_sent() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let new = [
        ("current_password", WRONG),
        ("new_password", "a candle behind thick glass"),
    ];
    let delete = [("current_password", WRONG)];
    for _ in 0..3 {
        let answer = send(&browser, "/account", "/account/password", &new).await;
        assert_eq!(answer.status.as_u16(), 422);
    }
    for _ in 0..2 {
        let answer = send(&browser, "/account", "/account/delete", &delete).await;
        assert_eq!(answer.status.as_u16(), 422);
    }
    let sentence = "Too many attempts. Please try again in 15 minutes.";
    for (action, form) in [("/account/password", &new[..]), ("/account/delete", &delete[..])] {
        let answer = send(&browser, "/account", action, form).await;
        assert_too_many(&answer, "900", sentence);
        let (_, after) = answer.text.split_once(&format!("action=\"{action}\"")).unwrap();
        let (own, _) = after.split_once("</form>").unwrap();
        assert!(own.contains(sentence), "{action}: {own}");
    }
    assert_eq!(browser.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn the_sign_up_page_keeps_what_was_typed() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            config.signup_burst = 1;
        })
        .start()
        .await;
    let sign_up = async |name: &str| {
        let browser = app.browser();
        let token = form_token(&get(&browser, "/signup").await);
        let email = format!("{name}@example.com");
        let fields = [
            ("form_token", token.as_str()),
            ("name", name),
            ("email", &email),
            ("password", PASSWORD),
        ];
        let request = browser
            .request(Method::POST, "/signup")
            .header("x-forwarded-for", "203.0.113.7");
        browser.send(request.form(&fields)).await
    };
    assert_eq!(location(&sign_up("ada").await), "/account");
    let answer = sign_up("eve").await;
    assert_too_many(
        &answer,
        "180",
        "Too many attempts. Please try again in 3 minutes.",
    );
    for kept in ["value=\"eve\"", "value=\"eve@example.com\""] {
        assert!(answer.text.contains(kept), "{kept}: {}", answer.text);
    }
}
