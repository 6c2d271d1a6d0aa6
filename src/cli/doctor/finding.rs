//! What was found, and what to do about it.

use serde::Serialize;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Standing {
    /// As it should be.
    Ok,
    /// It works, and could be better or is meant for development.
    Mind,
    /// People cannot be served, or not safely.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What it is about, in a word or two; for programs to tell findings apart.
    pub(super) about: &'static str,
    /// How it stands.
    pub(super) standing: Standing,
    /// What was seen.
    pub(super) seen: String,
    /// What to do, where there is something.
    #[serde(rename = "todo", skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}

impl Finding {
    pub(super) fn ok(about: &'static str, seen: impl Into<String>) -> Self {
        Self {
            about,
            standing: Standing::Ok,
            seen: seen.into(),
            advice: None,
        }
    }

    pub(super) fn mind(about: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            standing: Standing::Mind,
            advice: Some(advice.into()),
            ..Self::ok(about, seen)
        }
    }

    pub(super) fn wrong(about: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            standing: Standing::Wrong,
            ..Self::mind(about, seen, advice)
        }
    }
}
