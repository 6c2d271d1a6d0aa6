//! The digest of a password, and what it was made with.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{ForeignHashProblem as Problem, setting::Setting};
use crate::platform::crypto::{
    argon2_input::HashError, hash_cost::HashCost, hash_work::HashWork, hash_worker::HashWorker,
};

/// No source writes longer ones.
const MAX_LEN: usize = 128;

/// A hash of another system, as it was.
///
/// Its text is the one of its setting with a `$` in front and the digest behind. For bcrypt and scrypt that is what the
/// other systems write.
#[derive(Clone)]
pub(in super::super) struct ForeignDigest {
    setting: Setting,
    digest: Vec<u8>,
}

/// Hides the digest.
impl fmt::Debug for ForeignDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignDigest")
            .field("setting", &self.setting)
            .finish_non_exhaustive()
    }
}

impl ForeignDigest {
    /// Fails if the digest has the wrong length.
    pub(super) fn new(setting: Setting, mut digest: Vec<u8>) -> Result<Self, Problem> {
        let len = setting.digest_len();
        if setting.can_be_longer() && digest.len() <= MAX_LEN {
            digest.truncate(len);
        }
        if digest.len() != len {
            return Err(Problem::DigestLength(setting.form()));
        }
        Ok(Self { setting, digest })
    }

    /// Reads the text of a stored hash.
    pub(in super::super) fn parse(text: &str, ceiling: HashCost) -> Result<Self, Problem> {
        let text = text.strip_prefix('$').ok_or(Problem::Unknown)?;
        let (setting, digest) = Setting::read(text, ceiling)?;
        let digest = digest.ok_or(Problem::Malformed(setting.form()))?;
        let digest = setting.read_digest(digest)?;
        Self::new(setting, digest)
    }

    /// The text to store.
    pub(in super::super) fn to_text(&self) -> Result<String, HashError> {
        Ok(format!("${}", self.setting.to_text_with(&self.digest)?))
    }

    /// The name of the form.
    pub(super) fn form(&self) -> &'static str {
        self.setting.form()
    }

    pub(super) fn is_weak(&self) -> bool {
        self.setting.is_weak()
    }

    /// What it was made with, and the digest.
    pub(super) fn parts(&self) -> (&Setting, &[u8]) {
        (&self.setting, &self.digest)
    }

    /// The work of verifying it.
    pub(in super::super) fn work(&self) -> HashWork {
        self.setting.work()
    }

    /// Whether this is the digest of `password`. Compares in constant time.
    pub(in super::super) fn matches(
        &self,
        password: &[u8],
        worker: &mut HashWorker,
    ) -> Result<bool, HashError> {
        let digest = self.setting.digest(password, worker)?;
        Ok(verify_slices_are_equal(&digest, &self.digest).is_ok())
    }
}
