//! `/reauthenticate`: a signed-in person confirms who they are, before a change that is hard to undo.
//!
//! A passkey or a mailed code needs a challenge. `/reauthenticate/start` begins one and shows it at once: its secret is
//! in a hidden field, because it is worth nothing outside this session.

pub(super) mod start;
mod view;

use std::time::Duration;

use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use self::view::{ProofStep, Shown, render};
use super::{
    fields::Fields,
    link::Link,
    mfa::with_wrong,
    next,
    page_context::PageContext,
    replay,
    response::{limited, to_retry},
    submitted_form::SubmittedForm,
};
use crate::{
    context::graphql::user_error::UserError,
    features::reauthentication::{Given, Refused, reauthenticate},
    platform::{failure::Failure, i18n::Language},
};

/// The path of the page.
const PATH: &str = "/reauthenticate";

/// The submitted form: one of its proofs.
#[derive(Deserialize)]
pub(super) struct ProofForm {
    password: Option<SecretString>,
    code: Option<SecretString>,
    email_code: Option<SecretString>,
    credential: Option<SecretString>,
    #[serde(default)]
    challenge_token: SecretString,
    next: Option<String>,
    /// `passkey` if nothing else suffices for what the person wants to do.
    by: Option<String>,
}

impl ProofForm {
    fn given(&self) -> Given {
        let challenge_token = self.challenge_token.clone();
        if let Some(answer) = self.credential.clone() {
            return Given::Passkey {
                challenge_token,
                answer,
            };
        }
        if let Some(code) = self.email_code.clone() {
            return Given::EmailCode {
                challenge_token,
                code,
            };
        }
        match &self.code {
            Some(code) => Given::code(code.clone()),
            None => Given::Password(self.password.clone().unwrap_or_default()),
        }
    }

    /// The page on which the form stood.
    fn step(&self) -> ProofStep {
        match self.email_code {
            Some(_) => ProofStep::Mailed {
                token: self.challenge_token.clone(),
            },
            // A passkey's challenge is used up.
            None => ProofStep::Choice,
        }
    }
}

pub(super) async fn show(page: PageContext, link: Link) -> Result<Response, Response> {
    let next = next::own(link.next.as_deref());
    if page.caller.is_none() {
        return Ok(page.to_login_for(&next));
    }
    let shown = Shown {
        step: ProofStep::Choice,
        form: Fields::new("reauthenticate"),
        next,
        notice: link.notice.as_deref(),
        by_passkey: is_passkey(link.by.as_deref()),
    };
    render(&page, StatusCode::OK, shown).await
}

pub(super) async fn submit(mut sent: SubmittedForm<ProofForm>) -> Result<Response, Response> {
    let next = next::own(sent.form.next.as_deref());
    let given = sent.form.given();
    let confirmed = format!("{next}?notice=confirmed");
    if sent.receipt_of_user().await?.is_some() {
        return replay::confirmed(sent.page, given.method(), &confirmed).await;
    }
    let step = sent.form.step();
    let by_passkey = is_passkey(sent.form.by.as_deref());
    let (mut page, _) = sent.of_user_at(PATH)?;
    let outcome = reauthenticate(&page.context, &given).await;
    if page.receipt_after(&outcome).await.is_some() {
        return replay::confirmed(page, given.method(), &confirmed).await;
    }
    let fields = Fields::new("reauthenticate");
    let shown = |step, form| Shown {
        step,
        form,
        next: next.clone(),
        notice: None,
        by_passkey,
    };
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(too_many(&page, &given, wait));
        let response = render(&page, StatusCode::TOO_MANY_REQUESTS, shown(step, fields)).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(output) => {
            page.cookies.extend(output.tokens.cookies);
            Ok(page.see_other(&confirmed))
        }
        Err(Failure::Refused(refused)) => {
            let step = if refused == Refused::ChallengeExpired {
                ProofStep::Choice
            } else {
                step
            };
            let fields = with_refusal(fields, &page, refused);
            render(&page, StatusCode::UNPROCESSABLE_ENTITY, shown(step, fields)).await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// Whether only a passkey suffices, as links and forms say it.
fn is_passkey(by: Option<&str>) -> bool {
    by == Some("passkey")
}

/// Says that too many attempts were made.
fn too_many(page: &PageContext, given: &Given, wait: Duration) -> String {
    match given {
        Given::Totp(_) => page.too_many_codes(wait),
        _ => page.too_many(wait),
    }
}

fn with_refusal(fields: Fields, page: &PageContext, refused: Refused) -> Fields {
    let t: &Language = &page.t;
    match refused {
        Refused::Factor(wrong) => with_wrong(fields, t, wrong),
        Refused::NotEnough => fields.with_message(t.text("proof-not-enough")),
        Refused::CodeRequired => fields.with_error("email_code", t.text("required")),
        refused => fields.refused(t, &page.context.app.config, &[UserError::from(refused)]),
    }
}
