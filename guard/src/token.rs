//! The parts of a token (RFC 7515, section 3.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::Algorithm;

/// Longest token, in bytes. A longer one is refused before anything is read.
const MAX_BYTES: usize = 8 * 1024;

/// The only `typ` that is accepted (RFC 9068, section 2.1). It keeps other tokens of the issuer out, such as the
/// `session+jwt` that is for Portcullis alone.
const TYP: &str = "at+jwt";

/// The header that Portcullis writes. A token with any other member is refused: `crit`, `jwk`, `jku`, `x5u`, `x5c`,
/// `b64`, `zip` and all future ones (RFC 8725, sections 3.1 and 3.10). A repeated member is refused, too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

impl Header {
    fn read(part: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        // The library would read the fields from a list as well.
        bytes.starts_with(b"{").then_some(())?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// A token whose signature has not been verified.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    pub(crate) algorithm: Algorithm,
    /// The id of the key.
    pub(crate) kid: String,
    /// What is signed: header and payload with the dot between them.
    pub(crate) message: &'a [u8],
    pub(crate) signature: Vec<u8>,
    payload: &'a str,
}

impl<'a> Token<'a> {
    /// Splits a token and reads its header; the error says what is wrong with it.
    pub(crate) fn read(token: &'a str, allowed: &[Algorithm]) -> Result<Self, &'static str> {
        if token.len() > MAX_BYTES {
            return Err("is too long");
        }
        let (message, signature) = token.rsplit_once('.').ok_or("is not a signed token")?;
        let (header, payload) = message.split_once('.').ok_or("is not a signed token")?;
        // An encrypted token has five parts.
        if payload.contains('.') {
            return Err("is not a signed token");
        }
        let header = Header::read(header).ok_or("has a header other than alg, kid and typ")?;
        if header.typ != TYP {
            return Err("is of another type than at+jwt (typ)");
        }
        let algorithm = Algorithm::from_name(&header.alg)
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or("is signed with an algorithm that is not allowed (alg)")?;
        Ok(Self {
            algorithm,
            kid: header.kid,
            message: message.as_bytes(),
            signature: URL_SAFE_NO_PAD
                .decode(signature)
                .map_err(|_| "has a signature that cannot be read")?,
            payload,
        })
    }

    /// The payload in bytes. Read it only after the signature was verified.
    pub(crate) fn payload(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(self.payload).ok()
    }
}
