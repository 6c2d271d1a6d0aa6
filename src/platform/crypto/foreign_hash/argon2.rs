//! Argon2 with parameters that are too cheap today: the inner part of a wrapped hash.
//!
//! The length of its output is an input of Argon2 (RFC 9106, section 3.2), so the text of the setting has it: `l`.

use super::{ForeignHashProblem as Problem, notation::read_number};
use crate::platform::crypto::{
    argon2_input::HashError,
    hash_cost::HashCost,
    hash_work::HashWork,
    stored_hash::{StoredHash, Unusable},
};

pub(super) const FORM: &str = "argon2";

/// Less memory times passes, in KiB, is weak.
const WEAK_BELOW: u64 = 8 * 1_024;

/// Memory times passes, in KiB, that every hash may cost: less than a second of a core, as in the other forms. Twice the
/// memory of the ceiling is allowed, too, on servers whose own hashes cost more.
const MAX_BLOCKS: u64 = 1_024 * 1_024;

/// Longest output that a hash can have.
const MAX_OUTPUT: u32 = 64;

/// Reads a PHC string. Own hashes may cost whatever the settings allow; for those of others, see [`check_work`].
pub(in super::super) fn read(text: &str, ceiling: HashCost) -> Result<StoredHash, Problem> {
    StoredHash::parse(text, ceiling).map_err(|unusable| match unusable {
        Unusable::Malformed => Problem::Malformed(FORM),
        Unusable::TooCostly => Problem::TooCostly {
            form: FORM,
            limit: "four times the memory that this server is set to, at least 256 MiB, 32 passes and 16 lanes",
        },
    })
}

/// Fails if a hash of another system costs more than those of the other forms may.
pub(super) fn check_work(cost: HashCost, ceiling: HashCost) -> Result<(), Problem> {
    let most = MAX_BLOCKS.max(2 * u64::from(ceiling.memory_kib));
    if HashWork::of(cost) > HashWork::of_blocks(most) {
        let limit = "1 GiB, memory times passes";
        return Err(Problem::TooCostly { form: FORM, limit });
    }
    Ok(())
}

pub(super) fn is_weak(hash: &StoredHash) -> bool {
    HashWork::of(hash.cost()) < HashWork::of_blocks(WEAK_BELOW)
}

/// Reads `argon2i$v=19$m=512,t=2,p=2,l=16$<salt>`.
pub(super) fn of_text(text: &str, ceiling: HashCost) -> Result<StoredHash, Problem> {
    let malformed = Problem::Malformed(FORM);
    let (start, salt) = text.rsplit_once('$').ok_or(malformed)?;
    let (start, len) = start.rsplit_once(",l=").ok_or(malformed)?;
    let len = read_number(len)
        .filter(|len| *len <= MAX_OUTPUT)
        .ok_or(malformed)?;
    let output = super::notation::to_base64(&vec![0; usize::try_from(len).map_err(|_| malformed)?]);
    read(&format!("${start}${salt}${output}"), ceiling)
}

/// The same text.
pub(super) fn to_text(hash: &StoredHash) -> Result<String, HashError> {
    let phc = hash.to_phc()?;
    let cut = |text: &'_ str| {
        text.rsplit_once('$')
            .map(|(start, end)| (start.to_owned(), end.to_owned()))
    };
    let (start, salt) = cut(&phc)
        .and_then(|(start, _)| cut(&start))
        .ok_or("a PHC string without a salt")?;
    let start = start.trim_start_matches('$');
    Ok(format!("{start},l={}${salt}", hash.output().len()))
}
