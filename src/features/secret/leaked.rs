//! Use case: replace the secret and all keys after a leak, and end what they protected.
//!
//! The keys come first, in one transaction: from then on nothing that the former ones made is accepted. What is left of it
//! in the database is removed afterwards in batches. If that is interrupted, the same command starts again with further
//! keys.

use std::path::PathBuf;

use entity::session::RevocationReason;

use super::{Scope, next_secret};
use crate::{
    context::App,
    features::{
        attempt,
        audit::{self, Actor, EventKind, NewEvent, SealReference},
        data_key::{self, KeyError, NewKeys},
        form_receipt,
        key::OnlyKey,
        mail, mfa, one_time_token, session,
    },
    platform::{
        crypto::NotOpened,
        db::{StartLock, transaction},
        failure::{Failed, Failure, Outcome, Refusal},
    },
};

/// What was done.
#[derive(Debug)]
pub struct Ended {
    /// What there was before.
    pub scope: Scope,
    /// How many users lost an authenticator app or recovery codes.
    pub users: u64,
    /// The newest seal of the audit log, the first one under the new key.
    pub seal: Option<SealReference>,
    /// The files that keep the former secrets for backups.
    pub former: Vec<PathBuf>,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReplaced {
    /// The setting `secret` has no second secret.
    NoSecond,
    /// A server runs on this database, with the former keys in its memory.
    ServerRuns,
    /// A key does not open.
    NotOpened(NotOpened),
}

impl Refusal for NotReplaced {}

/// Checks that the keys can be replaced, and takes the lease of the audit log: release it afterwards.
pub async fn begin_replacement(app: &App) -> Outcome<(), NotReplaced> {
    if !next_secret::is_available(app)? {
        return Err(NotReplaced::NoSecond.into());
    }
    if !audit::acquire_seal_lease(app).await? {
        return Err(NotReplaced::ServerRuns.into());
    }
    Ok(())
}

/// Replaces secret and keys, and ends what they protected. The caller has verified the audit log, with `findings`; the lock
/// keeps servers from starting. Afterwards `app` authenticates events with the new key, and is good for nothing else.
pub async fn replace_leaked(
    app: &mut App,
    actor: Actor,
    findings: u64,
    _held: &StartLock,
) -> Outcome<Ended, NotReplaced> {
    begin_replacement(app).await?;
    let scope = Scope::measure(app).await?;
    // The last rows under the former key. Rows that name it in a later seal are forged.
    audit::seal_everything(app).await?;
    replace_keys(app, &actor, findings).await?;
    session::end_everywhere(app, RevocationReason::RevokedByAdmin).await?;
    one_time_token::purge_all(app).await?;
    let users = mfa::forget_secrets(app, &actor).await?;
    mail::forget_secrets(app).await?;
    attempt::purge_all(app).await?;
    form_receipt::purge_all(app).await?;
    let seal = audit::seal_everything(app).await?;
    // Last: as long as there are two secrets, the work may be incomplete.
    let former = next_secret::set_older_aside(app)?;
    Ok(Ended {
        scope,
        users,
        seal,
        former,
    })
}

async fn replace_keys(app: &mut App, actor: &Actor, findings: u64) -> Outcome<(), NotReplaced> {
    let root = data_key::root_of(&next_secret::fresh(app)?)?;
    let keys = NewKeys::generate(app, &root).await.map_err(of_key)?;
    let signing = OnlyKey::generate(app, &root).await.map_err(of_key)?;
    let suppressions = mail::Suppressions::under(&keys.mail, app).await?;
    let NewKeys { rows, audit, .. } = keys;
    app.audit_keys = audit;
    let event = NewEvent::new(app, EventKind::KeyRotated, actor.clone())
        .detail("replaced", "secret, signing keys, data keys")
        .detail("cause", "leaked")
        .detail("audit_findings", &findings.to_string());
    let done: Outcome<(), NotReplaced> = transaction!(app.db, |tx| {
        rows.save(tx).await?;
        signing.save(tx).await?;
        suppressions.save(tx).await?;
        Ok(event.save(tx).await?)
    });
    done
}

fn of_key(error: KeyError) -> Failure<NotReplaced> {
    match error {
        KeyError::Db(failure) => failure.into(),
        KeyError::NotOpened(not_opened) => NotReplaced::NotOpened(not_opened).into(),
        KeyError::Fault(fault) => Failed::from(fault).into(),
    }
}
