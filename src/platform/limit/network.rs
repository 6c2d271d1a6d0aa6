//! Networks, as the limits count them.

use std::net::{IpAddr, Ipv4Addr};

/// The smallest network that limits can bind a client to: an IPv4 address, or an IPv6 network of 64 bits. A client with
/// such a network controls all of its addresses (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// One address.
    V4(Ipv4Addr),
    /// The first 64 bits of the addresses.
    V6(u64),
}

impl Network {
    /// Length of [`Network::bytes`].
    pub const BYTES: usize = 9;

    /// The network of an address. IPv4 within IPv6 (`::ffff:192.0.2.1`) counts as IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6(u64::try_from(address.to_bits() >> 64).unwrap_or_default()),
        }
    }

    /// The network as a fixed number of bytes, unique for each network.
    pub fn bytes(self) -> [u8; Self::BYTES] {
        let (family, number) = match self {
            Self::V4(address) => (4, u64::from(address.to_bits())),
            Self::V6(prefix) => (6, prefix),
        };
        let mut bytes = [family; Self::BYTES];
        for (target, source) in bytes.iter_mut().skip(1).zip(number.to_be_bytes()) {
            *target = source;
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn an_ipv6_network_has_64_bits_however_the_address_is_written() {
        let forms = [
            "2001:db8::7",
            "2001:DB8:0:0::1",
            "2001:0db8:0000:0000:ffff:ffff:ffff:ffff",
            "2001:db8:0:0:1:2:192.0.2.1",
        ];
        for form in forms {
            assert_eq!(network(form), network("2001:db8::"), "{form}");
        }
        assert_ne!(network("2001:db8:0:1::7"), network("2001:db8::7"));
    }

    #[test]
    fn an_ipv4_address_is_one_network_within_ipv6_too() {
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_eq!(network("::FFFF:c000:201"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.2"), network("192.0.2.1"));
    }

    #[test]
    fn no_two_networks_have_the_same_bytes() {
        let networks = ["1.2.3.4", "102:304::", "::", "0.0.0.0", "::1:0:0:0:0", "4.1.2.3"].map(network);
        for (at, one) in networks.iter().enumerate() {
            for other in networks.iter().skip(at + 1) {
                assert_ne!(one.bytes(), other.bytes());
            }
        }
    }
}
