//! How a guard is configured.

use std::{fmt, sync::Arc, time::Duration};

use url::{Host, Url};

use crate::{
    Algorithm, Clock, ConfigError, Guard, KeySource, SystemClock, claims::Expected, guard::Parts,
    key_cache::KeyCache,
};

/// Tolerated difference between two clocks, unless configured otherwise.
const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);

/// Tokens live for some minutes; more leeway would make them live noticeably longer.
const MAX_LEEWAY: Duration = Duration::from_mins(5);

/// Where Portcullis publishes its keys.
#[cfg(feature = "http")]
const JWKS_PATH: &str = "/.well-known/jwks.json";

/// Makes a [`KeyCache`] when the clock is known.
type MakeKeys = Box<dyn FnOnce(Arc<dyn Clock>) -> KeyCache + Send>;

/// Configures a [`Guard`]; made by [`Guard::builder`].
#[must_use]
pub struct GuardBuilder {
    issuer: String,
    audience: Option<String>,
    algorithms: Vec<Algorithm>,
    leeway: Duration,
    clock: Arc<dyn Clock>,
    keys: Option<MakeKeys>,
    #[cfg(feature = "http")]
    jwks_url: Option<String>,
}

impl Guard {
    /// Starts to configure a guard for the server at this address.
    ///
    /// `issuer` is the `public_url` of the server: `https://accounts.example`, without a slash at the end. The `iss` of
    /// tokens must be the same, byte for byte.
    pub fn builder(issuer: impl Into<String>) -> GuardBuilder {
        GuardBuilder::new(issuer.into())
    }
}

impl GuardBuilder {
    pub(crate) fn new(issuer: String) -> Self {
        Self {
            issuer,
            audience: None,
            algorithms: vec![Algorithm::Es256],
            leeway: DEFAULT_LEEWAY,
            clock: Arc::new(SystemClock),
            keys: None,
            #[cfg(feature = "http")]
            jwks_url: None,
        }
    }

    /// Whom tokens must be meant for: the setting `audience` of the server. By default the issuer, as on the server.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// The algorithms with which tokens may be signed: the setting `jwt_algorithm` of the server, by default `ES256`.
    /// Allow two only while that setting changes.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// The tolerated difference between the clocks of server and service: 30 seconds by default, 5 minutes at most.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Another clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Another source of the keys than the server's `/.well-known/jwks.json`, such as a client that goes through a proxy.
    pub fn key_source(mut self, source: impl KeySource) -> Self {
        self.keys = Some(Box::new(|clock| KeyCache::new(source, clock)));
        self
    }

    /// Another address of the key set than `/.well-known/jwks.json` under the issuer, such as one inside your network.
    /// It must be https, or on this machine: who can change the answer can make tokens.
    #[cfg(feature = "http")]
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Makes the guard. It fetches no keys yet: it does that at the first token.
    ///
    /// The error says which setting to change.
    pub fn build(mut self) -> Result<Guard, ConfigError> {
        self.check()?;
        let keys = match self.keys.take() {
            Some(make) => make(Arc::clone(&self.clock)),
            None => Self::server_keys(&self)?,
        };
        Ok(Guard::new(Parts {
            expected: Expected {
                audience: self.audience.unwrap_or_else(|| self.issuer.clone()),
                issuer: self.issuer,
                leeway: self.leeway,
            },
            algorithms: self.algorithms,
            keys,
            clock: self.clock,
        }))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let url = safe_url(&self.issuer).ok_or(ConfigError(
            "the issuer must be the public URL of the server: https, or http on this machine",
        ))?;
        if self.issuer.ends_with('/') || url.query().is_some() {
            let problem =
                "the issuer must be written as in tokens: without a slash at the end, and without a query";
            return Err(ConfigError(problem));
        }
        if self.audience.as_ref().is_some_and(String::is_empty) {
            return Err(ConfigError("the audience must not be empty"));
        }
        if self.algorithms.is_empty() {
            return Err(ConfigError("at least one algorithm must be allowed"));
        }
        if self.leeway > MAX_LEEWAY {
            return Err(ConfigError("the leeway must be 5 minutes at most"));
        }
        Ok(())
    }

    #[cfg(feature = "http")]
    fn server_keys(builder: &Self) -> Result<KeyCache, ConfigError> {
        let own = || format!("{}{JWKS_PATH}", builder.issuer);
        let url = builder.jwks_url.clone().unwrap_or_else(own);
        let url = safe_url(&url).ok_or(ConfigError(
            "the address of the keys must be https, or http on this machine",
        ))?;
        let source = crate::http_keys::HttpKeys::new(url)?;
        Ok(KeyCache::new(source, Arc::clone(&builder.clock)))
    }

    #[cfg(not(feature = "http"))]
    fn server_keys(_: &Self) -> Result<KeyCache, ConfigError> {
        let problem = "there is no source of the keys: set `key_source`, or enable the feature `http`";
        Err(ConfigError(problem))
    }
}

impl fmt::Debug for GuardBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardBuilder")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("algorithms", &self.algorithms)
            .field("leeway", &self.leeway)
            .finish_non_exhaustive()
    }
}

/// An address to which requests are safe from others: over TLS, or plain on this machine.
fn safe_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => is_loopback(&url),
        _ => false,
    };
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_safe && is_bare && url.has_host()).then_some(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://accounts.example";

    fn problem(builder: GuardBuilder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn the_issuer_is_an_address_over_tls_or_on_this_machine() {
        for issuer in [
            ISSUER,
            "https://accounts.example:8443/portal",
            "http://localhost:8000",
            "http://127.0.0.1",
            "http://[::1]:1",
        ] {
            assert!(Guard::builder(issuer).build().is_ok(), "{issuer}");
        }
        for issuer in [
            "",
            "accounts.example",
            "http://accounts.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "ftp://localhost",
            "file:///etc/passwd",
            "https://user@accounts.example",
            "https://:hunter2@accounts.example",
            "https://accounts.example/",
            "https://accounts.example?a=b",
            "https://accounts.example#a",
        ] {
            assert!(
                problem(Guard::builder(issuer)).contains("the issuer must"),
                "{issuer}"
            );
        }
    }

    #[test]
    fn settings_that_would_weaken_the_check_are_refused() {
        let guard = || Guard::builder(ISSUER);
        assert!(problem(guard().audience("")).contains("audience"));
        assert!(problem(guard().algorithms([])).contains("algorithm"));
        assert!(problem(guard().leeway(Duration::from_secs(301))).contains("leeway"));
        assert!(problem(guard().jwks_url("http://accounts.example/keys")).contains("https"));
        let whole = guard()
            .audience("https://api.example")
            .algorithms([Algorithm::EdDsa])
            .leeway(Duration::ZERO)
            .jwks_url("http://localhost:8000/keys?a=b");
        let shown = format!("{:?} {:?}", whole, guard().build().unwrap());
        assert!(
            shown.contains("https://api.example") && shown.contains("EdDsa"),
            "{shown}"
        );
        assert!(whole.build().is_ok());
    }
}
