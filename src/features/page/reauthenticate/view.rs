//! The page of `/reauthenticate`.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::AuthMethod,
    features::{
        page::{fields::Fields, mfa::code_hint, page_context::PageContext, response::Frame},
        reauthentication,
    },
};

/// What has begun.
pub(super) enum Stage {
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
    pub(super) stage: Stage,
    pub(super) form: Fields,
    /// Where the proof leads.
    pub(super) next: &'static str,
    pub(super) notice: Option<&'a str>,
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
    next: &'static str,
    stage: Stage,
    email: &'a str,
    asks_password: bool,
    /// What the field of the code takes; none if no code can be given.
    code_hint: Option<String>,
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
    let email = page.caller.as_ref().map_or("", |caller| &caller.user.email);
    let template = ProofPage {
        frame: page.frame(&nonce, page.notice(shown.notice, &NOTICES)),
        form: shown.form,
        next: shown.next,
        stage: shown.stage,
        email,
        asks_password: has(AuthMethod::Password),
        code_hint: code_hint(&methods).map(|name| page.t.text(name)),
        has_passkey: has(AuthMethod::Passkey),
        mails_code: has(AuthMethod::EmailCode),
        is_stuck: methods.is_empty(),
    };
    Ok(page.page(status, &nonce, &template))
}
