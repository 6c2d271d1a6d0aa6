//! `/login/email`: sign-in by mail, first part. It asks for the address, and mails a code and a link.
//!
//! The browser keeps the secret of the challenge in a cookie: neither code nor link is worth anything without it.

pub(super) mod code;

use axum::{http::StatusCode, response::Response};

use super::{
    ask::{AddressForm, Ask, Shown},
    kept::Waiting,
    link::{Link, MailedToken},
    mailed::sign_in::LINK,
    mfa, next,
    page_context::PageContext,
    replay,
    response::Way,
    submitted_form::SubmittedForm,
};
use crate::{
    context::App,
    features::{
        email_login,
        form_receipt::Receipt,
        login::Output,
        mail::{self, Lifetime},
    },
    platform::http::cookies::AuthCookie,
};

/// To the page that mails another code.
pub(super) const INSTEAD: Way = Way {
    to: "/login/email",
    text: "ask-for-code",
};

const ASK: Ask = Ask {
    path: "/login/email",
    texts: "by-mail",
};

/// Whether people can sign in by mail.
pub(super) fn is_offered(app: &App) -> bool {
    app.config.email_login && mail::is_enabled(app)
}

/// The form, or what the mailed link leads to.
pub(super) async fn show(
    mut page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    if !is_offered(&page.context.app) {
        return Ok(page.message(StatusCode::NOT_FOUND, "missing"));
    }
    if !matches!(token, MailedToken::Missing) {
        LINK.opened(&mut page, &token)?;
    }
    let next = next::allowed(&page.context.app.config, link.next.as_deref());
    if page.caller.is_some() {
        return Ok(page.to_next(next));
    }
    let shown = Shown {
        form: ASK.form(""),
        next,
        notice: link.notice.as_deref(),
    };
    Ok(ASK.show(&page, StatusCode::OK, shown))
}

pub(super) async fn submit(mut sent: SubmittedForm<AddressForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm {
        mut page,
        form,
        validity,
    } = sent;
    if !is_offered(&page.context.app) {
        return Ok(page.message(StatusCode::NOT_FOUND, "missing"));
    }
    let next = next::allowed(&page.context.app.config, form.next.as_deref()).map(str::to_owned);
    let to_code = format!("/login/email/code{}", next::query(next.as_deref()));
    if receipt.is_some() {
        if page.kept(AuthCookie::Challenge).is_some() {
            return Ok(page.see_other(&to_code));
        }
        // The secret of the first challenge was lost with its answer, and nobody knows it: only another mail helps.
        page.context.form_key = None;
    }
    if let notice @ Some(_) = validity.notice() {
        if page.caller.is_some() {
            return Ok(page.see_other(next.as_deref().unwrap_or("/account?notice=already-signed-in")));
        }
        let shown = Shown {
            form: ASK.form(&form.email),
            next: next.as_deref(),
            notice,
        };
        return Ok(ASK.show(&page, StatusCode::FORBIDDEN, shown));
    }
    let outcome = email_login::request(&page.context, &form.email).await;
    let requested = ASK.asked(&page, outcome, &form, next.as_deref())?;
    let waiting = Waiting {
        secret: requested.challenge_token,
        next,
    };
    page.keep_secret(
        AuthCookie::Challenge,
        &waiting.to_cookie(),
        Lifetime::Code.duration(),
    )?;
    // A link of an earlier mail belongs to another challenge.
    page.forget(AuthCookie::LoginLink)?;
    Ok(page.see_other(&to_code))
}

/// The response to a form of such a sign-in that is sent again: as the first one.
pub(super) async fn again(
    page: PageContext,
    receipt: Receipt,
    next: Option<&str>,
) -> Result<Response, Response> {
    if receipt.has_session() {
        return replay::signed_in(page, receipt, next).await;
    }
    Ok(mfa::redirect(&page, next))
}

/// The response to a sign-in by mail: the cookies of the session, and nothing more of the mail.
pub(super) fn signed_in(
    mut page: PageContext,
    output: Output,
    next: Option<&str>,
) -> Result<Response, Response> {
    page.forget(AuthCookie::Challenge)?;
    page.forget(AuthCookie::LoginLink)?;
    match output {
        Output::SignedIn(signed_in) => {
            page.note_sign_in(&signed_in.user);
            page.cookies.extend(signed_in.session.tokens.cookies);
            Ok(page.to_next(next))
        }
        Output::Challenge(challenge) => mfa::wait(page, &challenge, next),
    }
}
