//! Signing in, calling and refreshing by cookie.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{ACCESS, REFRESH};
use crate::support::{Answer, Browser, PASSWORD, TestApp};

const VIEWER: &str =
    "{ viewer { isAuthenticated unauthenticatedReason user { email } session { isCurrent } } }";
/// `{ me { email } }` in an address.
const GET_ME: &str = "/graphql?query=%7Bme%7Bemail%7D%7D";

/// The cookies hold the tokens of the answer, and the answer does not contain the refresh token.
fn assert_in_cookies(answer: &Answer, field: &str, browser: &Browser) {
    let payload = answer.data(field);
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["session"]["isCurrent"], true);
    let tokens = &payload["tokens"];
    assert_eq!(tokens["accessToken"], browser.cookie(ACCESS));
    assert_eq!(tokens["refreshToken"], json!(null));
    assert!(tokens["refreshTokenExpiresAt"].is_string());
    assert!(browser.cookie(REFRESH).starts_with("pcr_"));
    assert!(!answer.text.contains("pcr_"), "{}", answer.text);
}

#[tokio::test]
async fn a_sign_in_puts_both_tokens_into_cookies_and_the_access_token_into_the_body_too() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let first = browser.signup("ada").await;
    assert_in_cookies(&first, "signup", &browser);
    let second = browser.login("ada@example.com").await;
    assert_in_cookies(&second, "login", &browser);

    assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
    let answer = browser.query(VIEWER).await;
    let expected = json!({
        "isAuthenticated": true, "unauthenticatedReason": null,
        "user": { "email": "ada@example.com" }, "session": { "isCurrent": true },
    });
    assert_eq!(answer.data("viewer"), &expected);
    // Other services get it as a bearer token, and so may this one.
    let token = second.data("login")["tokens"]["accessToken"].as_str().unwrap();
    assert_eq!(
        app.bearer(token).me().await.data("me")["email"],
        "ada@example.com"
    );
}

#[tokio::test]
async fn tokens_in_the_body_come_without_cookies() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let other = app.browser();
    for input in [
        json!({ "email": "ada@example.com", "password": PASSWORD }),
        json!({ "email": "ada@example.com", "password": PASSWORD, "tokenDelivery": "BODY" }),
    ] {
        let answer = other.login_with(input).await;
        let token = answer.data("login")["tokens"]["refreshToken"]
            .as_str()
            .unwrap()
            .to_owned();
        let again = other.refresh_with(&token).await;
        assert!(again.data("refreshSession")["tokens"]["refreshToken"].is_string());
        for answer in [answer, again] {
            assert_eq!(answer.set_cookies(), Vec::<&str>::new());
        }
    }
}

#[tokio::test]
async fn a_query_by_get_knows_the_cookie_unless_a_foreign_page_is_behind_it() {
    let app = TestApp::start().await;
    let own = app.browser();
    own.signup("ada").await;
    let get = async |page: &Browser| page.send(page.request(Method::GET, GET_ME)).await;
    for page in [
        own.clone(),
        own.on(&[]),
        own.on(&[("sec-fetch-site", "none")]),
        own.on(&[("sec-fetch-site", "same-origin")]),
        own.on(&[
            ("origin", "http://localhost:5173"),
            ("sec-fetch-site", "same-site"),
        ]),
    ] {
        assert_eq!(
            get(&page).await.data("me")["email"],
            "ada@example.com",
            "{page:?}"
        );
    }
    for page in [
        own.on(&[("sec-fetch-site", "cross-site")]),
        own.on(&[("sec-fetch-site", "same-site")]),
        own.on(&[("origin", "https://evil.example")]),
        own.on(&[("origin", "null")]),
    ] {
        let answer = get(&page).await;
        assert_eq!(answer.reason(), "TOKEN_MISSING", "{page:?}");
        assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    }
}

#[tokio::test]
async fn a_bearer_token_wins_over_the_cookie() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let eve = app.user("eve").await;
    let me = async |token: &str| {
        let request = browser.request(Method::POST, "/graphql").bearer_auth(token);
        browser
            .send(request.json(&json!({ "query": "{ me { email } }" })))
            .await
    };
    assert_eq!(me(&eve.token).await.data("me")["email"], eve.email);
    // A bad one is not made good by the cookie.
    assert_eq!(me("garbage").await.reason(), "TOKEN_INVALID");
}

#[tokio::test]
async fn cookies_count_beside_credentials_that_are_for_somebody_else() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    for value in ["Basic eDp5", "Digest username=\"x\"", "", "Bearer", "Bearer "] {
        let me = browser
            .request(Method::POST, "/graphql")
            .header("authorization", value);
        let answer = browser
            .send(me.json(&json!({ "query": "{ me { email } }" })))
            .await;
        assert_eq!(answer.data("me")["email"], "ada@example.com", "{value}");
    }
    // And a session can be renewed by them.
    app.pass(Duration::from_mins(16));
    let refresh =
        json!({ "query": "mutation { refreshSession { session { isCurrent } userErrors { code } } }" });
    let request = browser
        .request(Method::POST, "/graphql")
        .header("authorization", "Basic eDp5");
    let answer = browser.send(request.json(&refresh)).await;
    assert_eq!(answer.data("refreshSession")["userErrors"], json!([]));
    assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
}

#[tokio::test]
async fn when_the_access_token_has_run_out_the_refresh_cookie_gets_new_ones() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let (access, refresh) = (browser.cookie(ACCESS), browser.cookie(REFRESH));
    app.pass(Duration::from_mins(16));
    assert_eq!(
        browser.cookies().len(),
        1,
        "the browser has dropped the access cookie"
    );
    assert_eq!(browser.me().await.reason(), "TOKEN_EXPIRED");
    let answer = browser.query(VIEWER).await;
    assert_eq!(answer.data("viewer")["unauthenticatedReason"], "TOKEN_EXPIRED");

    assert_in_cookies(&browser.refresh().await, "refreshSession", &browser);
    assert_ne!(browser.cookie(ACCESS), access);
    assert_ne!(browser.cookie(REFRESH), refresh);
    assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
    // The old access token is as good as any that has run out.
    browser.put(ACCESS, &access);
    assert_eq!(browser.me().await.reason(), "TOKEN_EXPIRED");
}

#[tokio::test]
async fn tabs_that_refresh_at_once_get_the_same_cookies() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let tabs: Vec<_> = (0..10).map(|_| browser.copy()).collect();
    let answers = futures_util::future::join_all(tabs.iter().map(Browser::refresh)).await;
    for (tab, answer) in tabs.iter().zip(&answers) {
        assert_in_cookies(answer, "refreshSession", tab);
        assert_eq!(tab.cookie(REFRESH), tabs[0].cookie(REFRESH));
        let session = &answer.data("refreshSession")["session"]["id"];
        assert_eq!(session, &answers[0].data("refreshSession")["session"]["id"]);
    }
}

#[tokio::test]
async fn a_refresh_token_of_cookies_never_comes_back_in_a_body() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    // Also where somebody has got it out of the cookie.
    let token = browser.cookie(REFRESH);
    let other = app.browser();
    assert_in_cookies(&other.refresh_with(&token).await, "refreshSession", &other);
    let no_page = app.browser().on(&[]);
    let answer = no_page.refresh_with(&other.cookie(REFRESH)).await;
    assert_in_cookies(&answer, "refreshSession", &no_page);
}

#[tokio::test]
async fn a_refresh_token_of_a_body_is_refused_in_a_cookie() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let input = json!({ "email": "ada@example.com", "password": PASSWORD });
    let answer = app.browser().login_with(input).await;
    let token = answer.data("login")["tokens"]["refreshToken"].as_str().unwrap();
    let tricked = app.browser();
    tricked.put(REFRESH, token);
    let answer = tricked.refresh().await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    assert!(tricked.cookies().is_empty());
    // Its own way it goes on.
    let answer = app.browser().refresh_with(token).await;
    assert_eq!(answer.user_errors("refreshSession"), []);
}

#[tokio::test]
async fn of_two_cookies_of_one_name_neither_counts() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.browser(), app.browser());
    ada.signup("ada").await;
    eve.signup("eve").await;
    let post = async |cookies: &str, query: &str| {
        let page = app.browser();
        let request = page.request(Method::POST, "/graphql").header("cookie", cookies);
        page.send(request.json(&json!({ "query": query }))).await
    };
    let pair = |browser: &Browser, name: &str| format!("{name}={}", browser.cookie(name));
    for [one, two] in [[&ada, &eve], [&eve, &ada], [&ada, &ada]] {
        let twice = format!("{}; {}", pair(one, ACCESS), pair(two, ACCESS));
        assert_eq!(post(&twice, "{ me { email } }").await.reason(), "TOKEN_INVALID");

        let twice = format!("{}; {}", pair(one, REFRESH), pair(two, REFRESH));
        let answer = post(
            &twice,
            "mutation { refreshSession { userErrors { code message field } } }",
        )
        .await;
        assert_eq!(answer.user_errors("refreshSession")[0].0, "REQUIRED");
        assert_eq!(answer.set_cookies().len(), 2, "those that can be cleared are");
    }
    for browser in [&ada, &eve] {
        assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
    }
}

#[tokio::test]
async fn what_other_programs_on_the_host_put_into_cookies_does_not_matter() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let ours = format!("{ACCESS}={}", browser.cookie(ACCESS));
    for others in [
        format!("theme=dark; {ours}; lang=de"),
        format!("{ours};flag; =; ;;"),
        // Browsers send what a page has written, letters of every script included.
        format!("name=Zoë; city=東京; {ours}"),
        format!("PORTCULLIS-ACCESS=x; __Host-portcullis-access=x; {ours}"),
        format!("quoted=\"a; b\"; {ours}"),
    ] {
        let page = app.browser();
        let request = page
            .request(Method::POST, "/graphql")
            .header("cookie", others.as_bytes());
        let answer = page
            .send(request.json(&json!({ "query": "{ me { email } }" })))
            .await;
        assert_eq!(answer.data("me")["email"], "ada@example.com", "{others}");
    }
}
