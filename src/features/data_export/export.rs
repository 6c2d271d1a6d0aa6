//! Use case: hand out everything that is held on the caller.

use super::{document::Document, link};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        proof, session,
    },
    platform::failure::{Failed, Outcome, Refusal},
};

/// The longest document that goes into an answer, in bytes. There it is a text in JSON: at worst, each byte takes two.
const MAX_INLINE: usize = 256 * 1024;

/// The caller must prove who they are first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReauthenticationRequired;

impl Refusal for ReauthenticationRequired {}

/// What is handed out.
#[derive(Debug)]
pub(super) enum Exported {
    /// The document.
    Inline(String),
    /// Where to download it.
    Link(String),
}

/// Hands the document out, or the address of a long one.
pub(super) async fn export(context: &OpContext) -> Outcome<Exported, ReauthenticationRequired> {
    let caller = proven(context).await?;
    let app = &context.app;
    let mut document = Document::begin(context, caller.clone()).await?;
    let mut text = String::new();
    while let Some(piece) = document.next().await? {
        text.push_str(&piece);
        if text.len() > MAX_INLINE {
            return Ok(Exported::Link(link::make(app, &caller)?));
        }
    }
    record(context, &caller, "answer").await?;
    Ok(Exported::Inline(text))
}

/// The caller, who has just proven who they are.
pub(super) async fn proven(context: &OpContext) -> Outcome<Caller, ReauthenticationRequired> {
    let caller = context.fresh_caller().await?;
    session::count_write(context, &caller).await?;
    match proof::step_up(context, &caller) {
        Some(_) => Ok(caller),
        None => Err(ReauthenticationRequired.into()),
    }
}

/// Records that the data are handed out. Call it before they are.
pub(super) async fn record(context: &OpContext, caller: &Caller, way: &str) -> Result<(), Failed> {
    let event = NewEvent::by_caller(context, EventKind::DataExported, caller);
    event.detail("way", way).save_alone().await
}
