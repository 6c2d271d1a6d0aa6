//! The development outbox: mails that stay here, for the developer to read.

use std::{fmt, time::Duration};

use entity::{
    MailId,
    mail::{Model, State},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::{order::open, render::Rendered, store};
use crate::{
    context::App,
    platform::{crypto::is_same_secret, failure::Failed, http::client::Client},
};

/// How long to wait for letters that are being written.
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);

/// Pause between two checks whether they are there.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// What is kept of a mail, sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct KeptMail {
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The letter's own link.
    pub link: Option<String>,
}

/// Hidden: a link in it may still work.
impl fmt::Debug for KeptMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptMail").finish_non_exhaustive()
    }
}

impl KeptMail {
    pub(super) fn new(to: String, rendered: Rendered) -> Self {
        Self {
            to,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            link: rendered.link,
        }
    }
}

/// Whether this client may read the outbox with this key. Only programs on this machine may, and not through a proxy:
/// the links open accounts, and a proxy would show them to its own clients.
pub(super) fn may_read(app: &App, client: &Client, key: Option<&SecretString>) -> bool {
    let (Some(right), Some(key)) = (&app.outbox_key, key) else {
        return false;
    };
    let is_right = is_same_secret(right.expose_secret(), key.expose_secret());
    is_right && client.is_local && !client.is_forwarded
}

/// The newest mails in the outbox. Waits for those that are being written, so that a mail is there as soon as the call
/// that caused it was answered.
pub async fn kept(app: &App, most: u64) -> Result<Vec<(Model, KeptMail)>, Failed> {
    let deadline = Instant::now() + WRITE_TIMEOUT;
    let now = app.clock.now().as_millisecond();
    while store::is_any_due(&app.db, now).await? && Instant::now() < deadline {
        sleep(POLL_INTERVAL).await;
    }
    let rows = store::newest(&app.db, Some(State::Kept), most).await?;
    let opened = rows.into_iter().map(|row| {
        let mail = open(app, &row)?;
        Ok((row, mail))
    });
    opened.collect()
}

/// One mail in the outbox.
pub async fn kept_one(app: &App, id: MailId) -> Result<Option<(Model, KeptMail)>, Failed> {
    let row = store::find(&app.db, id).await?;
    let Some(row) = row.filter(|row| row.state == State::Kept) else {
        return Ok(None);
    };
    let mail = open(app, &row)?;
    Ok(Some((row, mail)))
}
