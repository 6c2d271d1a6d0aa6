//! Use case: sign in with a passkey.

use entity::user;
use secrecy::{ExposeSecret as _, SecretString};

use super::challenge::{self, Expired};
use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{self, AccountKey, OwnNetwork},
        audit::{self, NewEvent, SignInRefusal},
        device::DeviceNameProblem,
        email_verification, form_receipt,
        login::SignedIn,
        mfa::{self, Wrong},
        notice::ReportableNotice,
        passkey,
        session::{self, SessionRequest},
        user as users,
    },
    platform::{
        config::EmailVerification,
        db::transaction,
        failure::{Failure, Outcome, Refusal},
    },
};

/// What the client has.
#[derive(Debug)]
pub struct Input {
    /// The challenge.
    pub challenge_token: SecretString,
    /// The answer, as JSON.
    pub answer: SecretString,
    /// The requested session.
    pub session: SessionRequest,
}

/// Why there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The device name is invalid.
    DeviceName(DeviceNameProblem),
    /// The challenge is unknown, was used, or has run out.
    ChallengeExpired,
    /// The answer did not verify.
    Rejected,
    /// The account is disabled.
    AccountDisabled,
    /// The address must be confirmed first. A link is mailed, unless the address had enough of them.
    EmailNotVerified,
}

impl Refusal for Refused {}

/// Signs in. The same call again, within a minute, gets the same answer.
pub async fn sign_in(context: &OpContext, input: Input) -> Outcome<SignedIn, Refused> {
    input.session.check_delivery(context)?;
    let secrets = [&input.challenge_token, &input.answer];
    let repeat_key = form_receipt::repeat_key(&context.app, "sign-in with a passkey", &secrets)?;
    match try_once(context, &input, &repeat_key).await {
        Err(Failure::Refused(Refused::ChallengeExpired)) => {
            let signed_in = SignedIn::repeated(context, &repeat_key).await?;
            Ok(signed_in.ok_or(Refused::ChallengeExpired)?)
        }
        done => done,
    }
}

async fn try_once(context: &OpContext, input: &Input, repeat_key: &str) -> Outcome<SignedIn, Refused> {
    let app = &context.app;
    let options = input.session.options(context).map_err(Refused::DeviceName)?;
    attempt::limit_login(context)?;
    let answer = input.answer.expose_secret();
    // First, so that an answer of no passkey that we know writes nothing.
    let found = passkey::find_asserted(app, answer).await;
    let passkey = found.map_err(|failure| {
        failure.map(|_| {
            audit::note_refused(context, None, SignInRefusal::Credentials);
            Refused::Rejected
        })
    })?;
    let state = challenge::take(app, &input.challenge_token)
        .await
        .map_err(|failure| failure.map(|Expired| Refused::ChallengeExpired))?;
    let user = users::find(&app.db, passkey.user_id).await?;
    let user = user.ok_or(Refused::Rejected)?;
    let asserted = mfa::assert(context, &user, &state, answer, &passkey)
        .await
        .map_err(|failure| {
            failure.map(|_: Wrong| {
                audit::note_refused(context, Some(user.id), SignInRefusal::Credentials);
                Refused::Rejected
            })
        })?;
    if !users::is_open(&user) {
        audit::note_refused(context, Some(user.id), SignInRefusal::Disabled);
        return Err(Refused::AccountDisabled.into());
    }
    if app.config.email_verification == EmailVerification::Required && user.email_verified_at.is_none() {
        audit::note_refused(context, Some(user.id), SignInRefusal::Unverified);
        email_verification::remind(context, &user.email_key).await?;
        return Err(Refused::EmailNotVerified.into());
    }
    let roles = users::roles(&app.db, user.id).await?;
    let session = session::prepare(context, &user, &roles, options, &[AuthMethod::Passkey]).await?;
    let is_familiar = session::is_familiar(context, &user).await?;
    let notice = ReportableNotice::of_sign_in(context, &user, &session.session, is_familiar)?;
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, &user.email_key)?)?;
    let network_of_codes = OwnNetwork::of_codes(context, user.id)?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let event = NewEvent::of_sign_in(context, &session.session);
    let saved: Outcome<(), NotSaved> = transaction!(app.db, session.invalidates(), |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        held.ok_or(NotSaved::Closed)?;
        if !passkey::record_use(tx, &passkey, &asserted, millis).await? {
            return Err(NotSaved::CounterRegressed.into());
        }
        if !users::record_login_without_password(tx, user.id, &user.email_key, millis).await? {
            return Err(NotSaved::Closed.into());
        }
        session.save(tx).await?;
        event.save(tx).await?;
        network.save_keeping_failures(tx, now).await?;
        network_of_codes.save_keeping_failures(tx, now).await?;
        notice.save(tx, app).await?;
        form_receipt::save(tx, context, session.session.id).await?;
        form_receipt::save_as(tx, context, repeat_key, session.session.id).await?;
        Ok(())
    });
    match saved {
        Ok(()) => Ok(SignedIn {
            user: user::Model {
                last_login_at: Some(millis),
                ..user
            },
            roles,
            session,
        }),
        Err(Failure::Refused(NotSaved::CounterRegressed)) => {
            audit::note_refused(context, Some(user.id), SignInRefusal::Credentials);
            mfa::report_copied(context, &user, passkey.id).await?;
            Err(Refused::Rejected.into())
        }
        Err(Failure::Refused(NotSaved::Closed)) => Err(Refused::Rejected.into()),
        Err(Failure::Failed(failed)) => Err(failed.into()),
    }
}

/// Why a transaction refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotSaved {
    /// Another use raised the counter meanwhile.
    CounterRegressed,
    /// The account was closed meanwhile, or its address changed.
    Closed,
}

impl Refusal for NotSaved {}
