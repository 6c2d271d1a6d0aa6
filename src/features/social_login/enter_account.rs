//! Signs somebody who comes from a provider in to an existing account.

use entity::{session as session_row, user};

use super::outcome::{Existing, Input, NotSaved, Refused};
use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{AccountCounts, AccountKey, OwnNetwork},
        audit::{self, EventKind, NewEvent, SignInRefusal},
        email_verification, form_receipt,
        identity::{SignInIdentity, Taken, provider_name},
        login::{Output, SignedIn},
        mailbox::{self, Proof, ProvenWith},
        mfa::{self, Factors, FirstFactor, Gate, NewChallenge},
        notice::ReportableNotice,
        session::{self, SessionOptions},
        user::{self as users, DisplayName, EmailAddress, Profile},
    },
    platform::{
        config::EmailVerification,
        db::{Tx, TxError, transaction},
        failure::Outcome,
    },
};

/// Signs in to an existing account, and links the identity if it is new to it.
pub(super) async fn enter_account(
    context: &OpContext,
    input: &Input,
    options: SessionOptions,
    account: &Existing,
) -> Outcome<Output, NotSaved> {
    let app = &context.app;
    let Existing {
        user,
        identity,
        is_first_proof,
    } = account;
    let (is_first_proof, was_confirmed) = (*is_first_proof, user.email_verified_at.is_some());
    check_open(context, user, is_first_proof).await?;
    let gate = if is_first_proof {
        Gate::NoFactor
    } else {
        mfa::gate(context, user).await?
    };
    if let Gate::Outstanding(factors) = &gate {
        return wait(context, input, user, factors, identity).await;
    }
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let roles = if is_first_proof {
        Vec::new()
    } else {
        users::roles(&app.db, user.id).await?
    };
    // Accounts with roles never link by address.
    if identity.newly_linked().is_some() && !roles.is_empty() {
        return Err(NotSaved::Raced.into());
    }
    let user = user::Model {
        email_verified_at: user.email_verified_at.or(is_first_proof.then_some(millis)),
        last_login_at: Some(millis),
        ..user.clone()
    };
    let session = session::prepare(context, &user, &roles, options, &[AuthMethod::Social]).await?;
    let is_familiar = session::is_familiar(context, &user).await?;
    let notice = ReportableNotice::of_sign_in(context, &user, &session.session, is_familiar)?;
    let linked = identity
        .newly_linked()
        .map(|account| {
            let name = provider_name(app, &account.provider);
            ReportableNotice::of_linked(context, &user, session.session.id, name)
        })
        .transpose()?;
    let name = EmailAddress::parse(&user.email)
        .ok()
        .and_then(|email| input.profile.display_name(&email));
    let profile = Profile {
        name: name.map(DisplayName::into_string),
        ..Profile::default()
    };
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, &user.email_key)?)?;
    let address = mailbox::bound(app, &user.email_key)?;
    let events = events(context, input, account, &session.session);
    let user = transaction!(app.db, |tx| {
        let held = hold(tx, &user, was_confirmed).await?;
        if !input.used.consume(tx, millis).await? {
            return Err(NotSaved::Refused(Refused::Used).into());
        }
        let held = if is_first_proof {
            let proof = Proof {
                with: ProvenWith::MailAlone,
                counts: &counts,
                address: &address,
                event: &event(context, input, EventKind::EmailVerified, &session.session),
                now,
            };
            Box::pin(confirm(tx, held, &proof, &profile)).await?
        } else {
            held
        };
        if !gate.still_holds(tx, held.id, millis).await? {
            return Err(NotSaved::Raced.into());
        }
        identity
            .save(tx, app, held.id)
            .await
            .map_err(|error| error.map(|Taken| NotSaved::Raced))?;
        if !users::record_login_without_password(tx, held.id, &held.email_key, millis).await? {
            return Err(NotSaved::Raced.into());
        }
        session.save(tx).await?;
        network.save_keeping_failures(tx, now).await?;
        for event in &events {
            event.save(tx).await?;
        }
        notice.save(tx, app).await?;
        if let Some(linked) = &linked {
            linked.save(tx, app).await?;
        }
        input.save_receipts(tx, context, session.session.id).await?;
        Ok(user::Model {
            last_login_at: Some(millis),
            ..held
        })
    })?;
    if let Some(linked) = &linked {
        linked.log();
    }
    Ok(Output::SignedIn(Box::new(SignedIn { user, roles, session })))
}

/// Checks that the account may be signed in to.
async fn check_open(context: &OpContext, user: &user::Model, is_first_proof: bool) -> Outcome<(), NotSaved> {
    if !users::is_open(user) {
        audit::note_refused(context, Some(user.id), SignInRefusal::Disabled);
        return Err(Refused::AccountDisabled.into());
    }
    let must_confirm = context.app.config.email_verification == EmailVerification::Required;
    if must_confirm && user.email_verified_at.is_none() && !is_first_proof {
        audit::note_refused(context, Some(user.id), SignInRefusal::Unverified);
        email_verification::remind(context, &user.email_key).await?;
        return Err(Refused::EmailNotVerified.into());
    }
    Ok(())
}

/// What the sign-in that starts this session records.
fn events<'a>(
    context: &'a OpContext,
    input: &Input,
    account: &Existing,
    session: &session_row::Model,
) -> Vec<NewEvent<'a>> {
    let linked = account.identity.newly_linked();
    let linked = linked.map(|_| event(context, input, EventKind::IdentityLinked, session));
    let signed_in =
        NewEvent::of_sign_in(context, session).detail("provider", &input.profile.account.provider);
    linked.into_iter().chain([signed_in]).collect()
}

/// Records the first proof of the mailbox. The name was the stranger's choice, too.
async fn confirm(
    tx: &Tx,
    held: user::Model,
    proof: &Proof<'_>,
    profile: &Profile,
) -> Result<user::Model, TxError<NotSaved>> {
    let user = mailbox::prove(tx, held, proof).await?;
    let user = users::update_profile(tx, user.id, profile, proof.now.as_millisecond()).await?;
    user.ok_or_else(|| NotSaved::Raced.into())
}

/// An event that this sign-in causes to the account.
fn event<'a>(
    context: &'a OpContext,
    input: &Input,
    kind: EventKind,
    session: &session_row::Model,
) -> NewEvent<'a> {
    NewEvent::by_owner(context, kind, session.user_id)
        .in_session(session.id)
        .detail("provider", &input.profile.account.provider)
}

/// The challenge of a person who must still give a second factor. The answer of the provider is used up; nothing else
/// of a sign-in happens, and nothing is linked.
async fn wait(
    context: &OpContext,
    input: &Input,
    user: &user::Model,
    factors: &Factors,
    identity: &SignInIdentity,
) -> Outcome<Output, NotSaved> {
    let app = &context.app;
    let challenge = NewChallenge::new(
        context,
        user,
        factors,
        FirstFactor::Identity(identity),
        &input.session,
    )
    .await?;
    let now = app.clock.now().as_millisecond();
    transaction!(app.db, |tx| {
        hold(tx, user, user.email_verified_at.is_some()).await?;
        if !input.used.consume(tx, now).await? {
            return Err(NotSaved::Refused(Refused::Used).into());
        }
        challenge.save(tx).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })?;
    Ok(Output::Challenge(challenge.into_challenge()))
}

/// Locks a user who is still open, with the same address, and confirmed or not as before.
async fn hold(tx: &Tx, user: &user::Model, was_confirmed: bool) -> Result<user::Model, TxError<NotSaved>> {
    let held = users::hold(tx, user.id).await?.filter(users::is_open);
    let held = held
        .filter(|held| held.email_key == user.email_key && held.email_verified_at.is_some() == was_confirmed);
    held.ok_or_else(|| NotSaved::Raced.into())
}
