//! The pages that ask for mails, and those that their links lead to.

mod again;
mod by_mail;
mod change;
mod links;
mod log;
mod register;
mod report;
mod reset;
mod verify;

use std::collections::BTreeMap;

use portcullis::platform::config::EmailVerification;
use reqwest::Method;

use super::{get, location};
use crate::support::{Answer, Browser, Letter, TestApp};

const NEW: &str = "a kettle on a rainy stove";

/// A server on which an account needs a confirmed address.
async fn strict() -> TestApp {
    TestApp::with(|config| config.email_verification = EmailVerification::Required).await
}

/// The path and query of the letter's link.
fn target(letter: &Letter) -> &str {
    let link = letter.link.as_deref().expect("the letter has no link");
    link.strip_prefix("http://localhost:8000")
        .expect("a link of this server")
}

/// Opens the letter's link, and returns the page that it leads to.
pub(crate) async fn open(browser: &Browser, letter: &Letter) -> Answer {
    let answer = get(browser, target(letter)).await;
    let to = location(&answer).to_owned();
    assert!(!to.contains('?'), "{to}");
    get(browser, &to).await
}

/// The hidden fields of the first form for `action`.
pub(crate) fn hidden<'a>(page: &'a Answer, action: &str) -> BTreeMap<&'a str, &'a str> {
    let mark = format!("action=\"{action}\"");
    let (_, form) = page
        .text
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no form for {action}: {}", page.text));
    let (form, _) = form.split_once("</form>").unwrap();
    let value = |tag: &'a str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0)
    };
    let tags = form
        .split("<input ")
        .filter(|tag| tag.starts_with("type=\"hidden\""));
    tags.filter_map(|tag| Some((value(tag, "name")?, value(tag, "value")?)))
        .collect()
}

/// Fills the page's form for `action`, and sends it.
pub(crate) async fn press(browser: &Browser, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = hidden(page, action);
    form.extend(fields.iter().copied());
    browser
        .send(browser.request(Method::POST, action).form(&form))
        .await
}

/// Loads the page at `path`, fills its form for the same path, and sends it.
async fn ask(browser: &Browser, path: &str, email: &str) -> Answer {
    let page = get(browser, path).await;
    press(browser, &page, path, &[("email", email)]).await
}

/// The page without what is random in every page.
fn fixed(page: &Answer) -> String {
    let mut text = page.text.clone();
    for mark in ["nonce=\"", "name=\"form_token\" value=\""] {
        let parts: Vec<_> = text.split(mark).map(str::to_owned).collect();
        let mut rest = parts.into_iter();
        let mut fixed = rest.next().unwrap();
        for part in rest {
            fixed.push_str(part.split_once('"').unwrap().1);
        }
        text = fixed;
    }
    text
}

/// Ada, with a confirmed address, signed in with this browser.
async fn ada(app: &TestApp) -> Browser {
    let browser = app.browser();
    super::sign_up(&browser, "ada").await;
    let letter = app.mail("ada@example.com", "confirm_address").await;
    let page = open(&browser, &letter).await;
    let answer = press(&browser, &page, "/verify-email", &[]).await;
    assert_eq!(location(&answer), "/account?notice=email-confirmed");
    browser
}
