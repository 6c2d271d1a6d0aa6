//! There is always somebody left who administers.

use entity::{UserId, user};

use crate::{
    context::App,
    features::{identity, passkey, user as users},
    platform::{
        config::ADMIN,
        db::{DbResult, Tx},
    },
};

/// Whether the user is an administrator, and no other one could take over: one who is active, has a confirmed address,
/// and a way to sign in. Concurrent calls wait for each other.
pub async fn is_last_admin(tx: &Tx, app: &App, id: UserId) -> DbResult<bool> {
    // Only administrators cost the query for all administrators.
    if !users::has_role(tx, id, ADMIN).await? {
        return Ok(false);
    }
    for other in users::active_with_role(tx, ADMIN).await? {
        if other.id != id && other.email_verified_at.is_some() && can_sign_in(tx, app, &other).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn can_sign_in(tx: &Tx, app: &App, user: &user::Model) -> DbResult<bool> {
    Ok(user.password_hash.is_some()
        || passkey::count_of(tx, user.id).await? > 0
        || identity::count_usable(tx, app, user.id, None).await? > 0)
}
