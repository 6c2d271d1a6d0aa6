//! What the log says of factors: nothing secret.

use portcullis::platform::clock::{Clock as _, SystemClock};

use super::*;
use crate::support::Program;

#[tokio::test]
async fn no_secret_of_a_factor_gets_into_the_log_or_an_address() {
    let server = Program::new().await.with("LOG_LEVEL", "trace").serve().await;
    let browser = Browser::new(server.url(), ORIGIN);
    sign_up(&browser, "ada").await;
    confirm_by_password(&browser).await;
    let (secret, page) = begin_set_up(&browser).await;
    let setup = hidden(&page, "/account/totp/confirm")["setup_token"].to_owned();
    let code = totp_code(&secret, SystemClock.now().as_second());
    let shown = press(&browser, &page, "/account/totp/confirm", &[("code", &code)]).await;
    let codes = codes_of(&shown);
    press(&browser, &shown, "/account/recovery-codes/file", &[]).await;
    let other = browser.copy();
    send(&browser, "/account", "/logout", &[]).await;
    log_in(&other).await;
    let answer = send(&other, "/login/mfa", "/login/mfa", &[("code", &codes[0])]).await;
    assert_eq!(location(&answer), "/account");
    let log = server.log();
    assert!(
        log.contains("/account/totp/confirm") && log.contains("/login/mfa"),
        "{log}"
    );
    for text in codes.iter().chain([&secret, &setup]) {
        assert!(!log.contains(text.as_str()), "{text}");
        assert!(!log.contains(&text.replace('-', "")), "{text}");
    }
}
