//! Argon2id over a digest that is too cheap to be stored.

use super::{ForeignHashProblem as Problem, argon2, setting::Setting};
use crate::platform::crypto::{
    argon2_input::HashError,
    hash_cost::HashCost,
    hash_work::HashWork,
    hash_worker::HashWorker,
    stored_hash::{SALT_LEN, StoredHash},
};

const TAG: &str = "$portcullis-wrapped$";
const OUTER: &str = "$argon2id$v=19$";

/// A wrapped hash. To verify a password, its digest is computed with the inner setting, and then hashed with Argon2id.
///
/// Its text is `$portcullis-wrapped$m=19456,t=2,p=1$<salt>$<output>$<inner setting>`. It has no trace of the digest.
#[derive(Debug, Clone)]
pub(in super::super) struct WrappedHash {
    inner: Setting,
    outer: StoredHash,
}

impl WrappedHash {
    /// Hashes the digest with Argon2id.
    pub(super) fn make(
        inner: &Setting,
        digest: &[u8],
        cost: HashCost,
        salt: [u8; SALT_LEN],
        worker: &mut HashWorker,
    ) -> Result<Self, HashError> {
        Ok(Self {
            inner: inner.clone(),
            outer: StoredHash::make(cost, salt, digest, worker)?,
        })
    }

    /// Whether a stored text is of this form.
    pub(in super::super) fn is_text(text: &str) -> bool {
        text.starts_with(TAG)
    }

    /// Reads the text of a stored hash.
    pub(in super::super) fn parse(text: &str, ceiling: HashCost) -> Result<Self, Problem> {
        let malformed = Problem::Malformed(Self::FORM);
        let text = text.strip_prefix(TAG).ok_or(malformed)?;
        let mut fields = text.splitn(4, '$');
        let mut next = || fields.next().ok_or(malformed);
        let (cost, salt, output, inner) = (next()?, next()?, next()?, next()?);
        let (inner, None) = Setting::read(inner, ceiling)? else {
            return Err(malformed);
        };
        let outer = argon2::read(&format!("{OUTER}{cost}${salt}${output}"), ceiling)?;
        Ok(Self { inner, outer })
    }

    /// The text to store.
    pub(in super::super) fn to_text(&self) -> Result<String, HashError> {
        let outer = self.outer.to_phc()?;
        let outer = outer.strip_prefix(OUTER).ok_or("not Argon2id of version 19")?;
        Ok(format!("{TAG}{outer}${}", self.inner.to_text()?))
    }

    /// The name of the form.
    pub(super) const FORM: &'static str = "wrapped";

    /// Whether the outer hash is too cheap to be stored.
    pub(super) fn is_weak(&self) -> bool {
        argon2::is_weak(&self.outer)
    }

    /// The cost of the outer hash.
    pub(in super::super) fn outer_cost(&self) -> HashCost {
        self.outer.cost()
    }

    /// The work of verifying it.
    pub(in super::super) fn work(&self) -> HashWork {
        self.inner.work().and(HashWork::of(self.outer.cost()))
    }

    /// Whether this is the hash of `password`. Compares in constant time.
    pub(in super::super) fn matches(
        &self,
        password: &[u8],
        worker: &mut HashWorker,
    ) -> Result<bool, HashError> {
        let digest = self.inner.digest(password, worker)?;
        self.outer.matches(&digest, worker)
    }
}
