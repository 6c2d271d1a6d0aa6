//! What the provider of the tests does differently, and what has happened to it.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::misbehavior::Misbehavior;

/// A part of what the provider sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// The discovery document.
    Discovery,
    /// The document with its keys.
    Keys,
    /// The parameters that the browser brings back.
    Answer,
    /// The answer of the token endpoint.
    Tokens,
    /// The header of ID tokens.
    Header,
    /// The claims of ID tokens.
    Claims,
    /// The person's profile: the userinfo endpoint, or that of GitHub and Discord.
    Profile,
    /// The list of addresses at GitHub.
    Emails,
}

/// How the provider signs ID tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Signs {
    /// With its key.
    #[default]
    Honestly,
    /// With a key that it does not publish, under the id of the one that it does.
    WithAnotherKey,
    /// Not at all: `alg` is `none`.
    NotAtAll,
    /// With HS256, and the public key as the secret.
    WithPublicKey,
    /// With HS256, and the secret of the client.
    WithClientSecret,
}

pub(super) type Change = Box<dyn Fn(&mut Value) + Send + Sync>;

/// What the provider does, and what has happened.
#[derive(Default)]
pub(super) struct State {
    pub(super) changes: HashMap<Part, Change>,
    pub(super) signs: Signs,
    pub(super) misbehaviors: HashMap<String, Misbehavior>,
    pub(super) hits: HashMap<String, usize>,
    /// What was granted for the codes that nobody has traded yet.
    pub(super) grants: HashMap<String, Grant>,
    pub(super) access_tokens: HashSet<String>,
    /// Whether it takes a code more than once, as it must not.
    pub(super) takes_codes_again: bool,
    pub(super) count: usize,
}

/// What a person consented to.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
}

impl State {
    /// This part after the change that a test wants.
    pub(super) fn changed(&self, part: Part, mut value: Value) -> Value {
        if let Some(change) = self.changes.get(&part) {
            change(&mut value);
        }
        value
    }

    /// What was granted for this code, which is used then.
    pub(super) fn take_grant(&mut self, code: &str) -> Option<Grant> {
        if self.takes_codes_again {
            return self.grants.get(code).cloned();
        }
        self.grants.remove(code)
    }

    /// A text that was not used before.
    pub(super) fn unique(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{}", self.count)
    }
}
