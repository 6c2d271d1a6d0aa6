//! The addresses of a server, for its start message.

use std::{fmt, net::SocketAddr};

use crate::platform::config::Config;

/// The address that people use, and those that the server listens on.
pub(super) struct ServerAddresses<'a> {
    pub(super) config: &'a Config,
    pub(super) addresses: &'a [SocketAddr],
}

impl ServerAddresses<'_> {
    /// The address of the server for a browser on this machine, if no proxy is in between.
    pub(super) fn local_url(&self) -> String {
        let port = self.other_port().map(|port| format!("http://localhost:{port}"));
        port.unwrap_or_else(|| self.config.public_url.to_string())
    }

    /// A port that the server listens on, if `public_url` names another port of this machine. Elsewhere, and with
    /// https, a proxy is in between.
    fn other_port(&self) -> Option<u16> {
        let url = &self.config.public_url;
        let is_direct = url.is_loopback() && !url.is_https();
        let is_listened_on = |port| self.addresses.iter().any(|address| address.port() == port);
        let is_other = is_direct && !url.port().is_some_and(is_listened_on);
        self.addresses.first().filter(|_| is_other).map(SocketAddr::port)
    }
}

impl fmt::Display for ServerAddresses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = if self.config.graphiql {
            "/graphiql"
        } else {
            "/graphql"
        };
        write!(f, "{}{page}, listening on ", self.config.public_url)?;
        for (index, address) in self.addresses.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{address}")?;
        }
        if let Some(port) = self.other_port() {
            write!(
                f,
                "; public_url names another port: set it to http://localhost:{port}, unless something forwards its port to \
                 this one"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::config::PublicUrl;

    fn message(public_url: &str, listen: &[&str]) -> String {
        let config = Config {
            public_url: PublicUrl::parse(public_url).unwrap(),
            graphiql: false,
            ..Config::default()
        };
        let addresses: Vec<_> = listen.iter().map(|address| address.parse().unwrap()).collect();
        ServerAddresses {
            config: &config,
            addresses: &addresses,
        }
        .to_string()
    }

    #[test]
    fn both_addresses_are_told_and_whether_they_differ() {
        assert_eq!(
            message("http://localhost:8000", &["127.0.0.1:8000", "[::1]:8000"]),
            "http://localhost:8000/graphql, listening on 127.0.0.1:8000, [::1]:8000"
        );
        let proxied = message("https://accounts.example.com", &["127.0.0.1:9000"]);
        assert_eq!(
            proxied,
            "https://accounts.example.com/graphql, listening on 127.0.0.1:9000"
        );
        let other = message("http://localhost:8000", &["127.0.0.1:9000"]);
        assert!(
            other.contains("listening on 127.0.0.1:9000; public_url names another port"),
            "{other}"
        );
        assert!(other.contains("http://localhost:9000"), "{other}");
    }
}
