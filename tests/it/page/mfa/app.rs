//! What an account with an authenticator app sees.

use super::*;

#[tokio::test]
async fn a_password_is_not_asked_where_it_is_not_enough() {
    let ada = Protected::new(TestApp::start().await).await;
    let page = get(&ada.browser, "/account").await;
    let form = |action: &str| {
        let mark = format!("action=\"{action}\"");
        let (_, rest) = page.text.split_once(&mark).unwrap();
        rest.split_once("</form>").unwrap().0.to_owned()
    };
    assert!(!form("/account/delete").contains("current_password"));
    assert!(!form("/account/email").contains("current_password"));
    assert!(form("/account/password").contains("current_password"));
}

#[tokio::test]
async fn a_change_without_a_proof_leads_to_the_page_that_takes_one() {
    let ada = Protected::new(TestApp::start().await).await;
    let (browser, page) = ada.challenged().await;
    press(&browser, &page, "/login/mfa", &[("code", &ada.code())]).await;
    let new = "a candle over loud sand";
    for (action, fields) in [
        ("/account/delete", vec![]),
        (
            "/account/password",
            vec![("current_password", PASSWORD), ("new_password", new)],
        ),
    ] {
        let answer = send(&browser, "/account", action, &fields).await;
        assert_eq!(answer.status.as_u16(), 422, "{action}");
        assert!(
            answer.text.contains("href=\"/reauthenticate?next=%2Faccount\"")
                && answer.text.contains("Please confirm that it is you first."),
            "{}",
            answer.text
        );
    }
    next_code(&ada.app);
    let page = get(&browser, "/reauthenticate?next=%2Faccount").await;
    let answer = press(&browser, &page, "/reauthenticate", &[("code", &ada.code())]).await;
    assert_eq!(location(&answer), "/account?notice=confirmed");
    let fields = [("current_password", PASSWORD), ("new_password", new)];
    let answer = send(&browser, "/account", "/account/password", &fields).await;
    assert_eq!(location(&answer), "/account?notice=password-changed");
    let answer = send(&browser, "/account", "/account/delete", &[]).await;
    assert_eq!(location(&answer), "/login?notice=account-deleted");
}
