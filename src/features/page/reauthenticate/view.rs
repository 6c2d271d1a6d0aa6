//! The page of `/reauthenticate`.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::AuthMethod,
    features::{
        page::{
            fields::Fields,
            mfa::{CodeField, code_field},
            page_context::PageContext,
            response::Frame,
        },
        reauthentication,
    },
};

/// What has begun.
pub(super) enum ProofStep {
    /// Nothing: the page shows the ways that there are.
    Choice,
    /// A passkey is asked.
    Passkey {
        /// What to ask it, as JSON.
        options: String,
        /// The secret of the challenge.
        token: SecretString,
    },
    /// A code was mailed.
    Mailed {
        /// The secret of the challenge.
        token: SecretString,
    },
}

/// How the page is shown.
pub(super) struct Shown<'a> {
    pub(super) step: ProofStep,
    pub(super) form: Fields,
    /// Where the proof leads.
    pub(super) next: String,
    pub(super) notice: Option<&'a str>,
    /// Whether only a passkey suffices for what the person wants to do.
    pub(super) by_passkey: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "the parts of a page that are there or not"
)]
#[derive(Template)]
#[template(path = "reauthenticate.html")]
struct ProofPage<'a> {
    frame: Frame<'a>,
    form: Fields,
    next: String,
    step: ProofStep,
    email: &'a str,
    asks_password: bool,
    /// None if no code can be given.
    code: Option<CodeField>,
    by_passkey: bool,
    has_passkey: bool,
    mails_code: bool,
    /// Whether nothing can be given.
    is_stuck: bool,
}

pub(super) async fn render(
    page: &PageContext,
    status: StatusCode,
    shown: Shown<'_>,
) -> Result<Response, Response> {
    const NOTICES: [&str; 4] = [
        "confirm-first",
        "confirm-by-passkey",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let methods = page.done(reauthentication::look(&page.context).await)?;
    let nonce = page.nonce();
    let has = |method| methods.contains(&method);
    let (asks_password, has_passkey) = (has(AuthMethod::Password), has(AuthMethod::Passkey));
    let email = page.caller.as_ref().map_or("", |caller| &caller.user.email);
    let template = ProofPage {
        frame: page.frame(&nonce, page.notice(shown.notice, &NOTICES)),
        form: match asks_password {
            true => shown.form.begin_at("password"),
            false if has_passkey => shown.form,
            false => shown.form.begin_at("code"),
        },
        next: shown.next,
        step: shown.step,
        email,
        asks_password,
        code: code_field(&page.t, &methods).filter(|_| !shown.by_passkey),
        by_passkey: shown.by_passkey,
        has_passkey,
        mails_code: has(AuthMethod::EmailCode),
        is_stuck: methods.is_empty(),
    };
    Ok(page.page(status, &nonce, &template))
}
