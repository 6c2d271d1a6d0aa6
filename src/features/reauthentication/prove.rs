//! Use case: give the proof.

use entity::one_time_token::{Model as TokenRow, Purpose};
use secrecy::{ExposeSecret as _, SecretString};

use super::{proofs::sufficient, start::Pending};
use crate::{
    context::{AuthMethod, Caller, OpContext},
    features::{
        attempt::{self, OwnNetwork},
        form_receipt,
        mail::NewMail,
        mfa::{self, Assertion, Checked, Factors, Presented, Wrong},
        notice::session_key,
        one_time_token::{self, MailedCode, is_code},
        proof::{self, Lost, MAX_TRIES, Tried, is_password},
        session::{self, Tokens},
    },
    platform::{
        clock::Timestamp,
        db::transaction,
        failure::{Failed, Failure, Outcome, Refusal},
    },
};

/// The proof that is given.
#[derive(Debug)]
pub enum Given {
    /// The password.
    Password(SecretString),
    /// A code from the authenticator app.
    Totp(SecretString),
    /// A recovery code.
    RecoveryCode(SecretString),
    /// A passkey's answer to a challenge.
    Passkey {
        /// The secret of the challenge.
        challenge_token: SecretString,
        /// The answer, as JSON.
        answer: SecretString,
    },
    /// A mailed code and its challenge.
    EmailCode {
        /// The secret of the challenge.
        challenge_token: SecretString,
        /// The code, as typed.
        code: SecretString,
    },
}

impl Given {
    /// What a person typed into a field for both: six digits are a code of the app, anything else is a recovery code.
    pub fn code(typed: SecretString) -> Self {
        match mfa::Given::code(typed) {
            mfa::Given::Totp(code) => Self::Totp(code),
            mfa::Given::RecoveryCode(code) | mfa::Given::Passkey(code) => Self::RecoveryCode(code),
        }
    }

    /// The way of this proof.
    pub const fn method(&self) -> AuthMethod {
        match self {
            Self::Password(_) => AuthMethod::Password,
            Self::Totp(_) => AuthMethod::Totp,
            Self::RecoveryCode(_) => AuthMethod::RecoveryCode,
            Self::Passkey { .. } => AuthMethod::Passkey,
            Self::EmailCode { .. } => AuthMethod::EmailCode,
        }
    }
}

/// The result of a successful proof.
#[derive(Debug)]
pub struct Output {
    /// When the proof expires.
    pub valid_until: Timestamp,
    /// New tokens of the session: they alone carry the proof.
    pub tokens: Tokens,
}

/// Why nothing is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The password is wrong.
    PasswordIncorrect,
    /// The second factor is wrong.
    Factor(Wrong),
    /// The code is empty.
    CodeRequired,
    /// The mailed code is wrong.
    EmailCode,
    /// The challenge is unknown, of another session, used, or has run out.
    ChallengeExpired,
    /// What was given does not suffice for this account.
    NotEnough,
}

impl Refusal for Refused {}

/// Allows the tokens that it returns sensitive changes for some minutes.
pub async fn reauthenticate(context: &OpContext, given: &Given) -> Outcome<Output, Refused> {
    let mut caller = context.fresh_caller_before_mfa().await?;
    for _ in 0..MAX_TRIES {
        let factors = Factors::of(&context.app, caller.user.id).await?;
        if !sufficient(context, &caller, &factors)
            .await?
            .contains(&given.method())
        {
            return Err(absent(given, &factors).into());
        }
        let now = context.app.clock.now();
        let proven = check(context, &caller, &factors, given).await?;
        let taken = proof::tried(take(context, &caller, &proven, now).await)?;
        match taken {
            Tried::Done(true) => {
                let method = given.method();
                let renewed = session::renewed(context, &caller, method, now).await;
                let (tokens, valid_until) = renewed.map_err(Failed::after_commit)?;
                return Ok(Output { valid_until, tokens });
            }
            Tried::Done(false) => return Err(refuse(context, &caller, proven).await?.into()),
            Tried::Again(current) => caller = *current,
        }
    }
    // The account changed during every try. Refusing is safe, and the next request may succeed.
    Err(Refused::NotEnough.into())
}

/// Why a proof of this kind does not count for the account.
fn absent(given: &Given, factors: &Factors) -> Refused {
    let is_code = matches!(given, Given::Totp(_) | Given::RecoveryCode(_));
    match given {
        // The codes are used up, or there is no app.
        Given::Totp(_) | Given::RecoveryCode(_) if is_code && factors.is_any() => {
            Refused::Factor(Wrong::Code(given.method()))
        }
        Given::Passkey { .. } if factors.is_any() => Refused::Factor(Wrong::Passkey),
        _ => Refused::NotEnough,
    }
}

/// A right second factor that is not used up yet.
struct ProvenFactor {
    checked: Checked,
    /// The challenge that a passkey answered.
    challenge: Option<TokenRow>,
    notice: NewMail,
}

/// A right proof that is not used up yet.
enum Proven {
    Password,
    Factor(Box<ProvenFactor>),
    EmailCode(Box<TokenRow>),
}

async fn check(
    context: &OpContext,
    caller: &Caller,
    factors: &Factors,
    given: &Given,
) -> Outcome<Proven, Refused> {
    let (presented, challenge) = match given {
        Given::Password(password) => {
            return if is_password(context, caller, password).await? {
                Ok(Proven::Password)
            } else {
                Err(Refused::PasswordIncorrect.into())
            };
        }
        Given::EmailCode {
            challenge_token,
            code,
        } => return check_mailed(context, caller, challenge_token, code).await,
        Given::Totp(code) => (Presented::Totp(code.clone()), None),
        Given::RecoveryCode(code) => (Presented::RecoveryCode(code.clone()), None),
        Given::Passkey {
            challenge_token,
            answer,
        } => {
            let (row, pending) = challenge_of(context, caller, challenge_token).await?;
            let assertion = Assertion {
                answer: answer.clone(),
                state: pending.passkey,
            };
            (Presented::Passkey(assertion), Some(row))
        }
    };
    let checked = mfa::check(context, &caller.user, factors, &presented, None)
        .await
        .map_err(|failure| failure.map(Refused::Factor))?;
    let notice = checked.notice(context, &caller.user)?;
    Ok(Proven::Factor(Box::new(ProvenFactor {
        checked,
        challenge,
        notice,
    })))
}

/// The live challenge of the caller's session. An attempt is taken before anything is compared.
async fn challenge_of(
    context: &OpContext,
    caller: &Caller,
    secret: &SecretString,
) -> Outcome<(TokenRow, Pending), Refused> {
    let app = &context.app;
    let expired =
        |failure: Failure<_>| failure.map(|_: one_time_token::TokenProblem| Refused::ChallengeExpired);
    let found = one_time_token::find(app, &[Purpose::Reauthentication], secret).await;
    let row = found.map_err(expired)?;
    if row.bound.as_deref() != Some(&*session_key(app, caller.session.id)?) {
        return Err(Refused::ChallengeExpired.into());
    }
    let taken = one_time_token::take_attempt(app, Purpose::Reauthentication, secret).await;
    taken.map_err(expired)?;
    let pending = one_time_token::payload(app, &row)?;
    Ok((row, pending))
}

async fn check_mailed(
    context: &OpContext,
    caller: &Caller,
    challenge_token: &SecretString,
    code: &SecretString,
) -> Outcome<Proven, Refused> {
    if code.expose_secret().trim().is_empty() {
        return Err(Refused::CodeRequired.into());
    }
    attempt::limit_login(context)?;
    let (row, pending) = challenge_of(context, caller, challenge_token).await?;
    let tag = pending.code_tag.ok_or(Refused::EmailCode)?;
    let code = MailedCode::parse(code).ok_or(Refused::EmailCode)?;
    if !is_code(&context.app, row.id, &code, &tag) {
        return Err(Refused::EmailCode.into());
    }
    Ok(Proven::EmailCode(Box::new(row)))
}

/// Uses the proof up, and records it. Returns whether it could be used.
async fn take(context: &OpContext, caller: &Caller, proven: &Proven, now: Timestamp) -> Outcome<bool, Lost> {
    let app = &context.app;
    let millis = now.as_millisecond();
    let is_alone = matches!(proven, Proven::Password | Proven::EmailCode(_));
    let network = OwnNetwork::of_codes(context, caller.user.id)?;
    let still_holds = |current: &Caller| current.user.password_hash == caller.user.password_hash;
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, caller, still_holds).await?;
        // A factor was added meanwhile: then neither password nor mailed code is enough.
        if is_alone && mfa::is_any(tx, held.user.id).await? {
            return Err(Lost::Proof(Box::new(held)).into());
        }
        let (challenge, method) = match proven {
            Proven::Password => (None, AuthMethod::Password),
            Proven::EmailCode(challenge) => (Some(&**challenge), AuthMethod::EmailCode),
            Proven::Factor(factor) => {
                let ProvenFactor {
                    checked,
                    challenge,
                    notice,
                } = &**factor;
                if !checked.take(tx, app).await? {
                    return Ok(false);
                }
                notice.save(tx, app).await?;
                network.save_and_forgive(tx, now).await?;
                (challenge.as_ref(), checked.method())
            }
        };
        if let Some(challenge) = challenge
            && !one_time_token::claim(tx, challenge, millis).await?
        {
            return Ok(false);
        }
        session::record_step_up(tx, &held.session, method, now).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok(true)
    })
}

/// Why a right proof could not be used.
async fn refuse(context: &OpContext, caller: &Caller, proven: Proven) -> Outcome<Refused, Refused> {
    match proven {
        Proven::Password => Ok(Refused::PasswordIncorrect),
        Proven::EmailCode(_) => Ok(Refused::ChallengeExpired),
        Proven::Factor(factor) => {
            let wrong = factor.checked.refuse(context, &caller.user).await?;
            Ok(Refused::Factor(wrong))
        }
    }
}
