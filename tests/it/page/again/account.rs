//! The forms of the account page, sent again.

use std::time::Duration;

use super::{Filled, NEW, opens, sessions};
use crate::{
    page::{get, location, sign_up},
    support::{PASSWORD, TestApp},
};

const REFRESH: &str = "portcullis-refresh";

#[tokio::test]
async fn a_new_password_whose_answer_was_lost_is_set_once_and_the_browser_stays_signed_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let before = browser.cookie(REFRESH);
    let form = Filled::new_password(&browser).await;
    form.send_and_lose(&browser).await;
    // Later than a used refresh token is answered again.
    app.pass(Duration::from_secs(30));
    let answer = form.send(&browser).await;
    assert_eq!(location(&answer), "/account?notice=password-changed");
    assert_ne!(browser.cookie(REFRESH), before);
    // The cookies that it brought last for as long as any.
    app.pass(Duration::from_mins(20));
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
    assert_eq!(sessions(&app).await, 1);
    assert!(opens(&app, NEW).await && !opens(&app, PASSWORD).await);
}

#[tokio::test]
async fn a_new_password_that_is_sent_twice_is_set_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let form = Filled::new_password(&browser).await;
    for _ in 0..2 {
        assert_eq!(
            location(&form.send(&browser).await),
            "/account?notice=password-changed"
        );
    }
    app.pass(Duration::from_mins(20));
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
    assert!(opens(&app, NEW).await);
}

#[tokio::test]
async fn a_deletion_is_told_again_though_nobody_is_signed_in_any_more() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let form = Filled::deletion(&browser).await;
    form.send_and_lose(&browser).await;
    assert!(app.row("ada@example.com").await.is_none());
    // With the cookies of the session that went, then without.
    for _ in 0..2 {
        assert_eq!(
            location(&form.send(&browser).await),
            "/login?notice=account-deleted"
        );
        assert!(!browser.cookies().contains_key(REFRESH));
    }
}

#[tokio::test]
async fn a_session_that_was_ended_is_told_again_as_ended() {
    let app = TestApp::start().await;
    let (here, there) = (app.browser(), app.browser());
    sign_up(&here, "ada").await;
    let login = there.login("ada@example.com").await;
    let id = login.data("login")["session"]["id"].as_str().unwrap().to_owned();
    let form = Filled::end_of(&here, &id).await;
    for _ in 0..2 {
        assert_eq!(location(&form.send(&here).await), "/account?notice=session-ended");
    }
    assert_eq!(there.me().await.reason(), "SESSION_REVOKED");
    // From another page it is refused as ever: the session is not there to be ended.
    let anew = Filled::end_of(&here, &id).await;
    assert_eq!(anew.send(&here).await.status.as_u16(), 422);
}

#[tokio::test]
async fn in_another_session_of_the_browser_it_is_an_old_form() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let form = Filled::deletion(&browser).await;
    form.send(&browser).await;
    sign_up(&browser, "eve").await;
    assert_eq!(
        location(&form.send(&browser).await),
        "/account?notice=form-out-of-date"
    );
    assert_eq!(browser.me().await.data("me")["name"], "eve");
}

#[tokio::test]
async fn after_the_session_has_ended_too_it_leads_to_the_login() {
    let app = TestApp::start().await;
    let (here, there) = (app.browser(), app.browser());
    sign_up(&here, "ada").await;
    there.login("ada@example.com").await;
    let form = Filled::new_password(&here)
        .await
        .with("keep_other_sessions", "true");
    form.send(&here).await;
    there
        .query("mutation { revokeOtherSessions { userErrors { code } } }")
        .await
        .data("revokeOtherSessions");
    assert_eq!(
        location(&form.send(&here).await),
        "/login?next=%2Faccount&notice=ended"
    );
}
