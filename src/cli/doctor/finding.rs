//! A finding, and what to do about it.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// As it should be.
    Ok,
    /// It works, but could be better, or is meant for development.
    Warning,
    /// The server cannot work, or not safely.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// The subject, in a word or two; programs use it to tell findings apart.
    pub(super) about: &'static str,
    /// How bad it is.
    pub(super) severity: Severity,
    /// What was found.
    pub(super) seen: String,
    /// What to do, if there is something to do.
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
