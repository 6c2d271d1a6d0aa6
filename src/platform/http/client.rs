//! The client of a request.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};
use ipnet::IpNet;

use super::forwarded::{Hop, X_FORWARDED_FOR, forwarded, x_forwarded_for};

/// The client that sent a request.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Address of the client; none if a trusted proxy names no valid one.
    pub address: Option<IpAddr>,
    /// Whether the connection comes from this machine, and not from a trusted proxy.
    pub is_local: bool,
    /// `User-Agent` header, as sent.
    pub user_agent: Option<String>,
}

impl Client {
    /// The user agent for storage: its first 256 bytes, without a partial character at the end.
    pub fn short_agent(&self) -> Option<String> {
        const MAX_BYTES: usize = 256;
        let agent = self.user_agent.as_ref()?;
        agent
            .get(..agent.floor_char_boundary(MAX_BYTES))
            .map(str::to_owned)
    }

    /// The address for storage: IPv4 in its own form, also if it came through an IPv6 socket.
    pub fn address_text(&self) -> Option<String> {
        self.address.map(|address| address.to_canonical().to_string())
    }
}

/// Maximum length of a user agent, in bytes; longer ones are cut.
const MAX_USER_AGENT: usize = 1024;

/// Address and agent of the client behind `peer`.
pub fn client(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> Client {
    let peer = peer.ip().to_canonical();
    Client {
        address: address(peer, headers, trusted_proxies),
        is_local: peer.is_loopback() && !is_trusted_proxy(peer, trusted_proxies),
        user_agent: headers.get(header::USER_AGENT).and_then(|agent| {
            let bytes = agent.as_bytes();
            let text = String::from_utf8_lossy(bytes.get(..MAX_USER_AGENT).unwrap_or(bytes));
            let text: String = text.chars().filter(|character| !character.is_control()).collect();
            (!text.is_empty()).then_some(text)
        }),
    }
}

/// The address of a peer that sends forwarding headers but is not a trusted proxy: either a client forges its address,
/// or a proxy is not configured, so all its clients count as one and share the limits.
pub fn unknown_proxy(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    let is_unknown = has_forwarding_headers(headers) && !is_trusted_proxy(peer.ip(), trusted_proxies);
    is_unknown.then(|| peer.ip().to_canonical())
}

fn has_forwarding_headers(headers: &HeaderMap) -> bool {
    [X_FORWARDED_FOR, header::FORWARDED]
        .iter()
        .any(|name| headers.contains_key(name))
}

/// Whether one of the configured networks contains the address.
pub fn is_trusted_proxy(address: IpAddr, trusted_proxies: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted_proxies.iter().any(|network| network.contains(&address))
}

/// The peer itself, unless it is a trusted proxy: then the address that it names, or none if it names no valid one. The
/// proxy itself is never the client: all people behind it would count as one.
///
/// A proxy writes one of the two headers, and can forward the other one as the client wrote it. We cannot know which,
/// so if both are present they must agree.
fn address(peer: IpAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    if !is_trusted_proxy(peer, trusted_proxies) {
        return Some(peer);
    }
    let sent = [x_forwarded_for(headers), forwarded(headers)];
    let mut addresses = sent.iter().flatten().map(|hops| nearest(hops, trusted_proxies));
    match (addresses.next(), addresses.next()) {
        (Some(address), None) => address,
        (Some(a), Some(b)) if a == b => a,
        _ => None,
    }
}

/// The right-most address that is not a trusted proxy's, else the left-most. Clients can forge everything further left.
fn nearest(hops: &[Hop], trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    let mut nearest = None;
    for hop in hops.iter().rev() {
        let address = (*hop)?.to_canonical();
        nearest = Some(address);
        if !is_trusted_proxy(address, trusted_proxies) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(peer: &str, headers: &HeaderMap) -> Client {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        client(SocketAddr::new(peer.parse().unwrap(), 1), headers, &trusted)
    }

    fn client_address(peer: &str, forwarded: &[&'static str]) -> String {
        let values = forwarded.iter().map(|value| HeaderValue::from_static(value));
        let headers = values.map(|value| (X_FORWARDED_FOR, value)).collect();
        let address = read(peer, &headers).address;
        address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
    }

    #[test]
    fn what_an_unknown_peer_claims_is_not_believed() {
        assert_eq!(client_address("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn behind_known_proxies_the_nearest_unknown_hop_counts() {
        assert_eq!(client_address("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            client_address("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.2.3.4"]),
            "198.51.100.7"
        );
        assert_eq!(
            client_address("10.0.0.1", &["203.0.113.9", "198.51.100.7"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn one_address_has_one_form() {
        assert_eq!(client_address("::ffff:192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(client_address("::1", &["::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn a_client_whom_its_proxy_does_not_name_is_unknown_and_not_the_proxy() {
        for forwarded in [
            &[][..],
            &[""],
            &["198.51.100.7, unknown"],
            &["198.51.100.7,"],
            &["198.51.100.7", ""],
            &["unknown, 10.2.3.4"],
        ] {
            assert_eq!(client_address("10.0.0.1", forwarded), "unknown", "{forwarded:?}");
        }
        assert_eq!(
            client_address("10.0.0.1", &["unknown, 198.51.100.7"]),
            "198.51.100.7"
        );
        // A proxy can be a client, too.
        assert_eq!(client_address("10.0.0.1", &["10.2.3.4"]), "10.2.3.4");
    }

    #[test]
    fn where_both_headers_came_they_must_agree() {
        for (x_forwarded_for, forwarded, expected) in [
            ("198.51.100.7", "for=198.51.100.7", Some("198.51.100.7")),
            (
                "198.51.100.7:80, 10.2.3.4",
                "for=\"198.51.100.7\"",
                Some("198.51.100.7"),
            ),
            (
                "203.0.113.9, 198.51.100.7",
                "for=198.51.100.7",
                Some("198.51.100.7"),
            ),
            ("198.51.100.7", "for=203.0.113.9", None),
            ("198.51.100.7", "for=unknown", None),
            ("unknown", "for=198.51.100.7", None),
        ] {
            let headers = HeaderMap::from_iter([
                (X_FORWARDED_FOR, HeaderValue::from_static(x_forwarded_for)),
                (header::FORWARDED, HeaderValue::from_static(forwarded)),
            ]);
            let address = read("10.0.0.1", &headers).address.map(|it| it.to_string());
            assert_eq!(address.as_deref(), expected, "{x_forwarded_for} and {forwarded}");
        }
    }

    #[test]
    fn only_a_peer_on_this_machine_that_is_no_proxy_is_local() {
        let claims = HeaderMap::from_iter([(X_FORWARDED_FOR, HeaderValue::from_static("127.0.0.1"))]);
        for (peer, headers, is_local) in [
            ("127.0.0.1", &HeaderMap::new(), true),
            ("::ffff:127.0.0.1", &HeaderMap::new(), true),
            ("127.0.0.1", &claims, true),
            ("::1", &HeaderMap::new(), false),
            ("::1", &claims, false),
            ("10.0.0.1", &claims, false),
            ("192.0.2.1", &claims, false),
        ] {
            assert_eq!(read(peer, headers).is_local, is_local, "{peer}");
        }
    }

    #[test]
    fn an_agent_comes_without_control_characters_and_is_cut() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::USER_AGENT,
            HeaderValue::from_bytes(&[b"a\tb", "x".repeat(2000).as_bytes()].concat()).unwrap(),
        );
        let agent = client(SocketAddr::new(IpAddr::from([127, 0, 0, 1]), 1), &headers, &[])
            .user_agent
            .unwrap();
        assert!(
            agent.starts_with("abx") && agent.len() < MAX_USER_AGENT,
            "{} bytes",
            agent.len()
        );
    }
}
