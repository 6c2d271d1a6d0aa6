//! What a user of another system must be like.

use std::{collections::HashSet, fmt};

use secrecy::{ExposeSecret as _, SecretString};

use super::Problem;
use crate::{
    context::App,
    features::user::{DisplayName, EmailAddress, checked_roles},
    platform::{
        clock::Timestamp,
        crypto::{ForeignHash, ForeignHashOptions, ForeignHashProblem},
    },
};

/// A user of another system.
#[derive(Clone)]
pub struct ImportedUser {
    /// The display name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether the address counts as confirmed.
    pub is_email_verified: bool,
    /// The password hash as the other system wrote it; none if the user has no password.
    pub password_hash: Option<SecretString>,
    /// Role names.
    pub roles: Vec<String>,
    /// When the account was created there; now if that is not known.
    pub created_at: Option<Timestamp>,
}

/// Shows nothing: it is about a person.
impl fmt::Debug for ImportedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportedUser").finish_non_exhaustive()
    }
}

/// A user who can be created if the address is free.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) name: DisplayName,
    pub(super) email: EmailAddress,
    pub(super) is_email_verified: bool,
    pub(super) hash: Option<ForeignHash>,
    pub(super) roles: Vec<String>,
    pub(super) created_at: Timestamp,
}

impl ImportedUser {
    /// The form of the hash, if it was recognised, and the user, parsed; or all that is wrong.
    pub(super) fn check(
        &self,
        app: &App,
        options: &ForeignHashOptions,
        now: Timestamp,
    ) -> (Option<&'static str>, Result<Checked, Vec<Problem>>) {
        let hash = self.parse_hash(options).map_err(Problem::PasswordHash);
        let hash_format = hash.as_ref().ok().and_then(|hash| Some(hash.as_ref()?.format()));
        (hash_format, self.check_with(app, hash, now))
    }

    fn check_with(
        &self,
        app: &App,
        hash: Result<Option<ForeignHash>, Problem>,
        now: Timestamp,
    ) -> Result<Checked, Vec<Problem>> {
        let name = DisplayName::parse(&self.name).map_err(Problem::Name);
        let email = EmailAddress::parse(&self.email).map_err(Problem::Email);
        let roles = checked_roles(app, &self.roles).map_err(Problem::Roles);
        let created_at = match self.created_at {
            Some(at) if at < Timestamp::UNIX_EPOCH || at > now => Err(Problem::CreatedAt),
            at => Ok(at.unwrap_or(now)),
        };
        match (name, email, hash, roles, created_at) {
            (Ok(name), Ok(email), Ok(hash), Ok(roles), Ok(created_at)) => Ok(Checked {
                name,
                email,
                is_email_verified: self.is_email_verified,
                hash,
                roles,
                created_at,
            }),
            (name, email, hash, roles, created_at) => {
                let problems = [name.err(), email.err(), hash.err(), roles.err(), created_at.err()];
                Err(problems.into_iter().flatten().collect())
            }
        }
    }

    /// None if the other system says that the account has no password.
    fn parse_hash(&self, options: &ForeignHashOptions) -> Result<Option<ForeignHash>, ForeignHashProblem> {
        let Some(text) = &self.password_hash else {
            return Ok(None);
        };
        match ForeignHash::parse(text.expose_secret(), options) {
            Err(ForeignHashProblem::NoPassword) => Ok(None),
            parsed => parsed.map(Some),
        }
    }
}

/// Refuses all but the first of those who have the same address.
pub(super) fn refuse_repeated(users: &mut [Result<Checked, Vec<Problem>>]) {
    let mut seen = HashSet::new();
    for user in users {
        if let Ok(checked) = user
            && !seen.insert(checked.email.key().to_owned())
        {
            *user = Err(vec![Problem::EmailTaken]);
        }
    }
}
