//! Reported sessions: the owner of an account ends a sign-in that was not theirs, with the link of its notice.
//!
//! The intruder may know the password, so that ends, too, with every session and the second factors that were added
//! since the reported sign-in, and a link to set a new password is mailed. The link of the notice only takes access
//! away, so it lives for a week, and later notices do not replace it.

mod end;
mod graphql;

pub use end::{end, look};
pub use graphql::SessionReportMutation;
