//! Portcullis: accounts and authentication behind one GraphQL schema.
//!
//! # The map
//!
//! The folder says what a line is about, the file says whom it talks to.
//!
//! - [`cli`]: the command line, one file per command.
//! - [`server`]: assembly. Knows every room and holds no rule: wiring, router, GraphQL endpoint, accept loop.
//! - [`features`]: the rooms, one vertical slice each, named with the field's noun:
//!   - [`features::signup`]: making an account.
//!   - [`features::login`]: proving who one is.
//!   - [`features::attempt`]: how often one may try to.
//!   - [`features::session`]: what a sign-in begins, refreshes and ends; who calls.
//!   - [`features::account`]: what people do to their own accounts.
//!   - [`features::page`]: sign-up, login and account as pages, for people without a front end.
//!   - [`features::form_receipt`]: which forms of the pages had their effect, so that none runs twice.
//!   - [`features::user`]: the accounts, with the names and addresses they may have.
//!   - [`features::password`]: which passwords may be chosen.
//!   - [`features::key`]: what tokens are signed with, and how other services verify them.
//! - [`platform`]: the ground, which knows no room: settings, database, cryptography, counters, errors, HTTP and
//!   GraphQL.
//!
//! Beside this crate: `entity`, the tables as they are; `migration`, how they came to be; `schema.graphql`, the
//! contract.
//!
//! # How the house works
//!
//! Imports point one way: `cli`, `server` → `features` → `platform` → `entity`. In a room, doors (`graphql.rs`,
//! `http.rs`) call use cases, which call `store.rs`, which alone knows the tables; one room talks to another through
//! its `mod.rs`. A test walks the imports.
//!
//! A request becomes an [`OpContext`](platform::op_context::OpContext), without which no use case can be called. A use
//! case checks, hashes, begins a transaction, loads, decides, writes, commits. It gives its output or a
//! [`Failure`](platform::failure::Failure): refused (the person can act on it), denied (the caller may not), fault
//! (ours).
//!
//! # Where a new line goes
//!
//! It names a column: `store.rs`. It asks whether data in hand is valid, expired or allowed: `model.rs`. It orders
//! steps: the use case. It finds words for the caller: `graphql.rs`. It is about a status, a header or a cookie:
//! `http.rs`. It would be true in a shop server too: [`platform`].

pub mod cli;
pub mod context;
pub mod features;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod platform;
pub mod server;
