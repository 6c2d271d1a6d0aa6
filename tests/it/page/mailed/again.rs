//! Forms of these pages that are sent again.

use std::time::Duration;

use reqwest::Method;

use super::{NEW, ada, get, hidden, location, open, strict};
use crate::{
    page::Filled,
    support::{Answer, Browser, PASSWORD, TestApp},
};

/// Sends the same form three times: the first answer is lost, and the next ones come in.
async fn thrice(browser: &Browser, page: &Answer, action: &str, fields: &[(&str, &str)]) -> [Answer; 3] {
    let mut form = hidden(page, action);
    form.extend(fields.iter().copied());
    let request = || browser.request(Method::POST, action).form(&form);
    let lost = Answer::of(request()).await;
    [lost, browser.send(request()).await, browser.send(request()).await]
}

fn same(answers: &[Answer; 3]) -> &Answer {
    let [first, rest @ ..] = answers;
    for answer in rest {
        assert_eq!(answer.status, first.status, "{}", answer.text);
        assert_eq!(answer.header("location"), first.header("location"));
        assert_eq!(super::fixed(answer), super::fixed(first));
    }
    first
}

#[tokio::test]
async fn each_ends_where_the_first_one_did() {
    let app = TestApp::start().await;
    let browser = ada(&app).await;
    let page = get(&browser, "/forgot-password").await;
    let fields = [("email", "ada@example.com")];
    assert_eq!(
        same(&thrice(&browser, &page, "/forgot-password", &fields).await)
            .status
            .as_u16(),
        200
    );
    let kinds = app.kinds_to("ada@example.com").await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "reset_password").count(), 1);

    let page = get(&browser, "/account").await;
    let fields = [("new_email", "new@example.com"), ("current_password", PASSWORD)];
    let answers = thrice(&browser, &page, "/account/email", &fields).await;
    assert_eq!(location(same(&answers)), "/account?notice=email-change-requested");
    let page = open(
        &browser,
        &app.mail("new@example.com", "confirm_new_address").await,
    )
    .await;
    let answers = thrice(&browser, &page, "/change-email", &[]).await;
    assert_eq!(location(same(&answers)), "/account?notice=email-changed");
    let page = open(&browser, &app.mail("ada@example.com", "address_changed").await).await;
    let answers = thrice(&browser, &page, "/undo-email", &[]).await;
    assert!(same(&answers).text.contains("Your address is back"));
    let elsewhere = app.browser();
    let page = open(&elsewhere, &app.mail("ada@example.com", "address_restored").await).await;
    let answers = thrice(&elsewhere, &page, "/reset-password", &[("new_password", NEW)]).await;
    assert_eq!(location(same(&answers)), "/login?notice=password-set-sign-in");
}

#[tokio::test]
async fn a_reset_in_the_browser_that_was_signed_in_ends_at_the_sign_in_page() {
    let app = TestApp::start().await;
    let browser = ada(&app).await;
    super::ask(&browser, "/forgot-password", "ada@example.com").await;
    let page = open(&browser, &app.mail("ada@example.com", "reset_password").await).await;
    let answers = thrice(&browser, &page, "/reset-password", &[("new_password", NEW)]).await;
    let to = location(same(&answers));
    assert_eq!(to, "/login?notice=password-set-sign-in");
    let login = get(&browser, to).await;
    assert!(
        login.text.contains("Your password is set. Please sign in."),
        "{}",
        login.text
    );
}

#[tokio::test]
async fn a_sign_up_that_waits_is_one_and_its_button_signs_in_once() {
    let app = strict().await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await;
    let (first, second) = (form.send(&browser).await, form.send(&browser).await);
    assert_eq!(super::fixed(&first), super::fixed(&second));
    assert!(
        second.text.contains("We have mailed a link to ada@example.com."),
        "{}",
        second.text
    );
    assert_eq!(app.kinds_to("ada@example.com").await, ["confirm_registration"]);
    let page = open(
        &browser,
        &app.mail("ada@example.com", "confirm_registration").await,
    )
    .await;
    let answers = thrice(&browser, &page, "/verify-email", &[]).await;
    assert_eq!(location(same(&answers)), "/account");
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
}

#[tokio::test]
async fn a_sign_up_whose_answer_was_lost_is_finished_with_its_password() {
    let app = strict().await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await;
    form.send_and_lose(&browser).await;
    form.send(&browser).await;
    let page = open(
        &browser,
        &app.mail("ada@example.com", "confirm_registration").await,
    )
    .await;
    let answers = thrice(&browser, &page, "/verify-email", &[("password", PASSWORD)]).await;
    assert_eq!(location(same(&answers)), "/login?notice=email-confirmed-sign-in");
}

#[tokio::test]
async fn a_sign_in_by_mail_works_after_lost_answers() {
    let app = TestApp::with(|config| config.email_login = true).await;
    app.user("ada").await;
    for by_link in [false, true] {
        // The time shows which mail is the newest.
        app.pass(Duration::from_secs(1));
        let browser = app.browser();
        let page = get(&browser, "/login/email").await;
        let fields = [("email", "ada@example.com")];
        let form: Vec<_> = hidden(&page, "/login/email").into_iter().chain(fields).collect();
        let request = || browser.request(Method::POST, "/login/email").form(&form);
        if by_link {
            browser.send(request()).await;
        } else {
            // The secret was lost with the answer: another mail is sent.
            Answer::of(request()).await;
            app.pass(Duration::from_secs(1));
        }
        assert_eq!(location(&browser.send(request()).await), "/login/email/code");
        let letter = app.mail("ada@example.com", "sign_in_code").await;
        let answers = if by_link {
            let page = open(&browser, &letter).await;
            thrice(&browser, &page, "/login/email/link", &[]).await
        } else {
            let page = get(&browser, "/login/email/code").await;
            thrice(&browser, &page, "/login/email/code", &[("code", &letter.code())]).await
        };
        assert_eq!(location(same(&answers)), "/account");
        assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
    }
}
