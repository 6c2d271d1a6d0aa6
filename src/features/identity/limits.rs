//! How many identities an account can have.

/// Maximum number of identities of an account.
pub const MAX_PER_ACCOUNT: usize = 20;
