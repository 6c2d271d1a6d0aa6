//! Use case: import a batch of users.

use std::collections::BTreeSet;

use entity::UserId;

use super::{
    ImportedUser, MAX_USERS, Problem,
    check::{Checked, refuse_repeated},
    wrap::stored_hashes,
};
use crate::{
    context::App,
    features::{
        audit::{EventKind, NewEvent},
        authority::{Authority, ImportUsers, RecheckError, StepUpRequired},
        user::{self as users, Listed, NewUser},
    },
    platform::{
        clock::Timestamp,
        config::Permission,
        crypto::{ForeignHashOptions, PasswordHash},
        db::transaction,
        failure::{Denied, Failed, Failure, Outcome, Refusal},
    },
};

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Create the accounts.
    Create,
    /// Check only: creates no account and computes no hash. The check is recorded, since it shows which addresses
    /// exist.
    DryRun,
}

/// How to import.
#[derive(Debug, Clone)]
pub struct Import {
    /// What reading the hashes depends on.
    pub hashes: ForeignHashOptions,
    /// Whether to write.
    pub mode: Mode,
}

/// What became of one user.
#[derive(Debug)]
pub struct Imported {
    /// The form of the hash, if it was recognised.
    pub hash_format: Option<&'static str>,
    /// The new account; none in a dry run. Or all that is wrong.
    pub result: Result<Option<Listed>, Vec<Problem>>,
}

/// Why a batch is not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The caller must prove who they are first.
    StepUpRequired,
    /// More users than one call takes.
    TooMany,
}

impl Refusal for Refused {}

impl From<StepUpRequired> for Refused {
    fn from(StepUpRequired: StepUpRequired) -> Self {
        Self::StepUpRequired
    }
}

impl Import {
    /// Creates the users who can be created, all in one transaction. Returns what became of each, in their order.
    ///
    /// Without the permission `manage_roles`, FORBIDDEN if one of them has a role or a confirmed address. Nothing is
    /// created if the call fails; after a lost answer, another run skips those who were created.
    pub async fn run(
        &self,
        authority: &Authority<'_, ImportUsers>,
        users: &[ImportedUser],
    ) -> Outcome<Vec<Imported>, Refused> {
        self.run_of(authority, users, users.len()).await
    }

    /// The same for users who are what could be read of `total` records, which the event counts.
    pub async fn run_of(
        &self,
        authority: &Authority<'_, ImportUsers>,
        users: &[ImportedUser],
        total: usize,
    ) -> Outcome<Vec<Imported>, Refused> {
        if users.len() > MAX_USERS {
            return Err(Refused::TooMany.into());
        }
        if total == 0 {
            return Ok(Vec::new());
        }
        check_may_grant(authority, users)?;
        let app = authority.app();
        let now = app.clock.now();
        let (formats, mut checked): (Vec<_>, Vec<_>) = users
            .iter()
            .map(|user| user.check(app, &self.hashes, now))
            .unzip();
        refuse_repeated(&mut checked);
        // Before hashing, which would be in vain. Only the insert can tell for certain.
        refuse_taken(app, &mut checked, now).await?;
        let created = match self.mode {
            Mode::DryRun => {
                record_dry_run(authority, &checked, total).await?;
                None
            }
            Mode::Create => {
                let (ready, places): (Vec<_>, Vec<_>) = checked
                    .iter_mut()
                    .enumerate()
                    .filter_map(|(place, user)| Some((take(user)?, place)))
                    .unzip();
                let created = create(authority, ready, total).await?;
                Some(created.into_iter().zip(places))
            }
        };
        let mut results: Vec<_> = checked.into_iter().map(|user| user.map(|_| None)).collect();
        for (user, place) in created.into_iter().flatten() {
            if let Some(result) = results.get_mut(place) {
                *result = user.map(Some).ok_or_else(|| vec![Problem::EmailTaken]);
            }
        }
        let results = formats.into_iter().zip(results);
        Ok(results
            .map(|(hash_format, result)| Imported { hash_format, result })
            .collect())
    }
}

/// Nobody lifts themselves, or others above themselves.
fn check_may_grant(authority: &Authority<'_, ImportUsers>, users: &[ImportedUser]) -> Result<(), Denied> {
    let needs_roles = users
        .iter()
        .any(|user| user.is_email_verified || !user.roles.is_empty());
    let may_lift = authority.has(Permission::ManageRoles);
    if needs_roles && !may_lift || !users.iter().all(|user| authority.can_grant(&user.roles)) {
        return Err(Denied::Forbidden);
    }
    Ok(())
}

async fn refuse_taken(
    app: &App,
    users: &mut [Result<Checked, Vec<Problem>>],
    now: Timestamp,
) -> Outcome<(), Refused> {
    let keys = users.iter().flatten().map(|user| user.email.key().to_owned());
    let taken = users::find_taken(&app.db, keys.collect(), now.as_millisecond()).await?;
    for user in users {
        if user
            .as_ref()
            .is_ok_and(|checked| taken.contains(checked.email.key()))
        {
            *user = Err(vec![Problem::EmailTaken]);
        }
    }
    Ok(())
}

/// Records the dry run of a batch before anybody sees its results.
async fn record_dry_run(
    authority: &Authority<'_, ImportUsers>,
    checked: &[Result<Checked, Vec<Problem>>],
    total: usize,
) -> Result<(), Failed> {
    let valid = checked.iter().flatten().count();
    NewEvent::new(authority.app(), EventKind::UsersImported, authority.actor())
        .detail("dry_run", "true")
        .detail("total", &total.to_string())
        .detail("valid", &valid.to_string())
        .save_alone()
        .await
}

/// The user, who is about to be created.
fn take(user: &mut Result<Checked, Vec<Problem>>) -> Option<Checked> {
    std::mem::replace(user, Err(Vec::new())).map_or_else(
        |problems| {
            *user = Err(problems);
            None
        },
        Some,
    )
}

/// Creates those whose addresses are still free. Returns them in their order; none where the address was taken meanwhile.
async fn create(
    authority: &Authority<'_, ImportUsers>,
    ready: Vec<Checked>,
    total: usize,
) -> Outcome<Vec<Option<Listed>>, Refused> {
    let app = authority.app();
    let hashes = stored_hashes(authority, &ready).await?;
    let new: Vec<Listed> = ready
        .into_iter()
        .zip(hashes)
        .map(|(user, hash)| new_user(app, user, hash.as_ref()))
        .collect();
    let now = app.clock.now().as_millisecond();
    let events: Vec<_> = new.iter().map(|user| created_event(authority, user)).collect();
    let summary = NewEvent::new(app, EventKind::UsersImported, authority.actor());
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        authority.recheck(tx).await?;
        let created = users::insert_free(tx, &new, now).await?;
        let of_created = new.iter().zip(&events);
        let of_created = of_created.filter(|(user, _)| created.contains(&user.user.id));
        NewEvent::save_all(tx, of_created.map(|(_, event)| event).collect()).await?;
        let summary = summary.clone().detail("total", &total.to_string());
        summary
            .detail("created", &created.len().to_string())
            .save(tx)
            .await?;
        authority.save_receipt(tx).await?;
        Ok(created)
    });
    let created: BTreeSet<UserId> = done.map_err(lost)?;
    Ok(new
        .into_iter()
        .map(|user| created.contains(&user.user.id).then_some(user))
        .collect())
}

/// The event of one new account.
fn created_event<'a>(authority: &Authority<'a, ImportUsers>, new: &Listed) -> NewEvent<'a> {
    let is_verified = new.user.email_verified_at.is_some();
    authority
        .event(EventKind::UserCreated, new.user.id)
        .detail("way", "import")
        .detail("roles", &new.roles.join(","))
        .detail("email_verified", &is_verified.to_string())
}

fn new_user(app: &App, user: Checked, hash: Option<&PasswordHash>) -> Listed {
    let hash = hash.map(PasswordHash::as_str);
    let new = NewUser::created_at(app, user.created_at, user.name, &user.email, hash);
    let new = if user.is_email_verified {
        new.verified()
    } else {
        new
    };
    Listed {
        user: new.user,
        roles: user.roles,
    }
}

fn lost(failure: Failure<RecheckError>) -> Failure<Refused> {
    match failure {
        Failure::Refused(error) => error.into_failure(Refused::StepUpRequired, Refused::StepUpRequired),
        Failure::Failed(failed) => failed.into(),
    }
}
