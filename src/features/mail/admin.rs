//! Use cases of the operator on the command line: look at the outbox, and try again. They show no text and no link.

use entity::{
    MailId,
    mail::{Model, State},
};

use super::store;
use crate::{context::App, platform::failure::Failed};

/// The newest mails, optionally of one state.
pub async fn list(app: &App, state: Option<State>, most: u64) -> Result<Vec<Model>, Failed> {
    Ok(store::newest(&app.db, state, most).await?)
}

/// The mail with this id.
pub async fn find(app: &App, id: MailId) -> Result<Option<Model>, Failed> {
    Ok(store::find(&app.db, id).await?)
}

/// Makes a mail due now. False if it was sent, has expired, or is in a server's hands: then nothing was changed.
pub async fn retry(app: &App, id: MailId) -> Result<bool, Failed> {
    Ok(store::retry(&app.db, id, app.clock.now().as_millisecond()).await?)
}
