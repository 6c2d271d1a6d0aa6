//! Documents that need not be sent: trusted ones, which the operator has registered, and those that were sent before.
//!
//! Only texts are stored here, and each is checked like one that was sent: a name allows nothing that the text would
//! not.

mod document_ref;
mod persisted_queries;
mod trusted;

use std::{ops::Deref, sync::Arc};

use async_graphql::ServerError;

pub(super) use self::document_ref::DocumentRef;
use self::persisted_queries::PersistedQueries;
pub use self::trusted::TrustedDocuments;
use crate::platform::{
    crypto::Sha256,
    graphql::{error::RequestErrorCode, request_error::request_error},
};

/// Which documents may be requested, and by which names.
#[derive(Debug, Clone, Default)]
pub struct DocumentSettings {
    /// The registered documents.
    pub trusted: TrustedDocuments,
    /// Whether all others are refused.
    pub only_trusted: bool,
    /// Bytes for documents that clients sent and then request by hash; 0 to store none.
    pub persisted_bytes: usize,
}

/// The documents that have a name.
#[derive(Debug)]
pub(super) struct KnownDocuments {
    settings: DocumentSettings,
    persisted: Option<PersistedQueries>,
}

/// The text of the requested document.
pub(super) enum DocumentText {
    /// As sent.
    Sent(String),
    /// As sent; to be stored under its hash once it has passed.
    ToPersist(String, Sha256),
    /// From the stored documents.
    Known(Arc<str>),
}

impl Deref for DocumentText {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Sent(text) | Self::ToPersist(text, _) => text,
            Self::Known(text) => text,
        }
    }
}

impl KnownDocuments {
    pub(super) fn new(settings: DocumentSettings) -> Self {
        // A document that is not trusted could be sent, but would never run.
        let persists = settings.persisted_bytes > 0 && !settings.only_trusted;
        Self {
            persisted: persists.then(|| PersistedQueries::new(settings.persisted_bytes)),
            settings,
        }
    }

    /// The text of the requested document, or why there is none.
    pub(super) fn find(&self, requested: DocumentRef) -> Result<DocumentText, ServerError> {
        let DocumentSettings {
            trusted,
            only_trusted,
            ..
        } = &self.settings;
        let known = match requested {
            DocumentRef::Text(text) if !only_trusted || trusted.contains(Sha256::of(&text)) => {
                return Ok(DocumentText::Sent(text));
            }
            DocumentRef::TextToPersist(text, hash) if !only_trusted || trusted.contains(hash) => {
                return Ok(DocumentText::ToPersist(text, hash));
            }
            DocumentRef::Text(_) | DocumentRef::TextToPersist(..) => None,
            DocumentRef::Id(id) => trusted.find(&id),
            DocumentRef::Hash(hash) => match trusted.find(&hash) {
                None if !only_trusted => {
                    let persisted = self.persisted.as_ref();
                    let found = Sha256::parse(&hash).and_then(|hash| persisted?.find(hash));
                    return found.map(DocumentText::Known).ok_or_else(|| self.not_persisted());
                }
                trusted => trusted,
            },
        };
        known.map(DocumentText::Known).ok_or_else(|| {
            let message = "No document with this name or text is registered with this server.";
            request_error(RequestErrorCode::DocumentNotTrusted, message, None)
        })
    }

    /// Stores a text that has passed every check, if it was sent for that.
    pub(super) fn has_passed(&self, text: &DocumentText) {
        if let (DocumentText::ToPersist(text, hash), Some(persisted)) = (text, &self.persisted) {
            persisted.insert(*hash, text);
        }
    }

    /// These messages are not sentences, because clients look for them (Apollo's protocol): after the first they send
    /// the text too, after the second they stop sending hashes.
    fn not_persisted(&self) -> ServerError {
        let message = match self.persisted {
            Some(_) => "PersistedQueryNotFound",
            None => "PersistedQueryNotSupported",
        };
        request_error(RequestErrorCode::PersistedQueryNotFound, message, None)
    }
}
