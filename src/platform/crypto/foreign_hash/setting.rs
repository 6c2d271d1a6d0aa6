//! What a digest was made with: algorithm, cost and salt.

use zeroize::Zeroizing;

use super::{
    ForeignHashProblem as Problem, argon2, bcrypt,
    bcrypt::Bcrypt,
    firebase,
    hmac::{self, HmacKey},
    notation::{read_base64, to_base64},
    pbkdf2::Pbkdf2,
    scrypt::{self, Scrypt},
};
use crate::platform::crypto::{
    argon2_input::HashError, hash_cost::HashCost, hash_work::HashWork, hash_worker::HashWorker,
    stored_hash::StoredHash,
};

const SCRYPT: &str = "scrypt";

// Tags of forms that are ours alone.
const DJANGO_BCRYPT_TAG: &str = "portcullis-bcrypt-sha256";
const FIREBASE_TAG: &str = "portcullis-firebase-scrypt";
const HMAC_TAG: &str = "portcullis-hmac-sha256";

/// Everything but password and digest.
///
/// Its text is a PHC string without the `$` in front and without the digest: `scrypt$ln=15,r=8,p=1$<salt>`.
#[derive(Debug, Clone)]
pub(super) enum Setting {
    /// Only inside a wrapped hash. The output of this hash means nothing.
    Argon2(StoredHash),
    Bcrypt(Bcrypt),
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
    Firebase(Scrypt),
    Hmac(HmacKey),
}

impl Setting {
    /// Reads a setting, and returns the text of the digest that follows it, if there is one.
    pub(super) fn read(text: &str, ceiling: HashCost) -> Result<(Self, Option<&str>), Problem> {
        let (form, rest) = text.split_once('$').ok_or(Problem::Unknown)?;
        if form.starts_with('2') {
            let (setting, digest) = Bcrypt::of_text(text, false)?;
            return Ok((
                Self::Bcrypt(setting),
                Some(digest).filter(|text| !text.is_empty()),
            ));
        }
        if form == DJANGO_BCRYPT_TAG {
            let (setting, digest) = Bcrypt::of_text(rest, true)?;
            return Ok((
                Self::Bcrypt(setting),
                Some(digest).filter(|text| !text.is_empty()),
            ));
        }
        if form.starts_with("argon2") {
            return Ok((Self::Argon2(argon2::of_text(text, ceiling)?), None));
        }
        let mut parts = rest.splitn(3, '$');
        let first = parts.next().unwrap_or_default();
        if form == HMAC_TAG {
            return Ok((
                Self::Hmac(HmacKey::of_text(first)?),
                rest.split_once('$').map(|it| it.1),
            ));
        }
        let second = parts.next().unwrap_or_default();
        let setting = match form {
            SCRYPT => Self::Scrypt(Scrypt::of_text(SCRYPT, first, second)?),
            FIREBASE_TAG => Self::Firebase(Scrypt::of_text(firebase::FORM, first, second)?),
            _ => Self::Pbkdf2(Pbkdf2::of_text(form, first, second)?),
        };
        Ok((setting, parts.next()))
    }

    /// The text of this setting.
    pub(super) fn to_text(&self) -> Result<String, HashError> {
        Ok(match self {
            Self::Argon2(hash) => argon2::to_text(hash)?,
            Self::Bcrypt(setting) if setting.form() == bcrypt::FORM => setting.to_text(),
            Self::Bcrypt(setting) => format!("{DJANGO_BCRYPT_TAG}${}", setting.to_text()),
            Self::Pbkdf2(setting) => setting.to_text(),
            Self::Scrypt(setting) => format!("{SCRYPT}${}", setting.to_text()),
            Self::Firebase(setting) => format!("{FIREBASE_TAG}${}", setting.to_text()),
            Self::Hmac(key) => format!("{HMAC_TAG}${}", key.to_text()),
        })
    }

    /// The same with a digest.
    pub(super) fn to_text_with(&self, digest: &[u8]) -> Result<String, HashError> {
        let setting = self.to_text()?;
        Ok(match self {
            Self::Bcrypt(_) => format!("{setting}{}", Bcrypt::digest_text(digest)),
            _ => format!("{setting}${}", to_base64(digest)),
        })
    }

    /// Reads the text of a digest.
    pub(super) fn read_digest(&self, text: &str) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Bcrypt(setting) => setting.read_digest(text),
            _ => read_base64(text).ok_or(Problem::Malformed(self.form())),
        }
    }

    /// The name of the form.
    pub(super) fn form(&self) -> &'static str {
        match self {
            Self::Argon2(_) => argon2::FORM,
            Self::Bcrypt(setting) => setting.form(),
            Self::Pbkdf2(setting) => setting.form(),
            Self::Scrypt(_) => SCRYPT,
            Self::Firebase(_) => firebase::FORM,
            Self::Hmac(_) => hmac::FORM,
        }
    }

    /// Bytes of a digest.
    pub(super) fn digest_len(&self) -> usize {
        match self {
            Self::Argon2(hash) => hash.output().len(),
            Self::Bcrypt(_) => bcrypt::DIGEST_LEN,
            Self::Pbkdf2(setting) => setting.digest_len(),
            Self::Scrypt(_) => scrypt::DIGEST_LEN,
            Self::Firebase(_) => firebase::DIGEST_LEN,
            Self::Hmac(_) => hmac::DIGEST_LEN,
        }
    }

    /// Whether a longer digest begins with this one.
    pub(super) fn can_be_longer(&self) -> bool {
        matches!(self, Self::Pbkdf2(_) | Self::Scrypt(_))
    }

    /// Whether the digest is so cheap to compute that it must not be stored.
    pub(super) fn is_weak(&self) -> bool {
        match self {
            Self::Argon2(hash) => argon2::is_weak(hash),
            Self::Bcrypt(setting) => setting.is_weak(),
            Self::Pbkdf2(setting) => setting.is_weak(),
            Self::Scrypt(setting) | Self::Firebase(setting) => setting.is_weak(),
            Self::Hmac(_) => true,
        }
    }

    /// The work of one digest, compared with Argon2 by the time of the processor, as measured for
    /// docs/decisions/0045-imported-hashes.md. Other processors may differ by a factor of two.
    pub(super) fn work(&self) -> HashWork {
        match self {
            Self::Argon2(hash) => HashWork::of(hash.cost()),
            Self::Bcrypt(setting) => setting.work(),
            Self::Pbkdf2(setting) => setting.work(),
            Self::Scrypt(setting) | Self::Firebase(setting) => setting.work(),
            Self::Hmac(_) => HashWork::of_blocks(1),
        }
    }

    /// Computes the digest of a password.
    pub(super) fn digest(
        &self,
        password: &[u8],
        worker: &mut HashWorker,
    ) -> Result<Zeroizing<Vec<u8>>, HashError> {
        Ok(match self {
            Self::Argon2(hash) => hash.digest(password, worker)?,
            Self::Bcrypt(setting) => setting.digest(password),
            Self::Pbkdf2(setting) => setting.digest(password),
            Self::Scrypt(setting) => setting.digest(password)?,
            Self::Firebase(setting) => firebase::digest(setting, password)?,
            Self::Hmac(key) => key.digest(password),
        })
    }
}
