//! Mailboxes: an address belongs to the person who can read its mail.
//!
//! Anybody can sign up with somebody else's address. So everything that an account gathered before its address was
//! proven may be a squatter's: password, second factors, identities, sessions, roles, links. [`prove`] is the one function that
//! records such a proof, for every way of giving one (confirming, resetting, signing in by mail), and that drops all of
//! this unless a session or the password of the account came with the proof.

use entity::{UserId, session::RevocationReason, user};

use crate::{
    context::App,
    features::{
        attempt::AccountCounts,
        audit::{EventKind, NewEvent},
        identity, mfa, one_time_token, session, user as users,
    },
    platform::{
        clock::Timestamp,
        db::{DbResult, Tx},
        failure::Fault,
    },
};

/// What came with the secret from the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvenWith {
    /// A session of the account, or its password: its owner and the reader of the mail are one person.
    Account,
    /// Nothing: they may be two people.
    MailAlone,
}

/// A proof of a mailbox, with what is needed to record it.
#[derive(Debug)]
pub struct Proof<'a> {
    /// What came with the secret from the mail.
    pub with: ProvenWith,
    /// What is counted against the account.
    pub counts: &'a AccountCounts,
    /// The key that tokens for the address are bound to; see [`bound`].
    pub address: &'a str,
    /// The event EMAIL_VERIFIED, which is saved if this is the first proof.
    pub event: &'a NewEvent<'a>,
    /// When it was given.
    pub now: Timestamp,
}

/// Records that the mailbox of a locked user was proven. If that is the first proof, and neither session nor password
/// came with it, ends password, second factors, identities, roles, sessions, a pending change and all other tokens; the
/// events tell what there was of these. Returns the user afterwards.
pub async fn prove(tx: &Tx, user: user::Model, proof: &Proof<'_>) -> DbResult<user::Model> {
    if user.email_verified_at.is_some() {
        return Ok(user);
    }
    let millis = proof.now.as_millisecond();
    users::confirm_email(tx, user.id, millis).await?;
    let user = user::Model {
        email_verified_at: Some(millis),
        updated_at: millis,
        ..user
    };
    if proof.with == ProvenWith::Account {
        proof.event.save(tx).await?;
        return Ok(user);
    }
    tracing::info!(user = %user.id, "an address was proven by mail alone: password, second factors, identities, roles, sessions and tokens ended");
    let roles = users::roles_in(tx, user.id).await?;
    let had_factors = mfa::is_any(tx, user.id).await?;
    users::remove_password(tx, user.id, millis).await?;
    users::remove_roles(tx, user.id, millis).await?;
    users::set_pending_email(tx, user.id, None, millis).await?;
    mfa::remove_all(tx, user.id).await?;
    let identities = identity::remove_all(tx, user.id).await?;
    let ended = [
        ("password", user.password_hash.is_some()),
        ("factors", had_factors),
        ("identities", identities > 0),
    ];
    record_ended(tx, proof.event, &ended, &roles).await?;
    session::end_all(tx, user.id, RevocationReason::EmailChanged, proof.now).await?;
    one_time_token::void_all_of(tx, user.id, proof.address, millis).await?;
    distrust(tx, user.id, proof.counts).await?;
    Ok(user::Model {
        password_hash: None,
        pending_email: None,
        sign_in_notices_off_at: None,
        ..user
    })
}

/// Saves the event of the proof, with the ways to sign in that ended with it, and an event about roles that ended.
async fn record_ended(
    tx: &Tx,
    event: &NewEvent<'_>,
    ways: &[(&str, bool)],
    roles: &[String],
) -> DbResult<()> {
    let ended: Vec<_> = ways
        .iter()
        .filter(|(_, ended)| *ended)
        .map(|(way, _)| *way)
        .collect();
    if ended.is_empty() {
        event.save(tx).await?;
    } else {
        event.clone().detail("ended", &ended.join(",")).save(tx).await?;
    }
    if !roles.is_empty() {
        let event = event.another(EventKind::RolesChanged);
        event
            .detail("before", &roles.join(","))
            .detail("after", "")
            .save(tx)
            .await?;
    }
    Ok(())
}

/// Makes the networks of a stranger unknown to an account, so that another sign-in from there is reported and has no
/// budgets of its own, and switches these notices on. Those of the owner become known again when she signs in.
pub async fn distrust(tx: &Tx, id: UserId, counts: &AccountCounts) -> DbResult<()> {
    counts.forget(tx).await?;
    users::notify_of_sign_ins(tx, id).await
}

/// The key that tokens for a user's address are bound to: they die with the address.
pub fn bound(app: &App, email_key: &str) -> Result<String, Fault> {
    one_time_token::bound_to(app, &["address", email_key])
}
