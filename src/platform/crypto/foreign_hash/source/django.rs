//! Hashes of Django 5.2 (`django.contrib.auth.hashers`), in which salts are used as text.

use crate::platform::crypto::{
    foreign_hash::{
        ForeignHashOptions, ForeignHashProblem as Problem, argon2,
        bcrypt::{self, Bcrypt},
        foreign_digest::ForeignDigest,
        notation::{parts, read_any_base64, read_number},
        pbkdf2::{HashFunction, Pbkdf2},
        salt::Salt,
        scrypt::Scrypt,
        setting::Setting,
    },
    stored_password::StoredPassword,
};

/// Reads a hash of Django. `Unknown` if it is none.
pub(in super::super) fn read(text: &str, options: &ForeignHashOptions) -> Result<StoredPassword, Problem> {
    // Django makes the hash of a person without a password from this and random characters.
    if text.starts_with('!') {
        return Err(Problem::NoPassword);
    }
    let (algorithm, rest) = text.split_once('$').ok_or(Problem::Unknown)?;
    let digest = match algorithm {
        "argon2" => return argon2::read(&format!("${rest}"), options.ceiling).map(StoredPassword::Argon2),
        "bcrypt" => bcrypt(rest, false),
        "bcrypt_sha256" => bcrypt(rest, true),
        "pbkdf2_sha256" => pbkdf2(HashFunction::Sha256, rest),
        "pbkdf2_sha1" => pbkdf2(HashFunction::Sha1, rest),
        "scrypt" => scrypt(rest),
        _ => Err(Problem::Unknown),
    };
    digest.map(StoredPassword::Foreign)
}

/// `$2b$12$…`
fn bcrypt(rest: &str, is_of_sha256: bool) -> Result<ForeignDigest, Problem> {
    let form = if is_of_sha256 {
        bcrypt::FORM_OF_DJANGO
    } else {
        bcrypt::FORM
    };
    let text = rest.strip_prefix('$').ok_or(Problem::Malformed(form))?;
    let (setting, digest) = Bcrypt::of_text(text, is_of_sha256)?;
    let digest = setting.read_digest(digest)?;
    ForeignDigest::new(Setting::Bcrypt(setting), digest)
}

/// `<rounds>$<salt>$<digest>`
fn pbkdf2(function: HashFunction, rest: &str) -> Result<ForeignDigest, Problem> {
    let malformed = Problem::Malformed(function.form());
    let [rounds, salt, digest] = parts(rest, '$').ok_or(malformed)?;
    let rounds = read_number(rounds).ok_or(malformed)?;
    let setting = Pbkdf2::new(function, rounds, Salt::new(function.form(), salt.into())?)?;
    ForeignDigest::new(
        Setting::Pbkdf2(setting),
        read_any_base64(digest).ok_or(malformed)?,
    )
}

/// `<N>$<salt>$<r>$<p>$<digest>`
fn scrypt(rest: &str) -> Result<ForeignDigest, Problem> {
    const FORM: &str = "scrypt";
    let malformed = Problem::Malformed(FORM);
    let [n, salt, r, p, digest] = parts(rest, '$').ok_or(malformed)?;
    let number = |text| read_number(text).ok_or(malformed);
    let salt = Salt::new(FORM, salt.into())?;
    let setting = Scrypt::new(FORM, number(n)?, number(r)?, number(p)?, salt)?;
    ForeignDigest::new(
        Setting::Scrypt(setting),
        read_any_base64(digest).ok_or(malformed)?,
    )
}
