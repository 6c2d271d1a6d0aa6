//! Parsers, one function per type. Each error says what the text must be, and never repeats it.

use std::{
    fmt::Display,
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    str::FromStr,
    time::Duration,
};

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

use crate::platform::http::field_value::is_token;

/// `true` or `false`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "must be true or false".to_owned())
}

/// A whole number in `range`.
pub(super) fn number<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    move |text| match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!(
            "must be a whole number from {} to {}",
            range.start(),
            range.end()
        )),
    }
}

/// A duration from `min` to `max`, all three written like `15m`.
pub(super) fn time(min: &'static str, max: &'static str) -> impl Fn(&str) -> Result<Duration, String> {
    move |text| {
        let parsed = [min, text, max].map(humantime::parse_duration);
        match parsed {
            [Ok(from), Ok(time), Ok(to)] if (from..=to).contains(&time) => Ok(time),
            _ => Err(format!(
                "must be a time from {min} to {max}, such as 45s, 15m, 1h or 30d"
            )),
        }
    }
}

/// A time, such as `1d`, from `min` to `max`, or `0s` for never.
pub(super) fn time_or_never(
    min: &'static str,
    max: &'static str,
) -> impl Fn(&str) -> Result<Duration, String> {
    move |text| match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Ok(Duration::ZERO),
        _ => time(min, max)(text).map_err(|error| format!("{error}; 0s for never")),
    }
}

/// One of `words`.
pub(super) fn word<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&str) -> Result<T, String> {
    move |text| {
        words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                format!("must be one of: {}", words.join(", "))
            })
    }
}

/// Items separated by commas, each read by `item`; blank items are skipped.
pub(super) fn list<T, C: FromIterator<T>>(
    item: impl Fn(&str) -> Result<T, String>,
) -> impl Fn(&str) -> Result<C, String> {
    move |text| {
        text.split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(&item)
            .collect()
    }
}

/// At least one IP address with port.
pub(super) fn listen(text: &str) -> Result<Vec<SocketAddr>, String> {
    let addresses: Vec<_> = list(address)(text)?;
    if addresses.is_empty() {
        return Err(NO_ADDRESS.to_owned());
    }
    Ok(addresses)
}

/// An IP address with port, in a list.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| NO_ADDRESS.to_owned())
}

const NO_ADDRESS: &str =
    "must be addresses with ports, such as 127.0.0.1:8000 or [::1]:8000, separated by commas";

/// A network such as `10.0.0.0/8`, or a single address.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .map(|network| network.trunc())
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "must be addresses or networks such as 10.0.0.0/8, separated by commas".to_owned())
}

/// A host name, without scheme and port; in lower case, and without a dot at the end.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    match Host::parse(text) {
        Ok(Host::Domain(name)) if name.len() <= 253 && !name.contains('*') => {
            Ok(name.strip_suffix('.').unwrap_or(&name).to_owned())
        }
        _ => Err(
            "must be host names such as accounts.internal, without scheme, port or wildcard, separated by commas"
                .to_owned(),
        ),
    }
}

/// What stands for an empty list of roles: an empty text would be the default.
pub(super) const NO_ROLES: &str = "none";

/// Names of roles.
pub(super) fn roles(text: &str) -> Result<Vec<String>, String> {
    if text == NO_ROLES {
        return Ok(Vec::new());
    }
    list(role_name)(text)
}

/// The name of a role.
pub(super) fn role_name(text: &str) -> Result<String, String> {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    if !text.is_empty() && text.len() <= 64 && text.bytes().all(is_known) {
        Ok(text.to_owned())
    } else {
        Err(
            "must be names of roles, of 1 to 64 characters a-z, 0-9, `_` and `-`, separated by commas"
                .to_owned(),
        )
    }
}

/// The name of a role that everybody has: short, since it is in every token.
pub(super) fn default_role(text: &str) -> Result<String, String> {
    match role_name(text) {
        Ok(name) if name.len() <= 24 => Ok(name),
        _ => Err("must be the name of a role, of 1 to 24 characters a-z, 0-9, `_` and `-`".to_owned()),
    }
}

/// The name of a header; in lower case. Refuses `*`: browsers take it literally when they send cookies.
pub(super) fn header_name(text: &str) -> Result<String, String> {
    if !is_token(text) || text.contains('*') {
        return Err(
            "must be names of headers such as traceparent, separated by commas; there are no wildcards"
                .to_owned(),
        );
    }
    Ok(text.to_ascii_lowercase())
}

/// An audience for tokens: not empty, without spaces and control characters.
pub(super) fn audience(text: &str) -> Result<String, String> {
    // It is part of every token, so its quoted length must be bounded.
    let odd = |character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '"' | '\\')
    };
    if text.is_empty() || text.len() > 255 || text.contains(odd) {
        return Err(
            "must be one word, such as https://api.example.com, of at most 255 bytes and without quotes"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

/// The address of a page, as browsers write it.
pub(super) fn redirect_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).ok().filter(|url| {
        let is_plain = url.username().is_empty() && url.password().is_none();
        is_plain && matches!(url.scheme(), "http" | "https")
    });
    match url {
        Some(url) if url.as_str() == text => Ok(text.to_owned()),
        Some(_) => {
            Err("must be addresses as browsers write them: host in lower case, then at least a /".to_owned())
        }
        None => Err("must be addresses such as https://app.example.com/, separated by commas".to_owned()),
    }
}

/// A short text on one line.
pub(super) fn line(text: &str) -> Result<String, String> {
    match crate::platform::unicode::line(text, 60) {
        Ok(Some(line)) => Ok(line),
        _ => Err("must be 1 to 60 characters on one line".to_owned()),
    }
}

/// A user name or password, as one line.
pub(super) fn credential<T: for<'a> From<&'a str>>(text: &str) -> Result<T, String> {
    // The protocols that carry it end it with such a character.
    if text.len() > 255 || text.contains(char::is_control) {
        return Err("must be at most 255 bytes without control characters".to_owned());
    }
    Ok(text.into())
}

/// A text that is not empty.
pub(super) fn path<T: for<'a> From<&'a str>>(text: &str) -> Result<T, String> {
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    Ok(text.into())
}

/// What to log: a level, or directives such as `info,portcullis=debug`.
pub(super) fn log_level(text: &str) -> Result<String, String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    // A bare word that is not a level would be parsed as the name of a module, so a typo would silence the log.
    let bare_words_are_levels = text
        .split(',')
        .filter(|directive| !directive.contains(['=', '[']))
        .all(|word| LEVELS.contains(&word.trim().to_lowercase().as_str()));
    if !bare_words_are_levels || EnvFilter::builder().parse(text).is_err() {
        return Err(format!(
            "must be one of {}, or directives such as info,portcullis=debug",
            LEVELS.join(", ")
        ));
    }
    Ok(text.to_owned())
}

/// `None` if the text is empty, else what `parse` returns.
pub(super) fn optional<T>(
    parse: impl Fn(&str) -> Result<T, String>,
) -> impl Fn(&str) -> Result<Option<T>, String> {
    move |text| {
        if text.is_empty() {
            Ok(None)
        } else {
            parse(text).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units_and_bounds() {
        let ttl = time("1m", "1h");
        assert_eq!(ttl("15m"), Ok(Duration::from_mins(15)));
        assert_eq!(ttl("1m"), Ok(Duration::from_mins(1)));
        assert_eq!(ttl("60m"), Ok(Duration::from_hours(1)));
        for text in [
            "",
            "15",
            "59s",
            "61m",
            "-1m",
            "fifteen",
            "1d",
            "99999999999999999999d",
        ] {
            let error = ttl(text).unwrap_err();
            assert!(error.starts_with("must be a time from 1m to 1h"), "{error}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        let count = number(1..=64_u32);
        assert_eq!(count("64"), Ok(64));
        for text in ["", "0", "65", "-1", "1.5", "4294967297", "0x10"] {
            assert_eq!(count(text).unwrap_err(), "must be a whole number from 1 to 64");
        }
    }

    #[test]
    fn listen_takes_addresses_and_no_names() {
        let expected = ["127.0.0.1:80", "[::1]:80"].map(|text| text.parse().unwrap());
        assert_eq!(listen("127.0.0.1:80, [::1]:80"), Ok(expected.to_vec()));
        for text in ["", ",", "localhost:80", "127.0.0.1", ":80", "::1:80x"] {
            assert!(listen(text).is_err(), "{text}");
        }
    }

    #[test]
    fn headers_are_named_in_any_case_and_without_wildcards() {
        assert_eq!(header_name("TraceParent").unwrap(), "traceparent");
        for text in ["", "*", "x-*", "a b", "a:b", "a,b", "\u{fc}"] {
            assert!(header_name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks_lose_their_host_part_and_single_addresses_are_networks_of_one() {
        assert_eq!(network("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(network("10.1.2.3").unwrap().to_string(), "10.1.2.3/32");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        assert!(network("10.0.0.0/33").is_err());
    }

    #[test]
    fn a_misspelt_log_level_is_refused() {
        for text in [
            "info",
            "INFO",
            "info,portcullis=debug",
            "warn,portcullis[request]=trace",
        ] {
            assert!(log_level(text).is_ok(), "{text}");
        }
        for text in ["", "inof", "info,", "portcullis=loud"] {
            assert!(log_level(text).is_err(), "{text}");
        }
    }
}
