//! The page itself: what is asked for, and the answer.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{CodeField, code_field, too_many, with_wrong};
use crate::{
    features::{
        mfa::{Challenge, Given, Input, Output, REMEMBERED_FOR, Refused, look, verify},
        page::{
            fields::Fields,
            kept::Waiting,
            link::Link,
            next,
            page_context::PageContext,
            replay,
            response::{Frame, Way, limited, to_retry},
            submitted_form::SubmittedForm,
        },
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

/// The submitted form: a code, or a passkey's answer, which its script fills in.
#[derive(Deserialize)]
pub(in super::super) struct FactorForm {
    #[serde(default)]
    code: SecretString,
    #[serde(default)]
    credential: SecretString,
    remember: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "mfa.html")]
struct FactorPage<'a> {
    frame: Frame<'a>,
    form: Fields,
    next: Option<&'a str>,
    /// None if no code can be given.
    code: Option<CodeField>,
    passkey_options: Option<&'a str>,
    can_remember: bool,
    remembers: bool,
}

/// How the page is shown.
struct Shown<'a> {
    status: StatusCode,
    form: Fields,
    remembers: bool,
    next: Option<&'a str>,
    notice: Option<&'a str>,
}

pub(in super::super) async fn show(page: PageContext, link: Link) -> Result<Response, Response> {
    let next = next::allowed(&page.context.app.config, link.next.as_deref()).map(str::to_owned);
    if page.caller.is_some() {
        return Ok(page.to_next(next.as_deref()));
    }
    let secret = waiting(&page)?;
    let shown = Shown {
        status: StatusCode::OK,
        form: Fields::new("mfa"),
        remembers: false,
        next: next.as_deref(),
        notice: link.notice.as_deref(),
    };
    render(page, &secret, shown).await
}

pub(in super::super) async fn submit(mut sent: SubmittedForm<FactorForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm {
        mut page,
        form,
        validity,
    } = sent;
    let next = next::allowed(&page.context.app.config, form.next.as_deref()).map(str::to_owned);
    let next = next.as_deref();
    if let Some(receipt) = receipt {
        page.forget(AuthCookie::Mfa)?;
        return replay::signed_in(page, receipt, next).await;
    }
    let shown = |status, form, notice| Shown {
        status,
        form,
        remembers: false,
        next,
        notice,
    };
    let fields = Fields::new("mfa");
    if let notice @ Some(_) = validity.notice() {
        if page.caller.is_some() {
            return Ok(page.see_other(next.unwrap_or("/account?notice=already-signed-in")));
        }
        let secret = waiting(&page)?;
        return render(page, &secret, shown(StatusCode::FORBIDDEN, fields, notice)).await;
    }
    let secret = waiting(&page)?;
    let input = Input {
        challenge_token: secret.clone(),
        factor: given(form.code, form.credential),
        remembers: form.remember.is_some(),
    };
    let outcome = verify(&page.context, &input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        page.forget(AuthCookie::Mfa)?;
        return replay::signed_in(page, receipt, next).await;
    }
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(too_many(&page, &input.factor, wait));
        let response = render(page, &secret, shown(StatusCode::TOO_MANY_REQUESTS, fields, None)).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(output) => signed_in(page, output, next),
        Err(Failure::Refused(Refused::Factor(wrong))) => {
            let form = with_wrong(fields, &page.t, wrong);
            let shown = Shown {
                remembers: input.remembers,
                ..shown(StatusCode::UNPROCESSABLE_ENTITY, form, None)
            };
            render(page, &secret, shown).await
        }
        Err(Failure::Refused(refused)) => Ok(over(page, refused)?),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The secret of the challenge that the browser keeps; else a page that leads to the sign-in.
fn waiting(page: &PageContext) -> Result<SecretString, Response> {
    let kept = page.kept(AuthCookie::Mfa);
    let kept = kept.ok_or_else(|| page.message_to(StatusCode::NOT_FOUND, "mfa-expired", Way::SIGN_IN))?;
    Ok(Waiting::read(kept).secret)
}

fn given(code: SecretString, credential: SecretString) -> Given {
    if credential.expose_secret().is_empty() {
        Given::code(code)
    } else {
        Given::Passkey(credential)
    }
}

fn signed_in(mut page: PageContext, output: Output, next: Option<&str>) -> Result<Response, Response> {
    page.forget(AuthCookie::Mfa)?;
    if let Some(token) = &output.remembered {
        page.keep_secret(AuthCookie::Remembered, token, REMEMBERED_FOR)?;
    }
    page.note_sign_in(&output.signed_in.user);
    page.cookies.extend(output.signed_in.session.tokens.cookies);
    Ok(page.to_next(next))
}

/// The page for a sign-in that cannot be finished.
fn over(mut page: PageContext, refused: Refused) -> Result<Response, Response> {
    page.forget(AuthCookie::Mfa)?;
    let (status, kind) = match refused {
        Refused::AccountDisabled => (StatusCode::FORBIDDEN, "account-disabled"),
        _ => (StatusCode::GONE, "mfa-expired"),
    };
    Ok(page.message_to(status, kind, Way::SIGN_IN))
}

async fn render(page: PageContext, secret: &SecretString, shown: Shown<'_>) -> Result<Response, Response> {
    let challenge: Challenge = match look(&page.context, secret).await {
        Ok(challenge) => challenge,
        Err(Failure::Refused(refused)) => return over(page, refused),
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let nonce = page.nonce();
    let notice = page.notice(shown.notice, &["form-out-of-date", "form-without-cookie"]);
    let template = FactorPage {
        frame: page.frame(&nonce, notice),
        // A passkey is the better way, so the field does not get the focus beside one.
        form: match challenge.passkey_options {
            Some(_) => shown.form,
            None => shown.form.begin_at("code"),
        },
        next: shown.next,
        code: code_field(&page.t, &challenge.methods),
        passkey_options: challenge.passkey_options.as_deref(),
        can_remember: page.context.app.config.mfa_remember_browser,
        remembers: shown.remembers,
    };
    Ok(page.page(shown.status, &nonce, &template))
}
