//! Where the browser goes to sign in at a provider (RFC 6749, section 4.1.1).

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{client::Client, flow::Flow};
use crate::platform::crypto::Sha256;

impl Client {
    /// The address at which a sign-in begins. A query that the endpoint already has stays.
    pub(super) fn authorization_url(&self, endpoint: &Url, flow: &Flow) -> Url {
        let mut url = endpoint.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.config.scopes.join(" "))
            .append_pair("state", flow.state.expose_secret())
            .append_pair("code_challenge", &challenge(&flow.code_verifier))
            .append_pair("code_challenge_method", "S256");
        if self.config.preset.is_openid() {
            query.append_pair("nonce", flow.nonce.expose_secret());
        }
        if self.posts_answers() {
            query.append_pair("response_mode", "form_post");
        }
        drop(query);
        url
    }
}

/// The challenge that belongs to a verifier (RFC 7636, section 4.2).
fn challenge(verifier: &SecretString) -> String {
    Sha256::of(verifier.expose_secret()).to_base64url()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_the_hash_of_its_verifier() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into();
        assert_eq!(
            challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
