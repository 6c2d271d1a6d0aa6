//! Setting the authenticator app up.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn the_set_up_shows_a_qr_code_and_a_key_and_then_the_codes_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    assert!(
        get(&browser, "/account")
            .await
            .text
            .contains("href=\"/account/security\"")
    );
    let page = get(&browser, SECURITY).await;
    assert!(page.text.contains("Set up an authenticator app") && !page.text.contains("Make new codes"));
    let answer = send(&browser, SECURITY, "/account/totp", &[]).await;
    let proof = "/reauthenticate?next=%2Faccount%2Fsecurity&notice=confirm-first";
    assert_eq!(location(&answer), proof);
    assert!(get(&browser, proof).await.text.contains("Then try again."));
    confirm_by_password(&browser).await;
    let (secret, page) = begin_set_up(&browser).await;
    assert!(
        page.text
            .contains("<svg class=\"qr\" role=\"img\" aria-label=\"QR code for your authenticator app\"")
    );
    assert!(
        page.text.contains("href=\"otpauth://totp/") && page.text.len() < 30_000,
        "{}",
        page.text.len()
    );
    assert_eq!(secret.len(), 32, "160 bits");
    assert!(
        page.text
            .contains(&format!("{} {} ", &secret[..4], &secret[4..8])),
        "groups of four"
    );
    // A wrong code shows the same set-up again.
    let wrong = press(&browser, &page, "/account/totp/confirm", &[("code", "000000")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(
        wrong.text.contains(&format!("secret={secret}"))
            && wrong
                .text
                .contains("This is not the code that the app shows now.")
    );
    let now = totp_code(&secret, app.clock.now().as_second());
    let shown = press(&browser, &wrong, "/account/totp/confirm", &[("code", &now)]).await;
    assert_eq!(shown.status.as_u16(), 200);
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let codes = codes_of(&shown);
    assert_eq!(codes.len(), 10);
    // Sent again, they are not shown again.
    let again = press(&browser, &wrong, "/account/totp/confirm", &[("code", &now)]).await;
    assert_eq!(location(&again), "/account/security?notice=codes-shown-once");
    let page = get(&browser, location(&again)).await;
    assert!(
        page.text.contains("make others") && page.text.contains("You have 10 left."),
        "{}",
        page.text
    );
    for text in [&page.text, &again.text] {
        assert!(codes.iter().all(|code| !text.contains(code)) && !text.contains(&secret));
    }
}

#[tokio::test]
async fn a_set_up_is_of_its_session_and_lives_ten_minutes() {
    let app = TestApp::start().await;
    let (browser, other) = (app.browser(), app.browser());
    sign_up(&browser, "ada").await;
    log_in(&other).await;
    confirm_by_password(&browser).await;
    let (secret, page) = begin_set_up(&browser).await;
    let setup = hidden(&page, "/account/totp/confirm")["setup_token"].to_owned();
    let now = totp_code(&secret, app.clock.now().as_second());
    let fields = [("setup_token", setup.as_str()), ("code", now.as_str())];
    let answer = send(&other, SECURITY, "/account/totp/confirm", &fields).await;
    assert_eq!(location(&answer), "/account/security?notice=app-expired");
    app.clock.advance(Duration::from_mins(10));
    let now = totp_code(&secret, app.clock.now().as_second());
    let answer = press(&browser, &page, "/account/totp/confirm", &[("code", &now)]).await;
    assert_eq!(location(&answer), "/account/security?notice=app-expired");
}

#[tokio::test]
async fn an_app_is_turned_off_after_a_proof() {
    let ada = Protected::new(TestApp::start().await).await;
    let answer = send(&ada.browser, SECURITY, "/account/totp/off", &[]).await;
    assert_eq!(
        location(&answer),
        "/account/security?notice=app-off",
        "the proof of the set-up still counts"
    );
    assert!(
        get(&ada.browser, SECURITY)
            .await
            .text
            .contains("Set up an authenticator app")
    );
    assert_eq!(location(&log_in(&ada.app.browser()).await), "/account");
}
