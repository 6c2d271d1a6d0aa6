//! Mail: the letters that the server writes, and the outbox from which they are sent.
//!
//! A mail enters the outbox in the transaction of the change that it reports, and is sent after the commit: a change
//! that is rolled back sends nothing, and a committed one loses no mail. Several servers share the outbox; each takes
//! one mail at a time. A mail is sent at least once. It is sent again, with the same `Message-ID`, only if a server died
//! or the connection broke before the success was recorded.
//!
//! A request for a mail only names an address. It is one row, whether or not the address has an account; the worker
//! finds out later who gets which letter. So neither the answer nor its time reveals whether there is an account.
//!
//! A [`Letter`] says what a mail is about and holds its token or code; [`Letters`] renders it in the recipient's
//! language. Every link leads to a page of `public_url` that asks before it does anything, because programs that check
//! mails for viruses open links, too.

mod admin;
mod asker;
mod budget;
mod composed;
mod deliver;
#[cfg(test)]
mod examples;
mod forget_secrets;
mod graphql;
pub mod http;
mod letter;
mod link;
mod of_user;
mod order;
mod outbox;
mod people;
mod purge;
mod recipient;
mod render;
mod request;
mod schedule;
mod secret;
mod store;
mod suppression;
mod texts;
mod theme;

pub use admin::{find, list, retry};
pub use asker::{asker, unnamed};
pub use budget::{Budget, MailPurpose, take, take_for_account, try_take};
pub use composed::Composed;
pub use deliver::{Compose, PostOffice, Round, measure};
pub use forget_secrets::{Suppressions, count_waiting, forget_secrets};
pub use graphql::{MailQuery, feature_disabled};
pub use letter::{KINDS, Letter, Lifetime};
pub use of_user::after;
pub use order::{Lookup, NewMail};
pub use outbox::{KeptMail, kept, kept_one};
pub use people::{Asker, Recipient};
pub use purge::{forget, purge};
pub use recipient::recipient;
pub use render::{Letters, Rendered};
pub use request::{NotRequested, check_enabled, is_enabled};
pub use secret::Secret;
pub use suppression::{suppress, unsuppress};
