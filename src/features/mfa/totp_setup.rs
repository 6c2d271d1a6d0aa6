//! Use cases: set an authenticator app up, and confirm it with its first code.

use std::time::Duration;

use entity::{
    one_time_token::{Model, Purpose},
    user,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    Factors,
    change::{self, NotAllowed, may_add},
};
use crate::{
    context::{App, AuthMethod, Caller, OpContext},
    features::{
        attempt::{self, OwnNetwork},
        audit::{EventKind, NewEvent},
        form_receipt,
        notice::{AddedFactor, ReportableNotice, session_key},
        one_time_token::{self, NewToken},
        proof::{self, NotSaved},
        recovery_code::NewCodes,
        session,
        totp::{self, TotpSecret},
    },
    platform::{
        db::{Invalidates, transaction},
        failure::{Fault, Outcome, Refusal},
    },
};

/// How long a set-up waits for its first code.
const SETUP_TTL: Duration = Duration::from_mins(10);

/// How many codes may be tried.
const MAX_ATTEMPTS: u32 = 10;

/// A set-up that waits for its first code.
#[derive(Debug)]
pub struct Setup {
    /// Names the set-up.
    pub token: SecretString,
    /// What the app needs.
    pub shown: Shown,
    /// When it stops working; milliseconds since 1970.
    pub expires_at: i64,
}

/// What the app needs.
#[derive(Debug)]
pub struct Shown {
    /// The secret in base32, for typing.
    pub secret: SecretString,
    /// The `otpauth://` address, for a QR code.
    pub uri: SecretString,
}

/// What the row of a set-up carries.
#[derive(Serialize, Deserialize)]
struct Pending {
    secret: String,
}

/// Why no set-up begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotStarted {
    /// The account has an app.
    AlreadyEnabled,
    /// No factor can be added.
    NotAllowed(NotAllowed),
}

impl Refusal for NotStarted {}

/// Begins a set-up. Nothing changes before it is confirmed.
pub async fn start(context: &OpContext) -> Outcome<Setup, NotStarted> {
    let app = &context.app;
    session::count_write(context, context.caller_before_mfa().await?).await?;
    let caller = context.fresh_caller_before_mfa().await?;
    let factors = Factors::of(app, caller.user.id).await?;
    if factors.totp.is_some() {
        return Err(NotStarted::AlreadyEnabled.into());
    }
    may_add(context, &caller, &factors)
        .await
        .map_err(|failure| failure.map(NotStarted::NotAllowed))?;
    let secret = TotpSecret::new(&*app.rng);
    let pending = Pending {
        secret: secret.to_base32().expose_secret().to_owned(),
    };
    let token = NewToken::new(app, Purpose::TotpSetup, SETUP_TTL)
        .of_user(caller.user.id)
        .bound(session_key(app, caller.session.id)?)
        .with_attempts(MAX_ATTEMPTS)
        .carrying(app, &pending)?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        token.save(tx).await?;
        Ok(())
    })?;
    Ok(Setup {
        token: token.secret.text().clone(),
        shown: shown(app, &caller.user, &secret)?,
        expires_at: token.row.expires_at,
    })
}

fn shown(app: &App, user: &user::Model, secret: &TotpSecret) -> Result<Shown, Fault> {
    Ok(Shown {
        secret: secret.to_base32(),
        uri: secret.uri(&app.config.brand_name, &user.email)?,
    })
}

/// Why the app is not set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotConfirmed {
    /// The code is empty.
    Required,
    /// The code is wrong.
    Code,
    /// The set-up is unknown, of another session, used, or has run out.
    Expired,
}

impl Refusal for NotConfirmed {}

/// What a set-up in the caller's session needs, for showing it again. Consumes nothing.
pub async fn look(context: &OpContext, token: &SecretString) -> Outcome<Shown, NotConfirmed> {
    let caller = context.fresh_caller_before_mfa().await?;
    let found = one_time_token::find(&context.app, &[Purpose::TotpSetup], token).await;
    let row = found.map_err(|failure| failure.map(|_| NotConfirmed::Expired))?;
    let secret = secret_of(context, &caller, &row)?;
    Ok(shown(&context.app, &caller.user, &secret)?)
}

/// The secret of a set-up, if it began in the caller's session.
fn secret_of(context: &OpContext, caller: &Caller, row: &Model) -> Outcome<TotpSecret, NotConfirmed> {
    let app = &context.app;
    if row.bound.as_deref() != Some(&*session_key(app, caller.session.id)?) {
        return Err(NotConfirmed::Expired.into());
    }
    let pending: Pending = one_time_token::payload(app, row)?;
    let unreadable = || Fault::new("continue a set-up", "its secret is unreadable");
    Ok(TotpSecret::from_base32(&pending.secret.into()).ok_or_else(unreadable)?)
}

/// An account whose app is set up.
#[derive(Debug)]
pub struct Confirmed {
    /// The account.
    pub user: user::Model,
    /// The recovery codes, if this is the first factor.
    pub recovery_codes: Option<Vec<SecretString>>,
}

/// Sets the app up, if this is its code now. That code counts as used. Other sessions end.
pub async fn confirm(
    context: &OpContext,
    token: &SecretString,
    code: &SecretString,
) -> Outcome<Confirmed, NotConfirmed> {
    let app = &context.app;
    let caller = context.fresh_caller_before_mfa().await?;
    if code.expose_secret().trim().is_empty() {
        return Err(NotConfirmed::Required.into());
    }
    attempt::limit_login(context)?;
    let row = one_time_token::take_attempt(app, Purpose::TotpSetup, token)
        .await
        .map_err(|failure| failure.map(|_| NotConfirmed::Expired))?;
    let secret = secret_of(context, &caller, &row)?;
    let step = secret.step_of(code, app.clock.now()).ok_or(NotConfirmed::Code)?;
    let sealed = totp::seal(app, caller.user.id, &secret)?;
    let codes = NewCodes::new(app, caller.user.id)?;
    let since = app.clock.now().as_millisecond();
    let notice =
        ReportableNotice::of_factor(context, &caller.user, caller.session.id, AddedFactor::Totp, since)?;
    let network = OwnNetwork::of_codes(context, caller.user.id)?;
    let now = app.clock.now();
    let event = NewEvent::by_caller(context, EventKind::TotpEnabled, &caller);
    let _permit = session::transaction_permit(context, &caller).await;
    let saved = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, &caller, |_| true)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        let is_first = !super::factors::is_any(tx, held.user.id).await?;
        if !one_time_token::claim(tx, &row, now.as_millisecond()).await? {
            return Err(NotSaved::Refused(NotConfirmed::Expired).into());
        }
        if !totp::enable(tx, app, held.user.id, sealed.clone(), step).await? {
            return Err(NotSaved::Refused(NotConfirmed::Expired).into());
        }
        if is_first {
            codes.save(tx).await?;
        }
        session::raise_level(tx, &held.session, AuthMethod::Totp).await?;
        network.save_keeping_failures(tx, now).await?;
        change::end_others(tx, &held.session, now).await?;
        notice.save(tx, app).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok(Confirmed {
            user: held.user,
            recovery_codes: is_first.then(|| codes.texts()),
        })
    });
    let confirmed = proof::saved(saved, NotConfirmed::Expired)?;
    notice.log();
    Ok(confirmed)
}
