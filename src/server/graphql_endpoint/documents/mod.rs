//! Documents that need not be sent: trusted ones, which the operator has registered, and those that were sent once.
//!
//! Only texts are known here, and each goes the way of one that was sent: a name opens nothing that the text would not.

mod kept;
mod trusted;
mod wanted;

use std::{ops::Deref, sync::Arc};

use async_graphql::ServerError;

use self::kept::KeptDocuments;
pub use self::trusted::TrustedDocuments;
pub(super) use self::wanted::Wanted;
use crate::platform::graphql::{
    document_hash::DocumentHash, error::RequestErrorCode, request_error::request_error,
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
    kept: Option<KeptDocuments>,
}

/// The text that a request asks for.
pub(super) enum DocumentText {
    /// As sent.
    Sent(String),
    /// As sent; to be kept under its hash once it has passed.
    ToKeep(String, DocumentHash),
    /// As known.
    Known(Arc<str>),
}

impl Deref for DocumentText {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Sent(text) | Self::ToKeep(text, _) => text,
            Self::Known(text) => text,
        }
    }
}

impl KnownDocuments {
    pub(super) fn new(settings: DocumentSettings) -> Self {
        // What is not trusted could be sent, but never runs.
        let keeps = settings.kept_bytes > 0 && !settings.only_trusted;
        Self {
            kept: keeps.then(|| KeptDocuments::new(settings.kept_bytes)),
            settings,
        }
    }

    /// The text of the document that is wanted, or why there is none.
    pub(super) fn find(&self, wanted: Wanted) -> Result<DocumentText, ServerError> {
        let DocumentSettings {
            trusted,
            only_trusted,
            ..
        } = &self.settings;
        let known = match wanted {
            Wanted::Text(text) if !only_trusted || trusted.contains(DocumentHash::of(&text)) => {
                return Ok(DocumentText::Sent(text));
            }
            Wanted::TextToKeep(text, hash) if !only_trusted || trusted.contains(hash) => {
                return Ok(DocumentText::ToKeep(text, hash));
            }
            Wanted::Text(_) | Wanted::TextToKeep(..) => None,
            Wanted::Id(id) => trusted.find(&id),
            Wanted::Hash(hash) => match trusted.find(&hash) {
                None if !only_trusted => {
                    let kept = self.kept.as_ref();
                    let found = DocumentHash::parse(&hash).and_then(|hash| kept?.find(hash));
                    return found.map(DocumentText::Known).ok_or_else(|| self.not_kept());
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
        if let (DocumentText::ToKeep(text, hash), Some(kept)) = (text, &self.kept) {
            kept.keep(*hash, text);
        }
    }

    /// These two messages are no sentences: they are what clients look for (Apollo's protocol). The first has the text
    /// sent along, the second has hashes given up.
    fn not_kept(&self) -> ServerError {
        let message = match self.kept {
            Some(_) => "PersistedQueryNotFound",
            None => "PersistedQueryNotSupported",
        };
        request_error(RequestErrorCode::PersistedQueryNotFound, message, None)
    }
}
