//! Browsers that are not asked again for 30 days.

use std::time::Duration;

use super::*;

async fn remembering() -> Protected {
    Protected::new(TestApp::with(|config| config.mfa_remember_browser = true).await).await
}

/// Signs in with a code, and asks to be remembered. Signs out again.
async fn remembered(ada: &Protected) -> Browser {
    let (browser, page) = ada.challenged().await;
    assert!(page.text.contains("Do not ask again in this browser for 30 days"));
    let fields = [("code", ada.code()), ("remember", "true".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = press(&browser, &page, "/login/mfa", &fields).await;
    assert_eq!(location(&answer), "/account");
    send(&browser, "/account", "/logout", &[]).await;
    browser
}

#[tokio::test]
async fn a_remembered_browser_needs_the_password_alone_for_30_days() {
    let ada = remembering().await;
    let browser = remembered(&ada).await;
    assert_eq!(location(&log_in(&browser).await), "/account");
    send(&browser, "/account", "/logout", &[]).await;
    let token = browser.cookie("portcullis-browser");
    ada.app.clock.advance(Duration::from_hours(30 * 24));
    assert!(!browser.cookies().contains_key("portcullis-browser"));
    browser.put("portcullis-browser", &token);
    assert_eq!(location(&log_in(&browser).await), "/login/mfa");
    // Another browser was never remembered.
    ada.challenged().await;
}

#[tokio::test]
async fn a_change_of_the_factors_ends_it() {
    let ada = remembering().await;
    let browser = remembered(&ada).await;
    next_code(&ada.app);
    let (other, page) = ada.challenged().await;
    press(&other, &page, "/login/mfa", &[("code", &ada.code())]).await;
    next_code(&ada.app);
    let page = get(&other, "/reauthenticate?next=%2Faccount%2Fsecurity").await;
    press(&other, &page, "/reauthenticate", &[("code", &ada.code())]).await;
    let answer = send(&other, SECURITY, "/account/recovery-codes", &[]).await;
    assert_eq!(codes_of(&answer).len(), 10);
    assert_eq!(location(&log_in(&browser).await), "/login/mfa");
}

#[tokio::test]
async fn ending_all_other_sessions_ends_it_for_their_browsers() {
    let ada = remembering().await;
    // A laptop, whose browser keeps the password as well.
    let (laptop, page) = ada.challenged().await;
    let code = ada.code();
    let fields = [("code", code.as_str()), ("remember", "true")];
    assert_eq!(
        location(&press(&laptop, &page, "/login/mfa", &fields).await),
        "/account"
    );
    // It is stolen: the owner ends every other session.
    let ended = ada
        .browser
        .run(
            "mutation { revokeOtherSessions { revokedSessionIds } }",
            serde_json::json!({}),
        )
        .await;
    assert_eq!(
        ended.data("revokeOtherSessions")["revokedSessionIds"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "{}",
        ended.text
    );
    assert_eq!(location(&log_in(&laptop).await), "/login/mfa");
}
