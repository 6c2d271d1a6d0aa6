//! PBKDF2 as passlib 1.7 writes it (`passlib.hash.pbkdf2_sha256` and its like), which FastAPI applications use. Its other
//! forms are PHC strings or bcrypt.

use crate::platform::crypto::{
    foreign_hash::{
        ForeignHashOptions, ForeignHashProblem as Problem,
        foreign_digest::ForeignDigest,
        notation::{parts, read_adapted_base64, read_number},
        pbkdf2::{HashFunction, Pbkdf2},
        salt::Salt,
        setting::Setting,
    },
    stored_password::StoredPassword,
};

/// Reads `$pbkdf2-sha256$<rounds>$<salt>$<digest>`. `Unknown` if it is none.
pub(in super::super) fn read(text: &str, _: &ForeignHashOptions) -> Result<StoredPassword, Problem> {
    let ["", name, rounds, salt, digest] = parts(text, '$').ok_or(Problem::Unknown)? else {
        return Err(Problem::Unknown);
    };
    let function = match name {
        "pbkdf2" => HashFunction::Sha1,
        "pbkdf2-sha256" => HashFunction::Sha256,
        "pbkdf2-sha512" => HashFunction::Sha512,
        _ => return Err(Problem::Unknown),
    };
    // PHC strings have `i=<rounds>`.
    let rounds = read_number(rounds).ok_or(Problem::Unknown)?;
    let form = function.form();
    let bytes = |text| read_adapted_base64(text).ok_or(Problem::Malformed(form));
    let setting = Pbkdf2::new(function, rounds, Salt::new(form, bytes(salt)?)?)?;
    ForeignDigest::new(Setting::Pbkdf2(setting), bytes(digest)?).map(StoredPassword::Foreign)
}
