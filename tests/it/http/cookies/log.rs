//! What the log tells of cookies when it tells everything.

use reqwest::Method;
use serde_json::json;

use super::{ACCESS, REFRESH};
use crate::support::{Browser, PASSWORD, Program};

#[tokio::test]
async fn no_line_has_a_token_of_a_cookie() {
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace");
    let server = program.serve().await;
    let browser = Browser::new(server.url(), "http://localhost:8000");
    let mut tokens = Vec::new();
    let mut note = |browser: &Browser| tokens.extend(browser.cookies().into_values());

    browser.signup("ada").await;
    note(&browser);
    assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
    browser.refresh().await;
    note(&browser);
    let prove =
        format!("mutation {{ reauthenticate(input: {{ password: \"{PASSWORD}\" }}) {{ validUntil }} }}");
    assert_eq!(browser.query(&prove).await.set_cookies().len(), 2);
    note(&browser);
    let thief = browser.copy();
    // Refused at the gate, by the media type, by its form, by its age, as a copy.
    let foreign = browser.on(&[("origin", "https://evil.example")]);
    assert_eq!(foreign.logout().await.codes(), ["CSRF_BLOCKED"]);
    let form = browser.request(Method::POST, "/graphql").body("{}");
    assert_eq!(browser.send(form).await.status.as_u16(), 415);
    let twice = browser.copy();
    let doubled = twice
        .request(Method::POST, "/graphql")
        .header("cookie", format!("{ACCESS}={}", twice.cookie(ACCESS)))
        .json(&json!({ "query": "{ me { id } }" }));
    assert_eq!(twice.send(doubled).await.reason(), "TOKEN_INVALID");
    let mangled = browser.copy();
    mangled.put(ACCESS, &format!("{}zebra", browser.cookie(ACCESS)));
    mangled.put(REFRESH, &format!("{}zebra", browser.cookie(REFRESH)));
    assert_eq!(mangled.me().await.reason(), "TOKEN_INVALID");
    mangled.refresh().await;
    assert_eq!(browser.logout().await.data("logout")["wasSignedIn"], true);
    assert_eq!(thief.me().await.reason(), "SESSION_REVOKED");
    thief.refresh().await;

    let log = server.log();
    for expected in ["answered", "refused a request with cookies"] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    assert!(tokens.len() >= 6);
    let mut secrets = vec!["zebra", "pcr_"];
    for token in &tokens {
        // Of a JWT each part alone; the first is public, and the same in all.
        secrets.extend(token.split('.').skip(usize::from(token.contains('.'))));
    }
    for secret in secrets {
        let leaks: Vec<&str> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(leaks.is_empty(), "{secret}: {leaks:#?}");
    }
}
