//! Use case: confirm the address of an account.

use entity::{
    one_time_token::{self as token_row, Purpose},
    user,
};

use super::{
    given::{About, Given, Offer},
    outcome::{Output, Refused},
};
use crate::{
    context::OpContext,
    features::{
        attempt::AccountCounts,
        audit::{EventKind, NewEvent},
        form_receipt,
        mailbox::{self, Proof, ProvenWith},
        one_time_token::{self, TokenProblem},
        session, user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// The user whose address the token confirms.
pub(super) async fn find(context: &OpContext, token: &token_row::Model) -> Outcome<user::Model, Refused> {
    let app = &context.app;
    let user = match token.user_id {
        Some(id) => users::find(&app.db, id).await?.filter(users::is_open),
        None => None,
    };
    let invalid = Refused::Token(TokenProblem::Invalid);
    let user = user.ok_or(invalid)?;
    // A token for a former address is dead.
    if token.bound.as_deref() != Some(&*mailbox::bound(app, &user.email_key)?) {
        return Err(invalid.into());
    }
    Ok(user)
}

/// Confirms it.
pub(super) async fn confirm(
    context: &OpContext,
    token: &token_row::Model,
    offer: &Offer<'_>,
) -> Outcome<Output, Refused> {
    let app = &context.app;
    let user = find(context, token).await?;
    // Also without the second factor that a role needs: setting one up takes a confirmed address.
    let caller = context.fresh_optional_caller_before_mfa().await?;
    let caller = caller.filter(|caller| caller.user.id == user.id);
    let given = if let Some(caller) = caller {
        Given::Session(Box::new(caller.session))
    } else {
        let about = About {
            email: &user.email,
            email_key: &user.email_key,
            name: &user.name,
            password_hash: user.password_hash.as_deref(),
        };
        offer.check(context, about).await?
    };
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let address = mailbox::bound(app, &user.email_key)?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let invalid = Refused::Token(TokenProblem::Invalid);
    let event = NewEvent::by_owner(context, EventKind::EmailVerified, user.id);
    let event = match &given {
        Given::Session(session) => event.in_session(session.id),
        Given::Client | Given::Password | Given::NewPassword(_) => event,
    };
    let confirmed = transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        let is_same = |held: &user::Model| {
            held.email_key == user.email_key
                && (!matches!(given, Given::Password) || held.password_hash == user.password_hash)
        };
        let held = held.filter(is_same).ok_or(invalid)?;
        // Nothing of before would end with the new password: that is what a reset is for.
        if held.email_verified_at.is_some() && matches!(given, Given::NewPassword(_)) {
            return Err(invalid.into());
        }
        if let Given::Session(session) = &given
            && session::hold(tx, session, now).await?.is_none()
        {
            return Err(Refused::PasswordRequired.into());
        }
        if !one_time_token::claim(tx, token, millis).await? {
            return Err(invalid.into());
        }
        let with = match &given {
            Given::NewPassword(_) => ProvenWith::MailAlone,
            Given::Session(_) | Given::Client | Given::Password => ProvenWith::Account,
        };
        let proof = Proof {
            with,
            counts: &counts,
            address: &address,
            event: &event,
            now,
        };
        let mut held = mailbox::prove(tx, held, &proof).await?;
        one_time_token::void_of(tx, held.id, &[Purpose::Verify], millis).await?;
        if let Given::NewPassword(hash) = &given {
            users::set_password(tx, held.id, hash, millis).await?;
            held.password_hash = Some(hash.as_str().to_owned());
        }
        form_receipt::save_without_session(tx, context).await?;
        Ok(held)
    })?;
    Ok(Output {
        user: matches!(given, Given::Session(_)).then_some(confirmed),
        session: None,
    })
}
