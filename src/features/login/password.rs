//! Use case: sign in with address and password.

use std::fmt;

use entity::user;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::OpContext,
    features::{
        attempt::{AccountKey, Attempt, CheckedPassword},
        device::DeviceNameProblem,
        email_verification, form_receipt,
        notice::SignInNotice,
        password::Password,
        session::{self, NewSession, SessionOptions, SessionRequest},
        user as users,
        user::EmailAddress,
    },
    platform::{
        config::EmailVerification,
        crypto::{Asker, PasswordHash},
        db::transaction,
        failure::{Denied, Failed, Outcome, Refusal},
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

/// The signed-in user with the new session.
#[derive(Debug)]
pub struct Output {
    /// The user.
    pub user: user::Model,
    /// Role names, sorted.
    pub roles: Vec<String>,
    /// The session.
    pub session: NewSession,
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
}

/// One try; none when the account changed between the verification and its effect.
async fn try_once(context: &OpContext, checked: &Checked) -> Outcome<Option<Output>, Refused> {
    let app = &context.app;
    let attempt = Attempt::begin(context, &checked.account, checked.password.as_ref()).await?;
    let found = match &checked.email {
        Some(email) => users::find_by_email(&app.db, email).await?,
        None => None,
    };
    let (user, stored, checked_password) = verify(attempt, found).await?;
    if !users::is_open(&user) {
        return Err(Refused::AccountDisabled.into());
    }
    if app.config.email_verification == EmailVerification::Required && user.email_verified_at.is_none() {
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
    let roles = users::roles(&app.db, user.id).await?;
    let session =
        session::prepare(context, &user, &roles, checked.options.clone(), session::PASSWORD).await?;
    let is_familiar =
        checked_password.is_network_known() && session::is_known_device(context, user.id).await?;
    let notice = if is_familiar {
        SignInNotice::none()
    } else {
        SignInNotice::new(context, &user, &session.session)?
    };
    let now = app.clock.now().as_millisecond();
    let is_saved = transaction!(app.db, session.invalidates(), |tx| {
        let new_hash = new_hash.as_ref().map(PasswordHash::as_str);
        // Compare-and-set: if the password was changed or the account disabled meanwhile, nothing happens.
        if !users::record_login(tx, user.id, &stored, new_hash, now).await? {
            return Ok(false);
        }
        session.save(tx).await?;
        notice.save(tx, app).await?;
        form_receipt::save(tx, context, session.session.id).await?;
        Ok(true)
    })?;
    if is_saved {
        checked_password.succeed().await.map_err(Failed::after_commit)?;
    }
    Ok(is_saved.then(|| Output {
        user: user::Model {
            last_login_at: Some(now),
            ..user
        },
        roles,
        session,
    }))
}

/// The user with this password, and the stored hash that matched. An unknown account costs the same work.
async fn verify(
    attempt: Attempt<'_>,
    found: Option<user::Model>,
) -> Outcome<(user::Model, String, CheckedPassword), Refused> {
    let stored = found.as_ref().and_then(|user| user.password_hash.clone());
    let checked = attempt.verify(stored.as_deref()).await?;
    match (found, stored) {
        (Some(user), Some(stored)) if checked.matches() => Ok((user, stored, checked)),
        _ => Err(Refused::InvalidCredentials.into()),
    }
}
