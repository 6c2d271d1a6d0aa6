//! The reason that an administrator gives, which the audit log keeps.

use super::refused::Refused;
use crate::platform::unicode::{self, LineProblem};

/// Maximum length of a reason, in code points: the log keeps as many of four bytes each.
const MAX_LENGTH: usize = 500;

/// A reason by the rules for names: on one line, trimmed, in NFC, without characters that change the direction of text.
/// None if it is blank.
pub(super) fn checked_reason(raw: Option<&str>) -> Result<Option<String>, Refused> {
    let Some(raw) = raw else { return Ok(None) };
    unicode::line(raw, MAX_LENGTH).map_err(|problem| match problem {
        LineProblem::TooLong => Refused::ReasonTooLong,
        LineProblem::InvalidCharacters => Refused::ReasonInvalid,
    })
}
