//! PBKDF2 (RFC 8018) with HMAC.

use std::num::NonZero;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use zeroize::Zeroizing;

use super::{
    ForeignHashProblem as Problem,
    notation::{read_base64, read_parameters, to_base64},
    salt::Salt,
};
use crate::platform::crypto::hash_work::HashWork;

/// Maximum number of rounds: about a second of a core with SHA-512. Django 5.2 writes 1,000,000.
const MAX_ROUNDS: u32 = 2_000_000;
const LIMIT: &str = "2,000,000 rounds";

/// Fewer rounds are weak.
const WEAK_BELOW: u32 = 100_000;

/// The hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HashFunction {
    Sha1,
    Sha256,
    Sha512,
}

impl HashFunction {
    const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// Bytes of one block. Further blocks of a longer digest say the same about a password: they are computed
    /// separately, and need not be compared.
    pub(super) const fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    const fn algorithm(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => PBKDF2_HMAC_SHA1,
            Self::Sha256 => PBKDF2_HMAC_SHA256,
            Self::Sha512 => PBKDF2_HMAC_SHA512,
        }
    }

    /// The name of the form.
    pub(super) const fn form(self) -> &'static str {
        match self {
            Self::Sha1 => "pbkdf2-sha1",
            Self::Sha256 => "pbkdf2-sha256",
            Self::Sha512 => "pbkdf2-sha512",
        }
    }
}

/// Everything but password and digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pbkdf2 {
    function: HashFunction,
    rounds: NonZero<u32>,
    salt: Salt,
}

impl Pbkdf2 {
    /// Fails if the rounds are zero or too many.
    pub(super) fn new(function: HashFunction, rounds: u32, salt: Salt) -> Result<Self, Problem> {
        let form = function.form();
        if rounds > MAX_ROUNDS {
            return Err(Problem::TooCostly { form, limit: LIMIT });
        }
        let rounds = NonZero::new(rounds).ok_or(Problem::Malformed(form))?;
        Ok(Self {
            function,
            rounds,
            salt,
        })
    }

    /// Reads the parts between `$` of `pbkdf2-sha256$i=600000$<salt>`.
    pub(super) fn of_text(form: &str, parameters: &str, salt: &str) -> Result<Self, Problem> {
        let function = HashFunction::ALL
            .into_iter()
            .find(|function| function.form() == form)
            .ok_or(Problem::Unknown)?;
        let malformed = Problem::Malformed(function.form());
        let [rounds] = match read_parameters(parameters, ["i", "l"]) {
            // RustCrypto's `pbkdf2` also writes the length of the digest.
            Some([rounds, len]) if usize::try_from(len) == Ok(function.len()) => [rounds],
            _ => read_parameters(parameters, ["i"]).ok_or(malformed)?,
        };
        let salt = read_base64(salt).ok_or(malformed)?;
        Self::new(function, rounds, Salt::new(function.form(), salt)?)
    }

    /// The same text.
    pub(super) fn to_text(&self) -> String {
        let salt = to_base64(self.salt.bytes());
        format!("{}$i={}${salt}", self.form(), self.rounds)
    }

    pub(super) fn form(&self) -> &'static str {
        self.function.form()
    }

    pub(super) fn digest_len(&self) -> usize {
        self.function.len()
    }

    pub(super) fn is_weak(&self) -> bool {
        self.function == HashFunction::Sha1 || self.rounds.get() < WEAK_BELOW || self.salt.is_short()
    }

    /// The work of one digest.
    pub(super) fn work(&self) -> HashWork {
        let rounds = u64::from(self.rounds.get());
        HashWork::of_blocks(match self.function {
            HashFunction::Sha1 | HashFunction::Sha256 => rounds / 2,
            HashFunction::Sha512 => rounds * 5 / 4,
        })
    }

    pub(super) fn digest(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut digest = Zeroizing::new(vec![0; self.digest_len()]);
        let algorithm = self.function.algorithm();
        pbkdf2::derive(algorithm, self.rounds, self.salt.bytes(), password, &mut digest);
        digest
    }
}
