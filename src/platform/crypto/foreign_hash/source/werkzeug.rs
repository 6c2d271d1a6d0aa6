//! Hashes of Werkzeug 3.1 (`werkzeug.security`), which Flask uses. Salts are used as text, digests are hexadecimal.

use crate::platform::crypto::{
    foreign_hash::{
        ForeignHashOptions, ForeignHashProblem as Problem,
        foreign_digest::ForeignDigest,
        notation::{parts, read_hex, read_number},
        pbkdf2::{HashFunction, Pbkdf2},
        salt::Salt,
        scrypt::Scrypt,
        setting::Setting,
    },
    stored_password::StoredPassword,
};

/// Reads `scrypt:<N>:<r>:<p>$<salt>$<digest>` or `pbkdf2:sha256:<rounds>$<salt>$<digest>`. `Unknown` if it is none.
pub(in super::super) fn read(text: &str, _: &ForeignHashOptions) -> Result<StoredPassword, Problem> {
    let [method, salt, digest] = parts(text, '$').ok_or(Problem::Unknown)?;
    let (name, parameters) = method.split_once(':').ok_or(Problem::Unknown)?;
    let setting = match name {
        "scrypt" => scrypt(parameters, salt)?,
        "pbkdf2" => pbkdf2(parameters, salt)?,
        _ => return Err(Problem::Unknown),
    };
    let digest = read_hex(digest).ok_or(Problem::Malformed(setting.form()))?;
    ForeignDigest::new(setting, digest).map(StoredPassword::Foreign)
}

fn scrypt(parameters: &str, salt: &str) -> Result<Setting, Problem> {
    const FORM: &str = "scrypt";
    let malformed = Problem::Malformed(FORM);
    let [n, r, p] = parts(parameters, ':').ok_or(malformed)?;
    let number = |text| read_number(text).ok_or(malformed);
    let salt = Salt::new(FORM, salt.into())?;
    Scrypt::new(FORM, number(n)?, number(r)?, number(p)?, salt).map(Setting::Scrypt)
}

fn pbkdf2(parameters: &str, salt: &str) -> Result<Setting, Problem> {
    // Without the rounds, they would be the default of the version that made the hash.
    let [function, rounds] = parts(parameters, ':').ok_or(Problem::Malformed("pbkdf2"))?;
    let function = match function {
        "sha1" => HashFunction::Sha1,
        "sha256" => HashFunction::Sha256,
        "sha512" => HashFunction::Sha512,
        _ => return Err(Problem::Unknown),
    };
    let rounds = read_number(rounds).ok_or(Problem::Malformed(function.form()))?;
    Pbkdf2::new(function, rounds, Salt::new(function.form(), salt.into())?).map(Setting::Pbkdf2)
}
