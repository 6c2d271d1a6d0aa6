//! A form that is sent again within a minute ends where the first one did.

mod account;
mod at_once;
mod limits;
mod sign_in;

use entity::session;
use reqwest::{Method, RequestBuilder};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

use super::{form_token, get};
use crate::support::{Answer, Browser, PASSWORD, TestApp};

const NEW: &str = "a candle over loud sand";

/// A form that is filled in, and can be sent more than once.
#[derive(Debug, Clone)]
pub(crate) struct Filled {
    action: &'static str,
    fields: Vec<(&'static str, String)>,
}

impl Filled {
    /// Loads the page at `path`, and fills its form for `action`.
    pub(crate) async fn load(
        browser: &Browser,
        path: &str,
        action: &'static str,
        fields: &[(&'static str, &str)],
    ) -> Self {
        let token = form_token(&get(browser, path).await);
        let typed = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Self {
            action,
            fields: std::iter::once(("form_token", token)).chain(typed).collect(),
        }
    }

    /// The sign-up page, filled in for `<name>@example.com`.
    pub(crate) async fn sign_up(browser: &Browser, name: &str) -> Self {
        let email = format!("{name}@example.com");
        let fields = [("name", name), ("email", &email), ("password", PASSWORD)];
        Self::load(browser, "/signup", "/signup", &fields).await
    }

    /// The login page, filled in for `<name>@example.com`.
    pub(crate) async fn login(browser: &Browser, name: &str) -> Self {
        let email = format!("{name}@example.com");
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        Self::load(browser, "/login", "/login", &fields).await
    }

    async fn new_password(browser: &Browser) -> Self {
        let fields = [("current_password", PASSWORD), ("new_password", NEW)];
        Self::load(browser, "/account", "/account/password", &fields).await
    }

    async fn deletion(browser: &Browser) -> Self {
        let fields = [("current_password", PASSWORD)];
        Self::load(browser, "/account", "/account/delete", &fields).await
    }

    async fn end_of(browser: &Browser, session: &str) -> Self {
        let fields = [("session", session)];
        Self::load(browser, "/account", "/account/sessions/end", &fields).await
    }

    /// The same page's form with other words in one of its fields.
    fn with(&self, name: &'static str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.fields.retain(|(field, _)| *field != name);
        changed.fields.push((name, value.to_owned()));
        changed
    }

    /// The token of the page.
    pub(crate) fn token(&self) -> &str {
        &self.fields[0].1
    }

    fn request(&self, browser: &Browser) -> RequestBuilder {
        browser.request(Method::POST, self.action).form(&self.fields)
    }

    /// Sends it.
    pub(crate) async fn send(&self, browser: &Browser) -> Answer {
        browser.send(self.request(browser)).await
    }

    /// Sends it, and the answer gets lost on its way to the browser.
    pub(crate) async fn send_and_lose(&self, browser: &Browser) -> Answer {
        Answer::of(self.request(browser)).await
    }
}

/// How many sessions are alive.
async fn sessions(app: &TestApp) -> u64 {
    session::Entity::find()
        .filter(session::Column::RevokedAt.is_null())
        .count(app.app.db.writer())
        .await
        .unwrap()
}

/// Whether this password opens Ada's account.
async fn opens(app: &TestApp, password: &str) -> bool {
    let answer = app.anonymous().login("ada@example.com", password).await;
    answer.user_errors("login").is_empty()
}
