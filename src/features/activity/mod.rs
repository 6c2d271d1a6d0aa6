//! Activity: the events of the audit log, for the people whom they concern and for those who may read them all.
//!
//! Owners see what was done to their accounts, and what they did. In events by an administrator or the command line, they
//! do not see network, device, session, request and personal facts. Who reads the events of others is recorded.

mod graphql;
mod read;
mod search;

pub use graphql::{ActivityQuery, AuditEvent};
pub use read::{Activity, Scope, find_visible, own};
pub use search::Search;
