//! Passkeys on the pages, with a software authenticator in the place of the script.

use super::*;

const TO_SECURITY: &str = "/reauthenticate?next=%2Faccount%2Fsecurity";

/// Ada's account with a passkey. Returns her browser and the recovery codes.
async fn with_passkey(app: &TestApp, phone: &mut Authenticator) -> (Browser, Vec<String>) {
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    confirm_by_password(&browser).await;
    let shown = add_passkey(&browser, phone, "My phone").await;
    assert_eq!(shown.status.as_u16(), 200, "{}", shown.text);
    (browser, codes_of(&shown))
}

/// Confirms who it is with the passkey.
async fn confirm_by_passkey(browser: &Browser, phone: &mut Authenticator) {
    let page = get(browser, TO_SECURITY).await;
    let page = press(browser, &page, "/reauthenticate/start", &[]).await;
    assert!(page.text.contains("data-auto"), "{}", page.text);
    let credential = phone.get(&options(&page));
    let answer = press(browser, &page, "/reauthenticate", &[("credential", &credential)]).await;
    assert_eq!(location(&answer), "/account/security?notice=confirmed");
}

#[tokio::test]
async fn a_passkey_is_added_renamed_and_removed() {
    let (app, mut phone) = (TestApp::start().await, phone());
    let (browser, codes) = with_passkey(&app, &mut phone).await;
    assert_eq!(codes.len(), 10);
    let page = get(&browser, SECURITY).await;
    assert!(
        page.text.contains("<strong>My phone</strong>") && page.text.contains("synced"),
        "{}",
        page.text
    );
    assert!(page.text.contains("aria-label=\"Remove My phone\""));
    let answer = press(
        &browser,
        &page,
        "/account/passkeys/rename",
        &[("name", "Old <phone>")],
    )
    .await;
    assert_eq!(location(&answer), "/account/security?notice=passkey-renamed");
    let page = get(&browser, SECURITY).await;
    assert!(page.text.contains("Old &#60;phone&#62;"), "{}", page.text);
    let answer = press(&browser, &page, "/account/passkeys/rename", &[("name", " ")]).await;
    assert_eq!(answer.status.as_u16(), 422);
    let answer = press(&browser, &page, "/account/passkeys/remove", &[]).await;
    assert_eq!(location(&answer), "/account/security?notice=passkey-removed");
    let again = press(&browser, &page, "/account/passkeys/remove", &[]).await;
    assert_eq!(location(&again), "/account/security?notice=passkey-removed");
    assert!(!get(&browser, SECURITY).await.text.contains("Old &#60;phone&#62;"));
}

#[tokio::test]
async fn a_registration_needs_a_proof_and_takes_one_answer() {
    let (app, mut phone) = (TestApp::start().await, phone());
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let answer = send(&browser, SECURITY, "/account/passkeys/start", &[]).await;
    assert_eq!(
        location(&answer),
        "/reauthenticate?next=%2Faccount%2Fsecurity&notice=confirm-first"
    );
    confirm_by_password(&browser).await;
    let page = send(&browser, SECURITY, "/account/passkeys/start", &[]).await;
    assert!(page.text.contains("data-passkey=\"create\"") && page.text.contains("data-auto"));
    let answer = press(&browser, &page, "/account/passkeys", &[("credential", "{}")]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("The passkey was not accepted."),
        "{}",
        answer.text
    );
    let credential = phone.create(&options(&page));
    let answer = press(
        &browser,
        &page,
        "/account/passkeys",
        &[("credential", &credential)],
    )
    .await;
    assert_eq!(location(&answer), "/account/security?notice=passkey-expired");
    // Sent again, the codes are not shown again.
    let page = send(&browser, SECURITY, "/account/passkeys/start", &[]).await;
    let credential = phone.create(&options(&page));
    let shown = press(
        &browser,
        &page,
        "/account/passkeys",
        &[("credential", &credential)],
    )
    .await;
    assert_eq!(codes_of(&shown).len(), 10);
    let again = press(
        &browser,
        &page,
        "/account/passkeys",
        &[("credential", &credential)],
    )
    .await;
    assert_eq!(location(&again), "/account/security?notice=codes-shown-once");
}

#[tokio::test]
async fn a_passkey_signs_in_without_address_and_password() {
    let (app, mut phone) = (TestApp::start().await, phone());
    with_passkey(&app, &mut phone).await;
    let browser = app.browser();
    let page = get(&browser, "/login").await;
    assert!(page.text.contains("autocomplete=\"username webauthn\"") && page.text.len() < 30_000);
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .ends_with("connect-src 'self'")
    );
    let credential = phone.get(&options(&page));
    let answer = press(&browser, &page, "/login/passkey", &[("credential", &credential)]).await;
    assert_eq!(location(&answer), "/account");
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
    // The same form again gets the same answer; as another form it gets a new challenge.
    let other = app.browser();
    let page = get(&other, "/login").await;
    let mut wrong: serde_json::Value = serde_json::from_str(&phone.get(&options(&page))).unwrap();
    wrong["response"]["signature"] = "AAAA".into();
    let wrong = wrong.to_string();
    let answer = press(&other, &page, "/login/passkey", &[("credential", &wrong)]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("The passkey was not accepted."),
        "{}",
        answer.text
    );
    assert_ne!(options(&answer), options(&page));
    let late = phone.get(&options(&page));
    let answer = press(&other, &page, "/login/passkey", &[("credential", &late)]).await;
    assert!(
        answer
            .text
            .contains("This sign-in has expired. Please try again."),
        "{}",
        answer.text
    );
    let credential = phone.get(&options(&answer));
    let answer = press(&other, &answer, "/login/passkey", &[("credential", &credential)]).await;
    assert_eq!(location(&answer), "/account");
    assert_eq!(location(&get(&other, "/login/passkey").await), "/login");
}

#[tokio::test]
async fn a_passkey_is_the_second_factor_of_a_password() {
    let (app, mut phone) = (TestApp::start().await, phone());
    with_passkey(&app, &mut phone).await;
    let browser = app.browser();
    assert_eq!(location(&log_in(&browser).await), "/login/mfa");
    let page = get(&browser, "/login/mfa").await;
    assert!(
        page.text.contains("One of your recovery codes.") && page.text.contains("Continue with a passkey")
    );
    let credential = phone.get(&options(&page));
    let answer = press(
        &browser,
        &page,
        "/login/mfa",
        &[("credential", &credential), ("code", "")],
    )
    .await;
    assert_eq!(location(&answer), "/account");
    // One answer is taken; then a recovery code is left.
    let other = app.browser();
    log_in(&other).await;
    let page = get(&other, "/login/mfa").await;
    let answer = press(&other, &page, "/login/mfa", &[("credential", "{}")]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(answer.text.contains("The passkey was not accepted.") && !answer.text.contains("data-options"));
}

#[tokio::test]
async fn a_password_is_removed_after_a_proof_by_passkey() {
    let (app, mut phone) = (TestApp::start().await, phone());
    let (browser, _) = with_passkey(&app, &mut phone).await;
    let answer = send(&browser, SECURITY, "/account/password/remove", &[]).await;
    let proof = "/reauthenticate?next=%2Faccount%2Fsecurity&notice=confirm-by-passkey&by=passkey";
    assert_eq!(location(&answer), proof);
    assert!(
        get(&browser, proof)
            .await
            .text
            .contains("Please confirm with a passkey")
    );
    confirm_by_passkey(&browser, &mut phone).await;
    let answer = send(&browser, SECURITY, "/account/password/remove", &[]).await;
    assert_eq!(location(&answer), "/account/security?notice=password-removed");
    let page = get(&browser, SECURITY).await;
    assert!(!page.text.contains("Remove the password"), "{}", page.text);
    // It is the last way to sign in now.
    let answer = press(&browser, &page, "/account/passkeys/remove", &[]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("This passkey is your last way to sign in."),
        "{}",
        answer.text
    );
    assert_eq!(log_in(&app.browser()).await.status.as_u16(), 422);
}

#[tokio::test]
async fn where_passkeys_do_not_work_nobody_offers_them() {
    let app = TestApp::with(|config| config.passkey_rp_id = None).await;
    let browser = app.browser();
    let page = get(&browser, "/login").await;
    assert!(!page.text.contains("webauthn") && !page.text.contains("data-passkey"));
    sign_up(&browser, "ada").await;
    assert!(!get(&browser, SECURITY).await.text.contains("passkeys/start"));
}
