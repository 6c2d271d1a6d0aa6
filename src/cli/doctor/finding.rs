//! What was found, and what to do about it.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// As it should be.
    Ok,
    /// It works, and could be better or is meant for development.
    Warning,
    /// People cannot be served, or not safely.
    Error,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What it is about, in a word or two; for programs to tell findings apart.
    pub(super) about: &'static str,
    /// How bad it is.
    pub(super) severity: Severity,
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
            severity: Severity::Ok,
            seen: seen.into(),
            advice: None,
        }
    }

    pub(super) fn warning(about: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            advice: Some(advice.into()),
            ..Self::ok(about, seen)
        }
    }

    pub(super) fn error(about: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            ..Self::warning(about, seen, advice)
        }
    }
}
