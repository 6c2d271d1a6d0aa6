//! Which identities are ways to sign in.

use entity::{IdentityId, UserId};

use super::store;
use crate::{
    context::App,
    platform::db::{DbResult, Tx},
};

/// The number of a user's identities that can sign in, without this one. Those of a provider that was removed from the
/// settings cannot.
pub async fn count_usable(
    tx: &Tx,
    app: &App,
    user_id: UserId,
    without: Option<IdentityId>,
) -> DbResult<usize> {
    let identities = store::of_user(tx, user_id).await?;
    let usable = identities
        .iter()
        .filter(|identity| Some(identity.id) != without)
        .filter(|identity| app.providers.find(&identity.provider).is_some());
    Ok(usable.count())
}
