//! `/verify-email` and `/change-email`: confirm an address with a mailed link.
//!
//! Reading the mail is not enough: the form also takes a session of the account, the browser that signed up, or the
//! password. For an address that is not a changed one, it takes a new password instead, which ends the old one, all
//! sessions and all links.

use std::time::Duration;

use axum::{http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::SecretString;
use serde::Deserialize;

use super::{AboutLink, LINK_TTL, MailedPage, confirm_view::view_of};
use crate::{
    context::graphql::user_error::{UserError, UserErrorCode},
    features::{
        email_verification::{Input, Output, Refused, look, verify},
        form_receipt::Receipt,
        one_time_token::TokenProblem,
        page::{
            fields::Fields,
            kept::Waiting,
            link::{Link, MailedToken},
            next::{self, ACCOUNT},
            page_context::PageContext,
            replay,
            response::{Way, limited, to_retry},
            submitted_form::SubmittedForm,
        },
        session::{SessionOptions, SessionRequest},
    },
    platform::{
        failure::{Failed, Failure},
        http::cookies::AuthCookie,
    },
};

/// How long a browser keeps the secret of its sign-up: as long as the link lives.
pub(in super::super) const REGISTRATION_TTL: Duration = LINK_TTL;

/// Where an address is confirmed.
pub(super) const VERIFY: MailedPage = MailedPage::new(
    "/verify-email",
    AuthCookie::Verify,
    Way {
        to: "/verify-email/resend",
        text: "ask-for-link",
    },
);

/// Where a changed address is confirmed.
pub(super) const CHANGE: MailedPage = MailedPage::new(
    "/change-email",
    AuthCookie::Change,
    Way {
        to: "/account",
        text: "your-account",
    },
);

/// The submitted form: a button, or one of two fields.
#[derive(Deserialize)]
pub(in super::super) struct ConfirmForm {
    password: Option<SecretString>,
    new_password: Option<SecretString>,
    next: Option<String>,
}

type Sent = SubmittedForm<AboutLink<ConfirmForm>>;

pub(in super::super) async fn show_verify(
    page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    show(VERIFY, page, &link, &token).await
}

pub(in super::super) async fn show_change(
    page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    show(CHANGE, page, &link, &token).await
}

pub(in super::super) async fn submit_verify(sent: Sent) -> Result<Response, Response> {
    submit(VERIFY, sent).await
}

pub(in super::super) async fn submit_change(sent: Sent) -> Result<Response, Response> {
    submit(CHANGE, sent).await
}

async fn show(
    at: MailedPage,
    mut page: PageContext,
    link: &Link,
    token: &MailedToken,
) -> Result<Response, Response> {
    let token = at.opened(&mut page, token)?;
    let forms = (Fields::new("confirm").begin_at("password"), Fields::new("renew"));
    render(at, page, &token, StatusCode::OK, forms, link.notice.as_deref()).await
}

async fn submit(at: MailedPage, mut sent: Sent) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let next = next::allowed(&sent.page.context.app.config, sent.form.form.next.as_deref());
    let next = next.map(str::to_owned);
    if let Some(receipt) = receipt {
        return again(at, sent.page, receipt, next.as_deref()).await;
    }
    let (mut page, form, token) = at.sent(sent)?;
    let renews = form.new_password.is_some();
    let is_button = form.password.is_none() && !renews;
    let input = Input {
        token: token.clone(),
        client_secret: page
            .kept(AuthCookie::Registration)
            .map(|kept| Waiting::read(kept).secret),
        password: form.password,
        new_password: form.new_password,
        session: page.done(options(&page))?,
    };
    let outcome = verify(&page.context, &input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return again(at, page, receipt, next.as_deref()).await;
    }
    let (confirm, renew) = (Fields::new("confirm"), Fields::new("renew"));
    if let Some(wait) = limited(&outcome) {
        let text = page.too_many(wait);
        let forms = if renews {
            (confirm, renew.with_message(text))
        } else {
            (confirm.with_message(text), renew)
        };
        let response = render(at, page, &token, StatusCode::TOO_MANY_REQUESTS, forms, None).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(Output {
            session: Some(session),
            ..
        }) => {
            page.cookies.extend(session.tokens.cookies);
            forget(at, &mut page)?;
            Ok(page.see_other(next.as_deref().unwrap_or(ACCOUNT)))
        }
        Ok(Output { session: None, .. }) => done(at, page),
        Err(Failure::Refused(Refused::Token(problem))) => at.dead(page, problem),
        Err(Failure::Refused(Refused::EmailTaken)) => {
            Ok(page.message_to(StatusCode::UNPROCESSABLE_ENTITY, "address-taken", Way::SIGN_IN))
        }
        Err(Failure::Refused(Refused::SignupDisabled)) => {
            Ok(page.message_to(StatusCode::UNPROCESSABLE_ENTITY, "signup-closed", Way::SIGN_IN))
        }
        // The session that the page was for, or the browser's part of the sign-up, is gone. Now it asks for a password.
        Err(Failure::Refused(Refused::PasswordRequired)) if is_button => Ok(page.see_other(at.path)),
        Err(Failure::Refused(refused)) => {
            let (t, config) = (&page.t, &page.context.app.config);
            let forms = if renews {
                let errors = [error_of_new_password(refused)];
                (confirm, renew.refused(t, config, &errors))
            } else {
                (confirm.refused(t, config, &[UserError::from(refused)]), renew)
            };
            render(at, page, &token, StatusCode::UNPROCESSABLE_ENTITY, forms, None).await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The session that starts where the sign-up began.
fn options(page: &PageContext) -> Result<Option<SessionOptions>, Failed> {
    let request = SessionRequest {
        device_name: None,
        delivery: TokenDelivery::Cookie,
    };
    request.check_delivery(&page.context)?;
    Ok(request.options(&page.context).ok())
}

/// Without any password, the field that was shown is the one to fill.
fn error_of_new_password(refused: Refused) -> UserError {
    match refused {
        Refused::PasswordRequired => UserError::at(
            "newPassword",
            UserErrorCode::Required,
            "Please enter a new password.",
        ),
        refused => refused.into(),
    }
}

/// The response to a form that took effect already.
async fn again(
    at: MailedPage,
    mut page: PageContext,
    receipt: Receipt,
    next: Option<&str>,
) -> Result<Response, Response> {
    forget(at, &mut page)?;
    if receipt.has_session() && at.path == VERIFY.path {
        return replay::signed_in(page, receipt, next).await;
    }
    done(at, page)
}

fn done(at: MailedPage, mut page: PageContext) -> Result<Response, Response> {
    forget(at, &mut page)?;
    let is_change = at.path == CHANGE.path;
    Ok(page.to_result(if is_change {
        "email-changed"
    } else {
        "email-confirmed"
    }))
}

/// Clears the cookies of the link, and of the sign-up that it has finished.
fn forget(at: MailedPage, page: &mut PageContext) -> Result<(), Response> {
    page.forget(at.cookie)?;
    if at.path == VERIFY.path {
        page.forget(AuthCookie::Registration)?;
    }
    Ok(())
}

async fn render(
    at: MailedPage,
    page: PageContext,
    token: &SecretString,
    status: StatusCode,
    (confirm, renew): (Fields, Fields),
    notice: Option<&str>,
) -> Result<Response, Response> {
    let shown = match look(&page.context, token).await {
        Ok(shown) => shown,
        Err(Failure::Refused(Refused::Token(problem))) => return at.dead(page, problem),
        Err(Failure::Refused(_)) => return at.dead(page, TokenProblem::Invalid),
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let view = view_of(&page, shown, confirm, renew);
    Ok(view.render(&page, at, token, status, notice))
}
