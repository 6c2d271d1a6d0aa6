//! The policy that certain roles need a second factor (`mfa_required_roles`).
//!
//! It asks for the level of the session, not for what the account has: a session that began before the second factor
//! was set up has proven nothing of it.

use entity::{session, user};

use super::{App, AuthMethod, Caller, store};
use crate::platform::failure::Failed;

/// Whether a role of the caller needs a second factor, and their session has given none.
pub async fn is_missing(app: &App, caller: &Caller) -> Result<bool, Failed> {
    if has_second_factor(&caller.session) {
        return Ok(false);
    }
    is_required(app, caller).await
}

/// Whether a role of the caller needs a second factor.
pub async fn is_required(app: &App, caller: &Caller) -> Result<bool, Failed> {
    if app.config.mfa_required_roles.is_empty() {
        return Ok(false);
    }
    Ok(needs(app, caller.roles(&app.db).await?))
}

/// The same for a user who is signing in.
pub async fn is_required_of(app: &App, user: &user::Model) -> Result<bool, Failed> {
    if app.config.mfa_required_roles.is_empty() {
        return Ok(false);
    }
    Ok(needs(app, &store::roles(&app.db, user.id).await?))
}

/// Whether one of these roles needs a second factor.
pub fn needs(app: &App, roles: &[String]) -> bool {
    let required = &app.config.mfa_required_roles;
    roles.iter().any(|role| required.contains(role))
}

/// Whether the person gave a second factor in this session.
pub fn has_second_factor(session: &session::Model) -> bool {
    AuthMethod::of_words(&session.auth_methods).any(AuthMethod::is_second_factor)
}
