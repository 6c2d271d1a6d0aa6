//! What is no repeat.

use std::time::Duration;

use super::{Filled, NEW, opens, sessions};
use crate::{
    page::{location, sign_up},
    support::{PASSWORD, TestApp},
};

const MINUTE: Duration = Duration::from_mins(1);
const INSTANT: Duration = Duration::from_millis(1);

#[tokio::test]
async fn after_a_minute_a_form_runs_again() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await;
    form.send_and_lose(&browser).await;
    app.pass(MINUTE.saturating_sub(INSTANT));
    assert_eq!(location(&form.send_and_lose(&browser).await), "/account");
    app.pass(INSTANT);
    let answer = form.send_and_lose(&browser).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(answer.text.contains("User already exists"), "{}", answer.text);
}

#[tokio::test]
async fn a_form_that_runs_again_after_a_minute_has_a_minute_of_its_own() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    let form = Filled::login(&browser, "ada").await;
    form.send_and_lose(&browser).await;
    app.pass(MINUTE);
    form.send_and_lose(&browser).await;
    assert_eq!(sessions(&app).await, 3);
    app.pass(MINUTE.saturating_sub(INSTANT));
    form.send(&browser).await;
    assert_eq!(sessions(&app).await, 3);
    assert_eq!(browser.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn another_browser_with_the_same_token_gets_nothing() {
    let app = TestApp::start().await;
    let (browser, other) = (app.browser(), app.browser());
    let form = Filled::sign_up(&browser, "ada").await;
    form.send(&browser).await;
    // One without a form cookie, and one with its own.
    Filled::login(&other, "ada").await;
    for stranger in [&app.browser(), &other] {
        let answer = form.send(stranger).await;
        assert_eq!(answer.status.as_u16(), 403);
        assert!(!stranger.cookies().contains_key("portcullis-refresh"));
    }
    assert_eq!(sessions(&app).await, 1);
}

#[tokio::test]
async fn a_browser_with_the_same_cookie_and_another_token_gets_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await;
    let anew = Filled::sign_up(&browser, "ada").await;
    form.send_and_lose(&browser).await;
    let answer = anew.send(&browser).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(!browser.cookies().contains_key("portcullis-refresh"));
}

#[tokio::test]
async fn a_form_that_was_changed_runs() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await;
    form.send_and_lose(&browser).await;
    // Not the account of the first one, with whose token it comes.
    let changed = form.with("email", "eve@example.com").with("name", "eve");
    changed.send(&browser).await;
    assert_eq!(browser.me().await.data("me")["name"], "eve");

    let here = app.browser();
    let form = Filled::login(&here, "ada").await;
    form.send_and_lose(&here).await;
    let answer = form.with("password", NEW).send(&here).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(!here.cookies().contains_key("portcullis-refresh"));
}

#[tokio::test]
async fn nobody_hears_that_another_password_than_the_one_that_was_set_is_theirs() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let form = Filled::new_password(&browser).await;
    form.send(&browser).await;
    let answer = form
        .with("new_password", "a lamp behind thick glass")
        .send(&browser)
        .await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(opens(&app, NEW).await);
}

#[tokio::test]
async fn a_wrong_password_that_is_sent_again_is_another_attempt() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    let right = Filled::login(&browser, "ada").await;
    let wrong = right.with("password", "not the password");
    for _ in 0..5 {
        assert_eq!(wrong.send(&browser).await.status.as_u16(), 422);
    }
    assert_eq!(wrong.send(&browser).await.status.as_u16(), 429);
    // What was refused is no first one.
    app.pass(Duration::from_mins(15));
    assert_eq!(location(&right.send(&browser).await), "/account");
    assert!(opens(&app, PASSWORD).await);
}
