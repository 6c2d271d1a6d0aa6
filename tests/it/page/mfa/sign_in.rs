//! `/login/mfa`.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_password_then_a_code_lead_to_the_account() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    assert!(
        page.text.contains("Confirm that it is you") && page.text.contains("autocomplete=\"one-time-code\"")
    );
    assert!(!page.text.contains("30 days"), "nothing is remembered by default");
    assert_eq!(
        location(&get(&browser, "/account").await),
        "/login?next=%2Faccount"
    );
    let answer = press(&browser, &page, "/login/mfa", &[("code", &ada.code())]).await;
    assert_eq!(location(&answer), "/account");
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
    assert!(!browser.cookies().contains_key("portcullis-mfa"));
    assert_eq!(location(&get(&browser, "/login/mfa").await), "/account");
}

#[tokio::test]
async fn a_recovery_code_counts_in_the_same_field_and_once() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    let code = ada.codes[0].to_lowercase();
    let answer = press(&browser, &page, "/login/mfa", &[("code", &code)]).await;
    assert_eq!(location(&answer), "/account");
    assert!(get(&browser, SECURITY).await.text.contains("You have 9 left."));
    let (browser, page) = ada.challenged().await;
    let answer = press(&browser, &page, "/login/mfa", &[("code", &code)]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer
            .text
            .contains("This recovery code is wrong, or was used already."),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_wrong_or_empty_code_is_explained_and_not_shown_again() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    for (typed, text) in [
        ("", "Please fill in"),
        ("000 000", "This code is wrong, or was used already."),
    ] {
        let answer = press(&browser, &page, "/login/mfa", &[("code", typed)]).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.text.contains(text), "{}", answer.text);
        assert!(!answer.text.contains("000 000"));
    }
    let answer = press(&browser, &page, "/login/mfa", &[("code", &ada.code())]).await;
    assert_eq!(location(&answer), "/account");
}

#[tokio::test]
async fn too_many_wrong_codes_have_to_wait() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    let mut answer = press(&browser, &page, "/login/mfa", &[("code", "000000")]).await;
    for _ in 0..10 {
        if answer.status.as_u16() == 429 {
            break;
        }
        answer = press(&browser, &page, "/login/mfa", &[("code", "000000")]).await;
    }
    assert_eq!(answer.status.as_u16(), 429);
    assert!(answer.text.contains("Too many attempts") && answer.header("retry-after").is_some());
    // Codes of the app wait; a recovery code does not.
    let answer = press(&browser, &page, "/login/mfa", &[("code", &ada.codes[0])]).await;
    assert_eq!(location(&answer), "/account");
}

#[tokio::test]
async fn an_expired_sign_in_begins_again() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    // The browser keeps the cookie as long; the server decides by itself.
    let cookie = browser.cookie("portcullis-mfa");
    ada.app.clock.advance(Duration::from_mins(5));
    let answer = get(&browser, "/login/mfa").await;
    assert_eq!(answer.status.as_u16(), 404);
    assert!(answer.text.contains("This sign-in has expired") && answer.text.contains("href=\"/login\""));
    browser.put("portcullis-mfa", &cookie);
    let answer = press(&browser, &page, "/login/mfa", &[("code", &ada.code())]).await;
    assert_eq!(answer.status.as_u16(), 410);
    assert!(
        answer.text.contains("This sign-in has expired"),
        "{}",
        answer.text
    );
    assert!(!browser.cookies().contains_key("portcullis-mfa"));
}

#[tokio::test]
async fn a_form_that_is_sent_again_ends_where_the_first_one_did() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    let thief = browser.copy();
    let code = ada.code();
    // The first answer is lost.
    press(&thief, &page, "/login/mfa", &[("code", &code)]).await;
    let answer = press(&browser, &page, "/login/mfa", &[("code", &code)]).await;
    assert_eq!(location(&answer), "/account");
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
}

#[tokio::test]
async fn the_way_leads_on_to_where_the_sign_in_was_for() {
    let app =
        TestApp::with(|config| config.redirect_urls = vec!["https://app.example.com/in".to_owned()]).await;
    let ada = Protected::new(app).await;
    let browser = ada.app.browser();
    let path = "/login?next=https%3A%2F%2Fapp.example.com%2Fin";
    let page = get(&browser, path).await;
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    let answer = press(&browser, &page, "/login", &fields).await;
    let to = location(&answer).to_owned();
    assert_eq!(to, "/login/mfa?next=https%3A%2F%2Fapp.example.com%2Fin");
    let page = get(&browser, &to).await;
    let answer = press(&browser, &page, "/login/mfa", &[("code", &ada.code())]).await;
    assert_eq!(location(&answer), "https://app.example.com/in");
    // Nobody is led elsewhere by a link of somebody else.
    let (browser, _) = ada.challenged().await;
    let page = get(&browser, "/login/mfa?next=https%3A%2F%2Fevil.example").await;
    assert!(!page.text.contains("evil.example"));
}

#[tokio::test]
async fn the_page_speaks_german_too() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    let german = |request: reqwest::RequestBuilder| request.header("accept-language", "de");
    let shown = browser
        .send(german(browser.request(reqwest::Method::GET, "/login/mfa")))
        .await;
    assert!(
        shown.text.contains("Bestätige, dass du es bist"),
        "{}",
        shown.text
    );
    let mut form = hidden(&page, "/login/mfa");
    form.insert("code", "000000");
    let sent = german(browser.request(reqwest::Method::POST, "/login/mfa")).form(&form);
    let answer = browser.send(sent).await;
    assert!(answer.text.contains("Dieser Code ist falsch"), "{}", answer.text);
}
