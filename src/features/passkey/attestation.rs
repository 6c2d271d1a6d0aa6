//! The new credential in an attestation object (WebAuthn Level 3, section 6.5.4).

use ciborium::Value;
use entity::passkey::Backup;

use super::{
    authenticator_data::{ATTESTED, backup, check_extensions, header, read_cbor},
    cose_key,
    problem::Problem,
};

/// How deep an attestation object nests: a map with an empty map.
const MAX_DEPTH: usize = 3;
const AAGUID_BYTES: usize = 16;

/// A new credential, as its authenticator wrote it.
#[derive(Debug)]
pub(super) struct Attested {
    pub(super) credential_id: Vec<u8>,
    pub(super) backup: Backup,
}

impl Attested {
    /// Reads an attestation object without attestation.
    ///
    /// Ours asks for none, so browsers send none. Every other format is refused here, which keeps the library's parsers
    /// of X.509, TPM and Android structures out of reach.
    pub(super) fn parse(object: &[u8]) -> Result<Self, Problem> {
        Self::of_data(&data_without_attestation(object)?)
    }

    /// Section 6.5.1: AAGUID, length of the id, id, public key.
    fn of_data(data: &[u8]) -> Result<Self, Problem> {
        const CUT: Problem = Problem("the new credential is cut short");
        let (flags, rest) = header(data)?;
        if flags & ATTESTED == 0 {
            return Err(Problem("there is no new credential"));
        }
        let rest = rest.get(AAGUID_BYTES..).ok_or(CUT)?;
        let (length, rest) = rest.split_first_chunk().ok_or(CUT)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (credential_id, rest) = rest.split_at_checked(length).ok_or(CUT)?;
        let rest = cose_key::check(rest)?;
        check_extensions(flags, rest)?;
        Ok(Self {
            credential_id: credential_id.to_vec(),
            backup: backup(flags)?,
        })
    }
}

/// The authenticator data. The object has exactly three members, each once, and nothing follows it: the library would
/// take the first of repeated members and ignore what follows.
fn data_without_attestation(object: &[u8]) -> Result<Vec<u8>, Problem> {
    const WRONG: Problem = Problem("the attestation object is malformed");
    let (Value::Map(members), []) = read_cbor(object, MAX_DEPTH)? else {
        return Err(WRONG);
    };
    if members.len() != 3 {
        return Err(WRONG);
    }
    let (mut format, mut statement, mut data) = (None, None, None);
    for (name, value) in members {
        match (name.as_text(), value) {
            (Some("fmt"), Value::Text(text)) => format = Some(text),
            (Some("attStmt"), Value::Map(map)) => statement = Some(map),
            (Some("authData"), Value::Bytes(bytes)) => data = Some(bytes),
            _ => return Err(WRONG),
        }
    }
    match (format.as_deref(), statement, data) {
        (Some("none"), Some(statement), Some(data)) if statement.is_empty() => Ok(data),
        (Some("none") | None, _, _) => Err(WRONG),
        (Some(_), _, _) => Err(Problem("an attestation came that was not asked for")),
    }
}
