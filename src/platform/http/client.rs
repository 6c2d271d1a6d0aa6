//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};
use ipnet::IpNet;

use crate::platform::op_context::Client;

/// The header that proxies write clients' addresses to.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Longest user agent that is looked at, in bytes.
const MAX_USER_AGENT: usize = 1024;

/// Address and agent of the client behind `peer`.
pub fn client(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> Client {
    Client {
        address: Some(address(peer.ip().to_canonical(), headers, trusted_proxies)),
        user_agent: headers.get(header::USER_AGENT).and_then(|agent| {
            let bytes = agent.as_bytes();
            let text = String::from_utf8_lossy(bytes.get(..MAX_USER_AGENT).unwrap_or(bytes));
            let text: String = text.chars().filter(|character| !character.is_control()).collect();
            (!text.is_empty()).then_some(text)
        }),
    }
}

/// The address of a peer which is no configured proxy, and speaks like one: then either somebody tries to pass for
/// somebody else, or all clients look like one, and share what each of them may do.
pub fn unknown_proxy(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    let is_unknown = speaks_like_a_proxy(headers) && !is_trusted_proxy(peer.ip(), trusted_proxies);
    is_unknown.then(|| peer.ip().to_canonical())
}

fn speaks_like_a_proxy(headers: &HeaderMap) -> bool {
    [FORWARDED_FOR, header::FORWARDED.as_str()]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// Whether one of the settings' networks holds the address.
pub fn is_trusted_proxy(address: IpAddr, trusted_proxies: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted_proxies.iter().any(|network| network.contains(&address))
}

/// The peer itself, unless it is a proxy that we were told to believe: then the right-most address that no such proxy
/// stands behind. What stands further left can be written by anyone.
fn address(peer: IpAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> IpAddr {
    if !is_trusted_proxy(peer, trusted_proxies) {
        return peer;
    }
    let hops: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else {
            return nearest;
        };
        nearest = hop.to_canonical();
        if !is_trusted_proxy(nearest, trusted_proxies) {
            return nearest;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(value));
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        client(SocketAddr::new(peer.parse().unwrap(), 1), &headers, &trusted)
            .address
            .unwrap()
            .to_string()
    }

    #[test]
    fn what_an_unknown_peer_claims_is_not_believed() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn behind_known_proxies_the_nearest_unknown_hop_counts() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            seen("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.2.3.4"]),
            "198.51.100.7"
        );
        assert_eq!(seen("10.0.0.1", &["203.0.113.9", "198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn one_address_has_one_form() {
        assert_eq!(seen("::ffff:192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(seen("::1", &["::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_is_no_address_ends_the_search() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.7, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
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
