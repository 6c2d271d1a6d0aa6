//! Providers that speak OpenID Connect.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{
    cached::Cached,
    claims::ProviderClaims,
    client::Client,
    discovery::Metadata,
    error::{ProviderError, Step},
    exchange::Tokens,
    flow::{Answer, Flow},
    id_token::{Expected, IdClaims, Rejection, verify},
    issuer::Issuer,
    keys::KeySet,
    trust::{Address, Assurance, assurance_of_id_token},
};
use crate::platform::{
    clock::Clock,
    config::{Preset, ProviderConfig},
};

/// How long documents are used before they are fetched again.
const MAX_AGE: Duration = Duration::from_hours(1);

/// Minimum age of the keys before an unknown key id fetches them again.
const MAX_AGE_FOR_UNKNOWN_KEY: Duration = Duration::from_mins(1);

/// A provider that speaks OpenID Connect.
#[derive(Debug)]
pub(super) struct OpenId {
    issuer: Issuer,
    discovery_url: Url,
    metadata: Cached<Metadata>,
    keys: Cached<KeySet>,
}

/// What the userinfo endpoint says about the person (OpenID Connect Core, section 5.3.2).
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    email: Option<String>,
    email_verified: Option<Value>,
    name: Option<String>,
}

impl OpenId {
    /// None if its address cannot be one.
    pub(super) fn new(config: &ProviderConfig) -> Option<Self> {
        let issuer = Issuer::of(config);
        Some(Self {
            discovery_url: Url::parse(&issuer.discovery_url()).ok()?,
            issuer,
            metadata: Cached::default(),
            keys: Cached::default(),
        })
    }

    /// What the provider says about itself.
    pub(super) async fn metadata(
        &self,
        client: &Client,
        clock: &dyn Clock,
    ) -> Result<Arc<Metadata>, ProviderError> {
        let fetch = Metadata::fetch(client, &self.discovery_url, &self.issuer);
        self.metadata.get(clock, MAX_AGE, fetch).await
    }

    /// Its keys, if it has some that are younger than this, else new ones.
    async fn keys(
        &self,
        client: &Client,
        clock: &dyn Clock,
        metadata: &Metadata,
        max_age: Duration,
    ) -> Result<Arc<KeySet>, ProviderError> {
        let fetch = KeySet::fetch(&client.fetcher, &metadata.jwks_uri);
        self.keys.get(clock, max_age, fetch).await
    }

    /// Whether its documents can be used.
    pub(super) async fn check(&self, client: &Client, clock: &dyn Clock) -> Result<(), ProviderError> {
        let metadata = self.metadata(client, clock).await?;
        self.keys(client, clock, &metadata, MAX_AGE).await.map(drop)
    }

    /// Who has signed in.
    pub(super) async fn claims(
        &self,
        client: &Client,
        clock: &dyn Clock,
        answer: &Answer,
        flow: &Flow,
    ) -> Result<ProviderClaims, ProviderError> {
        let metadata = self.metadata(client, clock).await?;
        let invalid = |step, problem| Err(client.fetcher.invalid(step, problem));
        match &answer.iss {
            Some(iss) if !self.issuer.can_be(iss) => {
                return invalid(Step::Answer, "is of another issuer (iss)");
            }
            None if metadata.names_issuer => {
                return invalid(
                    Step::Answer,
                    "does not name its issuer (iss), though the provider announces that",
                );
            }
            _ => {}
        }
        let (endpoint, secret_in) = (&metadata.token_endpoint, metadata.secret_in);
        let tokens = client.exchange(clock, endpoint, secret_in, answer, flow).await?;
        let claims = self.verified(client, clock, &metadata, &tokens, flow).await?;
        // Where each tenant has an issuer of its own, the answer must be of the one that the token is of.
        if let Some(iss) = &answer.iss
            && *iss != self.issuer.announced()
            && *iss != claims.iss
        {
            return invalid(Step::Answer, "is of another issuer than the token (iss)");
        }
        let claims = self.completed(client, &metadata, claims, tokens).await?;
        let address = claims.email.as_deref().and_then(Address::read);
        let assurance = address.as_ref().map_or(Assurance::None, |address| {
            assurance_of_id_token(address, &claims, &client.config)
        });
        let person = ProviderClaims::new(claims.iss, claims.sub).with_name(claims.name.as_deref());
        Ok(person.with_address(address, assurance, &client.config))
    }

    /// The claims of the ID token, if that is genuine and belongs to this flow.
    async fn verified(
        &self,
        client: &Client,
        clock: &dyn Clock,
        metadata: &Metadata,
        tokens: &Tokens,
        flow: &Flow,
    ) -> Result<IdClaims, ProviderError> {
        let invalid = |problem| client.fetcher.invalid(Step::IdToken, problem);
        let token = tokens.id_token.as_ref().ok_or_else(|| invalid("is missing"))?;
        let token = token.expose_secret();
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &client.config.client_id,
            nonce: &flow.nonce,
            access_token: tokens.access_token.as_ref(),
            algorithms: metadata.algorithms.as_deref(),
            now: clock.now(),
        };
        let keys = self.keys(client, clock, metadata, MAX_AGE).await?;
        let mut verified = verify(token, &keys, &expected);
        if matches!(verified, Err(Rejection::UnknownKey)) {
            let keys = self
                .keys(client, clock, metadata, MAX_AGE_FOR_UNKNOWN_KEY)
                .await?;
            verified = verify(token, &keys, &expected);
        }
        verified.map_err(|rejection| {
            invalid(match rejection {
                Rejection::UnknownKey => "is signed by a key that the provider does not publish",
                Rejection::Invalid(problem) => problem,
            })
        })
    }

    /// The claims with what the userinfo endpoint adds: the standard lets providers leave address and name out of ID
    /// tokens (OpenID Connect Core, section 5.4). The large ones have them there, and Apple's and Microsoft's rules for
    /// addresses are about ID tokens alone.
    async fn completed(
        &self,
        client: &Client,
        metadata: &Metadata,
        mut claims: IdClaims,
        tokens: Tokens,
    ) -> Result<IdClaims, ProviderError> {
        let asks_for = |scope: &str| client.config.scopes.iter().any(|own| own == scope);
        let lacks_email = claims.email.is_none() && asks_for("email");
        let lacks_name = claims.name.is_none() && asks_for("profile");
        let is_open = matches!(client.config.preset, Preset::Oidc | Preset::GitLab);
        let Some(endpoint) = metadata.userinfo_endpoint.as_ref() else {
            return Ok(claims);
        };
        if !(is_open && (lacks_email || lacks_name)) || tokens.access_token.is_none() {
            return Ok(claims);
        }
        let token: SecretString = client.access_token(tokens)?;
        let info: UserInfo = client
            .fetcher
            .private_json(Step::Profile, endpoint, &token)
            .await?;
        if info.sub != claims.sub {
            return Err(client
                .fetcher
                .invalid(Step::Profile, "is of another person than the ID token (sub)"));
        }
        if claims.email.is_none() {
            claims.email = info.email;
            claims.email_verified = info.email_verified;
        }
        claims.name = claims.name.or(info.name);
        Ok(claims)
    }
}
