//! What an OpenID provider says about itself (OpenID Connect Discovery).

use serde::Deserialize;
use url::Url;

use super::{
    client::Client,
    error::{ProviderError, Step},
    exchange::SecretIn,
    issuer::Issuer,
};

/// The discovery document (section 3): only what is used here.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 9207, section 3.
    authorization_response_iss_parameter_supported: Option<bool>,
}

/// A discovery document that was checked.
#[derive(Debug, Clone)]
pub(super) struct Metadata {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    /// How the token endpoint takes the secret.
    pub(super) secret_in: SecretIn,
    /// The algorithms that sign ID tokens; none if it does not say.
    pub(super) algorithms: Option<Vec<String>>,
    /// Whether every answer names the issuer.
    pub(super) names_issuer: bool,
}

impl Metadata {
    /// Fetches the document at `url`, which must be that of `issuer`.
    pub(super) async fn fetch(client: &Client, url: &Url, issuer: &Issuer) -> Result<Self, ProviderError> {
        let fetcher = &client.fetcher;
        let document: Document = fetcher.public_json(Step::Discovery, url).await?;
        // Otherwise one provider could pose as another (section 7.2).
        let own = issuer.announced();
        if document.issuer != own {
            let key = client.config.preset.address_key();
            return Err(ProviderError::Invalid {
                provider: client.config.id.clone(),
                step: Step::Setting(key),
                problem: other_issuer(key, &own, &document.issuer).into(),
            });
        }
        let invalid = |problem| fetcher.invalid(Step::Discovery, problem);
        let endpoint = |text: &str| {
            fetcher
                .endpoint(text)
                .ok_or_else(|| invalid("names an address that is not https"))
        };
        Ok(Self {
            authorization_endpoint: endpoint(&document.authorization_endpoint)?,
            token_endpoint: endpoint(&document.token_endpoint)?,
            jwks_uri: endpoint(&document.jwks_uri)?,
            userinfo_endpoint: document.userinfo_endpoint.as_deref().map(endpoint).transpose()?,
            secret_in: secret_in(document.token_endpoint_auth_methods_supported.as_deref()),
            algorithms: document.id_token_signing_alg_values_supported,
            names_issuer: document
                .authorization_response_iss_parameter_supported
                .unwrap_or(false),
        })
    }
}

/// How the issuer that belongs to a key of the settings differs from that in a document, which can be any text.
fn other_issuer(key: &str, own: &str, found: &str) -> String {
    let verb = if key == "issuer" { "is" } else { "stands for" };
    let is_printable = found.len() <= 200 && found.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    if is_printable {
        format!("{verb} \"{own}\", but the discovery document says \"{found}\"")
    } else {
        format!("{verb} \"{own}\", but the discovery document says something else")
    }
}

/// `client_secret_basic` is the default, and what every provider must support (RFC 6749, section 2.3.1).
fn secret_in(methods: Option<&[String]>) -> SecretIn {
    match methods {
        Some(methods) if !methods.iter().any(|method| method == "client_secret_basic") => SecretIn::Form,
        _ => SecretIn::Header,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_that_is_not_short_and_printable_is_not_repeated() {
        let problem = |found: &str| other_issuer("issuer", "https://a.example/", found);
        assert_eq!(
            problem("https://a.example"),
            "is \"https://a.example/\", but the discovery document says \"https://a.example\""
        );
        for found in ["a\nb", "\u{1b}[31m", "b\u{fc}cher", &"a".repeat(201)] {
            assert_eq!(
                problem(found),
                "is \"https://a.example/\", but the discovery document says something else"
            );
        }
        assert_eq!(
            other_issuer("url", "https://a.example", "https://b.example"),
            "stands for \"https://a.example\", but the discovery document says \"https://b.example\""
        );
    }

    #[test]
    fn the_secret_goes_into_the_header_unless_only_the_form_is_announced() {
        let of = |methods: &[&str]| {
            let methods: Vec<_> = methods.iter().map(|method| (*method).to_owned()).collect();
            secret_in(Some(&methods))
        };
        assert_eq!(secret_in(None), SecretIn::Header);
        assert_eq!(
            of(&["client_secret_post", "client_secret_basic"]),
            SecretIn::Header
        );
        assert_eq!(of(&["client_secret_post"]), SecretIn::Form);
        assert_eq!(of(&["private_key_jwt"]), SecretIn::Form);
    }
}
