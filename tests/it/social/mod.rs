//! Sign-in with another provider: the flow, when an identity links, and what an attack on it gains.

mod address;
mod again;
mod attacks;
mod callback;
mod client;
mod events;
mod hostile;
mod linking;
mod posted;
mod race;
mod situations;
mod start;
mod unlink;

use std::sync::Arc;

use entity::{identity, user};
use portcullis::platform::config::{Config, LoginRedirectUrl, Preset};
use reqwest::Method;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};
use url::Url;

use crate::{
    page::{form_token, location},
    support::{Answer, Browser, Callback, Client, ManualClock, PASSWORD, StubProvider, TestApp},
};

/// What the provider says by default.
const EMAIL: &str = "ada@example.com";

/// Makes the provider trusted for addresses of `example.com`.
pub(crate) const TRUSTED: &str = "email_domains = [\"example.com\"]";

/// Where the client of the tests comes back to.
const REDIRECT: &str = "https://app.example.com/callback";

/// A server, and a provider that it knows as `corp`.
pub(crate) struct Social {
    pub(crate) app: TestApp,
    pub(crate) provider: StubProvider,
}

impl Social {
    /// With a provider that is trusted for `example.com`.
    async fn start() -> Self {
        Self::with(TRUSTED, |_| {}).await
    }

    /// With these lines in the table of the provider, and these settings.
    pub(crate) async fn with(lines: &str, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::default());
        let provider = StubProvider::oidc(clock.clone()).await;
        let config = provider.config(lines);
        let app = TestApp::builder()
            .clock(clock)
            .config(|all| {
                all.providers = vec![config];
                all.login_redirect_urls = vec![LoginRedirectUrl::parse(REDIRECT).unwrap()];
                all.account_writes = 0;
                all.logins_per_network = 0;
                change(all);
            })
            .start()
            .await;
        Self { app, provider }
    }

    /// Another preset, under its own name.
    async fn of(preset: Preset) -> Self {
        let clock = Arc::new(ManualClock::default());
        let provider = StubProvider::start(preset, clock.clone()).await;
        let config = provider.config("");
        let app = TestApp::builder()
            .clock(clock)
            .config(|all| {
                all.providers = vec![config];
                all.login_redirect_urls = vec![LoginRedirectUrl::parse(REDIRECT).unwrap()];
            })
            .start()
            .await;
        Self { app, provider }
    }

    /// Clicks the button on the login page, consents at the provider, and comes back.
    pub(crate) async fn sign_in(&self, browser: &Browser) -> Answer {
        let callback = self.consent(browser, "/oauth/corp/start").await;
        come_back(browser, &callback).await
    }

    /// Follows a link of an own page to the provider, and consents there.
    async fn consent(&self, browser: &Browser, path: &str) -> Callback {
        let started = get(browser, path).await;
        self.provider.sign_in(&Url::parse(location(&started)).unwrap())
    }

    /// The provider says that the person has this address.
    fn says(&self, email: &str) {
        let email = email.to_owned();
        self.provider
            .answers(move |claims| claims["email"] = json!(email));
    }

    /// The provider speaks of another person.
    pub(crate) fn says_person(&self, subject: &str, email: &str) {
        let (subject, email) = (subject.to_owned(), email.to_owned());
        self.provider.answers(move |claims| {
            claims["sub"] = json!(subject);
            claims["email"] = json!(email);
        });
    }

    async fn counts(&self) -> (u64, u64, u64) {
        let db = self.app.app.db.writer();
        (
            user::Entity::find().count(db).await.unwrap(),
            identity::Entity::find().count(db).await.unwrap(),
            entity::session::Entity::find().count(db).await.unwrap(),
        )
    }

    async fn identities(&self) -> Vec<identity::Model> {
        identity::Entity::find()
            .all(self.app.app.db.writer())
            .await
            .unwrap()
    }
}

/// Loads a page.
pub(crate) async fn get(browser: &Browser, path: &str) -> Answer {
    browser.send(browser.request(Method::GET, path)).await
}

/// The browser is sent back by the provider, which is another site.
pub(crate) async fn come_back(browser: &Browser, callback: &Callback) -> Answer {
    let url = callback.url();
    let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    get(&browser.on(&[("sec-fetch-site", "cross-site")]), &path).await
}

/// Fills in the form of a page that was loaded before.
pub(crate) async fn submit(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = get(browser, path).await;
    let token = form_token(&page);
    let mut all = vec![("form_token", token.as_str())];
    all.extend_from_slice(fields);
    browser.send(browser.request(Method::POST, path).form(&all)).await
}

/// Who is signed in in this browser.
async fn who(browser: &Browser) -> Value {
    let answer = browser
        .query("{ viewer { user { id email hasPassword identities { provider { id name } email } } } }")
        .await;
    answer.data("viewer")["user"].clone()
}

/// Where a page that leaves this server leads: its own address, and the query.
fn left_to(answer: &Answer) -> (String, std::collections::HashMap<String, String>) {
    let rest = answer
        .text
        .split_once("content=\"0;url=")
        .expect("a page that leaves")
        .1;
    let url = rest
        .split_once('"')
        .unwrap()
        .0
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let url = Url::parse(&url).unwrap();
    let query = url.query_pairs().into_owned().collect();
    let mut plain = url;
    plain.set_query(None);
    (plain.to_string(), query)
}

/// The codes of the errors of the only root field.
fn codes(answer: &Answer) -> Vec<String> {
    let data = answer.body["data"]
        .as_object()
        .unwrap_or_else(|| panic!("{}", answer.text));
    let (_, payload) = data.iter().next().unwrap();
    let errors = payload["userErrors"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", answer.text));
    errors
        .iter()
        .map(|error| error["code"].as_str().unwrap().to_owned())
        .collect()
}

/// A client that has just proven who it is, by its password.
async fn stepped_up(app: &TestApp, client: &Client) -> Client {
    let answer = client
        .call(
            "reauthenticate",
            "tokens { accessToken }",
            json!({ "password": PASSWORD }),
        )
        .await;
    let token = answer.data("reauthenticate")["tokens"]["accessToken"].as_str();
    app.bearer(token.unwrap_or_else(|| panic!("{}", answer.text)))
}

/// A browser that is signed in to this account, and has just proven who it is.
pub(crate) async fn stepped_up_browser(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    browser.login(email).await;
    submit(
        &browser,
        "/reauthenticate?next=%2Faccount%2Fsecurity",
        &[("password", PASSWORD)],
    )
    .await;
    browser
}

/// Confirms the addresses of all accounts.
pub(crate) async fn confirm_all(app: &TestApp) {
    app.sql("UPDATE users SET email_verified_at = 1").await;
}
