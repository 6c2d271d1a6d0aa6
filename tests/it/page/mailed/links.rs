//! What holds for every mailed link.

use std::time::Duration;

use portcullis::platform::config::PublicUrl;
use reqwest::Method;

use super::{NEW, ada, ask, get, hidden, location, open, press, target};
use crate::{
    page::send,
    support::{Browser, Letter, PASSWORD, TestApp},
};

/// A letter with a link of each kind, and the cookie of its page. The browser is Ada's.
async fn letters(app: &TestApp) -> (Browser, Vec<(Letter, &'static str)>) {
    let browser = ada(app).await;
    ask(&browser, "/forgot-password", "ada@example.com").await;
    let reset = app.mail("ada@example.com", "reset_password").await;
    app.pass(Duration::from_secs(1));
    let stranger = app.browser();
    let request = stranger
        .request(Method::POST, "/graphql")
        .header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        )
        .json(&serde_json::json!({
            "query": "mutation ($input: LoginInput!) { login(input: $input) { user { id } } }",
            "variables": { "input": { "email": "ada@example.com", "password": PASSWORD } },
        }));
    stranger.send(request).await.data("login");
    let report = app.mail("ada@example.com", "new_sign_in").await;
    let fields = [("new_email", "new@example.com"), ("current_password", PASSWORD)];
    send(&browser, "/account", "/account/email", &fields).await;
    let change = app.mail("new@example.com", "confirm_new_address").await;
    let other = app.browser();
    crate::page::sign_up(&other, "eve").await;
    let verify = app.mail("eve@example.com", "confirm_address").await;
    ask(&app.browser(), "/login/email", "ada@example.com").await;
    let sign_in = app.mail("ada@example.com", "sign_in_code").await;
    let letters = vec![
        (reset, "portcullis-reset"),
        (report, "portcullis-end-session"),
        (change, "portcullis-change-email"),
        (verify, "portcullis-verify"),
        (sign_in, "portcullis-login-link"),
    ];
    (browser, letters)
}

async fn server() -> TestApp {
    TestApp::with(|config| config.email_login = true).await
}

#[tokio::test]
async fn opening_a_link_uses_nothing_up_however_often_and_by_whomever() {
    let app = server().await;
    let (_, letters) = letters(&app).await;
    for (letter, _) in &letters {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::GET,
            Method::HEAD,
            Method::GET,
            Method::HEAD,
        ] {
            let scanner = app.browser();
            let answer = scanner
                .send(scanner.request(method.clone(), target(letter)))
                .await;
            let to = location(&answer).to_owned();
            let answer = scanner.send(scanner.request(method, &to)).await;
            assert_eq!(answer.status.as_u16(), 200, "{to}");
        }
    }
    let browser = app.browser();
    for (letter, field) in [(&letters[3].0, "password"), (&letters[0].0, "new_password")] {
        let page = open(&browser, letter).await;
        let value = if field == "password" { PASSWORD } else { NEW };
        let action = target(letter).split_once('?').unwrap().0;
        let answer = press(&browser, &page, action, &[(field, value)]).await;
        assert!(location(&answer).starts_with("/login?notice="), "{action}");
    }
}

#[tokio::test]
async fn the_token_is_nowhere_but_in_a_cookie_that_lives_shortly() {
    let app = server().await;
    let (_, letters) = letters(&app).await;
    let browser = app.browser();
    for (letter, cookie) in &letters {
        let token = letter.token();
        let answer = get(&browser, target(letter)).await;
        assert!(!location(&answer).contains(&token[..12]), "{cookie}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let set = answer.set_cookies();
        let mine = set.iter().find(|set| set.starts_with(cookie)).unwrap();
        let age = if *cookie == "portcullis-login-link" {
            600
        } else {
            3_600
        };
        assert_eq!(
            **mine,
            format!("{cookie}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age={age}")
        );
        let page = get(&browser, location(&answer)).await;
        assert_eq!(page.status.as_u16(), 200);
        assert!(!page.text.contains(&token[..12]), "{}", page.text);
        assert!(
            page.headers
                .values()
                .all(|it| !it.to_str().unwrap().contains(&token[..12]))
        );
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(page.text.len() < 30_000, "{} bytes", page.text.len());
    }
    // One for each page: none has overwritten another.
    for (letter, cookie) in &letters {
        assert_eq!(browser.cookie(cookie), letter.token());
    }
}

#[tokio::test]
async fn without_a_link_the_page_says_to_open_it_again() {
    let app = server().await;
    for (path, good) in [
        ("/reset-password", true),
        ("/verify-email", true),
        ("/change-email", true),
        ("/undo-email", true),
        ("/end-session", true),
        ("/login/email/link", true),
        ("/reset-password?token=", false),
        ("/reset-password?token=pct_x", false),
        ("/undo-email?token=pct_x%3B%20Domain%3Dexample.com", false),
        ("/reset-password?token=pct_a&token=pct_b", false),
    ] {
        let browser = app.browser();
        let mut page = get(&browser, path).await;
        if !good {
            assert_eq!(location(&page), path.split_once('?').unwrap().0);
            assert!(
                page.set_cookies()
                    .iter()
                    .all(|it| it.starts_with("portcullis-form="))
            );
            page = get(&browser, location(&page)).await;
        }
        assert_eq!(page.status.as_u16(), 404, "{path}");
        assert!(page.text.contains("Please open the link again"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_form_acts_on_the_link_that_it_was_shown_for() {
    let app = TestApp::start().await;
    app.user("ada").await;
    app.user("eve").await;
    let browser = app.browser();
    ask(&browser, "/forgot-password", "ada@example.com").await;
    ask(&browser, "/forgot-password", "eve@example.com").await;
    let of_ada = open(&browser, &app.mail("ada@example.com", "reset_password").await).await;
    let of_eve = open(&browser, &app.mail("eve@example.com", "reset_password").await).await;
    let form = |page| hidden(page, "/reset-password")["about"];
    assert_ne!(form(&of_ada), form(&of_eve));
    let answer = press(&browser, &of_ada, "/reset-password", &[("new_password", NEW)]).await;
    assert_eq!(location(&answer), "/reset-password?notice=form-out-of-date");
    let page = get(&browser, location(&answer)).await;
    assert!(page.text.contains("This form is out of date") && page.text.contains("eve@example.com"));
    for who in ["ada@example.com", "eve@example.com"] {
        app.anonymous().login(who, PASSWORD).await.tokens("login");
    }
}

#[tokio::test]
async fn forms_that_are_not_ours_use_no_link_up() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    ask(&browser, "/forgot-password", "ada@example.com").await;
    let letter = app.mail("ada@example.com", "reset_password").await;
    let page = open(&browser, &letter).await;
    let fields = [("new_password", NEW)];
    let foreign = browser.on(&[
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ]);
    let answer = press(&foreign, &page, "/reset-password", &fields).await;
    assert_eq!(answer.status.as_u16(), 403);
    for token in ["", "garbage"] {
        let fields = [("new_password", NEW), ("form_token", token)];
        let answer = press(&browser, &page, "/reset-password", &fields).await;
        assert_eq!(location(&answer), "/reset-password?notice=form-out-of-date");
    }
    for path in [
        "/forgot-password",
        "/login/email",
        "/verify-email/resend",
        "/end-session",
        "/undo-email",
    ] {
        let request = foreign
            .request(Method::POST, path)
            .form(&[("email", "ada@example.com")]);
        assert_eq!(foreign.send(request).await.status.as_u16(), 403, "{path}");
    }
    let answer = press(&browser, &page, "/reset-password", &fields).await;
    assert_eq!(location(&answer), "/login?notice=password-set-sign-in");
}

#[tokio::test]
async fn a_link_of_one_kind_does_nothing_on_the_page_of_another() {
    let app = server().await;
    let (_, letters) = letters(&app).await;
    let token = letters[0].0.token();
    for path in [
        "/verify-email",
        "/change-email",
        "/undo-email",
        "/end-session",
        "/login/email",
    ] {
        let browser = app.browser();
        let answer = get(&browser, &format!("{path}?token={token}")).await;
        let page = get(&browser, location(&answer)).await;
        assert_eq!(page.status.as_u16(), 404, "{path}");
        assert!(page.text.contains("This link does not work"), "{path}");
    }
}

#[tokio::test]
async fn over_https_the_cookies_have_the_prefix() {
    let app = TestApp::with(|config| {
        config.public_url = PublicUrl::parse("https://accounts.example.com").unwrap();
        config.email_login = true;
    })
    .await;
    let browser = app.browser();
    let token = portcullis::features::one_time_token::TokenSecret::new(&portcullis::platform::rng::SystemRng);
    let token = secrecy::ExposeSecret::expose_secret(token.text()).to_owned();
    let answer = get(&browser, &format!("/reset-password?token={token}")).await;
    let set = answer.set_cookies();
    let mine =
        format!("__Host-portcullis-reset={token}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600");
    assert!(set.contains(&mine.as_str()), "{set:?}");
    // One that was planted without the prefix counts for nothing.
    let victim = app.browser();
    victim.put("portcullis-reset", &token);
    assert!(
        get(&victim, "/reset-password")
            .await
            .text
            .contains("Please open the link again")
    );
    app.pass(Duration::from_hours(1));
    assert!(!browser.cookies().contains_key("__Host-portcullis-reset"));
}
