//! Identities: the accounts of other providers with which people sign in.
//!
//! An identity is named by its issuer and subject, never by an address (OpenID Connect Core 1.0, section 5.7). It
//! belongs to one account at most. Its owner links and unlinks it after a proof of identity, and is notified by mail. What
//! somebody has unlinked never links by its address again, to no account.

mod account;
mod graphql;
mod limits;
mod link;
mod sign_in_identity;
mod store;
mod unlink;
mod usable;

pub use account::{ProviderAccount, provider_name};
pub use entity::identity::Model;
pub use graphql::{Identity, IdentityMutation, SocialProvider};
pub use limits::MAX_PER_ACCOUNT;
pub use link::{NotLinked, link};
pub use sign_in_identity::SignInIdentity;
pub use store::{Taken, find, of_user, remove_all, unlink_since, was_unlinked};
pub use unlink::{NotUnlinked, unlink};
pub use usable::count_usable;
