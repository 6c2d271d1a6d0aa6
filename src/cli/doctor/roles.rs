//! The finding about roles.

use super::finding::Finding;
use crate::{
    features::user::held_roles_beyond,
    platform::{
        config::Roles,
        db::{Db, DbResult},
    },
};

const ABOUT: &str = "roles";

/// Whether accounts have roles that the settings do not list. They are in the tokens, and nobody can give them any more.
pub(super) async fn finding(db: &Db, roles: &Roles) -> DbResult<Finding> {
    let unknown = held_roles_beyond(db, roles).await?;
    Ok(if unknown.is_empty() {
        Finding::ok(ABOUT, "every role that an account has is listed")
    } else {
        Finding::warning(
            ABOUT,
            format!("accounts have roles that are not listed: {}", unknown.join(", ")),
            "list them in the setting `roles`, or take them away with `portcullis user set-role`",
        )
    })
}
