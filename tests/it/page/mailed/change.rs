//! Changing one's address, and taking the former one back.

use super::{ada, get, location, open, press};
use crate::{
    page::{send, sign_up},
    support::{Browser, Letter, PASSWORD, TestApp},
};

async fn request(browser: &Browser, email: &str) {
    let fields = [("new_email", email), ("current_password", PASSWORD)];
    let answer = send(browser, "/account", "/account/email", &fields).await;
    assert_eq!(location(&answer), "/account?notice=email-change-requested");
}

async fn letter(app: &TestApp) -> Letter {
    app.mail("new@example.com", "confirm_new_address").await
}

#[tokio::test]
async fn the_address_is_changed_on_the_account_page_and_taken_back_from_the_old_mailbox() {
    let app = TestApp::start().await;
    let browser = ada(&app).await;
    request(&browser, "new@example.com").await;
    let account = get(&browser, "/account").await;
    assert!(
        account.text.contains("<strong>new@example.com</strong>"),
        "{}",
        account.text
    );
    let page = open(&browser, &letter(&app).await).await;
    assert!(page.text.contains("ada@example.com") && page.text.contains("new@example.com"));
    assert!(!page.text.contains("type=\"password\""), "{}", page.text);
    let answer = press(&browser, &page, "/change-email", &[]).await;
    assert_eq!(location(&answer), "/account?notice=email-changed");
    let account = get(&browser, location(&answer)).await;
    assert!(
        account
            .text
            .contains("The address is changed, and your other devices are signed out.")
            && account.text.contains("new@example.com")
    );
    assert!(
        !account.text.contains("/account/email/cancel"),
        "{}",
        account.text
    );

    let elsewhere = app.browser();
    let page = open(&elsewhere, &app.mail("ada@example.com", "address_changed").await).await;
    assert!(page.text.contains("ada@example.com") && page.text.contains("new@example.com"));
    let answer = press(&elsewhere, &page, "/undo-email", &[]).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(answer.text.contains("Your address is back"), "{}", answer.text);
    assert!(!elsewhere.cookies().contains_key("portcullis-undo-email"));
    assert!(app.row("ada@example.com").await.is_some() && app.row("new@example.com").await.is_none());
    assert_eq!(
        location(&get(&browser, "/account").await),
        "/login?next=%2Faccount&notice=ended"
    );
    let page = open(&elsewhere, &app.mail("ada@example.com", "address_restored").await).await;
    let answer = press(
        &elsewhere,
        &page,
        "/reset-password",
        &[("new_password", super::NEW)],
    )
    .await;
    assert_eq!(location(&answer), "/login?notice=password-set-sign-in");
}

#[tokio::test]
async fn elsewhere_the_link_shows_the_new_address_only_and_asks_for_the_password() {
    let app = TestApp::start().await;
    let browser = ada(&app).await;
    request(&browser, "new@example.com").await;
    let letter = letter(&app).await;
    let elsewhere = app.browser();
    sign_up(&elsewhere, "eve").await;
    for stranger in [&elsewhere, &app.browser()] {
        let page = open(stranger, &letter).await;
        assert!(page.text.contains("new@example.com") && !page.text.contains("ada@example.com"));
        let answer = press(stranger, &page, "/change-email", &[]).await;
        assert_eq!(location(&answer), "/change-email");
        // A new password is no proof here.
        let answer = press(stranger, &page, "/change-email", &[("new_password", super::NEW)]).await;
        assert_eq!(answer.status.as_u16(), 422);
        let answer = press(
            stranger,
            &page,
            "/change-email",
            &[("password", "another password")],
        )
        .await;
        assert_eq!(answer.status.as_u16(), 422);
    }
    assert!(app.row("new@example.com").await.is_none());
    let phone = app.browser();
    let page = open(&phone, &letter).await;
    let answer = press(&phone, &page, "/change-email", &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/login?notice=email-changed-sign-in");
    let login = get(&phone, location(&answer)).await;
    assert!(login.text.contains("Your address is changed. Please sign in."));
}

#[tokio::test]
async fn a_change_is_cancelled_by_its_button() {
    let app = TestApp::start().await;
    let browser = ada(&app).await;
    request(&browser, "new@example.com").await;
    let letter = letter(&app).await;
    let answer = send(&browser, "/account", "/account/email/cancel", &[]).await;
    assert_eq!(location(&answer), "/account?notice=email-change-cancelled");
    assert!(!get(&browser, "/account").await.text.contains("new@example.com"));
    assert_eq!(open(&browser, &letter).await.status.as_u16(), 404);
}

#[tokio::test]
async fn what_is_wrong_stands_by_its_form() {
    let app = TestApp::start().await;
    app.user("eve").await;
    let browser = ada(&app).await;
    for (email, password, text) in [
        (
            "new@example.com",
            "another password",
            "This is not your current password.",
        ),
        ("new@example.com", "", "Please confirm that it is you"),
        ("ada@example.com", PASSWORD, "This is your email address already."),
        (
            "eve@example.com",
            PASSWORD,
            "Another account has this email address.",
        ),
        ("new", PASSWORD, "email address"),
    ] {
        let fields = [("new_email", email), ("current_password", password)];
        let answer = send(&browser, "/account", "/account/email", &fields).await;
        assert_eq!(answer.status.as_u16(), 422, "{email}");
        let (_, section) = answer.text.split_once("aria-labelledby=\"email\"").unwrap();
        let (section, _) = section.split_once("</section>").unwrap();
        assert!(section.contains(text), "{email}: {section}");
        assert!(section.contains(&format!("value=\"{email}\"")), "{section}");
        assert!(!section.contains("another password"));
    }
    for path in ["/account/email", "/account/email/cancel"] {
        assert_eq!(location(&get(&browser, path).await), "/account");
    }
}
