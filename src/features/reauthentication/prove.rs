//! Use case: give the proof.

use entity::one_time_token::{Model as TokenRow, Purpose};
use secrecy::{ExposeSecret as _, SecretString};

use super::{proofs::sufficient, start::Pending};
use crate::{
    context::{AuthMethod, Caller, OpContext},
    features::{
        attempt::{self, OwnNetwork},
        audit::{EventKind, NewEvent},
        form_receipt,
        mfa::{self, Checked, Factors, Wrong},
        notice::{FactorNotice, session_key},
        one_time_token::{self, MailedCode, is_code},
        proof::{self, Lost, MAX_TRIES, NotSaved, is_password, session_ended},
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
    /// What a person typed into a field for both: a few digits are a code of the app, anything else is a recovery code.
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
        let taken = take(context, &caller, &proven, now).await;
        let Err(failure) = taken else {
            if let Some(notice) = proven.factor().and_then(|factor| factor.notice.as_ref()) {
                notice.log();
            }
            let renewed = session::renewed(context, &caller, proven.method(), now).await;
            let (tokens, valid_until) = renewed.map_err(Failed::after_commit)?;
            return Ok(Output { valid_until, tokens });
        };
        match failure.refusal()? {
            NotSaved::Lost(Lost::Proof(current)) => caller = *current,
            NotSaved::Lost(Lost::Session) => return Err(session_ended().into()),
            NotSaved::Refused(NotTaken::Challenge) => return Err(Refused::ChallengeExpired.into()),
            NotSaved::Refused(NotTaken::Factor) => {
                return Err(refuse(context, &caller, proven).await?.into());
            }
        }
    }
    // The account changed during every try. Refusing is safe, and the next request may succeed.
    Err(Refused::NotEnough.into())
}

/// Why a proof of this kind does not count for the account.
fn absent(given: &Given, factors: &Factors) -> Refused {
    match given {
        // The codes are used up, or there is no app.
        Given::Totp(_) | Given::RecoveryCode(_) if factors.is_any() => {
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
    notice: Option<FactorNotice>,
}

/// A right proof that is not used up yet.
enum Proven {
    Password,
    Factor(Box<ProvenFactor>),
    EmailCode(Box<TokenRow>),
}

impl Proven {
    fn method(&self) -> AuthMethod {
        match self {
            Self::Password => AuthMethod::Password,
            Self::Factor(factor) => factor.checked.method(),
            Self::EmailCode(_) => AuthMethod::EmailCode,
        }
    }

    /// The challenge that it answers.
    fn challenge(&self) -> Option<&TokenRow> {
        match self {
            Self::Password => None,
            Self::Factor(factor) => factor.challenge.as_ref(),
            Self::EmailCode(challenge) => Some(challenge),
        }
    }

    /// The second factor, if it is one.
    fn factor(&self) -> Option<&ProvenFactor> {
        match self {
            Self::Factor(factor) => Some(factor),
            Self::Password | Self::EmailCode(_) => None,
        }
    }
}

async fn check(
    context: &OpContext,
    caller: &Caller,
    factors: &Factors,
    given: &Given,
) -> Outcome<Proven, Refused> {
    let (factor, asked, challenge) = match given {
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
        Given::Totp(code) => (mfa::Given::Totp(code.clone()), None, None),
        Given::RecoveryCode(code) => (mfa::Given::RecoveryCode(code.clone()), None, None),
        Given::Passkey {
            challenge_token,
            answer,
        } => {
            attempt::limit_login(context)?;
            let (row, pending) = challenge_of(context, caller, challenge_token).await?;
            (mfa::Given::Passkey(answer.clone()), pending.passkey, Some(row))
        }
    };
    let checked = mfa::check(context, &caller.user, factors, &factor, asked.as_ref(), None)
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
    let code = MailedCode::parse(code).filter(|code| is_code(&context.app, row.id, code, &tag));
    if code.is_none() {
        // There are as many of these as attempts at mailed codes.
        let event = NewEvent::by_stranger(context, EventKind::MfaFailed, caller.user.id)
            .detail("method", AuthMethod::EmailCode.word());
        event.save_alone().await?;
        return Err(Refused::EmailCode.into());
    }
    Ok(Proven::EmailCode(Box::new(row)))
}

/// Why a right proof could not be used.
#[derive(Debug)]
enum NotTaken {
    /// Its challenge was used meanwhile.
    Challenge,
    /// The factor was used meanwhile.
    Factor,
}

/// Uses the proof up, and records it.
async fn take(
    context: &OpContext,
    caller: &Caller,
    proven: &Proven,
    now: Timestamp,
) -> Outcome<(), NotSaved<NotTaken>> {
    let app = &context.app;
    let network = OwnNetwork::of_codes(context, caller.user.id)?;
    let still_holds = |current: &Caller| current.user.password_hash == caller.user.password_hash;
    let factor = proven.factor().map(|factor| &factor.checked);
    let code_used = factor.and_then(|factor| factor.event(context, caller.user.id, Some(caller.session.id)));
    let event = NewEvent::by_caller(context, EventKind::Reauthenticated, caller)
        .detail("method", proven.method().word());
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, caller, still_holds)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        // A factor was added meanwhile: then neither password nor mailed code is enough.
        if proven.factor().is_none() && mfa::is_any(tx, held.user.id).await? {
            return Err(NotSaved::Lost(Lost::Proof(Box::new(held))).into());
        }
        if let Some(challenge) = proven.challenge()
            && !one_time_token::claim(tx, challenge, now.as_millisecond()).await?
        {
            return Err(NotSaved::Refused(NotTaken::Challenge).into());
        }
        if let Some(factor) = proven.factor() {
            if !factor.checked.take(tx, app).await? {
                return Err(NotSaved::Refused(NotTaken::Factor).into());
            }
            factor.checked.save_network(tx, &network, now).await?;
            if let Some(notice) = &factor.notice {
                notice.save(tx, app).await?;
            }
        }
        session::record_step_up(tx, &held.session, proven.method(), now).await?;
        if let Some(event) = &code_used {
            event.save(tx).await?;
        }
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok(())
    })
}

/// Counts that a right factor was used meanwhile.
async fn refuse(context: &OpContext, caller: &Caller, proven: Proven) -> Result<Refused, Failed> {
    match proven {
        Proven::Factor(factor) => Ok(Refused::Factor(
            factor.checked.refuse(context, &caller.user).await?,
        )),
        Proven::Password | Proven::EmailCode(_) => Ok(Refused::NotEnough),
    }
}
