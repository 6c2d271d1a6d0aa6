//! Use case: download everything that is held on the caller.

use super::{
    document::Document,
    export::{ReauthenticationRequired, proven, record},
    link,
};
use crate::{
    context::OpContext,
    features::session,
    platform::failure::{Outcome, Refusal},
};

/// Why nothing is downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDownloaded {
    /// The address has expired, or was made for another session.
    LinkExpired,
}

impl Refusal for NotDownloaded {}

/// The document for a caller who has just proven who they are.
pub async fn download(context: &OpContext) -> Outcome<Document, ReauthenticationRequired> {
    let caller = proven(context).await?;
    let document = Document::begin(context, caller.clone()).await?;
    record(context, &caller, "page").await?;
    Ok(document)
}

/// The document for a caller with the address that their session asked for.
pub(super) async fn download_by_link(context: &OpContext, token: &str) -> Outcome<Document, NotDownloaded> {
    let caller = context.fresh_caller().await?;
    session::count_write(context, &caller).await?;
    if !link::is_valid(&context.app, &caller, token) {
        return Err(NotDownloaded::LinkExpired.into());
    }
    let document = Document::begin(context, caller.clone()).await?;
    record(context, &caller, "link").await?;
    Ok(document)
}
