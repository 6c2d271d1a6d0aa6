//! `/reauthenticate`: a signed-in person confirms who they are, before a change that is hard to undo.
//!
//! A passkey or a mailed code needs a challenge. `/reauthenticate/start` begins one and shows it at once: its secret is
//! in a hidden field, because it is worth nothing outside this session.

pub(super) mod start;
mod view;

use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use self::view::{Shown, Stage, render};
use super::{
    fields::Fields,
    link::Link,
    mfa::with_wrong,
    next,
    page_context::{PageContext, SubmittedForm},
    replay,
    response::{limited, to_retry},
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
    fn stage(&self) -> Stage {
        match self.email_code {
            Some(_) => Stage::Mailed {
                token: self.challenge_token.clone(),
            },
            // A passkey's challenge is used up.
            None => Stage::Choice,
        }
    }
}

pub(super) async fn show(page: PageContext, link: Link) -> Result<Response, Response> {
    let next = next::own(link.next.as_deref());
    if page.caller.is_none() {
        return Ok(page.to_login_for(next));
    }
    let shown = Shown {
        stage: Stage::Choice,
        form: Fields::new("reauthenticate").begin_at("code"),
        next,
        notice: link.notice.as_deref(),
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
    let stage = sent.form.stage();
    let (mut page, _) = sent.of_user_at(PATH)?;
    let outcome = reauthenticate(&page.context, &given).await;
    if page.receipt_after(&outcome).await.is_some() {
        return replay::confirmed(page, given.method(), &confirmed).await;
    }
    let fields = Fields::new("reauthenticate");
    let shown = |stage, form| Shown {
        stage,
        form,
        next,
        notice: None,
    };
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = render(&page, StatusCode::TOO_MANY_REQUESTS, shown(stage, fields)).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(output) => {
            page.cookies.extend(output.tokens.cookies);
            Ok(page.see_other(&confirmed))
        }
        Err(Failure::Refused(refused)) => {
            let stage = if refused == Refused::ChallengeExpired {
                Stage::Choice
            } else {
                stage
            };
            let fields = with_refusal(fields, &page, refused);
            render(&page, StatusCode::UNPROCESSABLE_ENTITY, shown(stage, fields)).await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
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
