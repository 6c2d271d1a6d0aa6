//! Use case: finish a sign-in with the second factor.

use std::fmt;

use entity::{
    one_time_token::{self as token_row, Purpose},
    user,
};
use secrecy::SecretString;

use super::{
    Factors,
    challenge::{Challenge, Pending, pending},
    given::Given,
    presented::{Checked, Wrong, check},
    remembered,
};
use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{self, AccountKey, OwnNetwork},
        audit::{self, EventKind, NewEvent, SignInRefusal},
        device::DeviceNameProblem,
        form_receipt,
        identity::{SignInIdentity, Taken, provider_name},
        login::SignedIn,
        notice::ReportableNotice,
        one_time_token::{self, TokenProblem},
        recovery_code, session, user as users,
    },
    platform::{
        db::transaction,
        failure::{Failure, Outcome, Refusal},
    },
};

/// What the person has and presents.
pub struct Input {
    /// The secret of the challenge.
    pub challenge_token: SecretString,
    /// The second factor.
    pub factor: Given,
    /// Whether to remember this browser, where the settings allow it.
    pub remembers: bool,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}

/// A finished sign-in.
#[derive(Debug)]
pub struct Output {
    /// The session with its user.
    pub signed_in: SignedIn,
    /// The secret that the browser is remembered by, if it asked for that.
    pub remembered: Option<SecretString>,
}

/// Why there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The second factor is wrong.
    Factor(Wrong),
    /// The challenge is unknown, used, or has run out.
    ChallengeExpired,
    /// The name of the device is invalid.
    DeviceName(DeviceNameProblem),
    /// The account is disabled.
    AccountDisabled,
}

impl Refusal for Refused {}

/// Finishes the sign-in. The same call again, within a minute, gets the same answer.
pub async fn verify(context: &OpContext, input: &Input) -> Outcome<Output, Refused> {
    let app = &context.app;
    let secrets = [&input.challenge_token, input.factor.secret()];
    let repeat_key = form_receipt::repeat_key(app, "second factor of a sign-in", &secrets)?;
    match try_once(context, input, &repeat_key).await {
        Err(Failure::Refused(Refused::ChallengeExpired)) => {
            let signed_in = SignedIn::repeated(context, &repeat_key).await?;
            Ok(Output {
                signed_in: signed_in.ok_or(Refused::ChallengeExpired)?,
                remembered: None,
            })
        }
        done => done,
    }
}

async fn try_once(context: &OpContext, input: &Input, repeat_key: &str) -> Outcome<Output, Refused> {
    let app = &context.app;
    let (challenge, pending, user) = find(context, &input.challenge_token).await?;
    let request = pending.session();
    request.check_delivery(context)?;
    let options = request.options(context).map_err(Refused::DeviceName)?;
    if let Given::Passkey(_) = input.factor {
        attempt::limit_login(context)?;
        // Taken before anything is compared: a wrong answer uses the passkey's challenge up, too.
        one_time_token::take_attempt(app, Purpose::Mfa, &input.challenge_token)
            .await
            .map_err(|failure| failure.map(|_| Refused::ChallengeExpired))?;
    }
    let factors = Factors::of(app, user.id).await?;
    let first = pending.first()?;
    let asked = pending.passkey.as_ref().map(|(state, _)| state);
    let checked = check(context, &user, &factors, &input.factor, asked, None)
        .await
        .map_err(|failure| failure.map(Refused::Factor))?;
    let saved = save(
        context,
        input,
        repeat_key,
        &challenge,
        &user,
        first,
        pending.identity.as_ref(),
        options,
        &checked,
    )
    .await;
    match saved {
        Err(Failure::Refused(Refused::Factor(_))) => {
            Err(Refused::Factor(checked.refuse(context, &user).await?).into())
        }
        saved => saved,
    }
}

/// What can be given to a challenge. Consumes nothing.
pub async fn look(context: &OpContext, secret: &SecretString) -> Outcome<Challenge, Refused> {
    let app = &context.app;
    let (row, pending, user) = find(context, secret).await?;
    let factors = Factors::of(app, user.id).await?;
    let recovery_codes = recovery_code::count_unused(app.db.reader(), user.id).await?;
    // A passkey answers once.
    let passkey = pending.passkey.filter(|_| row.attempts_left > 0);
    Ok(Challenge {
        token: secret.clone(),
        methods: factors.methods(passkey.is_some(), recovery_codes),
        passkey_options: passkey.map(|(_, options)| options),
        expires_at: row.expires_at,
    })
}

/// The live challenge, and whose it is.
async fn find(
    context: &OpContext,
    secret: &SecretString,
) -> Outcome<(token_row::Model, Pending, user::Model), Refused> {
    let app = &context.app;
    let found = one_time_token::find(app, &[Purpose::Mfa], secret).await;
    let challenge = found.map_err(|failure| failure.map(|_: TokenProblem| Refused::ChallengeExpired))?;
    let user = match challenge.user_id {
        Some(id) => users::find(&app.db, id).await?,
        None => None,
    };
    let user = user.ok_or(Refused::ChallengeExpired)?;
    if !users::is_open(&user) {
        audit::note_refused(context, Some(user.id), SignInRefusal::Disabled);
        return Err(Refused::AccountDisabled.into());
    }
    let pending = pending(app, &challenge)?;
    Ok((challenge, pending, user))
}

#[expect(clippy::too_many_arguments, reason = "one transaction that uses all of them")]
async fn save(
    context: &OpContext,
    input: &Input,
    repeat_key: &str,
    challenge: &token_row::Model,
    user: &user::Model,
    first: AuthMethod,
    identity: Option<&SignInIdentity>,
    options: session::SessionOptions,
    checked: &Checked,
) -> Outcome<Output, Refused> {
    let app = &context.app;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let roles = users::roles(&app.db, user.id).await?;
    // Accounts with roles never link by address, also if the role came meanwhile.
    if identity.and_then(SignInIdentity::newly_linked).is_some() && !roles.is_empty() {
        return Err(Refused::ChallengeExpired.into());
    }
    let session = session::prepare(context, user, &roles, options, &[first, checked.method()]).await?;
    let is_familiar = session::is_familiar(context, user).await?;
    let sign_in_notice = ReportableNotice::of_sign_in(context, user, &session.session, is_familiar)?;
    let notice = checked.notice(context, user)?;
    let linked = identity.and_then(SignInIdentity::newly_linked);
    let linked = linked
        .map(|account| {
            let name = provider_name(app, &account.provider);
            ReportableNotice::of_linked(context, user, session.session.id, name)
        })
        .transpose()?;
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, &user.email_key)?)?;
    let network_of_codes = OwnNetwork::of_codes(context, user.id)?;
    let remembered = input
        .remembers
        .then(|| remembered::remember(context, user.id))
        .flatten();
    let provider = identity.and_then(SignInIdentity::newly_linked);
    let linking = provider.map(|account| {
        NewEvent::by_owner(context, EventKind::IdentityLinked, user.id)
            .in_session(session.session.id)
            .detail("provider", &account.provider)
    });
    let code_used = checked.event(context, user.id, Some(session.session.id));
    let signed_in = NewEvent::of_sign_in(context, &session.session);
    let events: Vec<_> = [linking, code_used, Some(signed_in)]
        .into_iter()
        .flatten()
        .collect();
    transaction!(app.db, session.invalidates(), |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        let held = held.filter(|held| held.email_key == user.email_key);
        held.ok_or(Refused::ChallengeExpired)?;
        if !one_time_token::claim(tx, challenge, millis).await? {
            return Err(Refused::ChallengeExpired.into());
        }
        if !checked.take(tx, app).await? {
            return Err(Refused::Factor(Wrong::Code(checked.method())).into());
        }
        if !users::record_login_without_password(tx, user.id, &user.email_key, millis).await? {
            return Err(Refused::ChallengeExpired.into());
        }
        if let Some(identity) = identity {
            identity
                .save(tx, app, user.id)
                .await
                .map_err(|error| error.map(|Taken| Refused::ChallengeExpired))?;
        }
        session.save(tx).await?;
        // Only now has the person given everything that was asked for.
        if first == AuthMethod::Password {
            network.save_and_forgive(tx, now).await?;
        } else {
            network.save_keeping_failures(tx, now).await?;
        }
        checked.save_network(tx, &network_of_codes, now).await?;
        for event in &events {
            event.save(tx).await?;
        }
        sign_in_notice.save(tx, app).await?;
        if let Some(linked) = &linked {
            linked.save(tx, app).await?;
        }
        if let Some(notice) = &notice {
            notice.save(tx, app).await?;
        }
        if let Some(remembered) = &remembered {
            remembered.save(tx).await?;
        }
        form_receipt::save(tx, context, session.session.id).await?;
        form_receipt::save_as(tx, context, repeat_key, session.session.id).await?;
        Ok(())
    })?;
    if let Some(notice) = &notice {
        notice.log();
    }
    if let Some(linked) = &linked {
        linked.log();
    }
    Ok(Output {
        signed_in: SignedIn {
            user: user::Model {
                last_login_at: Some(millis),
                ..user.clone()
            },
            roles,
            session,
        },
        remembered: remembered.map(|token| token.secret.text().clone()),
    })
}
