//! Which addresses are on this machine.

use url::{Host, Url};

/// Whether only this machine can reach an address: `localhost` (RFC 6761, section 6.3) or a loopback address.
pub fn is_loopback_url(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
