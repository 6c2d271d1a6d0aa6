//! Trades the code of an answer for tokens (RFC 6749, section 4.1.3).

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{
    client::Client,
    error::{ProviderError, Step},
    fetch::{Authorization, FetchedResponse, is_refusal, status_problem},
    flow::{Answer, Flow},
};
use crate::platform::{clock::Clock, config::ClientCredential};

/// Longest code, in characters.
const MAX_CODE: usize = 2048;

/// How long a client secret for Apple is valid, in seconds.
const SECRET_TTL: i64 = 5 * 60;

/// Where the token endpoint takes the secret (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SecretIn {
    /// In a header: `client_secret_basic`.
    Header,
    /// In the form: `client_secret_post`.
    Form,
}

/// The tokens that a code was traded for.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access_token: Option<SecretString>,
    pub(super) id_token: Option<SecretString>,
}

/// What a token endpoint sends (sections 5.1 and 5.2). GitHub sends errors with status 200.
#[derive(Deserialize)]
struct TokenResponse {
    access_token: Option<SecretString>,
    token_type: Option<String>,
    id_token: Option<SecretString>,
    error: Option<String>,
}

impl Client {
    /// Trades the code of an answer. A provider accepts each code once.
    pub(super) async fn exchange(
        &self,
        clock: &dyn Clock,
        endpoint: &Url,
        secret_in: SecretIn,
        answer: &Answer,
        flow: &Flow,
    ) -> Result<Tokens, ProviderError> {
        let code = answer.code.expose_secret();
        let is_printable = |byte: u8| (0x20..=0x7e).contains(&byte);
        if !(1..=MAX_CODE).contains(&code.len()) || !code.bytes().all(is_printable) {
            return Err(self
                .fetcher
                .invalid(Step::Answer, "has a code that cannot be one"));
        }
        let client_id = self.config.client_id.as_str();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", flow.code_verifier.expose_secret()),
        ];
        let mut authorization = Authorization::None;
        let secret = self.secret(clock)?;
        match (&secret, secret_in) {
            (Some(secret), SecretIn::Header) => authorization = Authorization::Basic(client_id, secret),
            (Some(secret), SecretIn::Form) => {
                form.extend([
                    ("client_id", client_id),
                    ("client_secret", secret.expose_secret()),
                ]);
            }
            (None, _) => form.push(("client_id", client_id)),
        }
        let fetched = self
            .fetcher
            .post(Step::Tokens, endpoint, authorization, &form)
            .await?;
        self.tokens(endpoint, &fetched)
    }

    /// The access token of an answer that names this issuer or none (RFC 9207), for a provider without ID tokens.
    pub(super) async fn access_token_of(
        &self,
        clock: &dyn Clock,
        endpoint: &Url,
        issuer: &str,
        answer: &Answer,
        flow: &Flow,
    ) -> Result<SecretString, ProviderError> {
        if answer.iss.as_ref().is_some_and(|iss| iss != issuer) {
            return Err(self.fetcher.invalid(Step::Answer, "is of another issuer (iss)"));
        }
        let tokens = self
            .exchange(clock, endpoint, SecretIn::Form, answer, flow)
            .await?;
        self.access_token(tokens)
    }

    /// The secret of this client, if it has one.
    fn secret(&self, clock: &dyn Clock) -> Result<Option<SecretString>, ProviderError> {
        match (&self.config.credential, &self.key) {
            (ClientCredential::Secret(secret), _) => Ok(Some(secret.clone())),
            (ClientCredential::Apple { team_id, .. }, Some(key)) => {
                let now = clock.now().as_second();
                let claims = json!({
                    "iss": team_id,
                    "sub": self.config.client_id,
                    "aud": self.config.url,
                    "iat": now,
                    "exp": now.saturating_add(SECRET_TTL),
                });
                let signed = key.sign(&claims);
                let unusable = |_| {
                    self.fetcher
                        .invalid(Step::Tokens, "wants a client secret that cannot be signed")
                };
                signed.map(Some).map_err(unusable)
            }
            _ => Ok(None),
        }
    }

    fn tokens(&self, endpoint: &Url, fetched: &FetchedResponse) -> Result<Tokens, ProviderError> {
        let status = fetched.status;
        let response = fetched.json::<TokenResponse>();
        if let Some(error) = response.as_ref().and_then(|response| response.error.as_deref())
            && (status == 200 || is_refusal(status))
        {
            return Err(self.fetcher.refused(Step::Tokens, error));
        }
        match response {
            Some(TokenResponse {
                access_token,
                token_type,
                id_token,
                ..
            }) if status == 200 => {
                let is_bearer = token_type.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
                Ok(Tokens {
                    access_token: access_token.filter(|token| is_bearer && !token.expose_secret().is_empty()),
                    id_token,
                })
            }
            _ if is_refusal(status) => Err(self.fetcher.refused(Step::Tokens, &format!("HTTP {status}"))),
            _ if status == 200 => {
                Err(self
                    .fetcher
                    .unreachable(Step::Tokens, endpoint, "the answer is not JSON with tokens"))
            }
            _ => Err(self
                .fetcher
                .unreachable(Step::Tokens, endpoint, status_problem(status))),
        }
    }

    /// The access token, where it is needed.
    pub(super) fn access_token(&self, tokens: Tokens) -> Result<SecretString, ProviderError> {
        let missing = || self.fetcher.invalid(Step::Tokens, "gave no access token");
        tokens.access_token.ok_or_else(missing)
    }
}
