//! The parameters with which a Firebase project hashes passwords.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::{
    ForeignHashProblem as Problem,
    firebase::{DIGEST_LEN, FORM},
    foreign_digest::ForeignDigest,
    notation::read_any_base64,
    salt::Salt,
    scrypt::Scrypt,
    setting::Setting,
};

/// The parameters of a project, as the console shows them under "Password hash parameters".
#[derive(Clone)]
pub struct FirebaseParameters {
    signer_key: SecretSlice<u8>,
    salt_separator: Vec<u8>,
    /// scrypt's `r`.
    rounds: u32,
    /// The binary logarithm of scrypt's `N`.
    memory_cost: u32,
    /// scrypt's `p`.
    parallelism: u32,
}

/// Hides the keys.
impl fmt::Debug for FirebaseParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirebaseParameters")
            .field("rounds", &self.rounds)
            .field("memory_cost", &self.memory_cost)
            .finish_non_exhaustive()
    }
}

impl FirebaseParameters {
    /// The values of `base64_signer_key`, `base64_salt_separator`, `rounds` and `mem_cost`. Fails if a text is not Base64
    /// or the key has fewer than 32 bytes. A cost out of range shows when a hash is read.
    pub fn new(
        signer_key: &SecretString,
        salt_separator: &str,
        rounds: u32,
        memory_cost: u32,
    ) -> Result<Self, Problem> {
        Self::read(signer_key.expose_secret(), salt_separator, rounds, memory_cost)
            .ok_or(Problem::FirebaseParameters)
    }

    /// The same for texts; none if they are wrong.
    pub(super) fn read(
        signer_key: &str,
        salt_separator: &str,
        rounds: u32,
        memory_cost: u32,
    ) -> Option<Self> {
        let signer_key = read_any_base64(signer_key).filter(|key| key.len() >= DIGEST_LEN)?;
        Some(Self {
            signer_key: signer_key.into(),
            salt_separator: read_any_base64(salt_separator)?,
            rounds,
            memory_cost,
            parallelism: 1,
        })
    }

    /// The same with another `p` than the usual 1.
    pub(super) fn with_parallelism(self, parallelism: u32) -> Self {
        Self { parallelism, ..self }
    }

    /// Reads hash and salt of a user, in Base64.
    pub(super) fn read_hash(&self, hash: &str, salt: &str) -> Result<ForeignDigest, Problem> {
        let malformed = Problem::Malformed(FORM);
        let hash = read_any_base64(hash).ok_or(malformed)?;
        let mut salt = read_any_base64(salt).ok_or(malformed)?;
        salt.extend_from_slice(&self.salt_separator);
        let (memory_cost, rounds, parallelism) = (self.memory_cost, self.rounds, self.parallelism);
        let scrypt = Scrypt::of_log_n(FORM, memory_cost, rounds, parallelism, Salt::new(FORM, salt)?)?;
        let signer_key = self.signer_key.expose_secret();
        if hash.len() != signer_key.len() {
            return Err(Problem::DigestLength(FORM));
        }
        let stream = hash.iter().zip(signer_key).map(|(cipher, plain)| cipher ^ plain);
        ForeignDigest::new(Setting::Firebase(scrypt), stream.take(DIGEST_LEN).collect())
    }
}
