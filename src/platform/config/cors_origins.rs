//! Origins whose web pages can call this server.

#[cfg(any(test, fuzzing))]
pub mod properties;

use super::public_url::PublicUrl;

/// Headers that common clients add to requests by default.
pub(super) const CLIENT_HEADERS: &str = "apollo-require-preflight, apollographql-client-name, apollographql-client-version, \
                              x-apollo-operation-id, x-apollo-operation-name, graphql-client-name, \
                              graphql-client-version, x-graphql-client-name, x-graphql-client-version, \
                              graphql-require-preflight, x-graphql-yoga-csrf, baggage, traceparent, tracestate, \
                              sentry-trace, b3, x-b3-flags, x-b3-parentspanid, x-b3-sampled, x-b3-spanid, \
                              x-b3-traceid, x-datadog-origin, x-datadog-parent-id, x-datadog-sampling-priority, \
                              x-datadog-trace-id, newrelic, elastic-apm-traceparent, x-amzn-trace-id, \
                              x-cloud-trace-context, uber-trace-id, request-id, x-request-id, x-correlation-id, \
                              x-requested-with, cache-control, pragma";

/// Origins whose pages can call this server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorsOrigins {
    /// Whether every page served from this machine can, on any port. For development.
    pub loopback: bool,
    /// Origins, as browsers write them in the `Origin` header (RFC 6454, section 6.2).
    pub exact: Vec<String>,
}

impl CorsOrigins {
    /// Reads origins separated by commas; the word `loopback` stands for every page served from this machine.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut origins = Self::default();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            if item == "loopback" {
                origins.loopback = true;
            } else {
                let origin = origin(item).ok_or_else(|| {
                    "must be origins such as https://app.example.com or tauri://localhost, separated by commas; there \
                     are no wildcards"
                        .to_owned()
                })?;
                origins.exact.push(origin);
            }
        }
        Ok(origins)
    }

    /// Whether a page whose `Origin` header is `origin` can call this server.
    pub fn allow(&self, origin: &str) -> bool {
        self.exact.iter().any(|exact| exact == origin) || self.allow_loopback(origin)
    }

    /// Whether it can because it was served from this machine.
    pub fn allow_loopback(&self, origin: &str) -> bool {
        self.loopback && is_loopback(origin)
    }
}

/// Normalizes a typed origin to the spelling of browsers.
fn origin(text: &str) -> Option<String> {
    // Every valid public URL is also an origin.
    let web_origin = PublicUrl::parse(text).map(|url| url.as_str().to_owned());
    web_origin.ok().or_else(|| app_origin(text))
}

/// The origin of an app with its own scheme, such as `tauri://localhost`. The app chooses the host, and webviews send
/// it unchanged.
fn app_origin(text: &str) -> Option<String> {
    /// Not schemes of apps: for their pages browsers send `null`, or an origin that all pages of the scheme share.
    const OTHER_SCHEMES: [&str; 12] = [
        "about",
        "blob",
        "data",
        "file",
        "filesystem",
        "ftp",
        "http",
        "https",
        "javascript",
        "null",
        "ws",
        "wss",
    ];
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme = scheme.starts_with(|character: char| character.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let host_and_port = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = host_and_port.split_once(':').unwrap_or((host_and_port, "0"));
    let is_host = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_app_scheme = is_scheme && !OTHER_SCHEMES.contains(&scheme.as_str());
    (is_app_scheme && is_host && is_port).then(|| format!("{scheme}://{host_and_port}"))
}

/// Browsers write an origin in one way only; any other spelling is not from a browser.
fn is_loopback(origin: &str) -> bool {
    PublicUrl::parse(origin).is_ok_and(|url| url.is_loopback() && url.as_str() == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_origins_are_compared_whole() {
        let origins = CorsOrigins::parse("https://App.example.com:443, http://10.0.0.7:3000").unwrap();
        assert!(origins.allow("https://app.example.com"));
        assert!(origins.allow("http://10.0.0.7:3000"));
        for other in [
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://appXexample.com",
            "https://app.example.com.evil.org",
            "https://app.example.com/",
            "http://localhost:3000",
            "null",
            "",
            "*",
        ] {
            assert!(!origins.allow(other), "{other}");
        }
    }

    #[test]
    fn loopback_means_every_port_of_this_machine_only() {
        let origins = CorsOrigins::parse("loopback").unwrap();
        for origin in [
            "http://localhost:5173",
            "http://127.0.0.1:3000",
            "https://[::1]:1",
        ] {
            assert!(origins.allow(origin), "{origin}");
        }
        for other in [
            "http://localhost.evil.org",
            "http://localhost:5173/",
            "http://10.0.0.1",
            "null",
        ] {
            assert!(!origins.allow(other), "{other}");
        }
    }

    #[test]
    fn apps_have_origins_of_their_own_schemes() {
        let origins = CorsOrigins::parse(
            "tauri://localhost, Capacitor://localhost/, app://., app://my_app:42, chrome-extension://abcdefgh",
        )
        .unwrap();
        for origin in [
            "tauri://localhost",
            "capacitor://localhost",
            "app://.",
            "app://my_app:42",
            "chrome-extension://abcdefgh",
        ] {
            assert!(origins.allow(origin), "{origin}");
        }
        for other in [
            "http://tauri.localhost",
            "tauri://localhost.evil.org",
            "tauri://localhost/",
            "tauri://",
            "app://my_app",
            "ionic://localhost",
            "null",
        ] {
            assert!(!origins.allow(other), "{other}");
        }
    }

    #[test]
    fn wildcards_null_and_paths_are_refused() {
        for text in [
            "tauri://*",
            "tauri://",
            "tauri:localhost",
            "tauri://localhost/path",
            "tauri://localhost?a",
            "tauri://user@localhost",
            "tauri://localhost:",
            "1app://localhost",
            "app://a b",
            "app://\u{fc}",
            "file://",
            "file:///",
            "file://localhost",
            "data://a",
            "blob://a",
            "null://a",
            "https://",
            "*",
            "null",
            "https://*.example.com",
            "https://app.example.com/path",
            "app.example.com",
        ] {
            assert!(CorsOrigins::parse(text).is_err(), "{text}");
        }
        assert_eq!(CorsOrigins::parse("").unwrap(), CorsOrigins::default());
    }
}
