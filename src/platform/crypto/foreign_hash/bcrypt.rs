//! bcrypt (Provos and Mazières, 1999), and Django's variant with SHA-256 before it.

use std::fmt;

use base64::{
    Engine as _,
    alphabet::BCRYPT,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};
use bcrypt::BASE_64;
use zeroize::Zeroizing;

use super::{ForeignHashProblem as Problem, notation::parts};
use crate::platform::crypto::{Sha256, hash_work::HashWork};

pub(super) const FORM: &str = "bcrypt";
pub(super) const FORM_OF_DJANGO: &str = "bcrypt-sha256";

/// Bytes of the digest: the last of the cipher's 24 is not written.
pub(super) const DIGEST_LEN: usize = 23;

/// Passwords are cut off after this many bytes, by all implementations that wrote the hashes. With a zero byte at the
/// end, where there is room for it.
const MAX_PASSWORD: usize = 72;

/// Maximum cost, the binary logarithm of the rounds: about a second of a core.
const MAX_COST: u32 = 14;

/// The algorithm is not defined below.
const MIN_COST: u32 = 4;

/// A lower cost is weak.
const WEAK_BELOW: u32 = 8;

/// Characters of a salt of 16 bytes.
const SALT_CHARS: usize = 22;

/// The last character of a salt or digest has bits to spare, and some implementations filled them at random.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD.with_decode_allow_trailing_bits(true));

/// Everything but password and digest.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bcrypt {
    /// `2a`, `2b` or `2y`: names of one algorithm. The faults that they tell apart concern no password that can be
    /// entered here.
    version: &'static str,
    cost: u32,
    salt: [u8; 16],
    /// Whether bcrypt gets the SHA-256 of the password, in hexadecimal digits: so it reads all of a long one.
    is_of_sha256: bool,
}

/// Hides the salt.
impl fmt::Debug for Bcrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bcrypt")
            .field("version", &self.version)
            .field("cost", &self.cost)
            .field("is_of_sha256", &self.is_of_sha256)
            .finish_non_exhaustive()
    }
}

impl Bcrypt {
    /// Reads `2b$12$` with the salt. Also returns what follows the salt.
    pub(super) fn of_text(text: &str, is_of_sha256: bool) -> Result<(Self, &str), Problem> {
        let form = form(is_of_sha256);
        let malformed = Problem::Malformed(form);
        let [version, cost, rest] = parts(text, '$').ok_or(malformed)?;
        let version = match version {
            "2a" => "2a",
            "2b" => "2b",
            "2y" => "2y",
            "2x" => return Err(Problem::FaultyBcrypt),
            _ => return Err(malformed),
        };
        let cost = match cost.as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => u32::from(tens - b'0') * 10 + u32::from(ones - b'0'),
            _ => return Err(malformed),
        };
        if cost > MAX_COST {
            return Err(Problem::TooCostly {
                form,
                limit: "a cost of 14",
            });
        }
        if cost < MIN_COST {
            return Err(malformed);
        }
        let (salt, digest) = rest.split_at_checked(SALT_CHARS).ok_or(malformed)?;
        let salt = LENIENT.decode(salt).ok().and_then(|salt| salt.try_into().ok());
        let setting = Self {
            version,
            cost,
            salt: salt.ok_or(malformed)?,
            is_of_sha256,
        };
        Ok((setting, digest))
    }

    /// Reads a digest.
    pub(super) fn read_digest(&self, text: &str) -> Result<Vec<u8>, Problem> {
        let digest = LENIENT
            .decode(text)
            .map_err(|_| Problem::Malformed(self.form()))?;
        if digest.len() == DIGEST_LEN {
            Ok(digest)
        } else {
            Err(Problem::DigestLength(self.form()))
        }
    }

    /// `2b$12$` with the salt.
    pub(super) fn to_text(&self) -> String {
        let Self {
            version, cost, salt, ..
        } = self;
        format!("{version}${cost:02}${}", BASE_64.encode(salt))
    }

    /// The text of a digest.
    pub(super) fn digest_text(digest: &[u8]) -> String {
        BASE_64.encode(digest)
    }

    pub(super) fn form(&self) -> &'static str {
        form(self.is_of_sha256)
    }

    pub(super) fn is_weak(&self) -> bool {
        self.cost < WEAK_BELOW
    }

    /// The work of one digest.
    pub(super) fn work(&self) -> HashWork {
        HashWork::of_blocks(145 << self.cost)
    }

    pub(super) fn digest(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(Vec::with_capacity(MAX_PASSWORD + 1));
        if self.is_of_sha256 {
            key.extend_from_slice(Zeroizing::new(Sha256::of_bytes(password).to_hex()).as_bytes());
        } else {
            key.extend(password.iter().take(MAX_PASSWORD));
        }
        key.push(0);
        key.truncate(MAX_PASSWORD);
        let whole = Zeroizing::new(::bcrypt::bcrypt(self.cost, self.salt, &key));
        Zeroizing::new(whole.iter().take(DIGEST_LEN).copied().collect())
    }
}

const fn form(is_of_sha256: bool) -> &'static str {
    if is_of_sha256 { FORM_OF_DJANGO } else { FORM }
}
