//! Portcullis: accounts and authentication behind one GraphQL schema.
//!
//! # The map
//!
//! A folder is a subject. A file name says what the file talks to.
//!
//! - [`cli`]: the command line, one file per command.
//! - [`server`]: assembly: wiring, router, GraphQL endpoint, accept loop. It knows every feature and holds no rule.
//! - [`features`]: one vertical slice per subject, named with the standard noun:
//!   - [`features::signup`]: creates accounts.
//!   - [`features::login`]: signs in with a password.
//!   - [`features::attempt`]: limits password checks and sign-ups.
//!   - [`features::audit`]: the audit log: records events, seals them, and verifies that none was changed.
//!   - [`features::authority`]: the proof that somebody may administer, which every use case of administration takes.
//!   - [`features::admin`]: what people with permissions do to the accounts of others.
//!   - [`features::invitation`]: accounts that somebody else made, until their owner sets a password.
//!   - [`features::activity`]: shows people the events of the audit log that concern them.
//!   - [`features::session`]: starts, refreshes, lists and ends sessions.
//!   - [`features::introspection`]: tells services whether a token is still good.
//!   - [`features::account`]: what people do to their own accounts.
//!   - [`features::page`]: hosted pages for sign-up, sign-in and the account, for sites without a front end.
//!   - [`features::mail`]: the mails: what they say, how they look, and the outbox from which they are sent.
//!   - [`features::one_time_token`]: secrets that are mailed, each for one use and one purpose.
//!   - [`features::mailbox`]: what the proof of a mailbox does to an account.
//!   - [`features::email_verification`]: confirms addresses; holds sign-ups that wait for that.
//!   - [`features::mailed_password`]: what a reset and an invitation have in common: a link that sets a password.
//!   - [`features::password_reset`]: sets a forgotten password anew.
//!   - [`features::email_change`]: changes addresses, and takes former ones back.
//!   - [`features::email_login`]: signs in with a mailed code or link.
//!   - [`features::notice`]: tells owners about the security of their accounts.
//!   - [`features::session_report`]: ends a sign-in that its owner reports.
//!   - [`features::passkey`]: the WebAuthn credentials of accounts: makes and verifies them.
//!   - [`features::mfa`]: second factors: the gate of every sign-in, and changes of the factors.
//!   - [`features::totp`]: authenticator apps.
//!   - [`features::recovery_code`]: codes that replace a lost second factor.
//!   - [`features::passkey_login`]: signs in with a passkey.
//!   - [`features::identity`]: the accounts of other providers with which people sign in.
//!   - [`features::social_login`]: signs in with another provider.
//!   - [`features::reauthentication`]: proves again who is behind a session.
//!   - [`features::proof`]: checks that the person behind a session is its user.
//!   - [`features::locale`]: the language of an account.
//!   - [`features::device`]: names of browsers and devices.
//!   - [`features::data_export`]: hands people everything that is held on them.
//!   - [`features::data_key`]: random keys for what is stored.
//!   - [`features::lease`]: shares work among servers.
//!   - [`features::form_receipt`]: records which forms of the pages took effect, so that none runs twice.
//!   - [`features::user`]: the accounts, with the rules for names and email addresses.
//!   - [`features::user_import`]: takes over the accounts of another system, with their passwords.
//!   - [`features::password`]: the rules for passwords.
//!   - [`features::key`]: the keys that sign tokens, and how other services get them.
//! - [`context`]: what every use case gets: the server's parts ([`App`](context::App)), the request and its caller
//!   ([`OpContext`](context::OpContext), [`Caller`](context::Caller) with its cache), access tokens, rate limits,
//!   metrics, and [`UserError`](context::graphql::user_error::UserError).
//! - [`platform`]: knows no feature: settings, database, cryptography, rate counters, errors, languages, HTTP,
//!   GraphQL, mail and identity providers.
//!
//! Outside this crate: `entity`, the tables as types; `migration`, the changes that made the tables; `schema.graphql`,
//! the public contract.
//!
//! # How it works
//!
//! Imports point one way: `cli` → `server` → `features` → `context` → `platform`; all but `platform` may use `entity`.
//! In a feature, the entry points (`graphql.rs`, `http.rs`) call use cases, which call `store.rs`, which alone knows
//! the tables. One feature uses another through its `mod.rs`. A test checks the imports.
//!
//! A request becomes an [`OpContext`](context::OpContext), which every use case takes. A use case checks, hashes,
//! begins a transaction, loads, decides, writes, commits. It returns its output or a
//! [`Failure`](platform::failure::Failure):
//!
//! - `Refused`: the person can correct it; becomes `userErrors`.
//! - `Failed`: anything else. `Denied` becomes a top-level error with a code; `Fault` is ours, and its cause is logged.
//!
//! # Where new code goes
//!
//! - It names a column: `store.rs`.
//! - It asks whether data in hand is valid, expired or allowed: `model.rs`.
//! - It orders steps: the use case.
//! - It finds words for the caller: `graphql.rs`.
//! - It is about a status, a header or a cookie: `http.rs`.
//! - It would also be true in a shop server: [`platform`].

pub mod cli;
pub mod context;
pub mod features;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod platform;
pub mod server;
