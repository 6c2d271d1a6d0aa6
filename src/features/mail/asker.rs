//! What the server knows about who asks for a mail.

use super::people::Asker;
use crate::{
    context::{App, OpContext},
    features::device::DeviceName,
};

/// The sender of this call. The device is named by its browser and system only: a text from a header must not reach
/// somebody by mail.
pub fn asker(context: &OpContext) -> Asker {
    let agent = context.client.user_agent.as_deref();
    Asker {
        device: agent.map(|agent| DeviceName::family(Some(agent))),
        network: context.client.address_text(),
        at: context.app.clock.now().as_millisecond(),
    }
}

/// Somebody whose device and network the recipient must not see: an administrator, or the command line.
pub fn unnamed(app: &App) -> Asker {
    Asker {
        device: None,
        network: None,
        at: app.clock.now().as_millisecond(),
    }
}
