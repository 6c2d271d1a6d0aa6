//! Whether a person has signed in with this kind of device before.

use entity::{UserId, user};

use super::store;
use crate::{
    context::OpContext,
    features::{attempt, device::DeviceName},
    platform::failure::Failed,
};

/// Whether the user has had a session in this browser and system. Sessions that ended long ago are forgotten.
pub async fn is_known_device(context: &OpContext, user_id: UserId) -> Result<bool, Failed> {
    let own = DeviceName::family(context.client.user_agent.as_deref());
    let agents = store::agents_of(&context.app.db, user_id).await?;
    Ok(agents
        .iter()
        .any(|agent| DeviceName::family(agent.as_deref()) == own))
}

/// Whether the account knows both the caller's network and this kind of device, so that a sign-in is no news.
pub async fn is_familiar(context: &OpContext, user: &user::Model) -> Result<bool, Failed> {
    Ok(attempt::is_known_network(context, &user.email_key).await?
        && is_known_device(context, user.id).await?)
}
