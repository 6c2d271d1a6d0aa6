//! Optional white space in header text (RFC 9110, section 5.6.3).

/// Optional white space of HTTP: space and tab. `str::trim` removes more, so it would read names and values that no
/// other program reads.
pub const OWS: [char; 2] = [' ', '\t'];

/// Removes optional white space at both ends.
pub fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_tabs_are_dropped_at_the_ends_and_nothing_else() {
        for (text, expected) in [
            ("", ""),
            (" \t ", ""),
            (" \ta \t b\t ", "a \t b"),
            ("\u{a0}a\u{2000}", "\u{a0}a\u{2000}"),
            ("\x0ba\r\n", "\x0ba\r\n"),
        ] {
            assert_eq!(trim(text.as_bytes()), expected.as_bytes(), "{text:?}");
            assert_eq!(text.trim_matches(OWS), expected, "{text:?}");
        }
    }
}
