//! The pages of second factors and passkeys.

mod app;
mod codes;
mod enrolment;
mod log;
mod passkeys;
mod policy;
mod proof;
mod refused;
mod remembered;
mod sign_in;

use std::time::Duration;

use portcullis::platform::clock::Clock as _;

use super::{
    get, location,
    mailed::{hidden, press},
    send, sign_up,
};
use crate::support::{Answer, Authenticator, Browser, PASSWORD, TestApp, totp_code};

const SECURITY: &str = "/account/security";
const ORIGIN: &str = "http://localhost:8000";

/// An account with an authenticator app.
struct Protected {
    app: TestApp,
    /// Signed in.
    browser: Browser,
    /// The secret of the app.
    secret: String,
    codes: Vec<String>,
}

impl Protected {
    /// Ada's account, set up on the pages.
    async fn new(app: TestApp) -> Self {
        let browser = app.browser();
        sign_up(&browser, "ada").await;
        confirm_by_password(&browser).await;
        let (secret, page) = set_up(&app, &browser).await;
        assert_eq!(page.status.as_u16(), 200, "{}", page.text);
        let codes = codes_of(&page);
        // The code of the set-up counts as used.
        next_code(&app);
        Self {
            app,
            browser,
            secret,
            codes,
        }
    }

    /// The code that the app shows now.
    fn code(&self) -> String {
        totp_code(&self.secret, self.app.clock.now().as_second())
    }

    /// Another browser that has given the password, on the page that it was led to.
    async fn challenged(&self) -> (Browser, Answer) {
        let browser = self.app.browser();
        let answer = log_in(&browser).await;
        assert_eq!(location(&answer), "/login/mfa");
        let page = get(&browser, "/login/mfa").await;
        assert_eq!(page.status.as_u16(), 200, "{}", page.text);
        (browser, page)
    }
}

/// The clock moves to the next code of an app.
fn next_code(app: &TestApp) {
    app.clock.advance(Duration::from_secs(30));
}

/// Gives Ada's password on the sign-in page.
async fn log_in(browser: &Browser) -> Answer {
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    send(browser, "/login", "/login", &fields).await
}

/// Confirms who it is with the password.
async fn confirm_by_password(browser: &Browser) {
    let path = "/reauthenticate?next=%2Faccount%2Fsecurity";
    let page = get(browser, path).await;
    let answer = press(browser, &page, "/reauthenticate", &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/account/security?notice=confirmed");
}

/// Begins to set an app up. Returns its secret and the page.
async fn begin_set_up(browser: &Browser) -> (String, Answer) {
    let answer = send(browser, SECURITY, "/account/totp", &[]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let (_, rest) = answer.text.split_once("<p class=\"group\">").expect("the secret");
    let secret = rest.split_once('<').unwrap().0.replace(' ', "");
    (secret, answer)
}

/// Sets an app up. Returns its secret and the answer to its first code.
async fn set_up(app: &TestApp, browser: &Browser) -> (String, Answer) {
    let (secret, page) = begin_set_up(browser).await;
    let code = totp_code(&secret, app.clock.now().as_second());
    let answer = press(browser, &page, "/account/totp/confirm", &[("code", &code)]).await;
    (secret, answer)
}

/// The recovery codes that a page shows.
fn codes_of(page: &Answer) -> Vec<String> {
    let (_, rest) = page.text.split_once("<ul class=\"codes\">").expect("codes");
    let (list, _) = rest.split_once("</ul>").unwrap();
    let items = list.split("<li>").skip(1);
    items
        .map(|item| item.split_once('<').unwrap().0.to_owned())
        .collect()
}

/// What the page asks a passkey.
fn options(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("data-options=\"").expect("options");
    let (text, _) = rest.split_once('"').unwrap();
    text.replace("&#34;", "\"")
}

/// Adds a passkey to the account of a browser that has confirmed who it is. Returns the answer.
async fn add_passkey(browser: &Browser, phone: &mut Authenticator, name: &str) -> Answer {
    let page = send(browser, SECURITY, "/account/passkeys/start", &[]).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    let credential = phone.create(&options(&page));
    let fields = [("credential", credential.as_str()), ("name", name)];
    press(browser, &page, "/account/passkeys", &fields).await
}

fn phone() -> Authenticator {
    Authenticator::new(ORIGIN, "phone")
}
