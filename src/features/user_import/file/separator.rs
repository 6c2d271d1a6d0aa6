//! What stands between the cells of CSV.

use std::io::{self, BufRead};

use super::record::MAX_RECORD;

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    /// In words, for messages.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Comma => "commas",
            Self::Semicolon => "semicolons",
            Self::Tab => "tabs",
        }
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// The one that a header has most of, quoted names aside.
    pub(super) fn of_header(header: &[u8]) -> Self {
        let mut is_quoted = false;
        let plain: Vec<u8> = header
            .iter()
            .copied()
            .filter(|byte| {
                is_quoted ^= *byte == b'"';
                !is_quoted
            })
            .collect();
        let count = |separator: &Self| plain.split(|byte| *byte == separator.byte()).count();
        // The last of equals, so a comma if there is none.
        let all = [Self::Tab, Self::Semicolon, Self::Comma];
        all.into_iter().max_by_key(count).unwrap_or(Self::Comma)
    }
}

/// Takes the first line from the input, its line break included; quoted line breaks do not end it. At most as much as a
/// record can have.
pub(super) fn take_header(input: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut header = Vec::new();
    let mut is_quoted = false;
    while header.len() <= MAX_RECORD {
        let part = input.fill_buf()?;
        let mut taken = 0;
        let mut is_over = part.is_empty();
        for byte in part {
            taken += 1;
            is_quoted ^= *byte == b'"';
            header.push(*byte);
            if *byte == b'\n' && !is_quoted {
                is_over = true;
                break;
            }
        }
        input.consume(taken);
        if is_over {
            break;
        }
    }
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_header_tells_the_separator_but_not_what_is_quoted() {
        for (header, separator) in [
            ("email", Separator::Comma),
            ("name,email", Separator::Comma),
            ("name;email", Separator::Semicolon),
            ("name\temail", Separator::Tab),
            ("\"name; first; last\",email", Separator::Comma),
            ("\"a,\"\",b\n,c\";email", Separator::Semicolon),
        ] {
            assert_eq!(Separator::of_header(header.as_bytes()), separator, "{header}");
        }
        let long = format!("{};email", "x".repeat(50_000));
        assert_eq!(Separator::of_header(long.as_bytes()), Separator::Semicolon);
    }

    #[test]
    fn a_header_ends_at_a_line_break_that_is_not_quoted() {
        let mut input = "\"a\n\",b\nc".as_bytes();
        assert_eq!(take_header(&mut input).unwrap(), b"\"a\n\",b\n");
        assert_eq!(input, b"c");
    }
}
