//! Public keys of authenticators (RFC 9052, section 7; WebAuthn Level 3, section 5.8.5).

use ciborium::Value;

use super::{authenticator_data::read_cbor, problem::Problem};
use crate::platform::crypto::is_p256_point;

/// The algorithms that are offered, by their COSE numbers, best first: ES256, EdDSA with Ed25519, RS256. Windows Hello
/// has RS256 alone on some machines.
pub(super) const ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// Labels of the parameters.
const KTY: i64 = 1;
const ALG: i64 = 3;

const MAX_DEPTH: usize = 2;

const WRONG: Problem = Problem("the public key is malformed");

/// Checks that a public key is of an offered algorithm, complete, and has no further parameters (section 6.5.1.1).
/// Returns what follows it.
///
/// The library stores any map with a number for an algorithm; a bad key would show only at the first sign-in.
pub(super) fn check(bytes: &[u8]) -> Result<&[u8], Problem> {
    let (Value::Map(map), rest) = read_cbor(bytes, MAX_DEPTH)? else {
        return Err(WRONG);
    };
    let key = Key(map);
    let algorithm = key.int(ALG)?;
    match (algorithm, key.int(KTY)?) {
        (-7, 2) => key.check_p256()?,
        (-8, 1) => key.check_ed25519()?,
        (-257, 3) => key.check_rsa()?,
        _ => return Err(Problem("the public key is of an algorithm that was not offered")),
    }
    Ok(rest)
}

struct Key(Vec<(Value, Value)>);

impl Key {
    fn check_p256(&self) -> Result<(), Problem> {
        let (x, y) = (self.bytes(-2)?, self.bytes(-3)?);
        let point = [&[4][..], x, y].concat();
        let is_right = self.0.len() == 5 && self.int(-1)? == 1 && x.len() == 32 && y.len() == 32;
        if is_right && is_p256_point(&point) {
            Ok(())
        } else {
            Err(WRONG)
        }
    }

    fn check_ed25519(&self) -> Result<(), Problem> {
        let is_right = self.0.len() == 4 && self.int(-1)? == 6 && self.bytes(-2)?.len() == 32;
        if is_right { Ok(()) } else { Err(WRONG) }
    }

    /// What the library verifies: 2,048 to 8,192 bits.
    fn check_rsa(&self) -> Result<(), Problem> {
        let (modulus, exponent) = (self.bytes(-1)?, self.bytes(-2)?);
        let is_right = self.0.len() == 4
            && (256..=1024).contains(&modulus.len())
            && (1..=4).contains(&exponent.len())
            && modulus.first().is_some_and(|first| *first != 0)
            && exponent.last().is_some_and(|last| last % 2 == 1);
        if is_right { Ok(()) } else { Err(WRONG) }
    }

    /// The value of the only parameter with this label.
    fn get(&self, label: i64) -> Result<&Value, Problem> {
        let mut found = self
            .0
            .iter()
            .filter(|(key, _)| key.as_integer() == Some(label.into()));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Ok(value),
            _ => Err(WRONG),
        }
    }

    fn int(&self, label: i64) -> Result<i64, Problem> {
        let value = self.get(label)?.as_integer().ok_or(WRONG)?;
        i64::try_from(value).map_err(|_| WRONG)
    }

    fn bytes(&self, label: i64) -> Result<&[u8], Problem> {
        self.get(label)?.as_bytes().map(Vec::as_slice).ok_or(WRONG)
    }
}
