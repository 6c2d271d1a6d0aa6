//! The client of a request.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;
use secrecy::SecretString;

use super::forwarded::{Hop, X_FORWARDED_FOR, forwarded, x_forwarded_for};

/// The client that sent a request.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Address of the client; none if a trusted proxy names no valid one.
    pub address: Option<IpAddr>,
    /// Whether the connection comes from this machine, and not from a trusted proxy.
    pub is_local: bool,
    /// Whether a header says that a proxy sent the request on, trusted or not.
    pub is_forwarded: bool,
    /// `Portcullis-Outbox-Key` header: the key of the development outbox.
    pub outbox_key: Option<SecretString>,
    /// `User-Agent` header, as sent.
    pub user_agent: Option<String>,
    /// `Accept-Language` header.
    pub languages: Option<HeaderValue>,
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

/// Header with the key of the development outbox.
pub const OUTBOX_KEY: HeaderName = HeaderName::from_static("portcullis-outbox-key");

/// Headers that proxies add to requests.
const PROXY_HEADERS: [HeaderName; 8] = [
    X_FORWARDED_FOR,
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("true-client-ip"),
    header::FORWARDED,
    header::VIA,
];

/// Address and agent of the client behind `peer`.
pub fn client(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> Client {
    let peer = peer.ip().to_canonical();
    Client {
        address: address(peer, headers, trusted_proxies),
        is_local: peer.is_loopback() && !is_trusted_proxy(peer, trusted_proxies),
        is_forwarded: PROXY_HEADERS.iter().any(|name| headers.contains_key(name)),
        outbox_key: headers
            .get(OUTBOX_KEY)
            .and_then(|key| Some(key.to_str().ok()?.into())),
        user_agent: headers.get(header::USER_AGENT).and_then(|agent| {
            let bytes = agent.as_bytes();
            let text = String::from_utf8_lossy(bytes.get(..MAX_USER_AGENT).unwrap_or(bytes));
            let text: String = text.chars().filter(|character| !character.is_control()).collect();
            (!text.is_empty()).then_some(text)
        }),
        languages: headers.get(header::ACCEPT_LANGUAGE).cloned(),
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
mod tests;
