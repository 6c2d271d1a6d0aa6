//! How the cookies are set, by the way the server is reached.

use std::time::Duration;

use entity::session;
use portcullis::platform::config::PublicUrl;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

async fn at(public_url: &str) -> TestApp {
    let url = PublicUrl::parse(public_url).unwrap();
    TestApp::with(|config| config.public_url = url).await
}

/// The cookies of an answer: name, and attributes as they stand. Their values are no two alike.
fn shapes(answer: &Answer) -> Vec<(String, String)> {
    let mut values = Vec::new();
    let mut shapes = Vec::new();
    for text in answer.set_cookies() {
        let (pair, attributes) = text.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        values.push(value.to_owned());
        shapes.push((name.to_owned(), attributes.to_owned()));
    }
    values.dedup();
    assert_eq!(values.len(), shapes.len());
    shapes
}

fn expected(shapes: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, attributes): &(&str, &str)| ((*name).to_owned(), (*attributes).to_owned());
    shapes.iter().map(owned).collect()
}

#[tokio::test]
async fn over_https_they_are_for_this_host_alone_and_no_script_reads_them() {
    for url in ["https://accounts.example.com", "https://localhost:8443"] {
        let app = at(url).await;
        let browser = app.browser();
        let both = expected(&[
            (
                "__Host-portcullis-access",
                "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=900",
            ),
            (
                "__Host-portcullis-refresh",
                "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=1209600",
            ),
        ]);
        assert_eq!(shapes(&browser.signup("ada").await), both, "{url}");
        assert_eq!(shapes(&browser.login("ada@example.com").await), both, "{url}");
        assert_eq!(shapes(&browser.refresh().await), both, "{url}");
        assert_eq!(browser.cookies().len(), 2, "the browser took them: {url}");
        assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
    }
}

#[tokio::test]
async fn over_plain_http_on_this_machine_prefix_and_secure_are_left_out() {
    for url in [
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
    ] {
        let app = at(url).await;
        let answer = app.browser().signup("ada").await;
        let both = expected(&[
            ("portcullis-access", "HttpOnly; SameSite=Lax; Path=/; Max-Age=900"),
            (
                "portcullis-refresh",
                "HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600",
            ),
        ]);
        assert_eq!(shapes(&answer), both, "{url}");
    }
}

#[tokio::test]
async fn a_cookie_lives_as_long_as_the_token_in_it() {
    let app = TestApp::with(|config| {
        config.access_token_ttl = Duration::from_mins(5);
        config.session_idle_timeout = Duration::from_mins(30);
        config.session_lifetime = Duration::from_mins(40);
    })
    .await;
    let browser = app.browser();
    let ages = |answer: &Answer| -> Vec<u64> {
        let age = |text: &str| text.rsplit_once("Max-Age=").unwrap().1.parse().unwrap();
        answer.set_cookies().into_iter().map(age).collect()
    };
    assert_eq!(ages(&browser.signup("ada").await), [300, 1_800]);
    app.pass(Duration::from_mins(20));
    // The session has 20 minutes left, however much it is used.
    assert_eq!(ages(&browser.refresh().await), [300, 1_200]);
}

#[tokio::test]
async fn over_plain_http_from_elsewhere_there_are_none_and_nothing_is_made() {
    let app = at("http://accounts.example.com").await;
    let ada = app.user("ada").await;
    let sessions = session::Entity::find().count(app.app.db.reader()).await.unwrap();
    for browser in [app.browser(), app.browser().on(&[])] {
        for answer in [
            browser.signup("eve").await,
            browser.login(&ada.email).await,
            // Nor does a wrong password change the answer: none is looked at.
            browser
                .login_with(json!({ "email": ada.email, "password": "wrong", "tokenDelivery": "COOKIE" }))
                .await,
        ] {
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(
                message.contains("plain http") && message.contains("public_url"),
                "{message}"
            );
            assert_eq!(answer.body["data"], json!(null));
            assert_eq!(answer.set_cookies(), Vec::<&str>::new());
        }
    }
    assert_eq!(app.row("eve@example.com").await, None);
    let now = session::Entity::find().count(app.app.db.reader()).await.unwrap();
    assert_eq!(now, sessions);
    // In the body they come as ever.
    let input = json!({ "email": ada.email, "password": PASSWORD });
    assert!(app.browser().login_with(input).await.data("login")["tokens"]["refreshToken"].is_string());
}

#[tokio::test]
async fn a_session_in_cookies_goes_on_only_where_there_are_cookies() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let token = browser.cookie(super::REFRESH);
    let plain = app
        .another(|config| config.public_url = PublicUrl::parse("http://accounts.example.com").unwrap())
        .await;
    let answer = plain.browser().refresh_with(&token).await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{}", answer.text);
    assert!(!answer.text.contains("pcr_"));
    // The token was not used up by it.
    app.pass(Duration::from_mins(1));
    assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
}
