//! The host name to which a request is addressed (RFC 9110, section 7.2).
//!
//! With DNS rebinding, an attacker makes the name of his page resolve to this server: to the browser both have the same
//! origin, so the page can call the server. But the browser sends that name, which is not one of ours. Ports do not
//! count: proxies and containers change them, and a page on one of our names is not an attacker's.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::{HeaderMap, Uri, header, uri::Authority};

use crate::platform::config::Config;

/// Whether a request is addressed to this server: to the host of `public_url`, a name in `further_hosts`, an IP
/// address, which DNS rebinding cannot fake, or a name of this machine. Checks both `Host` and the target, if it has a
/// host.
pub fn is_ours(uri: &Uri, headers: &HeaderMap, config: &Config) -> bool {
    let target_host = uri.authority().map(Authority::as_str);
    let header_hosts = headers
        .get_all(header::HOST)
        .iter()
        .map(|host| host.to_str().unwrap_or_default());
    target_host
        .into_iter()
        .chain(header_hosts)
        .all(|host| is_known(host, config))
}

fn is_known(host: &str, config: &Config) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let address = rest.split_once(']').filter(|(_, port)| is_port(port));
        return address.is_some_and(|(address, _)| address.parse::<Ipv6Addr>().is_ok());
    }
    let at = host.find(':').unwrap_or(host.len());
    let (name, port) = host.split_at(at);
    if !is_port(port) {
        return false;
    }
    if name.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    // A fully qualified name can end with a dot (RFC 3986, section 3.2.2).
    let name = without_dot(name).to_ascii_lowercase();
    let mut further_hosts = config.further_hosts.iter().map(String::as_str);
    // Browsers resolve these names to their own machine only (RFC 6761, section 6.3).
    let is_local = name == "localhost" || name.ends_with(".localhost");
    let is_public = config
        .public_url
        .host()
        .is_some_and(|host| without_dot(host) == name);
    is_local || (!name.is_empty() && is_public) || further_hosts.any(|host| host == name)
}

fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Nothing, or a colon and any number of digits.
fn is_port(text: &str) -> bool {
    let digits = text.strip_prefix(':');
    text.is_empty() || digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::platform::config::PublicUrl;

    fn is_served(target: &str, hosts: &[&'static str]) -> bool {
        let config = Config {
            public_url: PublicUrl::parse("https://accounts.example.com:8443").unwrap(),
            further_hosts: vec!["portcullis".to_owned(), "accounts.internal".to_owned()],
            ..Config::default()
        };
        let values = hosts
            .iter()
            .map(|host| (header::HOST, HeaderValue::from_static(host)));
        is_ours(&target.parse().unwrap(), &values.collect(), &config)
    }

    #[test]
    fn own_names_addresses_and_this_machine_are_served_on_any_port() {
        for host in [
            "accounts.example.com",
            "accounts.example.com:443",
            "accounts.example.com:",
            "ACCOUNTS.Example.com.",
            "portcullis:8000",
            "accounts.internal",
            "localhost:8000",
            "LOCALHOST",
            "auth.localhost.:1",
            "127.0.0.1:8000",
            "203.0.113.7",
            "[::1]:8000",
            "[2001:db8::7]",
        ] {
            assert!(is_served("/", &[host]), "{host}");
            assert!(is_served(&format!("http://{host}/"), &["localhost"]), "{host}");
        }
        assert!(is_served("/", &[]), "HTTP/1.0 needs none");
    }

    #[test]
    fn any_other_name_is_not() {
        for host in [
            "",
            ":8000",
            ".",
            "evil.example",
            "example.com",
            "xaccounts.example.com",
            "x.accounts.example.com",
            "accounts.example.com..",
            "accounts.example.com.evil.example",
            "accounts.example.com:8000x",
            "accounts.example.com:80:80",
            "accounts.example.com:80@evil.example",
            "accounts.example.com/",
            "accounts.example.com, evil.example",
            "user@accounts.example.com",
            "localhost.evil.example",
            "xlocalhost",
            "127.0.0.1.evil.example",
            "127.1",
            "2130706433",
            "::1",
            "[::1",
            "[::1]x",
            "[evil.example]",
        ] {
            assert!(!is_served("/", &[host]), "{host}");
        }
        assert!(!is_served("/", &["localhost", "evil.example"]));
        assert!(!is_served("http://evil.example/", &["localhost"]));
        assert!(!is_served("http://localhost/", &["evil.example"]));
        // U+212A, the Kelvin sign, is `k` in lower case.
        let kelvin = HeaderValue::from_bytes("poRTcullis\u{212a}".as_bytes()).unwrap();
        let headers = HeaderMap::from_iter([(header::HOST, kelvin)]);
        assert!(!is_ours(&Uri::from_static("/"), &headers, &Config::default()));
    }
}
