//! The bytes that the authenticator itself wrote (WebAuthn Level 3, section 6.1).

use std::io::Cursor;

use ciborium::Value;
use entity::passkey::Backup;

use super::problem::Problem;

/// Length of the part that is always there: hash of the relying party id, flags, counter.
pub(super) const HEADER_BYTES: usize = 37;

/// How deep extension outputs may nest; known ones are flat, or one level deep.
const MAX_DEPTH: usize = 6;

/// BE: it can be copied between devices.
const BACKUP_ELIGIBLE: u8 = 0x08;
/// BS: it is.
const BACKED_UP: u8 = 0x10;
/// AT: a new credential follows.
pub(super) const ATTESTED: u8 = 0x40;
/// ED: extension outputs follow.
const EXTENDED: u8 = 0x80;

/// What is read of an authenticator's data, besides what the library reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AuthenticatorData {
    /// Whether it is copied between devices.
    pub(super) backup: Backup,
}

impl AuthenticatorData {
    /// Reads the data of an assertion: the header, and at most extension outputs. The library would ignore all bytes
    /// after the header.
    pub(super) fn of_assertion(bytes: &[u8]) -> Result<Self, Problem> {
        let (flags, rest) = header(bytes)?;
        if flags & ATTESTED != 0 {
            return Err(Problem("an assertion carries a new credential"));
        }
        check_extensions(flags, rest)?;
        Ok(Self {
            backup: backup(flags)?,
        })
    }
}

/// The flags, and what follows the header.
pub(super) fn header(bytes: &[u8]) -> Result<(u8, &[u8]), Problem> {
    let (header, rest) = bytes
        .split_at_checked(HEADER_BYTES)
        .ok_or(Problem("the authenticator data is cut short"))?;
    let flags = header.get(32).copied().unwrap_or_default();
    Ok((flags, rest))
}

/// Whether it is copied between devices. A copy of a passkey that cannot be copied is refused (section 6.1.3).
pub(super) fn backup(flags: u8) -> Result<Backup, Problem> {
    match (flags & BACKUP_ELIGIBLE != 0, flags & BACKED_UP != 0) {
        (false, false) => Ok(Backup::SingleDevice),
        (true, false) => Ok(Backup::Eligible),
        (true, true) => Ok(Backup::Synced),
        (false, true) => Err(Problem("the passkey is synced, but says that it cannot be")),
    }
}

/// Extension outputs are there exactly if the flags say so, and nothing follows them.
pub(super) fn check_extensions(flags: u8, rest: &[u8]) -> Result<(), Problem> {
    const WRONG: Problem = Problem("the extension outputs are malformed");
    if flags & EXTENDED == 0 {
        return if rest.is_empty() {
            Ok(())
        } else {
            Err(Problem("bytes follow the authenticator data"))
        };
    }
    match read_cbor(rest, MAX_DEPTH)? {
        (Value::Map(_), []) => Ok(()),
        _ => Err(WRONG),
    }
}

/// Reads one CBOR item, nested at most `depth` deep. Returns it and what follows.
pub(super) fn read_cbor(bytes: &[u8], depth: usize) -> Result<(Value, &[u8]), Problem> {
    const WRONG: Problem = Problem("the CBOR is malformed, or nested too deep");
    let mut cursor = Cursor::new(bytes);
    let value = ciborium::de::from_reader_with_recursion_limit(&mut cursor, depth).map_err(|_| WRONG)?;
    let read = usize::try_from(cursor.position()).map_err(|_| WRONG)?;
    Ok((value, bytes.get(read..).ok_or(WRONG)?))
}
