//! Documents that need not be sent: trusted ones, which the operator has registered, and those that were sent once.
//!
//! Only texts are known here, and each goes the way of one that was sent: a name opens nothing that the text would not.

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

/// Which documents may be asked for, and by which names.
#[derive(Debug, Clone, Default)]
pub struct DocumentSettings {
    /// The registered ones.
    pub trusted: TrustedDocuments,
    /// Whether all others are refused.
    pub only_trusted: bool,
    /// Bytes for documents that clients have sent and ask for by hash; 0 to keep none.
    pub kept_bytes: usize,
}

/// The documents that have a name.
#[derive(Debug)]
pub(super) struct KnownDocuments {
    settings: DocumentSettings,
    persisted: Option<PersistedQueries>,
}

/// The text that a request asks for.
pub(super) enum DocumentText {
    /// As sent.
    Sent(String),
    /// As sent; to be kept under its hash once it has passed.
    ToPersist(String, Sha256),
    /// As known.
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
        // What is not trusted could be sent, but never runs.
        let keeps = settings.kept_bytes > 0 && !settings.only_trusted;
        Self {
            persisted: keeps.then(|| PersistedQueries::new(settings.kept_bytes)),
            settings,
        }
    }

    /// The text of the document that is wanted, or why there is none.
    pub(super) fn find(&self, wanted: DocumentRef) -> Result<DocumentText, ServerError> {
        let DocumentSettings {
            trusted,
            only_trusted,
            ..
        } = &self.settings;
        let known = match wanted {
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
            let message = "No document of that name or text is registered with this server.";
            request_error(RequestErrorCode::DocumentNotTrusted, message, None)
        })
    }

    /// Remembers a text that has passed every check, if it is to be kept.
    pub(super) fn has_passed(&self, text: &DocumentText) {
        if let (DocumentText::ToPersist(text, hash), Some(persisted)) = (text, &self.persisted) {
            persisted.insert(*hash, text);
        }
    }

    /// These two messages are no sentences: they are what clients look for (Apollo's protocol). The first has the text
    /// sent along, the second has hashes given up.
    fn not_persisted(&self) -> ServerError {
        let message = match self.persisted {
            Some(_) => "PersistedQueryNotFound",
            None => "PersistedQueryNotSupported",
        };
        request_error(RequestErrorCode::PersistedQueryNotFound, message, None)
    }
}
