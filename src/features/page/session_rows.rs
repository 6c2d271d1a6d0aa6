//! The list of sessions on the account page.

use entity::{SessionId, UserId};

use super::page_context::PageContext;
use crate::{
    context::Caller,
    features::{device::DeviceName, session},
    platform::{
        clock::Timestamp,
        failure::Failed,
        keyset::{Direction, PageRequest},
    },
};

/// Maximum number of sessions on the page.
const MAX_SESSIONS_SHOWN: u16 = 50;

/// A session, as a line of the list.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) device: String,
    pub(super) is_current: bool,
    pub(super) last_used: String,
    pub(super) last_used_at: String,
    pub(super) address: Option<String>,
    /// Label of the button for screen readers: it names the device.
    pub(super) end: String,
}

/// The rows of the caller's own list, and how many more sessions there are.
pub(super) async fn rows(page: &PageContext, caller: &Caller) -> Result<(Vec<Row>, u64), Failed> {
    rows_of(page, caller.user.id, Some(caller.session.id)).await
}

/// The same for any user, if the caller may read it.
pub(super) async fn rows_of(
    page: &PageContext,
    user_id: UserId,
    current: Option<SessionId>,
) -> Result<(Vec<Row>, u64), Failed> {
    let request = PageRequest {
        direction: Direction::Forward,
        size: MAX_SESSIONS_SHOWN,
        after: None,
        before: None,
    };
    let app = &page.context.app;
    let list = session::page(app, user_id, &request).await?;
    let more = if list.has_next {
        session::count(app, user_id)
            .await?
            .saturating_sub(u64::from(MAX_SESSIONS_SHOWN))
    } else {
        0
    };
    let rows = list.items.into_iter().map(|(_, session)| {
        let used = Timestamp::from_millisecond(session.last_used_at).unwrap_or_default();
        let device = DeviceName::of(&session);
        Row {
            id: session.id.to_string(),
            is_current: Some(session.id) == current,
            last_used: used.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            last_used_at: format!("{used:.3}"),
            address: session.ip_address,
            end: page
                .t
                .with("end-session-on", &[("device", device.as_str().into())]),
            device,
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|row| !row.is_current);
    Ok((rows, more))
}
