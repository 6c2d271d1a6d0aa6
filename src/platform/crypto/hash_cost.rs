//! The cost of a password hash.

use argon2::Params;

/// The parameters of Argon2id (RFC 9106, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB (`m`).
    pub memory_kib: u32,
    /// Passes over the memory (`t`).
    pub iterations: u32,
    /// Lanes (`p`); they are filled one after another.
    pub parallelism: u32,
}

impl HashCost {
    /// The minimum of the OWASP Password Storage Cheat Sheet for Argon2id, and the default: 19 MiB, two passes, one
    /// lane.
    pub const OWASP_MINIMUM: Self = Self {
        memory_kib: 19_456,
        iterations: 2,
        parallelism: 1,
    };

    /// The maximum cost of a stored hash while `self` is configured. Rows can be imported or tampered with; one of them
    /// must not take the machine's memory, or a thread for minutes.
    pub(super) fn ceiling(self) -> Self {
        Self {
            memory_kib: self.memory_kib.saturating_mul(4).max(256 * 1024),
            iterations: self.iterations.max(32),
            parallelism: self.parallelism.max(16),
        }
    }

    /// Whether any parameter is greater than that of `other`.
    pub(super) fn exceeds(self, other: Self) -> bool {
        self.memory_kib > other.memory_kib
            || self.iterations > other.iterations
            || self.parallelism > other.parallelism
    }

    /// The library's parameters, with an output of `output_len` bytes. Fails if Argon2 is not defined for them.
    pub(super) fn params(self, output_len: usize) -> argon2::Result<Params> {
        Params::new(
            self.memory_kib,
            self.iterations,
            self.parallelism,
            Some(output_len),
        )
    }
}
