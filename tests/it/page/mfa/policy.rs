//! Roles that need a second factor.

use super::*;

async fn strict() -> TestApp {
    TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await
}

async fn make_admin(app: &TestApp) {
    app.put_roles("ada@example.com", &["admin"]).await;
}

#[tokio::test]
async fn without_the_factor_every_account_page_leads_to_its_set_up() {
    let app = strict().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let filled = get(&browser, "/account").await;
    make_admin(&app).await;
    let required = "/account/security?notice=mfa-required";
    assert_eq!(location(&get(&browser, "/account").await), required);
    assert!(
        get(&browser, required)
            .await
            .text
            .contains("Your account needs a second factor.")
    );
    for (action, fields) in [
        ("/account/profile", vec![("name", "Eve")]),
        (
            "/account/password",
            vec![
                ("current_password", PASSWORD),
                ("new_password", "a candle over loud sand"),
            ],
        ),
        ("/account/delete", vec![("current_password", PASSWORD)]),
    ] {
        let answer = press(&browser, &filled, action, &fields).await;
        assert_eq!(location(&answer), required, "{action}");
    }
    confirm_by_password(&browser).await;
    let (_, shown) = set_up(&app, &browser).await;
    let file = press(&browser, &shown, "/account/recovery-codes/file", &[]).await;
    assert_eq!(file.status.as_u16(), 200);
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
}

#[tokio::test]
async fn it_can_still_be_left() {
    let app = strict().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    make_admin(&app).await;
    let page = get(&browser, SECURITY).await;
    let (_, rest) = page.text.split_once("name=\"form_token\" value=\"").unwrap();
    let token = rest.split_once('"').unwrap().0;
    let form = [("form_token", token)];
    let request = browser.request(reqwest::Method::POST, "/logout").form(&form);
    assert_eq!(location(&browser.send(request).await), "/login?notice=signed-out");
}

#[tokio::test]
async fn a_session_that_is_older_than_the_role_gives_its_factor() {
    let app = TestApp::with(|config| {
        config.mfa_required_roles = vec!["admin".to_owned()];
        config.mfa_remember_browser = true;
    })
    .await;
    let ada = Protected::new(app).await;
    let (browser, page) = ada.challenged().await;
    let code = ada.code();
    press(
        &browser,
        &page,
        "/login/mfa",
        &[("code", &code), ("remember", "true")],
    )
    .await;
    send(&browser, "/account", "/logout", &[]).await;
    assert_eq!(location(&log_in(&browser).await), "/account");
    make_admin(&ada.app).await;
    let page = get(&browser, location(&get(&browser, "/account").await)).await;
    assert!(
        page.text.contains("you have not given it in this session"),
        "{}",
        page.text
    );
    next_code(&ada.app);
    let page = get(&browser, "/reauthenticate").await;
    press(&browser, &page, "/reauthenticate", &[("code", &ada.code())]).await;
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
}

#[tokio::test]
async fn an_address_is_confirmed_before_and_then_proves_the_mailbox() {
    let app = strict().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    make_admin(&app).await;
    let letters = app.mails().await;
    let link = letters
        .iter()
        .rev()
        .find_map(|letter| letter.link.as_deref())
        .unwrap();
    let to = location(&get(&browser, link.strip_prefix(ORIGIN).unwrap()).await).to_owned();
    let page = get(&browser, &to).await;
    let answer = press(&browser, &page, &to, &[]).await;
    assert_eq!(location(&answer), "/account?notice=email-confirmed");
    // A password alone no longer proves enough: its thief could enrol a factor of their own.
    let page = get(&browser, "/reauthenticate").await;
    assert!(
        page.text.contains("We mail you a code") && !page.text.contains("name=\"password\""),
        "{}",
        page.text
    );
    let page = press(&browser, &page, "/reauthenticate/start", &[]).await;
    let code = app.mails().await.last().unwrap().code();
    press(&browser, &page, "/reauthenticate", &[("email_code", &code)]).await;
    let (_, shown) = set_up(&app, &browser).await;
    assert_eq!(codes_of(&shown).len(), 10);
}
