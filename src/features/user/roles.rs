//! Which roles a user can have, and which ones users have.

use super::store;
use crate::{
    context::App,
    platform::{
        config::Roles,
        db::{Db, DbResult},
        failure::Refusal,
    },
};

/// Maximum number of roles per user. Every access token contains them all and must fit into a cookie.
const MAX_ROLES: usize = 50;
/// Maximum total length of one user's role names, in bytes, for the same reason.
const MAX_ROLES_BYTES: usize = 1_000;

/// Why a user cannot have these roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRoles {
    /// One of them is not in the setting `roles`.
    Unknown,
    /// More than 50, or more than 1,000 characters in all their names together.
    TooMany,
}

impl Refusal for InvalidRoles {}

impl InvalidRoles {
    /// The message for the caller: what is wrong.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unknown => "There is no such role on this server.",
            Self::TooMany => {
                "A user has at most 50 roles, with at most 1000 characters in all their names together."
            }
        }
    }
}

/// The role names, sorted and without duplicates, if a user can have them.
pub fn checked_roles(app: &App, roles: &[String]) -> Result<Vec<String>, InvalidRoles> {
    if !roles.iter().all(|role| app.config.roles.has(role)) {
        return Err(InvalidRoles::Unknown);
    }
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if roles.len() > MAX_ROLES || roles.iter().map(String::len).sum::<usize>() > MAX_ROLES_BYTES {
        return Err(InvalidRoles::TooMany);
    }
    Ok(roles)
}

/// The roles that somebody holds and that are not among these.
pub async fn held_roles_beyond(db: &Db, roles: &Roles) -> DbResult<Vec<String>> {
    let (mut unknown, mut last) = (Vec::new(), String::new());
    while let Some(role) = store::role::next_held_role(db, &last).await? {
        if !roles.has(&role) {
            unknown.push(role.clone());
        }
        last = role;
    }
    Ok(unknown)
}
