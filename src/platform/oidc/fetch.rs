//! Requests to providers, with limits: no redirects, no proxies, a short time, a small answer.

use std::{borrow::Cow, error::Error as StdError, io, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{
    Client, Method, Response,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, InvalidHeaderValue},
    redirect::Policy,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{
    endpoint::endpoint,
    error::{ProviderError, Step},
};
use crate::platform::{
    config::{ConfigError, ProviderConfig},
    tls::{Authorities, NOT_TLS, problem_behind},
};

/// Longest answer, in bytes. The largest in use, keys of Microsoft, have some 20 KiB.
const MAX_BYTES: usize = 256 * 1024;

/// How long a connection stays open for the next request: a sign-in takes up to three in a row.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes the client for all providers.
pub(super) fn http_client(providers: &[ProviderConfig]) -> Result<Client, ConfigError> {
    let authorities = Authorities::of_system();
    if authorities.is_empty()
        && providers
            .iter()
            .any(|provider| provider.url.starts_with("https:"))
    {
        let problem =
            "cannot be reached: this system trusts no authorities; install its package of certificates";
        return Err(ConfigError::new("providers", problem));
    }
    let no_tls = || ConfigError::new("providers", "TLS is not available");
    let tls = authorities.into_client().map_err(|_| no_tls())?;
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .http1_only()
        .pool_idle_timeout(IDLE_TIMEOUT)
        .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| no_tls())
}

/// Makes requests to one provider.
#[derive(Debug)]
pub(super) struct Fetcher {
    provider: String,
    http: Client,
    time_limit: Duration,
    /// Whether plain http on this machine is allowed, for development.
    allows_plain: bool,
}

/// A response with its whole body.
#[derive(Debug)]
pub(super) struct FetchedResponse {
    /// Its status.
    pub(super) status: u16,
    body: Vec<u8>,
}

impl FetchedResponse {
    /// The body as JSON of this shape; none if it is something else.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the body is JSON of any shape.
    fn is_json(&self) -> bool {
        self.json::<Value>().is_some()
    }
}

/// How a request proves who sends it.
pub(super) enum Authorization<'a> {
    None,
    /// User and password, each encoded as in a form (RFC 6749, section 2.3.1).
    Basic(&'a str, &'a SecretString),
    /// An access token.
    Bearer(&'a SecretString),
}

impl Fetcher {
    pub(super) fn new(config: &ProviderConfig, http: Client, allows_plain: bool) -> Self {
        Self {
            provider: config.id.clone(),
            http,
            time_limit: config.time_limit,
            allows_plain,
        }
    }

    /// An address to which this fetcher sends requests; none if they would not be safe.
    pub(super) fn endpoint(&self, text: &str) -> Option<Url> {
        endpoint(text, self.allows_plain)
    }

    /// What came at `step` is wrong.
    pub(super) fn invalid(&self, step: Step, problem: &'static str) -> ProviderError {
        ProviderError::Invalid {
            provider: self.provider.clone(),
            step,
            problem: problem.into(),
        }
    }

    /// The provider has refused `step`.
    pub(super) fn refused(&self, step: Step, code: &str) -> ProviderError {
        let is_printable = |character: &char| (' '..='~').contains(character);
        ProviderError::Refused {
            provider: self.provider.clone(),
            step,
            code: code.chars().filter(is_printable).take(100).collect(),
        }
    }

    /// There is no usable answer to `step`.
    pub(super) fn unreachable(
        &self,
        step: Step,
        url: &Url,
        problem: impl Into<Cow<'static, str>>,
    ) -> ProviderError {
        ProviderError::Unreachable {
            provider: self.provider.clone(),
            step,
            address: without_query(url),
            is_network_failure: false,
            problem: problem.into(),
        }
    }

    /// A request for `step` has failed.
    fn failed(&self, step: Step, url: &Url, error: &reqwest::Error) -> ProviderError {
        let tls = problem_behind(error);
        ProviderError::Unreachable {
            provider: self.provider.clone(),
            step,
            address: without_query(url),
            is_network_failure: error.is_timeout() || (error.is_connect() && tls.is_none()),
            problem: self.problem(error, tls),
        }
    }

    /// A document that everyone can read, as JSON.
    pub(super) async fn public_json<T: DeserializeOwned>(
        &self,
        step: Step,
        url: &Url,
    ) -> Result<T, ProviderError> {
        let fetched = self.get(step, url, Authorization::None).await?;
        if fetched.status != 200 {
            return Err(self.unreachable(step, url, status_problem(fetched.status)));
        }
        self.json(step, url, &fetched)
    }

    /// What an access token gives access to, as JSON.
    pub(super) async fn private_json<T: DeserializeOwned>(
        &self,
        step: Step,
        url: &Url,
        token: &SecretString,
    ) -> Result<T, ProviderError> {
        let fetched = self.get(step, url, Authorization::Bearer(token)).await?;
        match fetched.status {
            200 => self.json(step, url, &fetched),
            status if is_refusal(status) => Err(self.refused(step, &format!("HTTP {status}"))),
            status => Err(self.unreachable(step, url, status_problem(status))),
        }
    }

    fn json<T: DeserializeOwned>(
        &self,
        step: Step,
        url: &Url,
        fetched: &FetchedResponse,
    ) -> Result<T, ProviderError> {
        fetched.json().ok_or_else(|| {
            if fetched.is_json() {
                self.invalid(step, "does not have what the standard asks for")
            } else {
                self.unreachable(step, url, "the answer is not JSON")
            }
        })
    }

    /// Sends a form.
    pub(super) async fn post(
        &self,
        step: Step,
        url: &Url,
        authorization: Authorization<'_>,
        form: &[(&str, &str)],
    ) -> Result<FetchedResponse, ProviderError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.send(Method::POST, step, url, authorization, Some(form))
            .await
    }

    /// Sends a GET request.
    pub(super) async fn get(
        &self,
        step: Step,
        url: &Url,
        authorization: Authorization<'_>,
    ) -> Result<FetchedResponse, ProviderError> {
        self.send(Method::GET, step, url, authorization, None).await
    }

    async fn send(
        &self,
        method: Method,
        step: Step,
        url: &Url,
        authorization: Authorization<'_>,
        form: Option<String>,
    ) -> Result<FetchedResponse, ProviderError> {
        // Each caller has checked the address already; nothing may go elsewhere by mistake.
        if self.endpoint(url.as_str()).is_none() {
            return Err(self.unreachable(step, url, "the address is not https"));
        }
        let mut request = self
            .http
            .request(method, url.clone())
            .timeout(self.time_limit)
            .header(ACCEPT, "application/json");
        if let Some(form) = form {
            request = request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form);
        }
        let unsendable = |_| self.invalid(step, "gave a token that cannot be sent");
        if let Some(value) = authorization.header().map_err(unsendable)? {
            request = request.header(AUTHORIZATION, value);
        }
        let failed = |error| self.failed(step, url, &error);
        let response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        match read(response).await.map_err(failed)? {
            Some(body) => Ok(FetchedResponse { status, body }),
            None => Err(self.unreachable(step, url, "the answer is too large")),
        }
    }

    /// What went wrong, in words of our own: those of the library contain the address. `tls` is the problem with TLS.
    fn problem(&self, error: &reqwest::Error, tls: Option<&'static str>) -> Cow<'static, str> {
        if error.is_timeout() {
            return format!("no answer within {}", humantime::format_duration(self.time_limit)).into();
        }
        match tls {
            Some(NOT_TLS) => format!("TLS failed: {NOT_TLS} (is it http?)").into(),
            Some(problem) => format!("TLS failed: {problem}").into(),
            None if error.is_connect() => connect_problem(error).into(),
            None => "the answer broke off or is not HTTP".into(),
        }
    }
}

impl Authorization<'_> {
    /// The value of the header, hidden from logs.
    fn header(&self) -> Result<Option<HeaderValue>, InvalidHeaderValue> {
        let value = match self {
            Self::None => return Ok(None),
            Self::Basic(user, password) => {
                let pair = format!("{}:{}", encoded(user), encoded(password.expose_secret()));
                format!("Basic {}", STANDARD.encode(pair))
            }
            Self::Bearer(token) => format!("Bearer {}", token.expose_secret()),
        };
        let mut value = HeaderValue::try_from(value)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

/// Why there is no connection.
fn connect_problem(error: &reqwest::Error) -> &'static str {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = next {
        // The library has no type for this.
        if cause.to_string() == "dns error" {
            return "cannot connect: the host name is unknown";
        }
        let io = cause.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
            return "cannot connect: the port refuses connections";
        }
        next = cause.source();
    }
    "cannot connect"
}

/// An address without its query. Cut, because a discovery document can name a long one.
fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.as_str().chars().take(200).collect()
}

/// A text as the value of a form.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Whether the status is a client error that a retry cannot cure.
pub(super) fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 425 | 429)
}

/// What is wrong with an answer of this status.
pub(super) fn status_problem(status: u16) -> String {
    match status {
        300..400 => format!("the answer has status {status}, a redirect, which is not followed"),
        _ => format!("the answer has status {status}"),
    }
}

/// The body; none if it is too large.
async fn read(mut response: Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(authorization: &Authorization<'_>) -> HeaderValue {
        authorization.header().unwrap().unwrap()
    }

    #[test]
    fn id_and_secret_are_encoded_before_they_are_joined() {
        let value = header(&Authorization::Basic("a:b c", &"s%+ä".into()));
        // a%3Ab+c:s%25%2B%C3%A4
        assert_eq!(value, "Basic YSUzQWIrYzpzJTI1JTJCJUMzJUE0");
        assert!(value.is_sensitive());
    }

    #[test]
    fn a_token_that_would_break_the_header_is_refused() {
        assert_eq!(header(&Authorization::Bearer(&"abc".into())), "Bearer abc");
        let token = "a\r\nx: y".into();
        assert_eq!(Authorization::Bearer(&token).header().ok(), None);
    }

    #[test]
    fn an_address_is_shown_without_its_query_and_short() {
        for (url, shown) in [
            (
                "https://id.example.com:8443/a/b?c=hunter2",
                "https://id.example.com:8443/a/b",
            ),
            ("http://[::1]:9000", "http://[::1]:9000/"),
        ] {
            assert_eq!(without_query(&Url::parse(url).unwrap()), shown);
        }
        let long = format!("https://id.example.com/{}", "a".repeat(1_000));
        assert_eq!(without_query(&Url::parse(&long).unwrap()).len(), 200);
    }

    #[test]
    fn only_a_refusal_that_lasts_is_one() {
        assert!([400, 401, 403, 404].into_iter().all(is_refusal));
        assert!(![200, 302, 408, 429, 500, 503].into_iter().any(is_refusal));
    }
}
