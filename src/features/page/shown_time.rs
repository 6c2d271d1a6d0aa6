//! Times on pages.

use crate::platform::clock::from_millis;

/// A time: in UTC for people without JavaScript, and as the script reads it.
#[derive(Debug, Clone)]
pub(super) struct ShownTime {
    pub(super) text: String,
    pub(super) at: String,
}

impl ShownTime {
    /// This time, in milliseconds since 1970.
    pub(super) fn of(millis: i64) -> Self {
        let at = from_millis(millis);
        Self {
            text: at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            at: format!("{at:.3}"),
        }
    }
}
