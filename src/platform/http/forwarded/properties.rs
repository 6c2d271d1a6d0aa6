//! Properties of reading proxy headers, whatever a client has written into them.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Hop, X_FORWARDED_FOR, forwarded, x_forwarded_for};

/// Whether the bytes are a valid `Forwarded` header to which proxies can append.
///
/// # Panics
///
/// If a proxy appends a client's address to these bytes, and another one is read instead.
pub fn check(bytes: &[u8]) -> bool {
    let mut is_read = false;
    for address in ["203.0.113.9", "2001:db8:1::9"] {
        let address: IpAddr = address.parse().unwrap_or(IpAddr::from([0; 4]));
        let (bare, quoted) = match address {
            IpAddr::V4(address) => (format!("{address}"), format!("for=\"{address}:80\"")),
            IpAddr::V6(address) => (
                format!("[{address}]:80"),
                format!("for=\"[{address}]\";proto=https"),
            ),
        };
        for (line, separator) in [(bytes, ","), (bytes, ", ")] {
            let with = |added: &str| [line, separator.as_bytes(), added.as_bytes()].concat();
            if let Some(hop) = last(X_FORWARDED_FOR, &with(&bare), x_forwarded_for) {
                let is_text = bytes.iter().all(u8::is_ascii);
                assert!(
                    hop == is_text.then_some(address),
                    "a client wrote another hop: {hop:?}"
                );
            }
            if let Some(hop) = last(header::FORWARDED, &with(&quoted), forwarded) {
                assert!(
                    hop.is_none_or(|hop| hop == address),
                    "a client wrote another hop: {hop:?}"
                );
                is_read |= hop.is_some();
            }
        }
    }
    is_read
}

/// The last hop in a header with this value; none if no header can have it.
fn last(name: HeaderName, value: &[u8], read: impl Fn(&HeaderMap) -> Option<Vec<Hop>>) -> Option<Hop> {
    let value = HeaderValue::from_bytes(value).ok()?;
    read(&HeaderMap::from_iter([(name, value)]))?.pop()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn no_client_can_say_what_its_proxy_says() {
        const PIECES: &[&str] = &[
            "for=",
            "For=",
            "by=",
            "x=",
            "192.0.2.1",
            "[2001:db8::7]",
            ":80",
            "unknown",
            "_hidden",
            "\"",
            "\"",
            "\\",
            "=",
            ";",
            ",",
            ", ",
            " ",
            "\t",
            "é",
        ];
        keeps(20, vec(any::<u8>(), 0..40), |bytes| check(bytes));
        let read = keeps(60, pieces(PIECES, 8), |text| check(text.as_bytes()));
        assert!(read > 300, "only {read} can be appended to");
    }
}
