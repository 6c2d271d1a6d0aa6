//! A second factor that somebody presents: it is checked first, and used up in the transaction of its effect.

use std::fmt;

use entity::{passkey as passkey_row, totp_factor, user};
use secrecy::{ExposeSecret as _, SecretString};

use super::Factors;
use crate::{
    context::{App, AuthMethod, OpContext},
    features::{
        attempt::{self, CodeAttempt},
        mail::NewMail,
        notice::{self, FactorEvent},
        passkey::{self, Asserted, AssertionState, Rejected},
        recovery_code::{self, RecoveryCode},
        totp::{self, Step},
    },
    platform::{
        db::{DbResult, Invalidates, Tx, transaction},
        failure::{Failed, Outcome, Refusal},
    },
};

/// What somebody presents.
#[derive(Debug, Clone)]
pub enum Presented {
    /// A code from the authenticator app.
    Totp(SecretString),
    /// A recovery code.
    RecoveryCode(SecretString),
    /// A passkey's answer, with the challenge that it answers.
    Passkey(Assertion),
}

/// The answer of a passkey.
#[derive(Clone)]
pub struct Assertion {
    /// The answer, in the JSON form of `AuthenticationResponseJSON`.
    pub answer: SecretString,
    /// What was asked; none if no passkey was asked for.
    pub state: Option<AssertionState>,
}

/// Hidden: it is a credential.
impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assertion([REDACTED])")
    }
}

/// Why it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The code is empty.
    Required(AuthMethod),
    /// The code is wrong, or was used.
    Code(AuthMethod),
    /// So many codes of the app were wrong that the password must be reset first.
    ResetFirst,
    /// The passkey's answer did not verify.
    Passkey,
}

impl Refusal for Wrong {}

/// A right second factor that is not used up yet.
#[derive(Debug)]
pub enum Checked {
    /// A code of the app.
    Totp {
        /// The app.
        factor: totp_factor::Model,
        /// Whose code it is.
        step: Step,
        /// Keeps the place of the attempt.
        attempt: CodeAttempt,
    },
    /// A recovery code, which may not exist.
    RecoveryCode {
        /// The code.
        code: RecoveryCode,
        /// Only codes that were made before count; milliseconds since 1970.
        before: Option<i64>,
        /// How many are left after this one.
        remaining: u64,
    },
    /// A passkey.
    Passkey(Box<(passkey_row::Model, Asserted)>),
}

/// Checks what is presented against the factors of a user. Recovery codes must have been made `before` that instant, if it
/// is given.
pub async fn check(
    context: &OpContext,
    user: &user::Model,
    factors: &Factors,
    presented: &Presented,
    before: Option<i64>,
) -> Outcome<Checked, Wrong> {
    match presented {
        Presented::Totp(code) => check_totp(context, user, factors.totp.as_ref(), code).await,
        Presented::RecoveryCode(code) => {
            check_filled(code, AuthMethod::RecoveryCode)?;
            attempt::limit_login(context)?;
            let app = &context.app;
            let code = RecoveryCode::parse(app, user.id, code)?;
            let code = code.ok_or(Wrong::Code(AuthMethod::RecoveryCode))?;
            let unused = recovery_code::count_unused(app.db.reader(), user.id).await?;
            Ok(Checked::RecoveryCode {
                code,
                before,
                remaining: unused.saturating_sub(1),
            })
        }
        Presented::Passkey(assertion) => check_passkey(context, user, &factors.passkeys, assertion).await,
    }
}

fn check_filled(code: &SecretString, method: AuthMethod) -> Result<(), Wrong> {
    if code.expose_secret().trim().is_empty() {
        return Err(Wrong::Required(method));
    }
    Ok(())
}

/// The attempt is reserved before the comparison, so that concurrent tries count, too.
async fn check_totp(
    context: &OpContext,
    user: &user::Model,
    factor: Option<&totp_factor::Model>,
    code: &SecretString,
) -> Outcome<Checked, Wrong> {
    check_filled(code, AuthMethod::Totp)?;
    let wrong = Wrong::Code(AuthMethod::Totp);
    let factor = factor.ok_or(wrong)?;
    let attempt = CodeAttempt::begin(context, user.id).await?;
    let attempt = attempt.ok_or(Wrong::ResetFirst)?;
    match totp::matched_step(&context.app, factor, code)? {
        Some(step) if step > factor.last_step => Ok(Checked::Totp {
            factor: factor.clone(),
            step,
            attempt,
        }),
        Some(step) => {
            count_replay(context, user, factor, step, attempt).await?;
            Err(wrong.into())
        }
        None => {
            count_failure(context, user, attempt).await?;
            Err(wrong.into())
        }
    }
}

async fn count_failure(context: &OpContext, user: &user::Model, attempt: CodeAttempt) -> Result<(), Failed> {
    tracing::info!(user = %user.id, event = "mfa_failed", "refused a code of an authenticator app");
    if !attempt.fail().await? {
        return Ok(());
    }
    let app = &context.app;
    let notice = notice::of_factors(context, user, FactorEvent::CodesRefused)?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        notice.save(tx, app).await?;
        Ok(())
    })?;
    Ok(())
}

/// A right code that was used already counts as a failure, but once: a form that is sent twice must not lock its owner
/// out.
async fn count_replay(
    context: &OpContext,
    user: &user::Model,
    factor: &totp_factor::Model,
    step: Step,
    attempt: CodeAttempt,
) -> Result<(), Failed> {
    if totp::take_replay(&context.app, factor, step).await? {
        count_failure(context, user, attempt).await?;
    }
    Ok(())
}

async fn check_passkey(
    context: &OpContext,
    user: &user::Model,
    passkeys: &[passkey_row::Model],
    assertion: &Assertion,
) -> Outcome<Checked, Wrong> {
    attempt::limit_login(context)?;
    let app = &context.app;
    let state = assertion.state.as_ref().ok_or(Wrong::Passkey)?;
    let answer = assertion.answer.expose_secret();
    let found = passkey::find_asserted(app, answer).await;
    let found = found.map_err(|failure| failure.map(|_| Wrong::Passkey))?;
    if !passkeys.iter().any(|passkey| passkey.id == found.id) {
        return Err(Wrong::Passkey.into());
    }
    let asserted = assert(context, user, state, answer, &found).await?;
    Ok(Checked::Passkey(Box::new((found, asserted))))
}

/// The checked answer of a passkey. If its counter went back, its owner is told.
pub async fn assert(
    context: &OpContext,
    user: &user::Model,
    state: &AssertionState,
    answer: &str,
    passkey: &passkey_row::Model,
) -> Outcome<Asserted, Wrong> {
    match passkey::check_assertion(&context.app, state, answer, passkey) {
        Ok(asserted) => Ok(asserted),
        Err(Rejected::CounterRegressed) => {
            report_copied(context, user).await?;
            Err(Wrong::Passkey.into())
        }
        Err(Rejected::Invalid) => Err(Wrong::Passkey.into()),
    }
}

/// Tells the owner that a passkey's counter went back.
pub async fn report_copied(context: &OpContext, user: &user::Model) -> Result<(), Failed> {
    let app = &context.app;
    let notice = notice::of_factors(context, user, FactorEvent::PasskeyRefused)?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        notice.save(tx, app).await?;
        Ok(())
    })?;
    Ok(())
}

impl Checked {
    /// What was presented.
    pub fn method(&self) -> AuthMethod {
        match self {
            Self::Totp { .. } => AuthMethod::Totp,
            Self::RecoveryCode { .. } => AuthMethod::RecoveryCode,
            Self::Passkey(_) => AuthMethod::Passkey,
        }
    }

    /// Uses it up. Of concurrent calls, one gets true. After false, roll back and call [`Self::refuse`].
    pub async fn take(&self, tx: &Tx, app: &App) -> DbResult<bool> {
        let now = app.clock.now().as_millisecond();
        match self {
            Self::Totp { factor, step, .. } => totp::take_step(tx, factor, *step).await,
            Self::RecoveryCode { code, before, .. } => code.take(tx, now, *before).await,
            Self::Passkey(used) => {
                let (passkey, asserted) = &**used;
                passkey::record_use(tx, passkey, asserted, now).await
            }
        }
    }

    /// The notice of its use, if the owner must know.
    pub fn notice(&self, context: &OpContext, user: &user::Model) -> Result<NewMail, Failed> {
        Ok(match self {
            Self::RecoveryCode { remaining, .. } => {
                let event = FactorEvent::RecoveryCodeUsed {
                    remaining: *remaining,
                };
                notice::of_factors(context, user, event)?
            }
            Self::Totp { .. } | Self::Passkey(_) => NewMail::none(),
        })
    }

    /// Counts that it could not be used up. Returns why it does not count.
    pub async fn refuse(self, context: &OpContext, user: &user::Model) -> Result<Wrong, Failed> {
        Ok(match self {
            Self::Totp {
                factor,
                step,
                attempt,
            } => {
                count_replay(context, user, &factor, step, attempt).await?;
                Wrong::Code(AuthMethod::Totp)
            }
            Self::RecoveryCode { .. } => Wrong::Code(AuthMethod::RecoveryCode),
            Self::Passkey(asserted) => {
                let (passkey, _) = *asserted;
                // Another use raised the counter meanwhile, unless the passkey was removed.
                if passkey::find_own(&context.app.db, user.id, passkey.id)
                    .await?
                    .is_some()
                {
                    report_copied(context, user).await?;
                }
                Wrong::Passkey
            }
        })
    }
}
