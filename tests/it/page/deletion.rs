//! The page that asks whether to keep an account that will be deleted.

use std::time::Duration;

use crate::{
    page::{get, location, send, sign_up},
    support::{Browser, PASSWORD, TestApp},
};

const APP: &str = "https://app.example.com/welcome";

async fn start() -> TestApp {
    TestApp::with(|config| {
        config.deletion_grace = Duration::from_hours(14 * 24);
        config.redirect_urls = vec![APP.to_owned()];
    })
    .await
}

async fn leave(browser: &Browser) {
    let fields = [("current_password", PASSWORD)];
    let answer = send(browser, "/account", "/account/delete", &fields).await;
    assert_eq!(location(&answer), "/login?notice=deletion-scheduled");
    let page = get(browser, "/login?notice=deletion-scheduled").await;
    assert!(page.text.contains("sign in and keep it"), "{}", page.text);
}

/// Signs in on the way to `next`. Where that leads.
async fn sign_in(browser: &Browser, next: &str) -> String {
    let fields = [
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("next", next),
    ];
    let answer = send(browser, "/login", "/login", &fields).await;
    location(&answer).to_owned()
}

#[tokio::test]
async fn a_sign_in_leads_to_the_question_and_so_does_every_account_page() {
    let app = start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let page = get(&browser, "/account").await;
    assert!(
        page.text.contains("14 days you can still sign in"),
        "{}",
        page.text
    );
    leave(&browser).await;
    assert_eq!(
        sign_in(&browser, "/account").await,
        "/account/deletion?next=%2Faccount"
    );
    for path in [
        "/account",
        "/account/security",
        "/account/activity",
        "/account/data",
    ] {
        assert_eq!(
            location(&get(&browser, path).await),
            "/account/deletion",
            "{path}"
        );
    }
    let page = get(&browser, "/account/deletion").await;
    for part in ["Your account will be deleted on ", "Keep my account", "Sign out"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    // No form of the account does anything meanwhile.
    let fields = [("name", "Eve")];
    let answer = send(&browser, "/account/deletion", "/account/profile", &fields).await;
    assert_eq!(location(&answer), "/account/deletion");
    assert_eq!(app.row("ada@example.com").await.unwrap().name, "ada");
}

#[tokio::test]
async fn keeping_the_account_leads_on() {
    let app = start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    leave(&browser).await;
    sign_in(&browser, "/account").await;
    let answer = send(&browser, "/account/deletion", "/account/deletion/cancel", &[]).await;
    assert_eq!(location(&answer), "/account?notice=account-kept");
    let page = get(&browser, "/account?notice=account-kept").await;
    assert!(page.text.contains("Your account stays."), "{}", page.text);
    assert!(app.row("ada@example.com").await.unwrap().deletes_at.is_none());
    assert_eq!(location(&get(&browser, "/account/deletion").await), "/account");
}

#[tokio::test]
async fn the_way_to_an_application_leads_through_the_question() {
    let app = start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    leave(&browser).await;
    let question = sign_in(&browser, APP).await;
    assert!(
        question.starts_with("/account/deletion?next=https%3A%2F%2Fapp"),
        "{question}"
    );
    let fields = [("next", APP)];
    let answer = send(&browser, &question, "/account/deletion/cancel", &fields).await;
    assert_eq!(location(&answer), APP);
    // A link of somebody else leads nowhere.
    let fields = [("next", "https://evil.example/")];
    let answer = send(&browser, "/account", "/account/deletion/cancel", &fields).await;
    assert_eq!(location(&answer), "/account?notice=account-kept");
}

#[tokio::test]
async fn signing_out_leaves_the_date_as_it_is_and_a_forged_form_changes_nothing() {
    let app = start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    leave(&browser).await;
    let date = app.row("ada@example.com").await.unwrap().deletes_at;
    sign_in(&browser, "/account").await;
    let forged = [("form_token", "forged")];
    let answer = send(&browser, "/account/deletion", "/account/deletion/cancel", &forged).await;
    assert_eq!(location(&answer), "/account/deletion?notice=form-out-of-date");
    let answer = send(&browser, "/account/deletion", "/logout", &[]).await;
    assert_eq!(location(&answer), "/login?notice=signed-out");
    assert!(date.is_some());
    assert_eq!(app.row("ada@example.com").await.unwrap().deletes_at, date);
}
