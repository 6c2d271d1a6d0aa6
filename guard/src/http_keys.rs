//! Fetches the key set of a server: no redirects, no proxies, a small answer. The cache limits the time.

use std::{error::Error as StdError, io, sync::Arc, time::Duration};

use reqwest::{
    Client, Response, StatusCode,
    header::{ACCEPT, CACHE_CONTROL, HeaderMap},
    redirect::Policy,
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use url::Url;

use crate::{ConfigError, FetchError, FetchedKeys, KeySource, key_cache::FETCH_TIMEOUT};

/// Longest answer, in bytes. A key set of Portcullis has a few KiB.
const MAX_BYTES: usize = 256 * 1024;

/// Fetches keys by HTTP.
pub(crate) struct HttpKeys {
    client: Client,
    url: Url,
}

impl HttpKeys {
    /// Fetches from this address, which the caller has found to be safe.
    pub(crate) fn new(url: Url) -> Result<Self, ConfigError> {
        let mut authorities = RootCertStore::empty();
        // Systems have unusable certificates in their lists; what counts is whether any can be used.
        authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if authorities.is_empty() && url.scheme() == "https" {
            let problem = "this system trusts no authorities, so https is impossible: install its package of certificates";
            return Err(ConfigError(problem));
        }
        let no_tls = ConfigError("TLS is not available");
        // The provider is named, because a process has no default one if two crates bring one.
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| no_tls.clone())?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .timeout(FETCH_TIMEOUT)
            // Fetches are minutes apart.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("portcullis-guard/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| no_tls)?;
        Ok(Self { client, url })
    }
}

impl KeySource for HttpKeys {
    async fn fetch(&self) -> Result<FetchedKeys, FetchError> {
        let request = self
            .client
            .get(self.url.clone())
            .header(ACCEPT, "application/json");
        let response = request.send().await.map_err(|error| failed(&error))?;
        match response.status() {
            StatusCode::OK => {}
            status if status.is_redirection() => {
                let problem = format!(
                    "the answer has status {}, a redirect, which is not followed",
                    status.as_u16()
                );
                return Err(FetchError::new(problem));
            }
            status => {
                let problem = format!("the answer has status {}", status.as_u16());
                return Err(FetchError::new(problem));
            }
        }
        let max_age = max_age(response.headers());
        Ok(FetchedKeys {
            document: read(response).await?,
            max_age,
        })
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(FetchError::new("the answer is larger than 256 KiB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// How long the answer may be cached; none if it does not say. `no-store` and `no-cache` ask for the shortest time.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(CACHE_CONTROL).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let directives = texts.flat_map(|text| text.split(',')).map(str::trim);
    let mut seconds = None;
    for directive in directives {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(Duration::ZERO);
        }
        if name.eq_ignore_ascii_case("max-age") && seconds.is_none() {
            // Also in quotes (RFC 9111, section 5.2).
            seconds = value.trim_matches('"').parse().ok();
        }
    }
    seconds.map(Duration::from_secs)
}

/// What went wrong, in words of our own: those of the library contain the address.
fn failed(error: &reqwest::Error) -> FetchError {
    let problem = if error.is_timeout() {
        "no answer within five seconds"
    } else if is_tls_failure(error) {
        "TLS failed: the certificate is not valid for this address, or the server does not speak TLS"
    } else if error.is_connect() {
        "cannot connect"
    } else {
        "the answer broke off or is not HTTP"
    };
    FetchError::new(problem)
}

fn is_tls_failure(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = next {
        if cause.is::<rustls::Error>() {
            return true;
        }
        // What an I/O error names as its source is the source of the error inside.
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map_or_else(|| cause.source(), |inner| Some(inner));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_says_how_long_its_keys_are_fresh() {
        for (values, seconds) in [
            (&["max-age=300"][..], Some(300)),
            (&["public, Max-Age=600, must-revalidate"], Some(600)),
            (&["public", "max-age=\"60\""], Some(60)),
            (&["s-maxage=9, max-age=7, max-age=8"], Some(7)),
            (&["max-age=300, no-store"], Some(0)),
            (&["no-cache"], Some(0)),
            (&["max-age=-1"], None),
            (&["max-age=1.5"], None),
            (&["max-age"], None),
            (&["public"], None),
            (&["max-age=99999999999999999999999"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, value.parse().unwrap());
            }
            assert_eq!(max_age(&headers), seconds.map(Duration::from_secs), "{values:?}");
        }
    }
}
