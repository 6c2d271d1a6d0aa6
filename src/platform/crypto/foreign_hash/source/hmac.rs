//! Bare digests of HMAC-SHA256.

use crate::platform::crypto::{
    foreign_hash::{
        ForeignHashOptions, ForeignHashProblem as Problem, foreign_digest::ForeignDigest, hmac::DIGEST_LEN,
        notation::read_hex, setting::Setting,
    },
    stored_password::StoredPassword,
};

/// Reads 64 hexadecimal digits. `Unknown` for anything else.
pub(in super::super) fn read(text: &str, options: &ForeignHashOptions) -> Result<StoredPassword, Problem> {
    let digest = read_hex(text).filter(|digest| digest.len() == DIGEST_LEN);
    let digest = digest.ok_or(Problem::Unknown)?;
    let key = options.hmac_key.clone().ok_or(Problem::HmacKeyMissing)?;
    ForeignDigest::new(Setting::Hmac(key), digest).map(StoredPassword::Foreign)
}
