//! Whether a person has signed in with this kind of device before.

use entity::UserId;

use super::store;
use crate::{context::OpContext, features::device::DeviceName, platform::failure::Failed};

/// Whether the user has had a session in this browser and system. Sessions that ended long ago are forgotten.
pub async fn is_known_device(context: &OpContext, user_id: UserId) -> Result<bool, Failed> {
    let own = DeviceName::family(context.client.user_agent.as_deref());
    let agents = store::agents_of(&context.app.db, user_id).await?;
    Ok(agents
        .iter()
        .any(|agent| DeviceName::family(agent.as_deref()) == own))
}
