//! Sign-in by mail.

use std::time::Duration;

use super::{ask, fixed, get, location, open, press};
use crate::{
    page::{send, sign_up},
    support::{Letter, TestApp},
};

const APP: &str = "https://app.example.com/welcome";
const CHALLENGE: &str = "portcullis-login-challenge";

async fn server() -> TestApp {
    TestApp::with(|config| {
        config.email_login = true;
        config.redirect_urls = vec![APP.to_owned()];
    })
    .await
}

async fn letter(app: &TestApp) -> Letter {
    app.mail("ada@example.com", "sign_in_code").await
}

#[tokio::test]
async fn one_signs_in_with_the_mailed_code() {
    let app = server().await;
    app.user("ada").await;
    let browser = app.browser();
    let login = get(&browser, "/login").await;
    assert!(login.text.contains("href=\"/login/email\""), "{}", login.text);
    let answer = ask(&browser, "/login/email", "ada@example.com").await;
    assert_eq!(location(&answer), "/login/email/code");
    let letter = letter(&app).await;
    let page = get(&browser, "/login/email/code").await;
    for (code, text) in [
        ("", "Please enter the code."),
        ("0000-0000", "This is not the code from the mail."),
    ] {
        let answer = press(&browser, &page, "/login/email/code", &[("code", code)]).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.text.contains(text), "{}", answer.text);
    }
    let code = letter.code().to_lowercase().replace('-', " ");
    let answer = press(&browser, &page, "/login/email/code", &[("code", &code)]).await;
    assert_eq!(location(&answer), "/account");
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
    assert!(!browser.cookies().contains_key(CHALLENGE));
}

#[tokio::test]
async fn it_leads_where_the_sign_in_was_to_lead_by_code_and_by_link() {
    let app = server().await;
    app.user("ada").await;
    for by_link in [false, true] {
        app.pass(Duration::from_secs(1));
        let browser = app.browser();
        let login = get(&browser, &format!("/login?next={APP}")).await;
        let path = "/login/email?next=https%3A%2F%2Fapp.example.com%2Fwelcome";
        assert!(login.text.contains(&format!("href=\"{path}\"")), "{}", login.text);
        let page = get(&browser, path).await;
        let answer = press(&browser, &page, "/login/email", &[("email", "ada@example.com")]).await;
        let to_code = location(&answer).to_owned();
        let letter = letter(&app).await;
        let answer = if by_link {
            let page = open(&browser, &letter).await;
            press(&browser, &page, "/login/email/link", &[]).await
        } else {
            let page = get(&browser, &to_code).await;
            press(&browser, &page, "/login/email/code", &[("code", &letter.code())]).await
        };
        assert_eq!(location(&answer), APP);
    }
    // Only an allowed address.
    let browser = app.browser();
    let fields = [("email", "ada@example.com"), ("next", "https://evil.example")];
    let answer = send(&browser, "/login/email", "/login/email", &fields).await;
    assert_eq!(location(&answer), "/login/email/code");
}

#[tokio::test]
async fn in_the_browser_that_asked_the_link_is_a_button() {
    let app = server().await;
    app.user("ada").await;
    let browser = app.browser();
    ask(&browser, "/login/email", "ada@example.com").await;
    let letter = letter(&app).await;
    let page = open(&browser, &letter).await;
    assert!(
        page.text.contains("action=\"/login/email/link\""),
        "{}",
        page.text
    );
    assert!(!page.text.contains(&letter.code()));
    assert!(!browser.cookies().contains_key("portcullis-refresh"));
    let answer = press(&browser, &page, "/login/email/link", &[]).await;
    assert_eq!(location(&answer), "/account");
    for gone in [CHALLENGE, "portcullis-login-link"] {
        assert!(!browser.cookies().contains_key(gone), "{gone}");
    }
}

#[tokio::test]
async fn in_another_browser_the_link_signs_nobody_in_and_shows_the_code() {
    let app = server().await;
    app.user("ada").await;
    let browser = app.browser();
    ask(&browser, "/login/email", "ada@example.com").await;
    let letter = letter(&app).await;
    let (phone, other) = (app.browser(), app.browser());
    // It holds a challenge, but that of another sign-in.
    ask(&other, "/login/email", "eve@example.com").await;
    for elsewhere in [&phone, &other] {
        let page = open(elsewhere, &letter).await;
        assert_eq!(page.status.as_u16(), 200);
        assert!(page.text.contains(&letter.code()), "{}", page.text);
        assert!(!page.text.contains("<form"), "{}", page.text);
        // A form made up for it does nothing either.
        let form = get(elsewhere, "/login").await;
        let about = super::hidden(&open(&browser, &letter).await, "/login/email/link")["about"].to_owned();
        let token = crate::page::form_token(&form);
        let fields = [("form_token", token.as_str()), ("about", about.as_str())];
        let request = elsewhere
            .request(reqwest::Method::POST, "/login/email/link")
            .form(&fields);
        let answer = elsewhere.send(request).await;
        assert!(
            answer.status.as_u16() == 303 || answer.status.as_u16() == 404,
            "{}",
            answer.text
        );
        assert!(!elsewhere.cookies().contains_key("portcullis-refresh"));
        // The form to ask for a mail is still there.
        assert!(
            get(elsewhere, "/login/email")
                .await
                .text
                .contains("action=\"/login/email\"")
        );
    }
    let page = get(&browser, "/login/email/code").await;
    let answer = press(&browser, &page, "/login/email/code", &[("code", &letter.code())]).await;
    assert_eq!(location(&answer), "/account");
}

#[tokio::test]
async fn five_wrong_codes_or_ten_minutes_end_it() {
    let app = server().await;
    app.user("ada").await;
    let browser = app.browser();
    ask(&browser, "/login/email", "ada@example.com").await;
    let code = letter(&app).await.code();
    let page = get(&browser, "/login/email/code").await;
    for _ in 0..5 {
        let answer = press(&browser, &page, "/login/email/code", &[("code", "0000-0000")]).await;
        assert_eq!(answer.status.as_u16(), 422);
    }
    let answer = press(&browser, &page, "/login/email/code", &[("code", &code)]).await;
    assert_eq!(answer.status.as_u16(), 410);
    assert!(
        answer.text.contains("This sign-in has expired"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("href=\"/login/email\""));
    ask(&browser, "/login/email", "ada@example.com").await;
    app.pass(Duration::from_mins(10));
    assert!(!browser.cookies().contains_key(CHALLENGE));
    let page = get(&browser, "/login/email/code").await;
    assert_eq!(page.status.as_u16(), 404);
    assert!(page.text.contains("This sign-in has expired"), "{}", page.text);
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_pages() {
    let app = server().await;
    app.user("ada").await;
    let mut seen = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let browser = app.browser();
        let answer = ask(&browser, "/login/email", email).await;
        let cookie = browser.cookie(CHALLENGE).len();
        let page = get(&browser, location(&answer)).await;
        let wrong = press(&browser, &page, "/login/email/code", &[("code", "0000-0000")]).await;
        seen.push((fixed(&page), cookie, fixed(&wrong), wrong.status));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn where_it_is_switched_off_there_is_none() {
    let app = TestApp::start().await;
    for path in ["/login/email", "/login/email/code", "/login/email/link"] {
        assert_eq!(get(&app.browser(), path).await.status.as_u16(), 404, "{path}");
    }
    assert!(!get(&app.browser(), "/login").await.text.contains("/login/email"));
}

#[tokio::test]
async fn who_is_signed_in_already_is_led_on() {
    let app = server().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    for path in ["/login/email", "/login/email/code"] {
        assert_eq!(location(&get(&browser, path).await), "/account", "{path}");
    }
}
