//! Pages: sign-up, login and the account, for people, without a line of front end.
//!
//! They are plain HTML with plain forms, so they work without JavaScript and get a little better with it. A form is
//! sent, the use case that GraphQL calls runs, and the browser is sent on to a page that it can load again
//! (POST, redirect, GET); where something is refused, the form comes back with what was typed, passwords aside.
//!
//! Sessions live in cookies. A form counts only if it comes from a page of this server: the browser's `Origin` says
//! so, and a token in the form that is bound to the browser and to its session. One that is sent again within a minute
//! ends where the first one did.

mod account;
mod fields;
mod form_token;
mod i18n;
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

use self::{i18n::Translations, page_context::PageContext, theme::Theme};
use crate::{
    context::App,
    platform::{
        config::{Config, ConfigError},
        limit::InFlight,
    },
};

/// What every page is made of.
#[derive(Debug)]
struct Pages {
    theme: Theme,
    translations: Translations,
    /// Forms that are being worked on, by their keys.
    in_flight: InFlight,
}

/// The pages' routes, and what stands where nothing is; none where the pages are switched off. Reads the files that the settings name.
pub fn routes(config: &Config) -> Result<Option<Router<Arc<App>>>, ConfigError> {
    if !config.pages {
        return Ok(None);
    }
    let pages = Arc::new(Pages {
        theme: Theme::load(config)?,
        translations: Translations::load(config)?,
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

/// An address that forms are sent to. It stands in the browser's bar when a form came back, and may be loaded from
/// there.
fn form(sent: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    sent.get(to_account)
}

/// The account of who is signed in; the login page for everybody else.
async fn start(visit: PageContext) -> Response {
    match visit.caller {
        Some(_) => visit.see_other(next::ACCOUNT),
        None if visit.has_ended => visit.to_login(),
        None => visit.see_other("/login"),
    }
}

async fn to_account() -> Redirect {
    Redirect::to(next::ACCOUNT)
}
