//! The two parts of an event that can be erased, each by itself.
//!
//! The MAC of a row covers a salted hash of each part, not the part: with the salt erased, nobody can find out by
//! trying what it was.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::audit_event::Model;

use super::encoding::Encoding;
use crate::platform::crypto::Sha256;

/// Whom a part is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonalPart {
    /// Who acted: IP address, user agent, facts.
    Actor,
    /// Whose account it was: facts.
    Subject,
}

/// Whether a part is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartState {
    /// It is.
    Genuine,
    /// It was erased.
    Erased,
    /// It was changed.
    Changed,
}

impl PersonalPart {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::Actor, Self::Subject];

    /// Sets salt and hash in a new row. A part without content has neither.
    pub(super) fn commit(self, row: &mut Model, salt: &[u8; 16]) {
        if self.is_blank(row) {
            return;
        }
        let salt = URL_SAFE_NO_PAD.encode(salt);
        let hash = Some(self.hash(row, &salt));
        let salt = Some(salt);
        match self {
            Self::Actor => (row.actor_salt, row.actor_hash) = (salt, hash),
            Self::Subject => (row.subject_salt, row.subject_hash) = (salt, hash),
        }
    }

    /// Compares the part with its hash, which must be genuine.
    pub(super) fn check(self, row: &Model) -> PartState {
        let (salt, hash) = match self {
            Self::Actor => (&row.actor_salt, &row.actor_hash),
            Self::Subject => (&row.subject_salt, &row.subject_hash),
        };
        match (salt, hash) {
            (None, None) if self.is_blank(row) => PartState::Genuine,
            (None, Some(_)) if self.is_blank(row) => PartState::Erased,
            (Some(salt), Some(hash)) if self.hash(row, salt) == *hash => PartState::Genuine,
            _ => PartState::Changed,
        }
    }

    fn is_blank(self, row: &Model) -> bool {
        match self {
            Self::Actor => row.ip_address.is_none() && row.user_agent.is_none() && row.actor_facts.is_none(),
            Self::Subject => row.subject_facts.is_none(),
        }
    }

    fn hash(self, row: &Model, salt: &str) -> String {
        let encoding = match self {
            Self::Actor => Encoding::new("portcullis audit actor v1")
                .text(salt)
                .optional(row.ip_address.as_deref())
                .optional(row.user_agent.as_deref())
                .optional(row.actor_facts.as_deref()),
            Self::Subject => Encoding::new("portcullis audit subject v1")
                .text(salt)
                .optional(row.subject_facts.as_deref()),
        };
        Sha256::of_bytes(&encoding.finish()).to_base64url()
    }
}
