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
mod account_email;
mod account_proof;
mod activity;
mod admin;
mod another_mail;
mod ask;
mod by_mail;
mod data;
mod date;
mod deletion;
mod deletion_gate;
mod event_text;
mod factor_gate;
mod fields;
mod form_token;
mod form_validity;
mod kept;
mod link;
mod login;
mod logout;
mod mail_cookies;
mod mailed;
mod mfa;
mod next;
mod not_found;
mod oauth;
mod page_context;
mod passkey_login;
mod reauthenticate;
mod replay;
mod response;
mod security;
mod session_rows;
mod sessions;
mod shown_time;
mod signup;
mod submitted_form;
mod theme;

#[cfg(any(test, fuzzing))]
pub use next::properties as next_properties;

pub use admin::paths as admin_paths;

use std::sync::Arc;

use axum::{
    Extension, Router,
    response::{Redirect, Response},
    routing::{MethodRouter, get, post},
};

use self::{
    mailed::{
        confirm,
        new_password::{self, Reason},
        report, sign_in, undo,
    },
    mfa::verify,
    page_context::PageContext,
    reauthenticate::start as proof,
    security::{codes, passkeys, password, totp},
    theme::Theme,
};
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

impl Pages {
    /// What a language calls itself: its own text, else its tag.
    fn name_of_language(&self, tag: &str) -> String {
        let language = self.translations.find(tag);
        language
            .find(&format!("language-{tag}"), &[])
            .unwrap_or_else(|| tag.to_owned())
    }
}

/// The routes of the pages and the fallback page; none if pages are disabled. Reads the files that the settings name.
pub fn routes(config: &Config) -> Result<Option<Router<Arc<App>>>, ConfigError> {
    // Sign-ins with other providers go through pages, whoever shows the buttons.
    if !config.pages && config.providers.is_empty() {
        return Ok(None);
    }
    let pages = Arc::new(Pages {
        theme: Theme::load(config)?,
        translations: Translations::load(config, &TEXTS)?,
        in_flight: InFlight::default(),
    });
    let router = if config.pages { all() } else { oauth::routes() };
    let router = router.route("/logo", get(theme::logo));
    Ok(Some(router.layer(Extension(pages))))
}

fn all() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(start))
        .route("/login", get(login::show).post(login::submit))
        .route("/signup", get(signup::show).post(signup::submit))
        .route("/account", get(account::show))
        .route(next::ACTIVITY, get(activity::show))
        .route(next::DATA, get(data::show))
        .route("/account/data/download", post(data::download).get(data::to_page))
        .route(next::DELETION, get(deletion::show))
        .route(deletion_gate::CANCEL, form(post(deletion::cancel)))
        .route("/logout", form(post(logout::submit)))
        .route("/account/profile", form(post(account::change_profile)))
        .route("/account/password", form(post(account::change_password)))
        .route("/account/delete", form(post(account::delete)))
        .route("/account/email", form(post(account_email::change)))
        .route("/account/email/cancel", form(post(account_email::cancel)))
        .route("/account/sessions/end", form(post(sessions::end_one)))
        .route("/account/sessions/end-others", form(post(sessions::end_others)))
        .merge(of_factors())
        .merge(of_mails())
        .merge(admin::routes())
        .merge(oauth::routes())
        .merge(oauth::account_routes())
        .fallback(not_found::show)
}

/// The pages of passkeys and second factors.
fn of_factors() -> Router<Arc<App>> {
    let form = |sent: MethodRouter<Arc<App>>| sent.get(security::to_page);
    Router::new()
        .route(
            "/login/passkey",
            get(passkey_login::show).post(passkey_login::submit),
        )
        .route("/login/mfa", get(verify::show).post(verify::submit))
        .route(
            "/reauthenticate",
            get(reauthenticate::show).post(reauthenticate::submit),
        )
        .route("/reauthenticate/start", get(proof::show).post(proof::submit))
        .route("/account/security", get(security::show))
        .route("/account/totp", form(post(totp::start)))
        .route("/account/totp/confirm", form(post(totp::confirm)))
        .route("/account/totp/off", form(post(totp::turn_off)))
        .route("/account/recovery-codes", form(post(codes::renew)))
        .route("/account/recovery-codes/file", form(post(codes::file)))
        .route("/account/passkeys/start", form(post(passkeys::start)))
        .route("/account/passkeys", form(post(passkeys::finish)))
        .route("/account/passkeys/rename", form(post(passkeys::rename)))
        .route("/account/passkeys/remove", form(post(passkeys::remove)))
        .route("/account/password/remove", form(post(password::remove)))
}

/// The pages that ask for mails, and those that their links lead to.
fn of_mails() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/forgot-password",
            get(another_mail::show).post(another_mail::submit),
        )
        .route(
            "/verify-email/resend",
            get(another_mail::show_resend).post(another_mail::submit_resend),
        )
        .route("/login/email", get(by_mail::show).post(by_mail::submit))
        .route(
            "/login/email/code",
            get(by_mail::code::show).post(by_mail::code::submit),
        )
        .route("/login/email/link", get(sign_in::show).post(sign_in::submit))
        .route("/reset-password", new_password::handlers(Reason::Reset))
        .route("/invitation", new_password::handlers(Reason::Invitation))
        .route(
            "/verify-email",
            get(confirm::show_verify).post(confirm::submit_verify),
        )
        .route(
            "/change-email",
            get(confirm::show_change).post(confirm::submit_change),
        )
        .route("/undo-email", get(undo::show).post(undo::submit))
        .route("/end-session", get(report::show).post(report::submit))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::TEXTS;

    #[test]
    fn every_text_exists_in_every_language() {
        let names = |texts: &'static str| -> BTreeSet<&str> {
            let lines = texts
                .lines()
                .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
            let names = lines.filter_map(|line| Some(line.split_once(" =")?.0));
            // The API has the errors in English.
            names.filter(|name| !name.starts_with("error-")).collect()
        };
        let [(_, english), (_, german)] = TEXTS;
        assert!(names(english).len() > 100, "{}", names(english).len());
        assert_eq!(names(english), names(german));
    }
}
