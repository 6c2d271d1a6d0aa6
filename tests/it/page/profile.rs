//! The form of the profile: language, and notices of new sign-ins.

use std::fs;

use reqwest::Method;
use serde_json::json;

use crate::{
    page::{get, location, send, sign_up},
    support::{Browser, TestApp},
};

const FORM: &str = "/account/profile";
const TICKED: &str = "name=\"sign_in_notices\" value=\"true\" checked";
const UNTICKED: &str = "name=\"sign_in_notices\" value=\"true\">";

async fn profile(browser: &Browser) -> serde_json::Value {
    let answer = browser
        .query("{ me { name locale isSignInNoticeEnabled } }")
        .await;
    answer.data("me").clone()
}

#[tokio::test]
async fn notices_of_new_sign_ins_are_switched_off_and_on() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    assert!(get(&browser, "/account").await.text.contains(TICKED));
    let without = [
        ("name", "ada"),
        ("locale", "en"),
        ("asks_sign_in_notices", "true"),
    ];
    let answer = send(&browser, "/account", FORM, &without).await;
    assert_eq!(location(&answer), "/account?notice=profile-saved");
    assert_eq!(profile(&browser).await["isSignInNoticeEnabled"], false);
    assert!(get(&browser, "/account").await.text.contains(UNTICKED));
    // A form that does not ask leaves them alone.
    send(&browser, "/account", FORM, &[("name", "Ada")]).await;
    let expected = json!({ "name": "Ada", "locale": "en", "isSignInNoticeEnabled": false });
    assert_eq!(profile(&browser).await, expected);
    let mut with = without.to_vec();
    with.push(("sign_in_notices", "true"));
    send(&browser, "/account", FORM, &with).await;
    assert_eq!(profile(&browser).await["isSignInNoticeEnabled"], true);
}

#[tokio::test]
async fn the_chosen_language_is_that_of_the_pages_and_not_the_browsers() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let page = get(&browser, "/account").await;
    assert!(
        page.text
            .contains("<option value=\"en\" lang=\"en\" selected>English</option>"),
        "{}",
        page.text
    );
    send(&browser, "/account", FORM, &[("name", "ada"), ("locale", "de")]).await;
    assert_eq!(profile(&browser).await["locale"], "de");
    let english = browser
        .request(Method::GET, "/account")
        .header("accept-language", "en");
    let page = browser.send(english).await;
    assert!(
        page.text.contains("<html lang=\"de\">") && page.text.contains("Willkommen"),
        "{}",
        page.text
    );
    assert!(
        page.text
            .contains("<option value=\"de\" lang=\"de\" selected>Deutsch</option>"),
        "{}",
        page.text
    );
    // Visitors have no choice of their own.
    let page = get(&app.browser(), "/login").await;
    assert!(page.text.contains("<html lang=\"en\">"), "{}", page.text);
}

#[tokio::test]
async fn what_was_chosen_stays_when_the_form_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let fields = [("name", ""), ("locale", "de"), ("asks_sign_in_notices", "true")];
    let answer = send(&browser, "/account", FORM, &fields).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("value=\"de\" lang=\"de\" selected") && answer.text.contains(UNTICKED),
        "{}",
        answer.text
    );
    let expected = json!({ "name": "ada", "locale": "en", "isSignInNoticeEnabled": true });
    assert_eq!(profile(&browser).await, expected);
    let answer = send(&browser, "/account", FORM, &[("name", "ada"), ("locale", "tlh")]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("This server does not speak that language.")
            && answer.text.contains("aria-describedby=\"profile-locale-error\""),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn an_added_language_can_be_chosen_by_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fr.ftl"), "language-fr = Français").unwrap();
    fs::write(folder.path().join("nl.ftl"), "sign-in = Inloggen").unwrap();
    let app = TestApp::with(|config| config.brand_texts = Some(folder.path().to_owned())).await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let page = get(&browser, "/account").await;
    for option in ["lang=\"fr\">Français<", "lang=\"nl\">nl<"] {
        assert!(page.text.contains(option), "{}", page.text);
    }
    let answer = send(&browser, "/account", FORM, &[("name", "ada"), ("locale", "fr")]).await;
    assert_eq!(location(&answer), "/account?notice=profile-saved");
    assert_eq!(profile(&browser).await["locale"], "fr");
}
