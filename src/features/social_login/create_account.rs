//! Creates an account for somebody who comes from a provider.

use super::outcome::{Input, NotSaved, Refused};
use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{AccountKey, OwnNetwork},
        audit::{EventKind, NewEvent},
        identity::{SignInIdentity, Taken},
        locale,
        login::{Output, SignedIn},
        session::{self, SessionOptions},
        user::{EmailAddress, EmailTaken, NewUser},
    },
    platform::{db::transaction, failure::Outcome},
};

/// Creates an account without a password, whose address is confirmed, and signs in to it.
pub(super) async fn create_account(
    context: &OpContext,
    input: &Input,
    options: SessionOptions,
    email: &EmailAddress,
) -> Outcome<Output, NotSaved> {
    let app = &context.app;
    let name = input.profile.display_name(email).ok_or(Refused::AddressNeeded)?;
    let new = NewUser::new(app, name, email, None)
        .speaking(locale::preferred(context))
        .verified()
        .signed_in_at_once();
    let session = session::prepare(context, &new.user, &[], options, &[AuthMethod::Social]).await?;
    let identity = SignInIdentity::LinkToNewUser(input.profile.account.clone());
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, email.key())?)?;
    let now = app.clock.now();
    let provider = &input.profile.account.provider;
    let events = [EventKind::Signup, EventKind::IdentityLinked].map(|kind| {
        NewEvent::by_owner(context, kind, new.user.id)
            .in_session(session.session.id)
            .detail("provider", provider)
    });
    transaction!(app.db, session.invalidates(), |tx| {
        if !input.used.consume(tx, now.as_millisecond()).await? {
            return Err(NotSaved::Refused(Refused::Used).into());
        }
        new.save(tx)
            .await
            .map_err(|error| error.map(|EmailTaken| NotSaved::Raced))?;
        identity
            .save(tx, app, new.user.id)
            .await
            .map_err(|error| error.map(|Taken| NotSaved::Raced))?;
        session.save(tx).await?;
        network.save(tx, now).await?;
        for event in &events {
            event.save(tx).await?;
        }
        input.save_receipts(tx, context, session.session.id).await?;
        Ok(())
    })?;
    Ok(Output::SignedIn(Box::new(SignedIn {
        user: new.user,
        roles: Vec::new(),
        session,
    })))
}
