//! Which web pages of other origins may call this server.

#[cfg(any(test, fuzzing))]
pub mod promise;

use super::public_url::PublicUrl;

/// Origins whose pages may call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorsOrigins {
    /// Whether every page served from this machine may, on any port. For development.
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
                // What can be a public URL is an origin.
                let origin = PublicUrl::parse(item).map_err(|_| {
                    "must be origins such as https://app.example.com, separated by commas; there are no \
                     wildcards"
                        .to_owned()
                })?;
                origins.exact.push(origin.as_str().to_owned());
            }
        }
        Ok(origins)
    }

    /// Whether a page of `origin` may call, by the text of the `Origin` header.
    pub fn allow(&self, origin: &str) -> bool {
        self.exact.iter().any(|exact| exact == origin) || (self.loopback && is_loopback(origin))
    }
}

/// Browsers write origins in one way only; any other spelling is not from a browser.
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
    fn wildcards_null_and_paths_are_refused() {
        for text in [
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
