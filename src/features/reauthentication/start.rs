//! Use case: begin a proof.

use std::fmt;

use entity::one_time_token::Purpose;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::proofs::sufficient;
use crate::{
    context::{AuthMethod, Caller, OpContext},
    features::{
        form_receipt,
        mail::{self, Letter, Lifetime, MailPurpose, NewMail, asker, recipient},
        mfa::Factors,
        notice::session_key,
        one_time_token::{MailedCode, NewToken, code_tag},
        passkey::{self, AssertionState, CEREMONY_TTL},
        session,
    },
    platform::{
        db::{Invalidates, transaction},
        failure::Failed,
    },
};

/// How often a mailed code may be tried.
const MAX_CODE_ATTEMPTS: u32 = 5;

/// How a proof can be given.
#[derive(Debug, Default)]
pub struct Started {
    /// What suffices, the best first.
    pub methods: Vec<AuthMethod>,
    /// The challenge, for a passkey or a mailed code; none for other proofs.
    pub challenge: Option<Challenge>,
}

/// A challenge of this session.
pub struct Challenge {
    /// Its secret.
    pub token: SecretString,
    /// What to ask a passkey, as JSON.
    pub passkey_options: Option<String>,
    /// When it stops working; milliseconds since 1970.
    pub expires_at: i64,
}

/// Hidden: it can be a secret.
impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge").finish_non_exhaustive()
    }
}

/// What the row of a challenge carries.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    /// Keyed hash of the mailed code.
    pub(super) code_tag: Option<String>,
    /// What a passkey was asked.
    pub(super) passkey: Option<AssertionState>,
}

/// The proofs that suffice for the caller, without beginning one.
pub async fn look(context: &OpContext) -> Result<Vec<AuthMethod>, Failed> {
    let caller = context.fresh_caller_before_mfa().await?;
    let factors = Factors::of(&context.app, caller.user.id).await?;
    sufficient(context, &caller, &factors).await
}

/// Begins a proof. If a mailed code is the only one, it is mailed.
pub async fn start(context: &OpContext) -> Result<Started, Failed> {
    let app = &context.app;
    session::count_write(context, context.caller_before_mfa().await?).await?;
    let caller = context.fresh_caller_before_mfa().await?;
    let factors = Factors::of(app, caller.user.id).await?;
    let methods = sufficient(context, &caller, &factors).await?;
    let new = match methods.first() {
        Some(AuthMethod::Passkey) => Some(ask_passkey(context, &caller, &factors)?),
        Some(AuthMethod::EmailCode) => Some(mail_code(context, &caller).await?),
        _ => None,
    };
    let Some((token, passkey_options, mail)) = new else {
        return Ok(Started {
            methods,
            challenge: None,
        });
    };
    transaction!(app.db, Invalidates::Nothing, |tx| {
        token.save(tx).await?;
        mail.save(tx, app).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(())
    })?;
    Ok(Started {
        methods,
        challenge: Some(Challenge {
            token: token.secret.text().clone(),
            passkey_options,
            expires_at: token.row.expires_at,
        }),
    })
}

type New = (NewToken, Option<String>, NewMail);

fn ask_passkey(context: &OpContext, caller: &Caller, factors: &Factors) -> Result<New, Failed> {
    let app = &context.app;
    let asked = passkey::begin_assertion(app, &factors.passkeys)?;
    let pending = Pending {
        code_tag: None,
        passkey: Some(asked.state),
    };
    let token = NewToken::new(app, Purpose::Reauthentication, CEREMONY_TTL)
        .of_user(caller.user.id)
        .bound(session_key(app, caller.session.id)?)
        // One answer: the challenge is used up also by a wrong one.
        .with_attempts(1)
        .carrying(app, &pending)?;
    Ok((token, Some(asked.options_json), NewMail::none()))
}

async fn mail_code(context: &OpContext, caller: &Caller) -> Result<New, Failed> {
    let app = &context.app;
    mail::take(context, MailPurpose::Reauthentication, &caller.user.email_key).await?;
    let token = NewToken::new(app, Purpose::Reauthentication, Lifetime::Code.duration())
        .of_user(caller.user.id)
        .bound(session_key(app, caller.session.id)?)
        .with_attempts(MAX_CODE_ATTEMPTS);
    let code = MailedCode::new(&*app.rng);
    let pending = Pending {
        code_tag: Some(code_tag(app, token.row.id, &code)?),
        passkey: None,
    };
    let letter = Letter::IdentityCode {
        code: SecretString::from(code.text()).into(),
        asker: asker(context),
    };
    let mail = NewMail::letter(app, Some(caller.user.id), recipient(&caller.user), letter)?;
    Ok((token.carrying(app, &pending)?, None, mail))
}
