//! `/forgot-password` and `/verify-email/resend`: another mail with a link.

use axum::{http::StatusCode, response::Response};

use super::{
    account_email,
    ask::{AddressForm, Ask, Shown},
    kept::Waiting,
    link::Link,
    mailed::confirm::REGISTRATION_TTL,
    page_context::PageContext,
    response::Way,
    submitted_form::SubmittedForm,
};
use crate::{
    features::{email_verification, password_reset},
    platform::http::cookies::AuthCookie,
};

const FORGOT: Ask = Ask {
    path: "/forgot-password",
    texts: "forgot",
};

const RESEND: Ask = Ask {
    path: "/verify-email/resend",
    texts: "resend",
};

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    first(FORGOT, &page, &link)
}

pub(super) async fn show_resend(page: PageContext, link: Link) -> Response {
    first(RESEND, &page, &link)
}

fn first(ask: Ask, page: &PageContext, link: &Link) -> Response {
    let shown = Shown {
        form: ask.form(""),
        next: None,
        notice: link.notice.as_deref(),
    };
    ask.show(page, StatusCode::OK, shown)
}

pub(super) async fn submit(mut sent: SubmittedForm<AddressForm>) -> Result<Response, Response> {
    if sent.receipt().await?.is_none() {
        let SubmittedForm { page, form, validity } = &sent;
        if let notice @ Some(_) = validity.notice() {
            return Ok(not_ours(FORGOT, page, form, notice));
        }
        let outcome = password_reset::request(&page.context, &form.email).await;
        if page.receipt_after(&outcome).await.is_none() {
            FORGOT.asked(page, outcome, form, None)?;
        }
    }
    Ok(sent.page.message_to(StatusCode::OK, "forgot-sent", Way::SIGN_IN))
}

/// For people who are signed in, too: their account page has this form as a button.
pub(super) async fn submit_resend(mut sent: SubmittedForm<AddressForm>) -> Result<Response, Response> {
    if sent.receipt().await?.is_none() {
        let SubmittedForm { page, form, validity } = &sent;
        if let notice @ Some(notice_name) = validity.notice() {
            if page.caller.is_some() {
                return Ok(page.see_other(&format!("/account?notice={notice_name}")));
            }
            return Ok(not_ours(RESEND, page, form, notice));
        }
        let own = page.caller.as_ref().map(|caller| caller.user.email.clone());
        let email = own.as_deref().unwrap_or(&form.email);
        let outcome = email_verification::resend(&page.context, email).await;
        if page.receipt_after(&outcome).await.is_none() {
            if page.caller.is_some() {
                account_email::asked(page, outcome).await?;
            } else {
                RESEND.asked(page, outcome, form, None)?;
            }
        }
    }
    let mut page = sent.page;
    if page.caller.is_some() {
        return Ok(page.see_other("/account?notice=link-sent"));
    }
    // The new link lives as long as the first one did, so the browser's part of the sign-up must, too.
    if let Some(kept) = page.kept(AuthCookie::Registration).cloned() {
        let waiting = Waiting::read(&kept);
        page.keep_secret(AuthCookie::Registration, &waiting.to_cookie(), REGISTRATION_TTL)?;
    }
    Ok(page.message_to(StatusCode::OK, "resend-sent", Way::SIGN_IN))
}

fn not_ours(ask: Ask, page: &PageContext, form: &AddressForm, notice: Option<&str>) -> Response {
    let shown = Shown {
        form: ask.form(&form.email),
        next: None,
        notice,
    };
    ask.show(page, StatusCode::FORBIDDEN, shown)
}
