//! A second factor that somebody presents: it is checked first, and used up in the transaction of its effect.

use std::sync::Arc;

use entity::{PasskeyId, SessionId, UserId, passkey as passkey_row, totp_factor, user};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Factors, Given};
use crate::{
    context::{App, AuthMethod, OpContext},
    features::{
        attempt::{self, CodeAttempt, OwnNetwork},
        audit::{Actor, EventKind, NewEvent},
        notice::{self, FactorEvent, FactorNotice},
        passkey::{self, Asserted, AssertionState, Rejected},
        recovery_code::{self, RecoveryCode},
        totp::{self, Step},
    },
    platform::{
        clock::Timestamp,
        db::{DbResult, Invalidates, Tx, transaction},
        failure::{Failed, Failure, Fault, Outcome, Refusal},
    },
};

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
    /// A recovery code that was unused when it was checked.
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

/// Checks what is given against the factors of a user. A passkey must answer what was `asked`: the caller takes the
/// attempt, and counts it for the network. Recovery codes must have been made `before` that instant, if there is one.
pub async fn check(
    context: &OpContext,
    user: &user::Model,
    factors: &Factors,
    given: &Given,
    asked: Option<&AssertionState>,
    before: Option<i64>,
) -> Outcome<Checked, Wrong> {
    match given {
        Given::Totp(code) => check_totp(context, user, factors.totp.as_ref(), code).await,
        Given::RecoveryCode(code) => {
            check_filled(code, AuthMethod::RecoveryCode)?;
            attempt::limit_login(context)?;
            let app = &context.app;
            let code = RecoveryCode::parse(app, user.id, code)?;
            let wrong = Wrong::Code(AuthMethod::RecoveryCode);
            let Some(code) = code else {
                record_failure(context, user, AuthMethod::RecoveryCode).await?;
                return Err(wrong.into());
            };
            if !code.is_unused(app.db.reader(), before).await? {
                record_failure(context, user, AuthMethod::RecoveryCode).await?;
                return Err(wrong.into());
            }
            let unused = recovery_code::count_unused(app.db.reader(), user.id).await?;
            Ok(Checked::RecoveryCode {
                code,
                before,
                remaining: unused.saturating_sub(1),
            })
        }
        Given::Passkey(answer) => check_passkey(context, user, &factors.passkeys, answer, asked).await,
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

/// Counts a wrong code, and mails the owner if that is news; also if the caller hangs up meanwhile.
async fn count_failure(context: &OpContext, user: &user::Model, attempt: CodeAttempt) -> Result<(), Failed> {
    log_failure(user);
    let notice = notice::of_factors(context, user, FactorEvent::CodesRefused)?;
    let (app, actor, user_id) = (Arc::clone(&context.app), Actor::anonymous(context), user.id);
    undisturbed(async move {
        let event = failure(&app, actor, user_id, AuthMethod::Totp);
        let is_news = attempt.fail().await?;
        event.save_alone().await?;
        if is_news {
            send(&app, &notice).await?;
        }
        Ok(())
    })
    .await
}

fn log_failure(user: &user::Model) {
    tracing::info!(user = %user.id, event = "mfa_failed", "refused a code");
}

/// The event that a second factor was wrong. Who gave it is not proven.
fn failure(app: &App, actor: Actor, user_id: UserId, method: AuthMethod) -> NewEvent<'_> {
    NewEvent::new(app, EventKind::MfaFailed, actor)
        .about(user_id)
        .detail("method", method.word())
}

/// Records a wrong second factor that has no counter of its own; also if the caller hangs up meanwhile.
async fn record_failure(context: &OpContext, user: &user::Model, method: AuthMethod) -> Result<(), Failed> {
    log_failure(user);
    let (app, actor, user_id) = (Arc::clone(&context.app), Actor::anonymous(context), user.id);
    undisturbed(async move { failure(&app, actor, user_id, method).save_alone().await }).await
}

/// Mails a notice that reports no change.
async fn send(app: &App, notice: &FactorNotice) -> Result<(), Failed> {
    transaction!(app.db, Invalidates::Nothing, |tx| {
        notice.save(tx, app).await?;
        Ok(())
    })?;
    notice.log();
    Ok(())
}

/// Runs this to its end, also if the caller hangs up meanwhile.
async fn undisturbed(work: impl Future<Output = Result<(), Failed>> + Send + 'static) -> Result<(), Failed> {
    let panicked = |error| Fault::new("finish what a caller began", error);
    tokio::spawn(work).await.map_err(panicked)?
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
    answer: &SecretString,
    asked: Option<&AssertionState>,
) -> Outcome<Checked, Wrong> {
    let app = &context.app;
    let state = asked.ok_or(Wrong::Passkey)?;
    let answer = answer.expose_secret();
    let asserted = async {
        let found = passkey::find_asserted(app, answer).await;
        let found = found.map_err(|failure| failure.map(|_| Wrong::Passkey))?;
        if !passkeys.iter().any(|passkey| passkey.id == found.id) {
            return Err(Wrong::Passkey.into());
        }
        let asserted = assert(context, user, state, answer, &found).await?;
        Ok(Checked::Passkey(Box::new((found, asserted))))
    };
    let asserted = asserted.await;
    if let Err(Failure::Refused(_)) = &asserted {
        // There are as many of these as challenges, each of which can be answered once.
        record_failure(context, user, AuthMethod::Passkey).await?;
    }
    asserted
}

/// Verifies a passkey's answer. Mails the owner if its counter decreased.
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
            report_copied(context, user, passkey.id).await?;
            Err(Wrong::Passkey.into())
        }
        Err(Rejected::Invalid) => Err(Wrong::Passkey.into()),
    }
}

/// Mails the owner that a passkey may have been copied, unless it was removed meanwhile.
pub async fn report_copied(context: &OpContext, user: &user::Model, id: PasskeyId) -> Result<(), Failed> {
    let notice = notice::of_factors(context, user, FactorEvent::PasskeyRefused)?;
    let (app, user_id) = (Arc::clone(&context.app), user.id);
    undisturbed(async move {
        if passkey::find_own(&app.db, user_id, id).await?.is_some() {
            send(&app, &notice).await?;
        }
        Ok(())
    })
    .await
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

    /// Makes the caller's network known to the counter of codes. Only a code of the app clears wrong ones.
    pub async fn save_network(&self, tx: &Tx, network: &OwnNetwork, now: Timestamp) -> DbResult<()> {
        match self {
            Self::Totp { .. } => network.save_and_forgive(tx, now).await,
            Self::RecoveryCode { .. } | Self::Passkey(_) => network.save_keeping_failures(tx, now).await,
        }
    }

    /// The notice of its use, if the owner must know.
    pub fn notice(&self, context: &OpContext, user: &user::Model) -> Result<Option<FactorNotice>, Failed> {
        Ok(match self {
            Self::RecoveryCode { remaining, .. } => {
                let event = FactorEvent::RecoveryCodeUsed {
                    remaining: *remaining,
                };
                Some(notice::of_factors(context, user, event)?)
            }
            Self::Totp { .. } | Self::Passkey(_) => None,
        })
    }

    /// The event of its use, if it is one of its own: in the session that acts or starts, if there is one.
    pub fn event<'a>(
        &self,
        context: &'a OpContext,
        user_id: UserId,
        session_id: Option<SessionId>,
    ) -> Option<NewEvent<'a>> {
        let Self::RecoveryCode { remaining, .. } = self else {
            return None;
        };
        let event = NewEvent::by_owner(context, EventKind::RecoveryCodeUsed, user_id)
            .detail("remaining", &remaining.to_string());
        Some(match session_id {
            Some(id) => event.in_session(id),
            None => event,
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
            Self::RecoveryCode { .. } => {
                record_failure(context, user, AuthMethod::RecoveryCode).await?;
                Wrong::Code(AuthMethod::RecoveryCode)
            }
            Self::Passkey(asserted) => {
                let (passkey, _) = *asserted;
                // Another use raised the counter meanwhile.
                record_failure(context, user, AuthMethod::Passkey).await?;
                report_copied(context, user, passkey.id).await?;
                Wrong::Passkey
            }
        })
    }
}
