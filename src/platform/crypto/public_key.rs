//! Public keys of others.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};

/// Whether these bytes are a point of the curve P-256 (SEC 1, section 2.3.4), with which a signature could be verified.
pub fn is_p256_point(bytes: &[u8]) -> bool {
    ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, bytes).is_ok()
}
