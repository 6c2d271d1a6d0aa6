//! Sign-up where the address must be confirmed first.

use std::time::Duration;

use super::{NEW, fixed, get, location, open, press, strict};
use crate::{
    page::send,
    support::{Answer, Browser, Letter, PASSWORD, TestApp},
};

const COOKIE: &str = "portcullis-registration";

async fn sign_up(browser: &Browser, name: &str) -> Answer {
    let email = format!("{name}@example.com");
    let fields = [("name", name), ("email", &email), ("password", PASSWORD)];
    send(browser, "/signup", "/signup", &fields).await
}

async fn letter(app: &TestApp) -> Letter {
    app.mail("ada@example.com", "confirm_registration").await
}

#[tokio::test]
async fn where_the_sign_up_began_one_button_creates_the_account_and_signs_in() {
    let app = strict().await;
    let browser = app.browser();
    let answer = sign_up(&browser, "ada").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(
        answer.text.contains("We have mailed a link to ada@example.com."),
        "{}",
        answer.text
    );
    assert!(app.row("ada@example.com").await.is_none());
    assert!(!browser.cookies().contains_key("portcullis-refresh"));
    let page = open(&browser, &letter(&app).await).await;
    assert!(page.text.contains("Create account"), "{}", page.text);
    assert!(!page.text.contains("type=\"password\""));
    let answer = press(&browser, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/account");
    let account = get(&browser, "/account").await;
    assert!(account.text.contains("Welcome, ada") && account.text.contains(">confirmed<"));
    for gone in [COOKIE, "portcullis-verify"] {
        assert!(!browser.cookies().contains_key(gone), "{gone}");
    }
}

#[tokio::test]
async fn it_leads_where_the_sign_up_was_to_lead() {
    const APP: &str = "https://app.example.com/welcome?a=b&c";
    let app = TestApp::with(|config| {
        config.email_verification = portcullis::platform::config::EmailVerification::Required;
        config.redirect_urls = vec![APP.to_owned()];
    })
    .await;
    let browser = app.browser();
    let fields = [
        ("name", "ada"),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("next", APP),
    ];
    send(&browser, "/signup", "/signup", &fields).await;
    let page = open(&browser, &letter(&app).await).await;
    let fields = [("next", APP)];
    let answer = press(&browser, &page, "/verify-email", &fields).await;
    assert_eq!(location(&answer), APP);
}

#[tokio::test]
async fn another_browser_cannot_use_the_password_of_the_first_one() {
    let app = strict().await;
    let attacker = app.browser();
    sign_up(&attacker, "ada").await;
    let victim = app.browser();
    // It has a sign-up of its own, which does not count for this one.
    sign_up(&victim, "eve").await;
    let page = open(&victim, &letter(&app).await).await;
    assert!(page.text.contains("in another browser"), "{}", page.text);
    let answer = press(&victim, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/verify-email");
    assert!(app.row("ada@example.com").await.is_none());
    let answer = press(&victim, &page, "/verify-email", &[("new_password", NEW)]).await;
    assert_eq!(location(&answer), "/login?notice=email-confirmed-sign-in");
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    app.anonymous()
        .login("ada@example.com", NEW)
        .await
        .tokens("login");
    assert!(!victim.cookies().contains_key("portcullis-refresh"));
}

#[tokio::test]
async fn who_signed_up_on_another_device_types_the_password_again() {
    let app = strict().await;
    sign_up(&app.browser(), "ada").await;
    let phone = app.browser();
    let page = open(&phone, &letter(&app).await).await;
    let answer = press(
        &phone,
        &page,
        "/verify-email",
        &[("password", "another password")],
    )
    .await;
    assert_eq!(answer.status.as_u16(), 422);
    let answer = press(&phone, &page, "/verify-email", &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/login?notice=email-confirmed-sign-in");
    app.anonymous()
        .login("ada@example.com", PASSWORD)
        .await
        .tokens("login");
}

#[tokio::test]
async fn a_taken_address_gets_the_same_page_and_headers_as_a_free_one() {
    let app = strict().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let page = open(&browser, &letter(&app).await).await;
    press(&browser, &page, "/verify-email", &[]).await;
    let taken = sign_up(&app.browser(), "ada").await;
    let free = sign_up(&app.browser(), "eve").await;
    assert_eq!(taken.status, free.status);
    assert_eq!(fixed(&taken), fixed(&free).replace("eve@", "ada@"));
    let names = |answer: &Answer| -> Vec<_> { answer.headers.keys().cloned().collect() };
    assert_eq!(names(&taken), names(&free));
    let lengths = |answer: &Answer| -> Vec<_> { answer.set_cookies().iter().map(|it| it.len()).collect() };
    assert_eq!(lengths(&taken), lengths(&free));
    assert_eq!(taken.headers["content-length"], free.headers["content-length"]);
    let owner = app.mail("ada@example.com", "already_registered").await;
    assert!(owner.link.unwrap().contains("/reset-password?token="));
}

#[tokio::test]
async fn another_link_works_in_the_same_browser_and_for_as_long() {
    let app = strict().await;
    let browser = app.browser();
    let sent = sign_up(&browser, "ada").await;
    let first = letter(&app).await;
    app.pass(Duration::from_mins(50));
    let answer = press(&browser, &sent, "/verify-email/resend", &[]).await;
    assert!(
        answer.text.contains("If this address has to be confirmed"),
        "{}",
        answer.text
    );
    let second = letter(&app).await;
    assert_ne!(first.token(), second.token());
    app.pass(Duration::from_mins(50));
    assert_eq!(open(&browser, &first).await.status.as_u16(), 410);
    let page = open(&browser, &second).await;
    let answer = press(&browser, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/account");
}

#[tokio::test]
async fn who_was_faster_has_the_address() {
    let app = strict().await;
    let (first, second) = (app.browser(), app.browser());
    sign_up(&first, "ada").await;
    let of_first = letter(&app).await;
    app.pass(Duration::from_secs(1));
    sign_up(&second, "ada").await;
    let of_second = letter(&app).await;
    let page = open(&first, &of_first).await;
    let slower = open(&second, &of_second).await;
    assert_eq!(
        location(&press(&first, &page, "/verify-email", &[]).await),
        "/account"
    );
    let answer = press(&second, &slower, "/verify-email", &[]).await;
    assert!(
        answer.text.contains("This address is taken") || answer.text.contains("This link does not work"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn it_is_all_there_in_german() {
    let app = strict().await;
    let browser = app.browser();
    let german = async |path: &str| {
        let request = browser.request(reqwest::Method::GET, path);
        browser.send(request.header("accept-language", "de")).await
    };
    sign_up(&browser, "ada").await;
    let letter = letter(&app).await;
    assert_eq!(location(&german(super::target(&letter)).await), "/verify-email");
    let page = german("/verify-email").await;
    assert!(page.text.contains("Registrierung abschließen"), "{}", page.text);
    assert!(
        page.text
            .contains("Damit bestätigst du die Adresse ada@example.com")
    );
    browser.put(COOKIE, "");
    let page = german("/verify-email").await;
    assert!(page.text.contains("Setze ein eigenes Passwort"), "{}", page.text);
    let page = german("/forgot-password").await;
    assert!(page.text.contains("Passwort vergessen?"), "{}", page.text);
}
