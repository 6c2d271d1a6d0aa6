//! From sign-up to sign-out, and from an ended session back to the login page.

use std::time::Duration;

use crate::{
    page::{get, location, send, sign_up},
    support::{PASSWORD, TestApp},
};

#[tokio::test]
async fn one_signs_up_is_welcomed_by_name_and_signs_out() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(location(&get(&browser, "/").await), "/login");
    assert_eq!(
        location(&get(&browser, "/account").await),
        "/login?next=%2Faccount"
    );
    let login = get(&browser, "/login?next=%2Faccount").await;
    assert!(login.text.contains("Please sign in to go on."), "{}", login.text);
    let login = get(&browser, "/login").await;
    assert!(!login.text.contains("Please sign in to go on."), "{}", login.text);
    sign_up(&browser, "Ada").await;
    let page = get(&browser, "/account").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text.contains("Welcome, Ada"), "{}", page.text);
    assert!(page.text.contains("Ada@example.com"));
    // Who is signed in has no use for the login page.
    for path in ["/", "/login", "/signup"] {
        assert_eq!(location(&get(&browser, path).await), "/account");
    }
    let answer = send(&browser, "/account", "/logout", &[]).await;
    assert_eq!(location(&answer), "/login?notice=signed-out");
    assert!(
        get(&browser, "/login?notice=signed-out")
            .await
            .text
            .contains("You are signed out.")
    );
    assert_eq!(
        location(&get(&browser, "/account").await),
        "/login?next=%2Faccount"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_login_is_told_in_the_known_sentences_and_the_address_stays() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    for (email, password, text) in [
        ("", "", "Please enter both email and password"),
        ("ada@example.com", "", "Please enter both email and password"),
        ("ada@example.com", "another password", "Invalid email or password"),
        ("eve@example.com", PASSWORD, "Invalid email or password"),
    ] {
        let fields = [("email", email), ("password", password)];
        let answer = send(&browser, "/login", "/login", &fields).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.text.contains(text), "{}", answer.text);
        assert!(
            answer.text.contains(&format!("value=\"{email}\"")),
            "{}",
            answer.text
        );
        assert!(!answer.text.contains("another password"));
    }
    let fields = [
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
    ];
    let answer = send(&browser, "/signup", "/signup", &fields).await;
    assert!(
        answer.text.contains("User already exists. Please login."),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains(PASSWORD));
}

#[tokio::test]
async fn a_session_whose_access_token_ran_out_goes_on_within_the_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "Ada").await;
    app.pass(Duration::from_mins(20));
    assert!(!browser.cookies().contains_key("portcullis-access"));
    let page = get(&browser, "/account").await;
    assert!(page.text.contains("Welcome, Ada"), "{}", page.text);
    assert!(browser.cookies().contains_key("portcullis-access"));
    // Within a form, too.
    app.pass(Duration::from_mins(20));
    let answer = send(
        &browser,
        "/account",
        "/account/profile",
        &[("name", "Ada Lovelace")],
    )
    .await;
    assert_eq!(location(&answer), "/account?notice=profile-saved");
}

#[tokio::test]
async fn the_text_that_forms_are_bound_to_lasts_as_long_as_the_session() {
    let app = TestApp::start().await;
    let browser = app.browser();
    get(&browser, "/login").await;
    let form = browser.cookie("portcullis-form");
    app.pass(Duration::from_hours(24 * 25));
    sign_up(&browser, "ada").await;
    for _ in 0..2 {
        app.pass(Duration::from_hours(24 * 4));
        assert_eq!(get(&browser, "/account").await.status.as_u16(), 200);
    }
    assert_eq!(browser.cookie("portcullis-form"), form);
}

#[tokio::test]
async fn an_ended_session_leads_to_login_with_a_friendly_line() {
    let app = TestApp::start().await;
    let (here, there) = (app.browser(), app.browser());
    sign_up(&here, "ada").await;
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    send(&there, "/login", "/login", &fields).await;
    let answer = send(&here, "/account", "/account/sessions/end-others", &[]).await;
    assert_eq!(location(&answer), "/account?notice=other-sessions-ended");
    let elsewhere = there.copy();
    for (browser, path) in [(&there, "/account"), (&elsewhere, "/")] {
        let answer = get(browser, path).await;
        assert_eq!(location(&answer), "/login?next=%2Faccount&notice=ended");
    }
    let page = get(&there, "/login?notice=ended").await;
    assert!(
        page.text
            .contains("Your session has ended. Please sign in again.")
    );
    assert!(!there.cookies().values().any(|value| value.starts_with("pcr_")));
}
