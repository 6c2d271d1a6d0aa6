//! Hosted pages for sign-up, sign-in and the account, for sites without a front end.
//!
//! They are plain HTML with plain forms, so they work without JavaScript and get a little better with it. A submitted
//! form runs the same use case as GraphQL, then the browser is redirected to a page that it can load again (POST,
//! redirect, GET). If something is refused, the form comes back with the typed values, except passwords.
//!
//! Sessions live in cookies. A form is accepted only from a page of this server: the browser's `Origin` must say so,
//! and the form must have a token that is bound to the browser and its session. A form that is sent again within a
//! minute gets the result of the first one.

mod account;
mod fields;
mod form_token;
mod link;
mod login;
mod logout;
mod next;
mod not_found;
mod page_context;
mod replay;
mod response;
mod sessions;
mod signup;
mod theme;

#[cfg(any(test, fuzzing))]
pub use next::properties as next_properties;

use std::sync::Arc;

use axum::{
    Extension, Router,
    response::{Redirect, Response},
    routing::{MethodRouter, get, post},
};

use self::{page_context::PageContext, theme::Theme};
use crate::{
    context::App,
    platform::{
        config::{Config, ConfigError},
        i18n::Translations,
        limit::InFlight,
    },
};

/// The texts of the pages; the first language is the fallback.
const TEXTS: [(&str, &str); 2] = [
    ("en", include_str!("texts/en.ftl")),
    ("de", include_str!("texts/de.ftl")),
];

/// What all pages share.
#[derive(Debug)]
struct Pages {
    theme: Theme,
    translations: Translations,
    /// Forms that are being processed, by their keys.
    in_flight: InFlight,
}

/// The routes of the pages and the fallback page; none if pages are disabled. Reads the files that the settings name.
pub fn routes(config: &Config) -> Result<Option<Router<Arc<App>>>, ConfigError> {
    if !config.pages {
        return Ok(None);
    }
    let pages = Arc::new(Pages {
        theme: Theme::load(config)?,
        translations: Translations::load(config, &TEXTS)?,
        in_flight: InFlight::default(),
    });
    let router = Router::new()
        .route("/", get(start))
        .route("/login", get(login::show).post(login::submit))
        .route("/signup", get(signup::show).post(signup::submit))
        .route("/account", get(account::show))
        .route("/logout", form(post(logout::submit)))
        .route("/account/profile", form(post(account::change_profile)))
        .route("/account/password", form(post(account::change_password)))
        .route("/account/delete", form(post(account::delete)))
        .route("/account/sessions/end", form(post(sessions::end_one)))
        .route("/account/sessions/end-others", form(post(sessions::end_others)))
        .route("/logo", get(theme::logo))
        .fallback(not_found::show)
        .layer(Extension(pages));
    Ok(Some(router))
}

/// A path that forms are sent to. The browser shows it when a form came back, so it must also load by GET.
fn form(sent: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    sent.get(to_account)
}

/// Redirects to the account, or to the login page if not signed in.
async fn start(page: PageContext) -> Response {
    match page.caller {
        Some(_) => page.see_other(next::ACCOUNT),
        None if page.has_ended => page.to_login(),
        None => page.see_other("/login"),
    }
}

async fn to_account() -> Redirect {
    Redirect::to(next::ACCOUNT)
}
