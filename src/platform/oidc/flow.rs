//! One sign-in with a provider.

use secrecy::SecretString;

/// The random texts of one sign-in, each of at least 128 bits, in characters of base64url. The caller makes and keeps
/// them, and uses them once.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Comes back with the answer: ties it to this flow (RFC 6749, section 10.12).
    pub state: SecretString,
    /// Comes back in the ID token: ties that to this flow.
    pub nonce: SecretString,
    /// Proves to the provider that the trade of the code belongs to this flow: 43 to 128 characters (RFC 7636, section
    /// 4.1).
    pub code_verifier: SecretString,
}

/// What the browser brought back from the provider, after its `state` was compared.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The authorization code.
    pub code: SecretString,
    /// The issuer that sent the answer, if it says (RFC 9207).
    pub iss: Option<String>,
}
