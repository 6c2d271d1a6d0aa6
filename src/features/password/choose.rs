//! A new password that a person chooses, checked.

use secrecy::{ExposeSecret as _, SecretString};

use super::{Password, PasswordPolicy, Problem};
use crate::platform::config::Config;

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChosen {
    /// It is empty.
    Required,
    /// It breaks a rule.
    Problem(Problem),
}

/// The new password of a person with this address and name, if it may be chosen.
pub fn choose(config: &Config, new: &SecretString, email: &str, name: &str) -> Result<Password, NotChosen> {
    if new.expose_secret().is_empty() {
        return Err(NotChosen::Required);
    }
    let new = Password::prepare(new.expose_secret()).map_err(NotChosen::Problem)?;
    PasswordPolicy::of(config)
        .check(&new, email, name)
        .map_err(NotChosen::Problem)?;
    Ok(new)
}
