//! The result of a verification.

use super::finding::Finding;

/// Maximum number of findings that are returned.
pub const MAX_FINDINGS: usize = 100;

/// What was read, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Events that were read.
    pub events: u64,
    /// Seals that were read.
    pub seals: u64,
    /// Events whose personal part was erased.
    pub erased: u64,
    /// Events that no seal covers yet.
    pub unsealed: u64,
    /// Those of them that should have been sealed: no server has sealed for a while.
    pub overdue: u64,
    /// The last seal that was removed because of its age; 0 if none was.
    pub removed_to: i64,
    /// Number and MAC of the last seal.
    pub last_seal: Option<SealReference>,
    /// What is wrong: the first [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How much is wrong.
    pub finding_count: u64,
}

impl Report {
    pub(super) fn add(&mut self, finding: Finding) {
        self.finding_count += 1;
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// Whether further findings are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }
}

/// A seal, as the log of a server names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealReference {
    /// Its number.
    pub seq: i64,
    /// Its MAC, in base64url.
    pub mac: String,
}
