//! The pages, as a browser without JavaScript meets them.

mod account;
mod activity;
mod admin;
mod again;
mod attempts;
mod data;
mod deletion;
mod forms;
mod journeys;
mod look;
pub(crate) mod mailed;
mod mfa;
mod next;
mod profile;

use std::collections::BTreeMap;

use reqwest::Method;

pub(crate) use again::Filled;

use crate::support::{Answer, Browser, PASSWORD};

/// Loads a page.
pub(crate) async fn get(browser: &Browser, path: &str) -> Answer {
    browser.send(browser.request(Method::GET, path)).await
}

/// Loads the page at `path`, fills its form for `action`, and sends it.
pub(crate) async fn send(browser: &Browser, path: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let page = get(browser, path).await;
    let token = form_token(&page);
    let mut form: BTreeMap<&str, &str> = fields.iter().copied().collect();
    form.entry("form_token").or_insert(&token);
    browser
        .send(browser.request(Method::POST, action).form(&form))
        .await
}

/// The token in the forms of a page.
pub(crate) fn form_token(page: &Answer) -> String {
    let rest = page.text.split_once("name=\"form_token\" value=\"");
    let (token, _) = rest.expect("a form").1.split_once('"').unwrap();
    token.to_owned()
}

/// Where an answer sends the browser.
pub(crate) fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    answer.header("location").unwrap()
}

/// Makes the account `<name>@example.com` on the sign-up page.
async fn sign_up(browser: &Browser, name: &str) {
    let email = format!("{name}@example.com");
    let fields = [("name", name), ("email", &email), ("password", PASSWORD)];
    let answer = send(browser, "/signup", "/signup", &fields).await;
    assert_eq!(location(&answer), "/account");
}
