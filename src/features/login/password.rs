//! Use case: sign in with address and password.

use std::fmt;

use entity::user;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{AccountKey, Attempt, CheckedPassword},
        audit::{self, NewEvent, SignInRefusal},
        device::DeviceNameProblem,
        email_verification, form_receipt,
        login::output::{Output, SignedIn},
        mfa::{self, Factors, FirstFactor, Gate, NewChallenge},
        notice::ReportableNotice,
        password::Password,
        session::{self, SessionOptions, SessionRequest},
        user as users,
        user::EmailAddress,
    },
    platform::{
        config::EmailVerification,
        crypto::{Asker, PasswordHash},
        db::transaction,
        failure::{Denied, Failed, Failure, Outcome, Refusal},
    },
};

/// Maximum number of tries: one fails if the account changes meanwhile.
const MAX_TRIES: u32 = 3;

/// What the person entered.
pub struct Input {
    /// Address.
    pub email: String,
    /// Password.
    pub password: SecretString,
    /// The requested session.
    pub session: SessionRequest,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}

/// Why there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The device name is invalid.
    DeviceName(DeviceNameProblem),
    /// Address or password is empty.
    Required,
    /// Address and password do not match.
    InvalidCredentials,
    /// They match, but the account is disabled, or about to be deleted.
    AccountDisabled,
    /// They match, but the address must be confirmed first. A link is mailed, unless the address had enough of them.
    EmailNotVerified,
}

impl Refusal for Refused {}

/// Signs in.
pub async fn sign_in(context: &OpContext, input: Input) -> Outcome<Output, Refused> {
    if input.email.trim().is_empty() || input.password.expose_secret().is_empty() {
        return Err(Refused::Required.into());
    }
    input.session.check_delivery(context)?;
    let email = EmailAddress::parse(&input.email).ok();
    let checked = Checked {
        account: AccountKey::of_typed(&context.app, email.as_ref(), &input.email)?,
        email,
        // A text that cannot be a password matches no account: this reveals nothing.
        password: Password::prepare(input.password.expose_secret()).ok(),
        options: input.session.options(context).map_err(Refused::DeviceName)?,
        session: input.session,
    };
    for _ in 0..MAX_TRIES {
        if let Some(output) = try_once(context, &checked).await? {
            return Ok(output);
        }
    }
    // The account changed during every try. Refusing is safe; the next request can succeed.
    Err(Refused::InvalidCredentials.into())
}

/// The input, parsed.
struct Checked {
    account: AccountKey,
    email: Option<EmailAddress>,
    password: Option<Password>,
    options: SessionOptions,
    session: SessionRequest,
}

/// One try; none when the account changed between the verification and its effect.
async fn try_once(context: &OpContext, checked: &Checked) -> Outcome<Option<Output>, Refused> {
    let app = &context.app;
    let attempt = Attempt::begin(context, &checked.account, checked.password.as_ref()).await;
    if let Err(Failed::Denied(Denied::RateLimited { .. })) = attempt {
        audit::note_refused(context, None, SignInRefusal::RateLimited);
    }
    let attempt = attempt?;
    let found = match &checked.email {
        Some(email) => users::find_by_email(&app.db, email).await?,
        None => None,
    };
    let (user, stored, checked_password) = verify(context, attempt, found).await?;
    if !users::is_open(&user) {
        audit::note_refused(context, Some(user.id), SignInRefusal::Disabled);
        return Err(Refused::AccountDisabled.into());
    }
    if app.config.email_verification == EmailVerification::Required && user.email_verified_at.is_none() {
        audit::note_refused(context, Some(user.id), SignInRefusal::Unverified);
        email_verification::remind(context, &user.email_key).await?;
        return Err(Refused::EmailNotVerified.into());
    }
    let new_hash = if checked_password.needs_rehash() {
        let password = checked.password.as_ref().ok_or(Refused::InvalidCredentials)?;
        match app.hasher.hash(Asker::Stranger, password.secret()).await {
            Ok(hash) => Some(hash),
            // The old hash is good enough while the server is busy: the next sign-in tries again.
            Err(Failed::Denied(Denied::Unavailable { .. })) => None,
            Err(failure) => return Err(failure.into()),
        }
    } else {
        None
    };
    let gate = mfa::gate(context, &user).await?;
    if let Gate::Outstanding(factors) = &gate {
        return challenge(
            context,
            &checked.session,
            &user,
            factors,
            &stored,
            new_hash.as_ref(),
        )
        .await;
    }
    let roles = users::roles(&app.db, user.id).await?;
    let methods = [AuthMethod::Password];
    let session = session::prepare(context, &user, &roles, checked.options.clone(), &methods).await?;
    let is_familiar =
        checked_password.is_network_known() && session::is_known_device(context, user.id).await?;
    let notice = ReportableNotice::of_sign_in(context, &user, &session.session, is_familiar)?;
    let now = app.clock.now().as_millisecond();
    let event = NewEvent::of_sign_in(context, &session.session);
    let saved = transaction!(app.db, session.invalidates(), |tx| {
        let new_hash = new_hash.as_ref().map(PasswordHash::as_str);
        // Compare-and-set: if the password was changed or the account disabled meanwhile, nothing happens.
        if !users::record_login(tx, user.id, &stored, new_hash, now).await? {
            return Err(AccountChanged.into());
        }
        if !gate.still_holds(tx, user.id, now).await? {
            return Err(AccountChanged.into());
        }
        session.save(tx).await?;
        event.save(tx).await?;
        notice.save(tx, app).await?;
        form_receipt::save(tx, context, session.session.id).await?;
        Ok(())
    });
    let is_saved = match saved {
        Ok(()) => true,
        Err(Failure::Refused(AccountChanged)) => false,
        Err(Failure::Failed(failed)) => return Err(failed.into()),
    };
    if is_saved {
        checked_password.succeed().await.map_err(Failed::after_commit)?;
    }
    Ok(is_saved.then(|| {
        Output::SignedIn(Box::new(SignedIn {
            user: user::Model {
                last_login_at: Some(now),
                ..user
            },
            roles,
            session,
        }))
    }))
}

/// The account changed between the verification and its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct AccountChanged;

impl Refusal for AccountChanged {}

/// The challenge of a person who must still give a second factor. The right password alone is no success: it forgives
/// no failures, makes no network known, is reported to nobody, and begins no session. None when the account changed
/// between the verification and its effect.
async fn challenge(
    context: &OpContext,
    request: &SessionRequest,
    user: &user::Model,
    factors: &Factors,
    stored: &str,
    new_hash: Option<&PasswordHash>,
) -> Outcome<Option<Output>, Refused> {
    let app = &context.app;
    let challenge = NewChallenge::new(
        context,
        user,
        factors,
        FirstFactor::Method(AuthMethod::Password),
        request,
    )
    .await?;
    let now = app.clock.now().as_millisecond();
    let is_saved = transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        let is_same = |held: &user::Model| held.password_hash.as_deref() == Some(stored);
        if !held.as_ref().is_some_and(is_same) {
            return Ok(false);
        }
        if let Some(new_hash) = new_hash {
            users::set_password(tx, user.id, new_hash, now).await?;
        }
        challenge.save(tx).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(true)
    })?;
    Ok(is_saved.then(|| Output::Challenge(challenge.into_challenge())))
}

/// The user with this password, and the stored hash that matched. An unknown account costs the same work.
async fn verify(
    context: &OpContext,
    attempt: Attempt<'_>,
    found: Option<user::Model>,
) -> Outcome<(user::Model, String, CheckedPassword), Refused> {
    let stored = found.as_ref().and_then(|user| user.password_hash.clone());
    let checked = attempt.verify(stored.as_deref()).await?;
    match (found, stored) {
        (Some(user), Some(stored)) if checked.matches() => Ok((user, stored, checked)),
        (found, _) => {
            audit::note_refused(context, found.map(|user| user.id), SignInRefusal::Credentials);
            Err(Refused::InvalidCredentials.into())
        }
    }
}
