//! Decodes strings (GraphQL specification, section 2.9.4).

/// Decodes the raw text between the quotes of a string; `None` if an escape is invalid, or half of a surrogate pair.
pub(super) fn quoted_text(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = escape.chars();
        let (c, after) = match characters.next()? {
            c @ ('"' | '\\' | '/') => (c, characters.as_str()),
            'b' => ('\u{8}', characters.as_str()),
            'f' => ('\u{c}', characters.as_str()),
            'n' => ('\n', characters.as_str()),
            'r' => ('\r', characters.as_str()),
            't' => ('\t', characters.as_str()),
            'u' => unicode(characters.as_str())?,
            _ => return None,
        };
        text.push(c);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// The character that follows `\u`, and what follows it: `{1F600}`, `00e9`, or `D83D\uDE00`.
fn unicode(text: &str) -> Option<(char, &str)> {
    if let Some(text) = text.strip_prefix('{') {
        let (digits, after) = text.split_once('}')?;
        return Some((char::from_u32(hexadecimal(digits)?)?, after));
    }
    let (unit, after) = four_digits(text)?;
    if let Some(c) = char::from_u32(unit) {
        return Some((c, after));
    }
    let (trailing, after) = four_digits(after.strip_prefix("\\u")?)?;
    let pair = [u16::try_from(unit).ok()?, u16::try_from(trailing).ok()?];
    let mut decoded = char::decode_utf16(pair);
    let c = decoded.next()?.ok()?;
    Some((c, after))
}

fn four_digits(text: &str) -> Option<(u32, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    Some((hexadecimal(digits)?, after))
}

/// Parses hexadecimal digits; at least one, and no sign.
fn hexadecimal(digits: &str) -> Option<u32> {
    let is_number = digits.bytes().all(|it| it.is_ascii_hexdigit());
    is_number.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// Decodes the raw text between the quotes of a block string: without the common indentation of its lines, and without
/// blank lines around it.
pub(super) fn block_text(raw: &str) -> String {
    let text = raw.replace("\\\"\"\"", "\"\"\"").replace("\r\n", "\n");
    let lines = text.split(['\n', '\r']).collect::<Vec<_>>();
    let indents = lines.iter().skip(1).filter(|line| !is_blank(line));
    let indent = indents.map(|line| line.len() - unindented(line).len()).min();
    let indent = indent.unwrap_or(0);
    let Some(first) = lines.iter().position(|line| !is_blank(line)) else {
        return String::new();
    };
    let last = lines.iter().rposition(|line| !is_blank(line)).unwrap_or(first);
    let mut joined = String::with_capacity(text.len());
    for (number, line) in lines.iter().enumerate().take(last + 1).skip(first) {
        if number > first {
            joined.push('\n');
        }
        // A blank line can be shorter than the indentation; then it becomes empty.
        let indent = if number == 0 { 0 } else { indent };
        joined.push_str(line.get(indent..).unwrap_or_default());
    }
    joined
}

fn is_blank(line: &str) -> bool {
    unindented(line).is_empty()
}

fn unindented(line: &str) -> &str {
    line.trim_start_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::keeps;

    /// `text` encoded as a string, each character in one of the possible ways.
    fn quoted(text: &str, ways: &[u8]) -> String {
        let mut raw = String::new();
        for (c, way) in text.chars().zip(ways.iter().cycle()) {
            let zeros = usize::from(way / 8 % 4);
            match way % 8 {
                0 => write!(raw, "\\u{{{:0zeros$}{:x}}}", 0, u32::from(c), zeros = zeros),
                1 => write!(raw, "\\u{{{:X}}}", u32::from(c)),
                2 | 3 => c
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .try_for_each(|unit| match way % 8 {
                        2 => write!(raw, "\\u{unit:04x}"),
                        _ => write!(raw, "\\u{unit:04X}"),
                    }),
                _ => match c {
                    '"' | '\\' => write!(raw, "\\{c}"),
                    '\n' => write!(raw, "\\n"),
                    '\r' => write!(raw, "\\r"),
                    c => write!(raw, "{c}"),
                },
            }
            .unwrap();
        }
        raw
    }

    #[test]
    fn a_text_is_read_however_it_is_written() {
        let text = proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(vec![
                    '"', '\\', 'u', '{', '}', '\n', '\r', ' ', '\t', 'D', '8', '😀', 'é'
                ]),
                any::<char>(),
            ],
            0..12,
        );
        let ways = proptest::collection::vec(any::<u8>(), 1..8);
        keeps(20, (text, ways), |(text, ways)| {
            let text = text.iter().collect::<String>();
            assert_eq!(quoted_text(&quoted(&text, ways)).as_deref(), Some(text.as_str()));
            true
        });
    }

    #[test]
    fn a_block_is_read_as_it_was_written() {
        let line = proptest::string::string_regex("[a\"\\\\ \t😀]{0,6}").unwrap();
        let lines = proptest::collection::vec(line, 1..5);
        let written = keeps(
            20,
            (lines, 0_usize..4, any::<bool>()),
            |(lines, indent, with_return)| {
                let blank = |line: &String| is_blank(line);
                // Blank lines around a text cannot be expressed, and neither can an indentation of all lines.
                let is_indented = lines
                    .iter()
                    .filter(|it| !blank(it))
                    .all(|it| it.starts_with([' ', '\t']));
                if lines.first().is_none_or(blank) || lines.last().is_none_or(blank) || is_indented {
                    return false;
                }
                let end = if *with_return { "\r\n" } else { "\n" };
                let margin = format!("{end}{}", " ".repeat(*indent));
                let raw = lines
                    .iter()
                    .map(|line| format!("{margin}{}", line.replace("\"\"\"", "\\\"\"\"")));
                assert_eq!(
                    block_text(&format!("{}{end}", raw.collect::<String>())),
                    lines.join("\n")
                );
                true
            },
        );
        assert!(written > 300, "only {written} of the texts can be written");
    }

    #[test]
    fn escapes_mean_their_character() {
        for (raw, text) in [
            ("", ""),
            ("plain é 😀", "plain é 😀"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\u00E9", "éé"),
            (r"\uD83D\uDE00", "😀"),
            (r"a\ud83d\ude00b", "a😀b"),
            // A pair can start at any escape, not only at every second one.
            (r"\u0041\uD83D\uDE00", "A😀"),
            (r"\u{1F600}\u{1f600}", "😀😀"),
            (r"\u{0}\u{10FFFF}", "\0\u{10FFFF}"),
            (r"\u{00000000000041}", "A"),
            (r"\\u{41}", r"\u{41}"),
            ("\u{0}\u{7f}", "\u{0}\u{7f}"),
        ] {
            assert_eq!(quoted_text(raw).as_deref(), Some(text), "{raw}");
        }
    }

    #[test]
    fn other_escapes_are_refused() {
        for raw in [
            r"\q",
            r"\",
            r"\u",
            r"\u12",
            r"\u12g4",
            r"\u+123",
            r"\u{}",
            r"\u{+41}",
            r"\u{ 41}",
            r"\u{41",
            r"\u{110000}",
            r"\u{FFFFFFFF41}",
            r"\u{D83D}",
            r"\u{D83D}\u{DE00}",
            r"\uD83D",
            r"\uD83D ",
            r"\uD83D\n",
            r"\uD83D\u0041",
            r"\uD83D\uD83D\uDE00",
            r"\uD83D\u{DE00}",
            r"\uDE00",
            r"\uDE00\uD83D",
            r"\U0041",
            r"\é",
            r"\u00é",
        ] {
            assert_eq!(quoted_text(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_block_loses_its_common_indentation_and_its_blank_ends() {
        for (raw, text) in [
            ("", ""),
            (" \n\t\r\n ", ""),
            ("a", "a"),
            (" a", " a"),
            ("a \\\"\"\" b", "a \"\"\" b"),
            ("\\n \\u0041 \\", "\\n \\u0041 \\"),
            ("\n    a\n      b\n\n    c\n", "a\n  b\n\nc"),
            ("a\r\n   b\r     c\n  d", "a\n b\n   c\nd"),
            // The first line does not count, and keeps its indentation.
            ("  a\n    b\n  c", "  a\n  b\nc"),
            // A blank line within, shorter and longer than the indentation.
            ("\n    a\n  \n    b\n      \n    c", "a\n\nb\n  \nc"),
            ("\n\ta\n\t\tb", "a\n\tb"),
            ("\n \u{a0}a\n  b", "\u{a0}a\n b"),
            ("\n  é\n é", " é\né"),
        ] {
            assert_eq!(block_text(raw), text, "{raw:?}");
        }
    }
}
