//! Use case: register a passkey.

use std::fmt;

use entity::{
    one_time_token::{Model as TokenRow, Purpose},
    passkey as passkey_row, user,
};
use secrecy::SecretString;

use super::{
    Factors,
    change::{NotAllowed, end_others, may_add},
};
use crate::{
    context::{AuthMethod, Caller, OpContext},
    features::{
        attempt::{self, OwnNetwork},
        audit::{EventKind, NewEvent},
        form_receipt,
        notice::{AddedFactor, ReportableNotice, session_key},
        one_time_token::{self, NewToken},
        passkey::{self, CEREMONY_TTL, CredentialTaken, MAX_PER_ACCOUNT, NewPasskey, RegistrationState},
        proof::{self, NotSaved},
        recovery_code::NewCodes,
        session,
        user::{DisplayName, NameProblem},
    },
    platform::{
        db::{Invalidates, TxError, transaction},
        failure::{Outcome, Refusal},
    },
};

/// A registration that has begun.
pub struct Started {
    /// Names the registration.
    pub token: SecretString,
    /// What to ask the browser, as JSON.
    pub options: String,
}

/// Without the challenge.
impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started").finish_non_exhaustive()
    }
}

/// Why no registration begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotStarted {
    /// Passkeys do not work at the address of this server.
    Disabled,
    /// The account has as many as it may have.
    LimitReached,
    /// No factor can be added.
    NotAllowed(NotAllowed),
}

impl Refusal for NotStarted {}

/// Begins a registration. Nothing changes before it is finished.
pub async fn start(context: &OpContext) -> Outcome<Started, NotStarted> {
    let app = &context.app;
    if !passkey::is_enabled(app) {
        return Err(NotStarted::Disabled.into());
    }
    session::count_write(context, context.caller_before_mfa().await?).await?;
    let caller = context.fresh_caller_before_mfa().await?;
    let factors = Factors::of(app, caller.user.id).await?;
    if factors.passkeys.len() >= MAX_PER_ACCOUNT {
        return Err(NotStarted::LimitReached.into());
    }
    may_add(context, &caller, &factors)
        .await
        .map_err(|failure| failure.map(NotStarted::NotAllowed))?;
    let asked = passkey::begin_registration(app, &caller.user, &factors.passkeys)?;
    let token = NewToken::new(app, Purpose::PasskeyRegistration, CEREMONY_TTL)
        .of_user(caller.user.id)
        .bound(session_key(app, caller.session.id)?)
        // One answer: the challenge is used up also by a wrong one.
        .with_attempts(1)
        .carrying(app, &asked.state)?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        token.save(tx).await?;
        Ok(())
    })?;
    Ok(Started {
        token: token.secret.text().clone(),
        options: asked.options_json,
    })
}

/// Why no passkey is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFinished {
    /// The label is not allowed.
    Name(NameProblem),
    /// The answer did not verify.
    Rejected,
    /// The registration is unknown, of another session, used, or has run out.
    Expired,
    /// The account has as many as it may have.
    LimitReached,
}

impl Refusal for NotFinished {}

/// A registered passkey.
#[derive(Debug)]
pub struct Registered {
    /// The passkey.
    pub passkey: passkey_row::Model,
    /// Its account.
    pub user: user::Model,
    /// The recovery codes, if this is the first factor.
    pub recovery_codes: Option<Vec<SecretString>>,
}

/// What the browser answered.
pub struct Answered<'a> {
    /// Names the registration.
    pub token: &'a SecretString,
    /// The answer, as JSON.
    pub answer: &'a str,
    /// A label; derived from the browser if there is none.
    pub name: Option<&'a str>,
}

/// Without the answer.
impl fmt::Debug for Answered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Registers the passkey that answered. Other sessions end.
pub async fn finish(context: &OpContext, answered: &Answered<'_>) -> Outcome<Registered, NotFinished> {
    let caller = context.fresh_caller_before_mfa().await?;
    let name = answered.name.map(str::trim).filter(|name| !name.is_empty());
    let name = name
        .map(DisplayName::parse)
        .transpose()
        .map_err(NotFinished::Name)?;
    attempt::limit_login(context)?;
    let (row, new) = verified(context, &caller, answered).await?;
    let new = match name {
        Some(name) => new.named(name),
        None => new.named_after(context.client.user_agent.as_deref()),
    };
    save(context, &caller, &row, &new).await
}

/// The passkey that answered. A wrong answer uses the challenge up, too.
async fn verified(
    context: &OpContext,
    caller: &Caller,
    answered: &Answered<'_>,
) -> Outcome<(TokenRow, NewPasskey), NotFinished> {
    let app = &context.app;
    let found = one_time_token::find(app, &[Purpose::PasskeyRegistration], answered.token).await;
    let row = found.map_err(|failure| failure.map(|_| NotFinished::Expired))?;
    if row.bound.as_deref() != Some(&*session_key(app, caller.session.id)?) {
        return Err(NotFinished::Expired.into());
    }
    one_time_token::take_attempt(app, Purpose::PasskeyRegistration, answered.token)
        .await
        .map_err(|failure| failure.map(|_| NotFinished::Expired))?;
    let state: RegistrationState = one_time_token::payload(app, &row)?;
    let new = passkey::check_registration(app, caller.user.id, &state, answered.answer)
        .map_err(|_| NotFinished::Rejected)?;
    Ok((row, new))
}

async fn save(
    context: &OpContext,
    caller: &Caller,
    row: &TokenRow,
    new: &NewPasskey,
) -> Outcome<Registered, NotFinished> {
    let app = &context.app;
    let codes = NewCodes::new(app, caller.user.id)?;
    let since = new.row.created_at;
    let notice = ReportableNotice::of_factor(
        context,
        &caller.user,
        caller.session.id,
        AddedFactor::Passkey,
        since,
    )?;
    let network = OwnNetwork::of_codes(context, caller.user.id)?;
    let now = app.clock.now();
    let event = NewEvent::by_caller(context, EventKind::PasskeyAdded, caller)
        .detail("passkey", &new.row.id.to_string());
    let _permit = session::transaction_permit(context, caller).await;
    let saved: Outcome<Registered, NotSaved<NotFinished>> = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, caller, |_| true)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        let id = held.user.id;
        let is_first = !super::factors::is_any(tx, id).await?;
        if passkey::count_of(tx, id).await? >= MAX_PER_ACCOUNT {
            return Err(NotSaved::Refused(NotFinished::LimitReached).into());
        }
        if !one_time_token::claim(tx, row, now.as_millisecond()).await? {
            return Err(NotSaved::Refused(NotFinished::Expired).into());
        }
        new.save(tx).await.map_err(|error: TxError<CredentialTaken>| {
            error.map(|CredentialTaken| NotSaved::Refused(NotFinished::Rejected))
        })?;
        if is_first {
            codes.save(tx).await?;
        }
        session::raise_level(tx, &held.session, AuthMethod::Passkey).await?;
        network.save_keeping_failures(tx, now).await?;
        end_others(tx, &held.session, now).await?;
        notice.save(tx, app).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok(Registered {
            passkey: new.row.clone(),
            user: held.user,
            recovery_codes: is_first.then(|| codes.texts()),
        })
    });
    let registered = proof::saved(saved, NotFinished::Expired)?;
    notice.log();
    Ok(registered)
}
