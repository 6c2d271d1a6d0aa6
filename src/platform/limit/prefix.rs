//! The prefixes of an address, each of which the limits count.

use std::net::IpAddr;

/// How many addresses are counted together, and their common allowance.
#[derive(Debug)]
struct Width {
    is_ipv6: bool,
    /// Number of common leading bits.
    bits: u32,
    /// Their allowance, as a multiple of that of one network.
    factor: u32,
}

/// Narrowest first. A customer gets an IPv4 address, or an IPv6 network of at least 64 bits, and often one of 56 or 48
/// bits on request (RFC 6177), so these factors grow slowly. All customers of a provider share 32 bits, so that factor
/// leaves room for many and stops only requests from all over the provider. An IPv4 network of 24 bits is the smallest
/// that is routed, hence the smallest that can be rented as a whole.
const WIDTHS: [Width; Prefix::WIDTHS] = [
    Width::ipv6(64, 1),
    Width::ipv6(56, 4),
    Width::ipv6(48, 8),
    Width::ipv6(32, 64),
    Width::ipv4(32, 1),
    Width::ipv4(24, 8),
];

impl Width {
    const fn ipv6(bits: u32, factor: u32) -> Self {
        Self {
            is_ipv6: true,
            bits,
            factor,
        }
    }

    const fn ipv4(bits: u32, factor: u32) -> Self {
        Self {
            is_ipv6: false,
            bits,
            factor,
        }
    }
}

/// All addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    width: usize,
    bits: u64,
}

impl Prefix {
    /// How many widths there are.
    pub(super) const WIDTHS: usize = 6;

    /// The prefixes of an address, the narrowest first. IPv4 within IPv6 (`::ffff:192.0.2.1`) counts as IPv4.
    pub fn of(address: IpAddr) -> impl Iterator<Item = Self> {
        let (is_ipv6, bits) = match address.to_canonical() {
            IpAddr::V4(address) => (false, u64::from(address.to_bits()) << 32),
            IpAddr::V6(address) => (true, u64::try_from(address.to_bits() >> 64).unwrap_or_default()),
        };
        WIDTHS
            .iter()
            .enumerate()
            .filter(move |(_, width)| width.is_ipv6 == is_ipv6)
            .map(move |(number, width)| Self {
                width: number,
                bits: bits >> (64 - width.bits),
            })
    }

    /// The common allowance of these addresses, as a multiple of that of one network.
    pub fn factor(self) -> u32 {
        WIDTHS.get(self.width).map_or(1, |width| width.factor)
    }

    /// The factors of all widths, in the order of [`Prefix::width`].
    pub(super) fn factors() -> [u32; Self::WIDTHS] {
        WIDTHS.each_ref().map(|width| width.factor)
    }

    /// Index of its width.
    pub(super) fn width(self) -> usize {
        self.width
    }

    /// Its bits, unique among the prefixes of one width.
    pub(super) fn bits(self) -> u64 {
        self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes(text: &str) -> Vec<Prefix> {
        Prefix::of(text.parse().unwrap()).collect()
    }

    /// How many prefixes two addresses share.
    fn shared(a: &str, b: &str) -> usize {
        let (a, b) = (prefixes(a), prefixes(b));
        a.iter().filter(|prefix| b.contains(prefix)).count()
    }

    #[test]
    fn addresses_share_the_prefixes_that_both_begin_with() {
        for (one, other, of, expected) in [
            ("2001:db8:1:200::1", "2001:db8:1:200:ffff::", 4, 4),
            ("2001:db8:1:200::1", "2001:db8:1:2ff::1", 4, 3),
            ("2001:db8:1:200::1", "2001:db8:1:300::1", 4, 2),
            ("2001:db8:1:200::1", "2001:db8:2:200::1", 4, 1),
            ("2001:db8:1:200::1", "2001:db9:1:200::1", 4, 0),
            ("192.0.2.1", "::ffff:192.0.2.1", 2, 2),
            ("192.0.2.1", "192.0.2.255", 2, 1),
            ("192.0.2.1", "192.0.3.1", 2, 0),
            ("192.0.2.1", "c000:201::", 2, 0),
        ] {
            assert_eq!(prefixes(one).len(), of, "{one}");
            assert_eq!(shared(one, other), expected, "{one} and {other}");
        }
    }

    #[test]
    fn wider_prefixes_have_larger_allowances() {
        for address in ["2001:db8::1", "192.0.2.1"] {
            let factors: Vec<_> = prefixes(address).iter().map(|prefix| prefix.factor()).collect();
            assert_eq!(factors.first(), Some(&1));
            assert!(factors.is_sorted_by(|narrow, wide| narrow < wide), "{factors:?}");
        }
    }
}
