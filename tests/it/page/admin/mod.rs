//! Administration on pages.

mod audit;
mod forms;
mod import;
mod invite;
mod matrix;
mod people;
mod person;

use reqwest::Method;

use super::{form_token, get, location, mailed::press};
use crate::support::{Answer, Browser, PASSWORD, TestApp};

/// Somebody with these roles, signed in with a browser.
async fn with_roles(app: &TestApp, name: &str, roles: &[&str]) -> Browser {
    let person = app.admin(name).await;
    app.set_roles(&person, roles).await;
    let browser = app.browser();
    browser.login(&person.email).await.data("login");
    browser
}

/// The same, who has just proven who they are.
async fn proven(app: &TestApp, name: &str, roles: &[&str]) -> Browser {
    let browser = with_roles(app, name, roles).await;
    prove(&browser, "/admin").await;
    browser
}

/// Proves who it is on the page that leads to `next`.
async fn prove(browser: &Browser, next: &str) {
    let query = url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>();
    let page = get(browser, &format!("/reauthenticate?next={query}")).await;
    let answer = press(browser, &page, "/reauthenticate", &[("password", PASSWORD)]).await;
    assert_eq!(location(&answer), format!("{next}?notice=confirmed"));
}

/// The page of the person with this address.
async fn path_of(app: &TestApp, name: &str) -> String {
    let row = app.row(&format!("{name}@example.com")).await.unwrap();
    format!("/admin/users/{}", row.id)
}

/// Loads a page of ours, and sends a form with its token.
async fn post(browser: &Browser, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let token = form_token(&get(browser, page).await);
    let form = [&[("form_token", token.as_str())], fields].concat();
    browser
        .send(browser.request(Method::POST, action).form(&form))
        .await
}

/// A page as browsers ask for it.
async fn open(browser: &Browser, path: &str) -> Answer {
    let request = browser.request(Method::GET, path);
    browser.send(request.header("accept", "text/html")).await
}
