//! Forms that did not come from here have no effect.

use reqwest::Method;

use crate::{
    page::{form_token, get, location, send, sign_up},
    support::{PASSWORD, TestApp},
};

/// What tells of a page that is not ours.
const FOREIGN: &[&[(&str, &str)]] = &[
    &[],
    &[("origin", "null")],
    &[("origin", "https://evil.example")],
    &[("origin", "http://10.0.0.7:8000")],
    &[
        ("origin", "http://localhost:8000"),
        ("sec-fetch-site", "cross-site"),
    ],
    &[("sec-fetch-site", "same-site")],
];

#[tokio::test]
async fn forms_of_foreign_pages_are_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let token = form_token(&get(&browser, "/account").await);
    let form = [
        ("form_token", token.as_str()),
        ("name", "Eve"),
        ("current_password", PASSWORD),
    ];
    for page in FOREIGN {
        let foreign = browser.on(page);
        for path in [
            "/account/profile",
            "/account/delete",
            "/logout",
            "/login",
            "/signup",
        ] {
            let answer = foreign
                .send(foreign.request(Method::POST, path).form(&form))
                .await;
            assert_eq!(answer.status.as_u16(), 403, "{path} {page:?}");
            assert_eq!(answer.set_cookies(), Vec::<&str>::new());
            // A person reads it, and learns nothing of who is signed in.
            assert!(
                answer.text.contains("That did not come from here"),
                "{}",
                answer.text
            );
            assert!(!answer.text.contains("form_token") && !answer.text.contains("ada"));
        }
    }
    assert_eq!(browser.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn a_form_with_another_token_has_no_effect_and_can_be_sent_again() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.browser(), app.browser());
    sign_up(&ada, "ada").await;
    sign_up(&eve, "eve").await;
    let of_eve = form_token(&get(&eve, "/account").await);
    let before_login = form_token(&get(&app.browser(), "/login").await);
    for token in ["", "garbage", &of_eve, &before_login] {
        let fields = [("form_token", token), ("name", "Changed")];
        let answer = send(&ada, "/account", "/account/profile", &fields).await;
        assert_eq!(location(&answer), "/account?notice=form-out-of-date");
        let answer = send(&ada, "/account", "/logout", &[("form_token", token)]).await;
        assert_eq!(location(&answer), "/account?notice=form-out-of-date");
    }
    assert_eq!(ada.me().await.data("me")["name"], "ada");
    // Signing in, too: nobody is to be signed in to somebody else's account.
    let visitor = app.browser();
    let fields = [
        ("form_token", of_eve.as_str()),
        ("email", "eve@example.com"),
        ("password", PASSWORD),
    ];
    let answer = send(&visitor, "/login", "/login", &fields).await;
    assert_eq!(answer.status.as_u16(), 403);
    assert!(
        answer.text.contains("This form is out of date"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("value=\"eve@example.com\"") && !answer.text.contains(PASSWORD));
    assert!(!visitor.cookies().contains_key("portcullis-refresh"));
}

#[tokio::test]
async fn a_page_of_ours_whose_origin_got_lost_on_the_way_is_told_by_its_site_and_its_form() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let null = browser.on(&[("origin", "null"), ("sec-fetch-site", "same-origin")]);
    sign_up(&null, "ada").await;
    let answer = send(&null, "/account", "/account/profile", &[("name", "Ada")]).await;
    assert_eq!(location(&answer), "/account?notice=profile-saved");
    // Its form is what proves it.
    let fields = [("form_token", "forged"), ("name", "Eve")];
    let answer = send(&null, "/account", "/account/profile", &fields).await;
    assert_eq!(location(&answer), "/account?notice=form-out-of-date");
    assert_eq!(browser.me().await.data("me")["name"], "Ada");
    // Calls of the API bring no such proof.
    let answer = null.query("mutation { logout { wasSignedIn } }").await;
    assert_eq!(answer.codes(), ["CSRF_BLOCKED"]);
}

#[tokio::test]
async fn who_has_signed_in_in_another_tab_is_led_on() {
    let app = TestApp::start().await;
    sign_up(&app.browser(), "ada").await;
    let browser = app.browser();
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    let tabs = ["/login", "/login", "/signup"];
    let mut tokens = Vec::new();
    for path in tabs {
        tokens.push(form_token(&get(&browser, path).await));
    }
    let mut seen = Vec::new();
    for (path, token) in tabs.into_iter().zip(&tokens) {
        let fields = [&fields[..], &[("form_token", token), ("name", "Ada")]].concat();
        let request = browser.request(Method::POST, path).form(&fields);
        seen.push(location(&browser.send(request).await).to_owned());
    }
    let already = "/account?notice=already-signed-in";
    assert_eq!(seen, ["/account", already, already]);
    let page = get(&browser, already).await;
    assert!(page.text.contains("You are signed in already."), "{}", page.text);
}

#[tokio::test]
async fn who_has_no_cookies_is_told() {
    let app = TestApp::start().await;
    for path in ["/login", "/signup"] {
        let token = form_token(&get(&app.browser(), path).await);
        let fields = [
            ("form_token", token.as_str()),
            ("email", "ada@example.com"),
            ("name", "Ada"),
            ("password", PASSWORD),
        ];
        let forgetful = app.browser();
        let answer = forgetful
            .send(forgetful.request(Method::POST, path).form(&fields))
            .await;
        assert_eq!(answer.status.as_u16(), 403);
        assert!(
            answer.text.contains("Please allow cookies for this site"),
            "{}",
            answer.text
        );
        assert!(answer.text.contains("value=\"ada@example.com\"") && !answer.text.contains(PASSWORD));
        // It works again once they are kept.
        let fields = [
            ("email", "ada@example.com"),
            ("name", "Ada"),
            ("password", PASSWORD),
        ];
        if path == "/signup" {
            assert_eq!(location(&send(&forgetful, path, path, &fields).await), "/account");
        }
    }
}

#[tokio::test]
async fn the_token_of_a_form_changes_with_the_session() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let before = form_token(&get(&browser, "/login").await);
    sign_up(&browser, "ada").await;
    let during = form_token(&get(&browser, "/account").await);
    send(&browser, "/account", "/logout", &[]).await;
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    send(&browser, "/login", "/login", &fields).await;
    let after = form_token(&get(&browser, "/account").await);
    assert!(before != during && during != after && before != after);
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let request = browser
        .request(Method::POST, "/login")
        .json(&serde_json::json!({ "email": "a" }));
    assert_eq!(browser.send(request).await.status.as_u16(), 415);
    let long = "x".repeat(40_000);
    let request = browser.request(Method::POST, "/login").form(&[("email", long)]);
    assert_eq!(browser.send(request).await.status.as_u16(), 413);
    let request = browser.request(Method::PUT, "/logout");
    assert_eq!(browser.send(request).await.status.as_u16(), 405);
}

#[tokio::test]
async fn the_address_of_a_form_can_be_loaded_and_does_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    for path in [
        "/logout",
        "/account/profile",
        "/account/password",
        "/account/delete",
        "/account/sessions/end",
        "/account/sessions/end-others",
    ] {
        assert_eq!(location(&get(&browser, path).await), "/account", "{path}");
    }
    assert_eq!(browser.me().await.data("me")["name"], "ada");
}
