//! What Supabase stores of users that it took over from Firebase. Its other hashes are bcrypt.

use zeroize::Zeroizing;

use crate::platform::crypto::{
    foreign_hash::{
        FirebaseParameters, ForeignHashOptions, ForeignHashProblem as Problem,
        firebase::FORM,
        notation::{parts, read_number},
    },
    stored_password::StoredPassword,
};

/// Reads `$fbscrypt$v=1,n=14,r=8,p=1,ss=<separator>,sk=<signer key>$<salt>$<hash>`: the hash of Firebase
/// with the parameters of its project (supabase/auth, `internal/crypto/password.go`).
/// `Unknown` if it is none.
pub(in super::super) fn read(text: &str, _: &ForeignHashOptions) -> Result<StoredPassword, Problem> {
    let malformed = Problem::Malformed(FORM);
    let rest = text.strip_prefix("$fbscrypt$").ok_or(Problem::Unknown)?;
    let [parameters, salt, hash] = parts(rest, '$').ok_or(malformed)?;
    let ["v=1", log_n, r, p, separator, signer_key] = parts(parameters, ',').ok_or(malformed)? else {
        return Err(malformed);
    };
    let value = |part: &'static str, text: &str| text.strip_prefix(part).map(str::to_owned).ok_or(malformed);
    let number = |part, text| read_number(&value(part, text)?).ok_or(malformed);
    let signer_key = Zeroizing::new(value("sk=", signer_key)?);
    let parameters = FirebaseParameters::read(
        &signer_key,
        &value("ss=", separator)?,
        number("r=", r)?,
        number("n=", log_n)?,
    );
    let parameters = parameters.ok_or(malformed)?.with_parallelism(number("p=", p)?);
    parameters.read_hash(hash, salt).map(StoredPassword::Foreign)
}
