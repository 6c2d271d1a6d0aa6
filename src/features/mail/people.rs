//! The people in a letter: who gets it, and who asked for it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who gets a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Email address, with its domain in A-labels.
    pub address: String,
    /// Language of the letter (BCP 47). If it is not available, another one is used.
    pub locale: String,
    /// Name to greet. Only for verified addresses: a text that a user chose must not reach a stranger.
    pub name: Option<String>,
}

/// Who asked for something or did it, for the owner of the account to recognise.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// Family of browser and system, such as `Firefox on Linux`; never the raw header.
    pub device: Option<String>,
    /// Network or address, as text.
    pub network: Option<String>,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient")
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asker").finish_non_exhaustive()
    }
}
