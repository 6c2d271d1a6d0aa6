//! `/reauthenticate`.

use super::*;

const TO_SECURITY: &str = "/reauthenticate?next=%2Faccount%2Fsecurity";

#[tokio::test]
async fn a_wrong_password_is_explained() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let page = get(&browser, TO_SECURITY).await;
    assert!(!page.text.contains("one-time-code"));
    for (typed, text) in [
        ("not this one", "This is not your current password."),
        ("", "password"),
    ] {
        let answer = press(&browser, &page, "/reauthenticate", &[("password", typed)]).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.text.contains(text), "{}", answer.text);
    }
}

#[tokio::test]
async fn with_a_factor_a_password_is_not_offered_and_not_taken() {
    let ada = Protected::new(TestApp::start().await).await;
    let page = get(&ada.browser, TO_SECURITY).await;
    assert!(!page.text.contains("name=\"password\"") && page.text.contains("one of your recovery codes"));
    let answer = press(&ada.browser, &page, "/reauthenticate", &[("password", PASSWORD)]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("That is not enough for your account."),
        "{}",
        answer.text
    );
    let answer = press(&ada.browser, &page, "/reauthenticate", &[("code", "000000")]).await;
    assert!(
        answer.text.contains("This code is wrong, or was used already."),
        "{}",
        answer.text
    );
    for code in [ada.code(), ada.codes[3].clone()] {
        let answer = press(&ada.browser, &page, "/reauthenticate", &[("code", &code)]).await;
        assert_eq!(location(&answer), "/account/security?notice=confirmed");
    }
}

#[tokio::test]
async fn a_mailed_code_is_the_proof_of_an_account_without_a_password() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let letters = app.mails().await;
    let link = letters
        .iter()
        .rev()
        .find_map(|letter| letter.link.as_deref())
        .unwrap();
    let path = link.strip_prefix(ORIGIN).unwrap();
    let to = location(&get(&browser, path).await).to_owned();
    let page = get(&browser, &to).await;
    press(&browser, &page, &to, &[]).await;
    app.put_hash("ada@example.com", None).await;
    let page = get(&browser, TO_SECURITY).await;
    assert!(
        page.text.contains("We mail you a code") && !page.text.contains("name=\"password\""),
        "{}",
        page.text
    );
    let page = press(&browser, &page, "/reauthenticate/start", &[]).await;
    assert_eq!(page.status.as_u16(), 200);
    let code = app.mails().await.last().unwrap().code();
    let wrong = press(&browser, &page, "/reauthenticate", &[("email_code", "AAAA-AAAA")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(
        wrong.text.contains("This is not the code from the mail."),
        "{}",
        wrong.text
    );
    let answer = press(&browser, &wrong, "/reauthenticate", &[("email_code", &code)]).await;
    assert_eq!(location(&answer), "/account/security?notice=confirmed");
    begin_set_up(&browser).await;
    // The challenge is used up.
    let answer = press(
        &browser,
        &wrong,
        "/reauthenticate",
        &[("email_code", "BBBB-BBBB")],
    )
    .await;
    assert!(answer.text.contains("This proof has expired."), "{}", answer.text);
}

#[tokio::test]
async fn a_proof_that_is_sent_again_still_counts() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let page = get(&browser, TO_SECURITY).await;
    // The first answer is lost.
    press(
        &browser.copy(),
        &page,
        "/reauthenticate",
        &[("password", PASSWORD)],
    )
    .await;
    let answer = press(&browser, &page, "/reauthenticate", &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/account/security?notice=confirmed");
    begin_set_up(&browser).await;
}

#[tokio::test]
async fn a_proof_leads_to_pages_of_this_server_only() {
    let app =
        TestApp::with(|config| config.redirect_urls = vec!["https://app.example.com/in".to_owned()]).await;
    let browser = app.browser();
    assert_eq!(
        location(&get(&browser, TO_SECURITY).await),
        "/login?next=%2Faccount%2Fsecurity"
    );
    sign_up(&browser, "ada").await;
    for next in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "https%3A%2F%2Fapp.example.com%2Fin",
    ] {
        let page = get(&browser, &format!("/reauthenticate?next={next}")).await;
        let answer = press(&browser, &page, "/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(location(&answer), "/account?notice=confirmed");
    }
}
