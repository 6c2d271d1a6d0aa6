//! Pages that ask for an address and mail something to it. The answer is the same for every address.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    fields::Fields,
    next,
    page_context::PageContext,
    response::{Frame, limited, to_retry},
};
use crate::{
    context::graphql::user_error::UserError,
    features::mail::{self, NotRequested},
    platform::failure::{Failure, Outcome},
};

/// The submitted form.
#[derive(Deserialize)]
pub(super) struct AddressForm {
    #[serde(default)]
    pub(super) email: String,
    pub(super) next: Option<String>,
}

/// A page that asks for an address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    /// Its path, to which its form is sent, too.
    pub(super) path: &'static str,
    /// The beginning of the names of its texts.
    pub(super) texts: &'static str,
}

/// How the page is shown.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) form: Fields,
    /// Where a sign-in leads.
    pub(super) next: Option<&'a str>,
    pub(super) notice: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "ask.html")]
struct Page<'a> {
    frame: Frame<'a>,
    path: &'static str,
    heading: String,
    text: String,
    button: String,
    form: Fields,
    next: Option<&'a str>,
    next_query: String,
}

impl Ask {
    /// The form, with this address in it.
    pub(super) fn form(self, email: &str) -> Fields {
        Fields::new(self.texts).typed("email", email).begin_at("email")
    }

    /// The page; a message that there is none where this server sends no mail.
    pub(super) fn show(self, page: &PageContext, status: StatusCode, shown: Shown<'_>) -> Response {
        if !mail::is_enabled(&page.context.app) {
            return page.message(StatusCode::NOT_FOUND, "missing");
        }
        let nonce = page.nonce();
        let notice = page.notice(shown.notice, &["form-out-of-date", "form-without-cookie"]);
        let text = |name: &str| page.t.text(&format!("{}-{name}", self.texts));
        let template = Page {
            frame: page.frame(&nonce, notice),
            path: self.path,
            heading: text("heading"),
            text: text("text"),
            button: text("button"),
            form: shown.form,
            next: shown.next,
            next_query: next::query(shown.next),
        };
        page.page(status, &nonce, &template)
    }

    /// The result of the request; otherwise the form again, with what is wrong.
    pub(super) fn asked<T>(
        self,
        page: &PageContext,
        outcome: Outcome<T, NotRequested>,
        form: &AddressForm,
        next: Option<&str>,
    ) -> Result<T, Response> {
        let again = |status, form| {
            let notice = None;
            self.show(page, status, Shown { form, next, notice })
        };
        let fields = self.form(&form.email);
        if let Some(wait) = limited(&outcome) {
            let fields = fields.with_message(page.too_many(wait));
            return Err(to_retry(again(StatusCode::TOO_MANY_REQUESTS, fields), wait));
        }
        outcome.map_err(|failure| match failure {
            Failure::Refused(NotRequested::Disabled) => page.message(StatusCode::NOT_FOUND, "missing"),
            Failure::Refused(refused) => {
                let errors = [UserError::from(refused)];
                let fields = fields.refused(&page.t, &page.context.app.config, &errors);
                again(StatusCode::UNPROCESSABLE_ENTITY, fields)
            }
            Failure::Failed(failed) => page.failed(failed),
        })
    }
}
