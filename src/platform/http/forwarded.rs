//! The client addresses in the headers of proxies: `X-Forwarded-For`, and `Forwarded` (RFC 7239).
//!
//! Each proxy appends on the right; the client can forge everything left of that. So invalid text must not shift the
//! position of the last proxy's entry.

#[cfg(any(test, fuzzing))]
pub mod properties;

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{
    field_value::is_token_byte,
    whitespace::{OWS, trim},
};

/// The non-standard header that most proxies write.
pub const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client that one proxy forwarded for; none without a valid address.
pub type Hop = Option<IpAddr>;

/// The hops of `X-Forwarded-For`, in the order of the proxies; none if there is no such header.
pub fn x_forwarded_for(headers: &HeaderMap) -> Option<Vec<Hop>> {
    hops(headers, &X_FORWARDED_FOR, |line| {
        line.split(',').map(|hop| node(hop.trim_matches(OWS))).collect()
    })
}

/// The hops of `Forwarded`; none if there is no such header. An invalid line is one hop without address: if a quoted
/// text is not closed, it is impossible to know which part is the proxy's.
pub fn forwarded(headers: &HeaderMap) -> Option<Vec<Hop>> {
    hops(headers, &header::FORWARDED, |line| {
        elements(line.as_bytes()).unwrap_or_else(|| vec![None])
    })
}

fn hops(headers: &HeaderMap, name: &HeaderName, read: impl Fn(&str) -> Vec<Hop>) -> Option<Vec<Hop>> {
    let hops_of_line = |line: &HeaderValue| line.to_str().map_or_else(|_| vec![None], &read);
    headers
        .contains_key(name)
        .then(|| headers.get_all(name).iter().flat_map(hops_of_line).collect())
}

/// An address, with or without a port and quotation marks: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`,
/// `[2001:db8::1]`, `"[2001:db8::1]:4711"`.
fn node(text: &str) -> Hop {
    let unquoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let text = unquoted.unwrap_or(text);
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let (address, port) = if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let address: Ipv6Addr = address.parse().ok()?;
        (IpAddr::V6(address), port.strip_prefix(':'))
    } else {
        let (address, port) = text.split_once(':')?;
        (IpAddr::V4(address.parse().ok()?), Some(port))
    };
    let is_whole = text.ends_with(']') && port.is_none();
    (is_whole || port.is_some_and(is_port)).then_some(address)
}

/// A port number, or an obfuscated port (RFC 7239, section 6).
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(name) => {
            let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            !name.is_empty() && name.bytes().all(is_part)
        }
        None => (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// The `for` of each element of one line; none if the line violates the grammar (RFC 7239, section 4).
fn elements(line: &[u8]) -> Option<Vec<Hop>> {
    let mut hops = Vec::new();
    let mut rest = line;
    loop {
        let mut hop = None;
        // Empty pairs, as in `for=a;`, are allowed.
        loop {
            rest = trim(rest);
            if !matches!(rest.first(), None | Some(b';' | b',')) {
                let (name, value, after) = pair(rest)?;
                if name.eq_ignore_ascii_case(b"for") && hop.replace(value).is_some() {
                    return None;
                }
                rest = after;
            }
            match rest.split_first() {
                Some((b';', after)) => rest = after,
                _ => break,
            }
        }
        hops.push(hop.and_then(|value| node(&value)));
        match rest.split_first() {
            None => return Some(hops),
            Some((b',', after)) => rest = after,
            Some(_) => return None,
        }
    }
}

/// Name and value of the pair at the start of a text, and what follows it.
fn pair(text: &[u8]) -> Option<(&[u8], String, &[u8])> {
    let at = text.iter().position(|byte| !is_token_byte(*byte))?;
    let (name, rest) = text.split_at_checked(at)?;
    let rest = rest.strip_prefix(b"=")?;
    let (value, rest) = if let Some(rest) = rest.strip_prefix(b"\"") {
        quoted(rest)?
    } else {
        // Tokens cannot contain colons and brackets, but some proxies omit the quotation marks.
        let is_value = |byte: u8| is_token_byte(byte) || b":[]".contains(&byte);
        let end = rest.iter().position(|byte| !is_value(*byte));
        let (value, rest) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        (String::from_utf8(value.to_vec()).ok()?, rest)
    };
    (!name.is_empty() && !value.is_empty()).then_some((name, value, trim_start(rest)))
}

/// A quoted text after its first quotation mark, and what follows it.
fn quoted(text: &[u8]) -> Option<(String, &[u8])> {
    let mut value = Vec::new();
    let mut bytes = text.iter().copied().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some((String::from_utf8(value).ok()?, text.get(at + 1..)?)),
            b'\\' => value.push(bytes.next()?.1),
            _ => value.push(byte),
        }
    }
    None
}

fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &HeaderName, lines: &[&'static str]) -> Option<Vec<String>> {
        let values = lines
            .iter()
            .map(|line| (name.clone(), HeaderValue::from_static(line)));
        let headers: HeaderMap = values.collect();
        let hops = if *name == X_FORWARDED_FOR {
            x_forwarded_for(&headers)
        } else {
            forwarded(&headers)
        };
        let text = |hop: Hop| hop.map_or_else(|| "-".to_owned(), |address| address.to_string());
        hops.map(|hops| hops.into_iter().map(text).collect())
    }

    #[test]
    fn addresses_come_with_and_without_ports_brackets_and_quotation_marks() {
        for (text, address) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:1", Some("192.0.2.1")),
            ("192.0.2.1:65535", Some("192.0.2.1")),
            ("192.0.2.1:_hidden", Some("192.0.2.1")),
            ("\"192.0.2.1:80\"", Some("192.0.2.1")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("[2001:db8::7]", Some("2001:db8::7")),
            ("[2001:db8::7]:80", Some("2001:db8::7")),
            ("\"[2001:DB8::7]:80\"", Some("2001:db8::7")),
            ("::ffff:192.0.2.1", Some("::ffff:192.0.2.1")),
            ("", None),
            ("-", None),
            ("unknown", None),
            ("_hidden", None),
            ("localhost", None),
            ("192.0.2.1:", None),
            ("192.0.2.1:http", None),
            ("192.0.2.1:123456", None),
            ("192.0.2.01", None),
            ("192.0.2", None),
            ("3221225985", None),
            ("192.0.2.1/32", None),
            ("192.0.2.1 192.0.2.2", None),
            ("[192.0.2.1]", None),
            ("[2001:db8::7", None),
            ("[2001:db8::7]80", None),
            ("[2001:db8::7]:", None),
            ("fe80::1%eth0", None),
            ("\"192.0.2.1", None),
        ] {
            assert_eq!(node(text).map(|it| it.to_string()).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn each_hop_is_one_place_in_the_list_readable_or_not() {
        let read = |lines: &[&'static str]| read(&X_FORWARDED_FOR, lines).unwrap();
        assert_eq!(
            read(&["a,\t192.0.2.1 ", "192.0.2.2:1"]),
            ["-", "192.0.2.1", "192.0.2.2"]
        );
        assert_eq!(read(&["192.0.2.1,"]), ["192.0.2.1", "-"]);
        assert_eq!(read(&[""]), ["-"]);
        assert_eq!(x_forwarded_for(&HeaderMap::new()), None);
    }

    #[test]
    fn the_standard_header_is_read_by_its_grammar() {
        for (line, hops) in [
            ("for=192.0.2.43", &["192.0.2.43"][..]),
            ("For=\"[2001:db8:cafe::17]:4711\"", &["2001:db8:cafe::17"]),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", &["192.0.2.60"]),
            ("proto=http ; FOR=192.0.2.60", &["192.0.2.60"]),
            (
                "for=192.0.2.43, for=198.51.100.17",
                &["192.0.2.43", "198.51.100.17"],
            ),
            (
                "for=192.0.2.43:80,for=[2001:db8::7]",
                &["192.0.2.43", "2001:db8::7"],
            ),
            ("for=\"_gazonk\", for=unknown", &["-", "-"]),
            ("for=\"192.0.2\\.43\"", &["192.0.2.43"]),
            ("host=\"a, for=192.0.2.1; \\\"\";for=192.0.2.2;", &["192.0.2.2"]),
            ("for=192.0.2.43, proto=https", &["192.0.2.43", "-"]),
            ("for=192.0.2.43,", &["192.0.2.43", "-"]),
            ("", &["-"]),
            // A line that violates the grammar is one hop without address.
            ("for=192.0.2.1;for=192.0.2.2", &["-"]),
            ("for=192.0.2.1, for", &["-"]),
            ("for=192.0.2.1, =b", &["-"]),
            ("for=192.0.2.1, for=", &["-"]),
            ("for=192.0.2.1 for=192.0.2.2", &["-"]),
            ("for = 192.0.2.1", &["-"]),
            ("192.0.2.1", &["-"]),
            ("for=192.0.2.1;x=\", for=198.51.100.17", &["-"]),
            ("for=192.0.2.1;x=\", for=\"[2001:db8::7]\"", &["-"]),
        ] {
            assert_eq!(read(&header::FORWARDED, &[line]).unwrap(), hops, "{line}");
        }
        let lines = ["for=\"", "for=192.0.2.1"];
        assert_eq!(read(&header::FORWARDED, &lines).unwrap(), ["-", "192.0.2.1"]);
    }
}
