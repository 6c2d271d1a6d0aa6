//! Forms that are not ours, and pages that are not for this visitor.

use reqwest::Method;

use super::*;

const FORMS: [&str; 11] = [
    "/account/totp",
    "/account/totp/confirm",
    "/account/totp/off",
    "/account/recovery-codes",
    "/account/recovery-codes/file",
    "/account/passkeys/start",
    "/account/passkeys",
    "/account/passkeys/rename",
    "/account/passkeys/remove",
    "/account/password/remove",
    "/reauthenticate/start",
];

#[tokio::test]
async fn a_form_without_our_token_changes_nothing() {
    let ada = Protected::new(TestApp::start().await).await;
    for form in FORMS {
        for token in ["", "made-up"] {
            let fields = [("form_token", token), ("codes", "AAAA")];
            let request = ada.browser.request(Method::POST, form).form(&fields);
            let answer = ada.browser.send(request).await;
            assert!(
                location(&answer).ends_with("?notice=form-out-of-date"),
                "{form}: {}",
                location(&answer)
            );
        }
        // Nor does one of another site.
        let foreign = ada.browser.on(&[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ]);
        let answer = foreign.send(foreign.request(Method::POST, form)).await;
        assert_eq!(answer.status.as_u16(), 403, "{form}");
    }
    let (browser, _) = ada.challenged().await;
    for action in ["/login/mfa", "/login/passkey"] {
        let fields = [("form_token", "made-up"), ("code", &ada.code())];
        let answer = browser
            .send(browser.request(Method::POST, action).form(&fields))
            .await;
        assert_eq!(answer.status.as_u16(), 403, "{action}");
    }
    assert!(
        get(&ada.browser, SECURITY)
            .await
            .text
            .contains("You have 10 left.")
    );
}

#[tokio::test]
async fn the_pages_are_for_people_who_are_signed_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in [SECURITY, "/reauthenticate?next=%2Faccount%2Fsecurity"] {
        assert_eq!(
            location(&get(&browser, path).await),
            "/login?next=%2Faccount%2Fsecurity"
        );
    }
    for form in FORMS.into_iter().filter(|form| form.starts_with("/account")) {
        assert_eq!(location(&get(&browser, form).await), SECURITY);
    }
    assert_eq!(get(&browser, "/login/mfa").await.status.as_u16(), 404);
}
