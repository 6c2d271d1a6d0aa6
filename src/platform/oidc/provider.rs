//! One provider.

use std::{borrow::Cow, fmt};

use reqwest::Client as HttpClient;
use url::Url;

use super::{
    claims::ProviderClaims,
    client::Client,
    discord::Discord,
    error::{ProviderError, Step},
    fetch::{Authorization, Fetcher},
    flow::{Answer, Flow},
    github::GitHub,
    openid::OpenId,
};
use crate::platform::{
    clock::Clock,
    config::{ConfigError, Preset, ProviderConfig, PublicUrl},
};

/// A provider that people can sign in with.
pub struct Provider {
    client: Client,
    protocol: Protocol,
}

enum Protocol {
    OpenId(OpenId),
    GitHub(GitHub),
    Discord(Discord),
}

impl Provider {
    pub(super) fn new(
        config: ProviderConfig,
        public_url: &PublicUrl,
        http: HttpClient,
    ) -> Result<Self, ConfigError> {
        let protocol = match config.preset {
            Preset::GitHub => GitHub::new(&config.url).map(Protocol::GitHub),
            Preset::Discord => Discord::new(&config.url).map(Protocol::Discord),
            Preset::Google | Preset::Microsoft | Preset::Apple | Preset::GitLab | Preset::Oidc => {
                OpenId::new(&config).map(Protocol::OpenId)
            }
        };
        let unusable = || ConfigError::new("providers", format!("{}: has no usable address", config.id));
        let protocol = protocol.ok_or_else(unusable)?;
        let fetcher = Fetcher::new(&config, http, public_url.is_loopback());
        Ok(Self {
            client: Client::new(config, public_url.as_str(), fetcher)?,
            protocol,
        })
    }

    /// Its id, as in the address of the callback: `/oauth/<id>/callback`.
    pub fn id(&self) -> &str {
        &self.client.config.id
    }

    /// Its name, for buttons.
    pub fn name(&self) -> &str {
        &self.client.config.name
    }

    /// Where the browser comes back to: what the provider must know of this server.
    pub fn redirect_uri(&self) -> &str {
        &self.client.redirect_uri
    }

    /// Whether its answers come as a form that its page posts, from another site and so without cookies, instead of
    /// in the address.
    pub fn posts_answers(&self) -> bool {
        self.client.posts_answers()
    }

    /// Where the browser goes to sign in.
    pub async fn authorization_url(&self, clock: &dyn Clock, flow: &Flow) -> Result<Url, ProviderError> {
        let endpoint = match &self.protocol {
            Protocol::OpenId(openid) => {
                let metadata = openid.metadata(&self.client, clock).await?;
                Cow::Owned(metadata.authorization_endpoint.clone())
            }
            Protocol::GitHub(github) => Cow::Borrowed(&github.authorization_endpoint),
            Protocol::Discord(discord) => Cow::Borrowed(&discord.authorization_endpoint),
        };
        Ok(self.client.authorization_url(&endpoint, flow))
    }

    /// Who has signed in. The `state` of the answer must be that of the flow, and the flow must not have been used
    /// before: the caller checks both.
    pub async fn claims(
        &self,
        clock: &dyn Clock,
        answer: &Answer,
        flow: &Flow,
    ) -> Result<ProviderClaims, ProviderError> {
        match &self.protocol {
            Protocol::OpenId(openid) => openid.claims(&self.client, clock, answer, flow).await,
            Protocol::GitHub(github) => github.claims(&self.client, clock, answer, flow).await,
            Protocol::Discord(discord) => discord.claims(&self.client, clock, answer, flow).await,
        }
    }

    /// Whether it can be reached, and its documents used. Without documents, any response of its token endpoint will
    /// do.
    pub async fn check(&self, clock: &dyn Clock) -> Result<(), ProviderError> {
        let endpoint = match &self.protocol {
            Protocol::OpenId(openid) => return openid.check(&self.client, clock).await,
            Protocol::GitHub(github) => &github.token_endpoint,
            Protocol::Discord(discord) => &discord.token_endpoint,
        };
        let fetcher = &self.client.fetcher;
        fetcher
            .get(Step::Tokens, endpoint, Authorization::None)
            .await
            .map(drop)
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.id())
    }
}
