//! What ends a session in cookies, and what then becomes of the cookies.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{ACCESS, REFRESH};
use crate::support::{Answer, Browser, PASSWORD, TestApp};

/// The answer makes a browser forget both, by the names and attributes they were set with.
fn assert_cleared(answer: &Answer, browser: &Browser) {
    assert_eq!(
        answer.set_cookies(),
        [
            "portcullis-access=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
            "portcullis-refresh=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
        ]
    );
    assert!(browser.cookies().is_empty());
}

#[tokio::test]
async fn logout_ends_the_session_and_clears_the_cookies() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let thief = browser.copy();
    let answer = browser.logout().await;
    assert_eq!(answer.data("logout")["wasSignedIn"], true);
    assert_cleared(&answer, &browser);
    assert_eq!(browser.me().await.reason(), "TOKEN_MISSING");
    assert_eq!(thief.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(
        thief.refresh().await.user_errors("refreshSession")[0].0,
        "REFRESH_TOKEN_INVALID"
    );
    // Nothing to clear where nothing came.
    let again = browser.logout().await;
    assert_eq!(again.data("logout")["wasSignedIn"], false);
    assert_eq!(again.set_cookies(), Vec::<&str>::new());
}

#[tokio::test]
async fn logout_needs_no_live_access_token() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let thief = browser.copy();
    app.pass(Duration::from_hours(1));
    let answer = browser.logout().await;
    assert_eq!(answer.data("logout")["wasSignedIn"], true);
    assert_cleared(&answer, &browser);
    assert_eq!(
        thief.refresh().await.user_errors("refreshSession")[0].0,
        "REFRESH_TOKEN_INVALID"
    );
}

#[tokio::test]
async fn a_sign_out_by_bearer_token_leaves_the_cookies_of_others_alone() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let by_bearer = async |token: &str, query: &str| {
        let request = browser.request(Method::POST, "/graphql").bearer_auth(token);
        browser.send(request.json(&json!({ "query": query }))).await
    };
    let delete = format!(
        "mutation {{ deleteAccount(input: {{ currentPassword: \"{PASSWORD}\" }}) {{ deletedUserId }} }}"
    );
    for query in ["mutation { logout { wasSignedIn } }", &delete] {
        let other = app
            .user(if query.contains("logout") { "eve" } else { "joe" })
            .await;
        let answer = by_bearer(&other.token, query).await;
        assert!(answer.body.get("errors").is_none(), "{}", answer.text);
        assert_eq!(other.client.me().await.reason(), "SESSION_REVOKED");
        assert_eq!(answer.set_cookies(), Vec::<&str>::new());
        assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
    }
    // If the bearer token is the access token in the cookies, the sign-out clears them too.
    let token = browser.cookie(ACCESS);
    let answer = by_bearer(&token, "mutation { logout { wasSignedIn } }").await;
    assert_cleared(&answer, &browser);
}

#[tokio::test]
async fn a_refresh_that_fails_clears_the_cookies() {
    let app = TestApp::start().await;
    for (name, ended) in [("ada", "revoked"), ("eve", "run out"), ("joe", "disabled")] {
        let browser = app.browser();
        browser.signup(name).await;
        let email = format!("{name}@example.com");
        match ended {
            "revoked" => {
                let elsewhere = app.browser();
                elsewhere.login(&email).await;
                elsewhere
                    .query("mutation { revokeOtherSessions { revokedSessionIds } }")
                    .await;
            }
            "disabled" => app.disable(&email).await,
            // The browser's own clock may be slow.
            _ => {
                let refresh = browser.cookie(REFRESH);
                app.pass(Duration::from_hours(24 * 14));
                browser.put(REFRESH, &refresh);
            }
        }
        let answer = browser.refresh().await;
        assert_eq!(answer.user_errors("refreshSession").len(), 1, "{ended}");
        assert_eq!(answer.data("refreshSession")["tokens"], json!(null));
        assert_cleared(&answer, &browser);
    }
}

#[tokio::test]
async fn a_used_refresh_cookie_that_comes_back_ends_the_session_for_both() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let thief = browser.copy();
    browser.refresh().await;
    app.pass(app.app.config.refresh_replay_window);
    let answer = thief.refresh().await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    assert_cleared(&answer, &thief);
    assert_eq!(browser.me().await.reason(), "SESSION_REVOKED");
    assert_cleared(&browser.refresh().await, &browser);
}

#[tokio::test]
async fn a_refused_sign_in_leaves_the_cookies_alone() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let input = json!({ "email": "ada@example.com", "password": "wrong", "tokenDelivery": "COOKIE" });
    let answer = browser.login_with(input).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    assert_eq!(browser.me().await.data("me")["email"], "ada@example.com");
}

#[tokio::test]
async fn an_account_that_is_deleted_takes_the_cookies_along() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.signup("ada").await;
    let thief = browser.copy();
    let delete = |password: &str| {
        format!(
            "mutation {{ deleteAccount(input: {{ currentPassword: \"{password}\" }}) {{ deletedUserId userErrors {{ code message field }} }} }}"
        )
    };
    let refused = browser.query(&delete("not this one")).await;
    assert_eq!(
        refused.user_errors("deleteAccount")[0].0,
        "CURRENT_PASSWORD_INCORRECT"
    );
    assert_eq!(refused.set_cookies(), Vec::<&str>::new());
    let answer = browser.query(&delete(PASSWORD)).await;
    assert!(answer.data("deleteAccount")["deletedUserId"].is_string());
    assert_cleared(&answer, &browser);
    assert_eq!(thief.me().await.reason(), "SESSION_REVOKED");
    assert_cleared(&thief.refresh().await, &thief);
}

#[tokio::test]
async fn a_sign_in_makes_a_new_session_whatever_cookies_were_there_before() {
    let app = TestApp::start().await;
    app.browser().signup("ada").await;
    let attacker = app.browser();
    attacker.signup("eve").await;
    // Someone who was at the machine before has left their own cookies there.
    let victim = attacker.copy();
    let planted = (victim.cookie(ACCESS), victim.cookie(REFRESH));
    let answer = victim.login("ada@example.com").await;
    let session = answer.data("login")["session"]["id"].clone();
    assert_ne!(victim.cookie(ACCESS), planted.0);
    assert_ne!(victim.cookie(REFRESH), planted.1);
    assert_eq!(victim.me().await.data("me")["email"], "ada@example.com");
    // The session that was written over has ended, so that copies of its cookies are of no use.
    assert_eq!(attacker.me().await.reason(), "SESSION_REVOKED");
    let before = victim.copy();
    let again = victim.login("ada@example.com").await;
    assert_ne!(again.data("login")["session"]["id"], session);
    assert_eq!(before.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(victim.me().await.data("me")["email"], "ada@example.com");
}
