//! The look of a page that a mailed link leads to: what it is about, and one or two forms.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;

use super::{MailedPage, NOTICES, tag};
use crate::{
    features::page::{fields::Fields, page_context::PageContext, response::Frame},
    platform::clock::from_millis,
};

/// What a page shows.
#[derive(Debug)]
pub(super) struct View {
    pub(super) heading: String,
    /// Sentences above the forms.
    pub(super) lines: Vec<String>,
    pub(super) facts: Vec<Fact>,
    /// The address that password managers save the password with.
    pub(super) username: Option<String>,
    /// Where a sign-in leads.
    pub(super) next: Option<String>,
    pub(super) forms: Vec<Form>,
}

/// Something that the visitor checks before acting.
#[derive(Debug)]
pub(super) struct Fact {
    label: String,
    value: String,
    /// The value in the machine's form, if it is a time.
    at: Option<String>,
}

impl Fact {
    /// A fact with this label.
    pub(super) fn new(label: String, value: impl Into<String>) -> Self {
        Self {
            label,
            value: value.into(),
            at: None,
        }
    }

    /// A time, in milliseconds since 1970.
    pub(super) fn time(label: String, millis: i64) -> Self {
        let at = from_millis(millis);
        Self {
            label,
            value: at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            at: Some(format!("{at:.3}")),
        }
    }
}

/// A form.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) fields: Fields,
    pub(super) asks: Asks,
    pub(super) button: String,
    /// Whether it ends something.
    pub(super) is_danger: bool,
    /// For a second form, which is folded up: the line that unfolds it, and what it does.
    pub(super) instead: Option<(String, String)>,
}

/// What a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing: it is a button.
    Nothing,
    /// The password.
    Password,
    /// A new password.
    NewPassword,
    /// A code of the authenticator app, or a recovery code.
    FactorCode,
}

#[derive(Template)]
#[template(path = "mailed.html")]
struct Page<'a> {
    frame: Frame<'a>,
    path: &'static str,
    about: String,
    password_hint: String,
    view: View,
}

impl View {
    /// A page with this heading, and nothing else yet.
    pub(super) const fn new(heading: String) -> Self {
        Self {
            heading,
            lines: Vec::new(),
            facts: Vec::new(),
            username: None,
            next: None,
            forms: Vec::new(),
        }
    }

    /// Adds a form.
    pub(super) fn with(mut self, form: Form) -> Self {
        self.forms.push(form);
        self
    }

    /// Renders it.
    pub(super) fn render(
        self,
        page: &PageContext,
        at: MailedPage,
        token: &SecretString,
        status: StatusCode,
        notice: Option<&str>,
    ) -> Response {
        let nonce = page.nonce();
        let notice = page.notice(notice, &NOTICES);
        let template = Page {
            frame: page.frame(&nonce, notice),
            path: at.path,
            about: tag(token),
            password_hint: page.password_hint(),
            view: self,
        };
        page.page(status, &nonce, &template)
    }
}
