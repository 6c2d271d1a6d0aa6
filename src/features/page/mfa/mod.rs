//! `/login/mfa`: the second part of a sign-in, which asks for the second factor.
//!
//! The browser keeps the secret of the challenge in a cookie, with the address that the sign-in leads to.

pub(super) mod verify;

use std::time::Duration;

use axum::response::Response;

use super::{fields::Fields, kept::Waiting, next, page_context::PageContext};
use crate::{
    context::AuthMethod,
    features::mfa::{CHALLENGE_TTL, Challenge, Given, Wrong},
    platform::{http::cookies::AuthCookie, i18n::Language},
};

/// Redirects to the page, after the first part of a sign-in.
pub(super) fn wait(
    mut page: PageContext,
    challenge: &Challenge,
    next: Option<&str>,
) -> Result<Response, Response> {
    let waiting = Waiting {
        secret: challenge.token.clone(),
        next: next.map(str::to_owned),
    };
    page.keep_secret(AuthCookie::Mfa, &waiting.to_cookie(), CHALLENGE_TTL)?;
    Ok(redirect(&page, next))
}

/// Redirects to the page.
pub(super) fn redirect(page: &PageContext, next: Option<&str>) -> Response {
    page.see_other(&format!("/login/mfa{}", next::query(next)))
}

/// Adds why a second factor does not count: to the field of the code, or to the form for a passkey.
pub(super) fn with_wrong(fields: Fields, t: &Language, wrong: Wrong) -> Fields {
    match wrong {
        Wrong::Required(_) => fields.with_error("code", t.text("required")),
        Wrong::Code(AuthMethod::RecoveryCode) => fields.with_error("code", t.text("recovery-code-wrong")),
        Wrong::Code(_) => fields.with_error("code", t.text("app-code-wrong")),
        Wrong::ResetFirst => fields.with_error("code", t.text("reset-first")),
        Wrong::Passkey => fields.with_message(t.text("passkey-rejected")),
    }
}

/// The field of a code.
pub(super) struct CodeField {
    pub(super) label: String,
    pub(super) hint: String,
}

/// The field for the codes that can be given; none if none can.
pub(super) fn code_field(t: &Language, methods: &[AuthMethod]) -> Option<CodeField> {
    let (label, hint) = match (
        methods.contains(&AuthMethod::Totp),
        methods.contains(&AuthMethod::RecoveryCode),
    ) {
        (true, true) => ("code", "code-hint-both"),
        (true, false) => ("code", "code-hint-app"),
        (false, true) => ("recovery-code", "code-hint-recovery"),
        (false, false) => return None,
    };
    Some(CodeField {
        label: t.text(label),
        hint: t.text(hint),
    })
}

/// Says that too many attempts were made.
fn too_many(page: &PageContext, given: &Given, wait: Duration) -> String {
    match given {
        Given::Totp(_) => page.too_many_codes(wait),
        Given::RecoveryCode(_) | Given::Passkey(_) => page.too_many(wait),
    }
}
