//! Reported sessions: the owner of an account ends a sign-in that was not theirs, with the link of its notice.
//!
//! The intruder may know the password, so that ends, too, with every session, and a link to set a new one is mailed. The
//! link of the notice only takes access away, so it lives for a week, and later notices do not replace it.

mod end;
mod graphql;

pub use end::{end, look};
pub use graphql::SessionReportMutation;
