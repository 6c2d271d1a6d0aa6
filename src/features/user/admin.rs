//! What the command line needs of users: create, list and find them.

use entity::{UserId, user};

use super::{EmailTaken, InvalidRoles, NewUser, UserReference, roles::checked_roles, store};
use crate::{
    context::App,
    features::audit::{Actor, EventKind, NewEvent},
    platform::{
        db::{DbResult, transaction},
        failure::{Failed, Outcome, Refusal},
    },
};

/// Users per page of the list.
const PAGE: u64 = 500;

/// A user with roles, as listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account.
    pub user: user::Model,
    /// Role names, sorted.
    pub roles: Vec<String>,
}

/// Why a user was not created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Another account has the address.
    EmailTaken,
    /// The roles are not possible.
    Roles(InvalidRoles),
}

impl Refusal for Refused {}

/// Creates a user with roles, on behalf of this actor.
pub async fn create(app: &App, new: NewUser, roles: &[String], actor: Actor) -> Outcome<Listed, Refused> {
    let roles = checked_roles(app, roles).map_err(Refused::Roles)?;
    let event = NewEvent::new(app, EventKind::UserCreated, actor)
        .about(new.user.id)
        .detail("roles", &roles.join(","));
    transaction!(app.db, |tx| {
        new.save(tx)
            .await
            .map_err(|error| error.map(|EmailTaken| Refused::EmailTaken))?;
        store::role::add_roles(tx, new.user.id, &roles, new.user.created_at).await?;
        event.save(tx).await?;
        Ok(())
    })?;
    Ok(Listed {
        user: new.user,
        roles,
    })
}

/// A page of users after `after` with their roles, oldest first; empty at the end.
pub async fn page(app: &App, after: Option<UserId>) -> Result<Vec<Listed>, Failed> {
    let users = store::page(&app.db, after, PAGE).await?;
    // The page is in the order of the ids.
    let (Some(first), Some(last)) = (users.first(), users.last()) else {
        return Ok(Vec::new());
    };
    let mut roles = store::role::roles_between(&app.db, first.id, last.id).await?;
    let listed = |user: user::Model| Listed {
        roles: roles.remove(&user.id).unwrap_or_default(),
        user,
    };
    Ok(users.into_iter().map(listed).collect())
}

/// The user that the operator means.
pub async fn find_referenced(app: &App, whom: &UserReference) -> DbResult<Option<user::Model>> {
    match whom {
        UserReference::Id(id) => store::find(&app.db, *id).await,
        UserReference::Email(email) => store::find_by_email(&app.db, email.key()).await,
    }
}
