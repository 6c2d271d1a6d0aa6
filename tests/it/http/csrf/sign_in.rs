//! Foreign pages that would sign their visitors in, to an account that is not theirs.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{APP, FOREIGN, assert_blocked, name, server, sessions};
use crate::support::PASSWORD;

#[tokio::test]
async fn a_foreign_page_cannot_sign_its_visitor_in() {
    let app = server().await;
    app.browser().signup("eve").await;
    let before = sessions(&app).await;
    for headers in FOREIGN.iter().filter(|headers| tells_of_a_page(headers)) {
        for accept in ["application/json", "application/graphql-response+json"] {
            let page = app.browser().on(headers);
            let post = |query: String| {
                let request = page.request(Method::POST, "/graphql").header("accept", accept);
                page.send(request.json(&json!({ "query": query })))
            };
            let about = format!("{headers:?} {accept}");
            let login = format!(
                "mutation {{ login(input: {{ email: \"eve@example.com\", password: \"{PASSWORD}\", tokenDelivery: COOKIE }}) {{ user {{ id }} }} }}"
            );
            assert_blocked(&post(login).await, &about);
            let signup = format!(
                "mutation {{ signup(input: {{ name: \"Joe\", email: \"joe@example.com\", password: \"{PASSWORD}\", tokenDelivery: COOKIE }}) {{ user {{ id }} }} }}"
            );
            assert_blocked(&post(signup).await, &about);
            assert!(page.cookies().is_empty(), "{about}");
        }
    }
    assert_eq!(sessions(&app).await, before);
    assert_eq!(app.row("joe@example.com").await, None);
}

#[tokio::test]
async fn a_foreign_page_cannot_put_its_visitor_into_a_session_of_its_own() {
    let app = server().await;
    let attacker = app.browser();
    attacker.signup("eve").await;
    let token = attacker.cookie("__Host-portcullis-refresh");
    for headers in FOREIGN.iter().filter(|headers| tells_of_a_page(headers)) {
        let page = app.browser().on(headers);
        assert_blocked(&page.refresh_with(&token).await, &format!("{headers:?}"));
        assert!(page.cookies().is_empty());
    }
    // It was not used up by that.
    app.pass(Duration::from_mins(1));
    assert_eq!(attacker.refresh().await.user_errors("refreshSession"), []);
}

#[tokio::test]
async fn a_listed_page_of_another_site_is_told_that_its_browser_would_keep_no_cookies() {
    let app = server().await;
    let ada = app.browser();
    ada.signup("ada").await;
    let before = sessions(&app).await;
    let page = app
        .browser()
        .on(&[("origin", APP), ("sec-fetch-site", "cross-site")]);
    for answer in [
        page.login("ada@example.com").await,
        page.signup("joe").await,
        page.refresh_with(&ada.cookie("__Host-portcullis-refresh")).await,
    ] {
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
        assert!(answer.text.contains("different sites"), "{}", answer.text);
        assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    }
    assert_eq!(sessions(&app).await, before);
    assert_eq!(app.row("joe@example.com").await, None);
    let input = json!({ "email": "ada@example.com", "password": PASSWORD });
    let answer = page.login_with(input).await;
    assert!(answer.data("login")["tokens"]["refreshToken"].is_string());
    assert_eq!(name(&ada).await, "ada");
}

/// Without `Origin` and `Sec-Fetch-Site` it is no browser: whom should it sign in?
fn tells_of_a_page(headers: &[(&str, &str)]) -> bool {
    headers
        .iter()
        .any(|(name, _)| ["origin", "sec-fetch-site"].contains(name))
}
