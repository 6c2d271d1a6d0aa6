//! Answers that a provider posts from its own site, as Apple does.

use portcullis::platform::config::Preset;
use reqwest::Method;
use serde_json::Value;

use super::{Social, get, who};
use crate::{page::location, support::Browser};

async fn post(
    browser: &Browser,
    path: &str,
    fields: &std::collections::HashMap<String, String>,
) -> crate::support::Answer {
    browser
        .send(browser.request(Method::POST, path).form(fields))
        .await
}

#[tokio::test]
async fn the_post_of_another_site_consumes_nothing_and_only_the_second_counts() {
    let social = Social::of(Preset::Apple).await;
    let browser = social.app.browser();
    let callback = social.consent(&browser, "/oauth/apple/start").await;
    assert!(callback.is_posted);
    let apple = browser.on(&[
        ("origin", social.provider.url.as_str()),
        ("sec-fetch-site", "cross-site"),
    ]);
    let before = browser.cookies();
    for _ in 0..2 {
        let page = post(&apple, "/oauth/apple/callback", &callback.parameters).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.set_cookies().is_empty(), "it sets no cookie");
        assert!(page.text.contains(callback.get("code").unwrap()));
        assert!(page.text.contains("action=\"/oauth/apple/callback\""));
        assert_eq!(browser.cookies(), before);
        assert_eq!(social.provider.hits("/token"), 0, "the code was not traded");
    }
    assert_eq!(who(&browser).await, Value::Null);
    let answer = post(&browser, "/oauth/apple/callback", &callback.parameters).await;
    assert_eq!(location(&answer), "/account");
    assert!(who(&browser).await.is_object());
}

#[tokio::test]
async fn values_of_another_site_are_text_and_long_ones_are_refused() {
    let social = Social::of(Preset::Apple).await;
    let browser = social.app.browser();
    let apple = browser.on(&[
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ]);
    let evil = [
        ("code", "\"><script>alert(1)</script>"),
        ("state", "x"),
        ("user", "{\"name\":1}"),
    ];
    let fields = evil
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let page = post(&apple, "/oauth/apple/callback", &fields).await;
    assert_eq!(page.status, 200);
    let escaped = "value=\"&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;\"";
    assert!(page.text.contains(escaped), "{}", page.text);
    assert!(
        !page.text.contains("<script>alert") && !page.text.contains("user"),
        "{}",
        page.text
    );
    // With the name of the field before it, 16 KiB in all; one byte more is too much.
    let most = 16 * 1024 - "code=".len();
    for (length, status) in [(most, 200), (most + 1, 413)] {
        let value = "x".repeat(length);
        let fields = [("code".to_owned(), value.clone())].into();
        let page = post(&apple, "/oauth/apple/callback", &fields).await;
        assert_eq!(page.status, status, "{length}");
        assert_eq!(page.text.contains(&value), status == 200, "{length}");
    }
}

#[tokio::test]
async fn other_providers_have_no_such_callback() {
    let social = Social::start().await;
    let browser = social.app.browser();
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    for origin in ["https://evil.example", "http://localhost:8000"] {
        let site = browser.on(&[("origin", origin)]);
        let answer = post(&site, "/oauth/corp/callback", &callback.parameters).await;
        assert_eq!(answer.status, 405, "{origin}");
    }
    assert_eq!(who(&browser).await, Value::Null);
    assert_eq!(get(&browser, "/oauth/corp/callback").await.status, 410);
}
