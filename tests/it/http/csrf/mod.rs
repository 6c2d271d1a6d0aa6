//! Requests that foreign pages make a browser send, with its cookies or for cookies.
//!
//! A browser keeps most of these from being sent (CORS), or sends them without cookies (SameSite). The server refuses
//! them without that help.

mod forms;
mod sign_in;

use entity::session;
use portcullis::platform::config::{CorsOrigins, PublicUrl};
use reqwest::Method;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use crate::support::{Answer, Browser, TestApp};

const OWN: &str = "https://accounts.example.com";
const APP: &str = "https://app.example.com";

/// What tells of pages that may not use anybody's cookies.
const FOREIGN: &[&[(&str, &str)]] = &[
    &[("origin", "null")],
    &[("origin", "null"), ("sec-fetch-site", "same-origin")],
    &[("origin", "")],
    &[("origin", "https://evil.example")],
    &[
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ],
    // A sibling, the parent, a child: one site, other origins.
    &[
        ("origin", "https://blog.example.com"),
        ("sec-fetch-site", "same-site"),
    ],
    &[("origin", "https://example.com"), ("sec-fetch-site", "same-site")],
    &[
        ("origin", "https://x.accounts.example.com"),
        ("sec-fetch-site", "same-site"),
    ],
    &[
        ("origin", "https://accounts.example.com:8443"),
        ("sec-fetch-site", "same-site"),
    ],
    &[
        ("origin", "http://accounts.example.com"),
        ("sec-fetch-site", "cross-site"),
    ],
    &[("origin", "https://accounts.example.com.evil.example")],
    &[("origin", "https://accounts.example.com/")],
    &[("origin", "http://localhost:5173")],
    &[("origin", OWN), ("origin", "https://evil.example")],
    &[("origin", OWN), ("origin", OWN)],
    &[("origin", "https://accounts.example.com https://evil.example")],
    &[("origin", "https://accounts.example.com, https://evil.example")],
    // The origin is ours, and the browser says otherwise: it was rewritten on the way.
    &[("origin", OWN), ("sec-fetch-site", "cross-site")],
    &[("origin", OWN), ("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("referer", "https://accounts.example.com/")],
    &[
        ("host", "accounts.example.com"),
        ("x-forwarded-host", "accounts.example.com"),
    ],
];

/// What browsers send from pages that may.
const TRUSTED: &[&[(&str, &str)]] = &[
    &[("origin", OWN), ("sec-fetch-site", "same-origin")],
    &[("origin", OWN)],
    &[("origin", APP), ("sec-fetch-site", "same-site")],
    &[("origin", APP)],
];

async fn server() -> TestApp {
    TestApp::with(|config| {
        config.public_url = PublicUrl::parse(OWN).unwrap();
        config.cors_origins = CorsOrigins {
            loopback: false,
            exact: vec![APP.to_owned()],
        };
    })
    .await
}

async fn sessions(app: &TestApp) -> u64 {
    session::Entity::find().count(app.app.db.reader()).await.unwrap()
}

/// Nothing was done, nothing was handed out, and nothing can be read.
fn assert_blocked(answer: &Answer, about: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (403, vec!["CSRF_BLOCKED"]),
        "{about}"
    );
    assert!(answer.header("content-type").unwrap().contains("json"), "{about}");
    assert_eq!(answer.header("x-request-id").unwrap().len(), 32);
    assert_eq!(answer.set_cookies(), Vec::<&str>::new(), "{about}");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{about}");
    assert!(
        answer.body.get("data").is_none_or(serde_json::Value::is_null),
        "{about}"
    );
}

async fn name(browser: &Browser) -> String {
    browser.me().await.data("me")["name"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_foreign_page_does_nothing_with_the_visitors_cookies() {
    let app = server().await;
    let own = app.browser();
    own.signup("ada").await;
    for headers in FOREIGN {
        let page = own.on(headers);
        for accept in ["application/json", "application/graphql-response+json", "*/*"] {
            for query in [
                "mutation { updateProfile(input: { name: \"Mallory\" }) { user { id } } }",
                "mutation { logout { wasSignedIn } }",
                "mutation { refreshSession { userErrors { code } } }",
                "mutation { revokeOtherSessions { revokedSessionIds } }",
                "{ me { email } }",
            ] {
                let request = page.request(Method::POST, "/graphql").header("accept", accept);
                let answer = page.send(request.json(&json!({ "query": query }))).await;
                let about = format!("{headers:?} {accept} {query}");
                assert_blocked(&answer, &about);
                let id = &answer.body["errors"][0]["extensions"]["requestId"];
                assert_eq!(id, answer.header("x-request-id").unwrap(), "{about}");
                assert!(!answer.text.contains("ada@example.com"), "{about}");
            }
        }
    }
    assert_eq!(name(&own).await, "ada");
    assert_eq!(own.refresh().await.user_errors("refreshSession"), []);
}

#[tokio::test]
async fn each_of_the_two_cookies_is_guarded_alone() {
    let app = server().await;
    let own = app.browser();
    own.signup("ada").await;
    for cookie in ["__Host-portcullis-access", "__Host-portcullis-refresh"] {
        let one = app.browser();
        one.put(cookie, &own.cookie(cookie));
        let foreign = one.on(&[("origin", "https://evil.example")]);
        assert_blocked(&foreign.logout().await, cookie);
    }
    assert_eq!(name(&own).await, "ada");
}

#[tokio::test]
async fn own_pages_and_listed_ones_use_them() {
    let app = server().await;
    for (number, headers) in TRUSTED.iter().enumerate() {
        let page = app.browser().on(headers);
        page.signup(&format!("ada{number}")).await;
        assert_eq!(name(&page).await, format!("ada{number}"), "{headers:?}");
        assert_eq!(page.refresh().await.user_errors("refreshSession"), []);
        let rename =
            "mutation { updateProfile(input: { name: \"Ada\" }) { userErrors { code message field } } }";
        assert_eq!(page.query(rename).await.user_errors("updateProfile"), []);
        assert_eq!(name(&page).await, "Ada");
        assert_eq!(page.logout().await.data("logout")["wasSignedIn"], true);
    }
}

#[tokio::test]
async fn bearer_tokens_are_nobodys_by_accident_and_pass() {
    let app = server().await;
    let ada = app.user("ada").await;
    let eve = app.browser();
    eve.signup("eve").await;
    for headers in FOREIGN {
        for page in [app.browser().on(headers), eve.on(headers)] {
            let request = page.request(Method::POST, "/graphql").bearer_auth(&ada.token);
            let answer = page
                .send(request.json(&json!({ "query": "{ me { email } }" })))
                .await;
            assert_eq!(answer.data("me")["email"], ada.email, "{headers:?}");
        }
        // The cookies sent with it are ignored: this ends no session of Eve's.
        let page = eve.on(headers);
        let request = page.request(Method::POST, "/graphql").bearer_auth("garbage");
        let logout = "mutation { logout { wasSignedIn } }";
        let answer = page.send(request.json(&json!({ "query": logout }))).await;
        assert_eq!(answer.data("logout")["wasSignedIn"], false, "{headers:?}");
        assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    }
    assert_eq!(name(&eve).await, "eve");
}

#[tokio::test]
async fn a_client_that_is_no_browser_is_told_what_to_do_instead() {
    let app = server().await;
    let script = app.browser().on(&[]);
    let answer = script.signup("ada").await;
    let token = answer.data("signup")["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let blocked = script.me().await;
    assert_blocked(&blocked, "no origin");
    let message = blocked.body["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("cors_origins") && message.contains("bearer"),
        "{message}"
    );
    assert_eq!(app.bearer(&token).me().await.data("me")["name"], "ada");
}
