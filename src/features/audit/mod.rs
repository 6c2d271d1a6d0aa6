//! The audit log: who did what to which account, when and from where.
//!
//! An event is written in the transaction that it describes. Each row carries a MAC, so that a changed or invented row
//! shows. Every minute, one server seals the new rows: a seal covers the MACs of its rows and the previous seal, so that
//! removed, added and moved rows show too. The log outlives the accounts: it refers to them without foreign keys, and
//! the personal parts of a row can be erased without breaking its MAC.
//!
//! Reasons and limits: `docs/decisions/0044-audit-log.md`.

mod actor;
mod chain;
mod encoding;
mod erase;
mod event;
mod export;
mod facts;
mod filter;
mod kind;
mod list;
mod personal_part;
mod purge;
mod read;
mod refused;
mod row_mac;
mod seal;
mod seal_mac;
mod store;
mod verify;

pub use actor::{Actor, ActorKind, Requester};
pub use erase::{erase, erase_noted};
pub use event::NewEvent;
pub use export::{Export, export};
pub use filter::EventFilter;
pub use kind::EventKind;
pub use list::{Event, count, find, find_all, is_missing, page, waiting_since};
pub use purge::purge;
pub use read::{record_read, record_view};
pub use refused::{SignInRefusal, flush_refused, forget_refused, note_refused};
pub use seal::{acquire_seal_lease, seal, seal_everything};
pub use verify::{Finding, MAX_FINDINGS, Report, SealReference, verify};
