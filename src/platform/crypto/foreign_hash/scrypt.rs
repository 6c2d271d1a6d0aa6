//! scrypt (RFC 7914).

use zeroize::Zeroizing;

use super::{
    ForeignHashProblem as Problem,
    notation::{read_base64, read_parameters, to_base64},
    salt::Salt,
};
use crate::platform::crypto::{argon2_input::HashError, hash_work::HashWork};

/// Bytes of the digest that are compared: one block of the PBKDF2 at the end of scrypt. Longer digests begin with them.
pub(super) const DIGEST_LEN: usize = 32;

/// Maximum memory in bytes: `128 * r * N`. Each hashing thread can take that much for a moment.
const MAX_MEMORY: u64 = 64 << 20;

/// Maximum `p`. Django 5.1 and later write 5.
const MAX_PARALLELISM: u32 = 16;

/// Maximum of memory times `p`, in bytes: less than a second of a core.
const MAX_WORK: u64 = 4 * MAX_MEMORY;

/// Less memory times `p` is weak.
const WEAK_BELOW: u64 = 8 << 20;

/// Everything but password and digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scrypt {
    log_n: u8,
    r: u32,
    p: u32,
    salt: Salt,
}

impl Scrypt {
    /// `n` must be a power of two. Fails if the parameters are out of range or too costly; `form` is named in the error.
    pub(super) fn new(form: &'static str, n: u32, r: u32, p: u32, salt: Salt) -> Result<Self, Problem> {
        let too_costly = |limit| Problem::TooCostly { form, limit };
        if n == 0 || r == 0 || p == 0 {
            return Err(Problem::Malformed(form));
        }
        let memory = (128 * u64::from(r)).saturating_mul(u64::from(n));
        if memory > MAX_MEMORY {
            return Err(too_costly("64 MiB of memory"));
        }
        if p > MAX_PARALLELISM {
            return Err(too_costly("a parallelism of 16"));
        }
        if memory * u64::from(p) > MAX_WORK {
            return Err(too_costly("256 MiB in all, memory times parallelism"));
        }
        if !n.is_power_of_two() || n == 1 {
            return Err(Problem::Malformed(form));
        }
        let log_n = u8::try_from(n.ilog2()).map_err(|_| Problem::Malformed(form))?;
        Ok(Self { log_n, r, p, salt })
    }

    /// The same with the binary logarithm of `n`.
    pub(super) fn of_log_n(
        form: &'static str,
        log_n: u32,
        r: u32,
        p: u32,
        salt: Salt,
    ) -> Result<Self, Problem> {
        let n = 1_u32.checked_shl(log_n).ok_or(Problem::TooCostly {
            form,
            limit: "64 MiB of memory",
        })?;
        Self::new(form, n, r, p, salt)
    }

    /// Reads `ln=15,r=8,p=1` and the salt in Base64.
    pub(super) fn of_text(form: &'static str, parameters: &str, salt: &str) -> Result<Self, Problem> {
        let malformed = Problem::Malformed(form);
        let [log_n, r, p] = read_parameters(parameters, ["ln", "r", "p"]).ok_or(malformed)?;
        let salt = Salt::new(form, read_base64(salt).ok_or(malformed)?)?;
        Self::of_log_n(form, log_n, r, p, salt)
    }

    /// The same text: `ln=15,r=8,p=1$<salt>`.
    pub(super) fn to_text(&self) -> String {
        let Self { log_n, r, p, salt } = self;
        format!("ln={log_n},r={r},p={p}${}", to_base64(salt.bytes()))
    }

    pub(super) fn is_weak(&self) -> bool {
        self.traffic() < WEAK_BELOW || self.salt.is_short()
    }

    /// The work of one digest.
    pub(super) fn work(&self) -> HashWork {
        HashWork::of_blocks(self.traffic() / 1_024 * 5)
    }

    /// Memory times `p`, in bytes.
    fn traffic(&self) -> u64 {
        (128 * u64::from(self.r) * u64::from(self.p)) << self.log_n
    }

    pub(super) fn digest(&self, password: &[u8]) -> Result<Zeroizing<Vec<u8>>, HashError> {
        let mut digest = Zeroizing::new(vec![0; DIGEST_LEN]);
        let parameters = ::scrypt::Params::new(self.log_n, self.r, self.p)?;
        ::scrypt::scrypt(password, self.salt.bytes(), &parameters, &mut digest)?;
        Ok(digest)
    }
}
