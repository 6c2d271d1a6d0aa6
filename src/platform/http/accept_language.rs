//! The languages that a visitor reads (RFC 9110, section 12.5.4).

use std::cmp::Reverse;

use axum::http::{HeaderMap, HeaderValue, header};

use super::field_value::{Parameterized, members};

/// Maximum number of languages to read. Browsers send a dozen at most.
const MAX_RANGES: usize = 32;

/// Maximum length of a tag in bytes. Real ones need half of that (RFC 5646, section 4.4.1), and parsing a tag takes
/// time quadratic in its length.
const MAX_TAG: usize = 64;

/// A language, or `*` for all languages without their own range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageRange<'a> {
    /// A tag such as `de-AT`, or `*`. Not validated.
    pub tag: &'a str,
    /// In thousandths; 0 for a language that the visitor does not accept.
    pub weight: u16,
}

/// The ranges of all `Accept-Language` headers by descending weight; equal ones in the order of the header. Skips
/// invalid ones.
pub fn accepted_languages(headers: &HeaderMap) -> Vec<LanguageRange<'_>> {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    ranges(values.map(HeaderValue::as_bytes))
}

/// The same from the values of the headers.
pub fn ranges<'a>(values: impl Iterator<Item = &'a [u8]>) -> Vec<LanguageRange<'a>> {
    let members = values.flat_map(members);
    let mut ranges: Vec<_> = members.take(MAX_RANGES).filter_map(LanguageRange::read).collect();
    ranges.sort_by_key(|range| Reverse(range.weight));
    ranges
}

impl<'a> LanguageRange<'a> {
    fn read(member: &'a str) -> Option<Self> {
        let range = Parameterized::read(member)?;
        Some(Self {
            weight: range.weight()?,
            ..Self::of(range.value)?
        })
    }

    /// The range of one tag, with the highest weight. `None` if it is too long for a tag.
    pub fn of(tag: &'a str) -> Option<Self> {
        (tag.len() <= MAX_TAG).then_some(Self { tag, weight: 1_000 })
    }

    /// How closely the range matches a language: the length of its tag if it is a prefix of the language (RFC 4647,
    /// section 3.3.1), 0 for `*`.
    pub fn fit(self, language: &str) -> Option<usize> {
        if self.tag == "*" {
            return Some(0);
        }
        let (start, rest) = language.split_at_checked(self.tag.len())?;
        (start.eq_ignore_ascii_case(self.tag) && (rest.is_empty() || rest.starts_with('-')))
            .then_some(self.tag.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(lines: &[&str]) -> Vec<(String, u16)> {
        let value = |line| HeaderValue::from_str(line).unwrap();
        let headers = lines
            .iter()
            .map(|line| (header::ACCEPT_LANGUAGE, value(line)))
            .collect();
        let ranges = accepted_languages(&headers);
        ranges
            .iter()
            .map(|range| (range.tag.to_owned(), range.weight))
            .collect()
    }

    #[test]
    fn what_is_too_long_for_a_language_is_skipped() {
        let long = format!("de{}, en", "-aaaa".repeat(1_000));
        assert_eq!(tags(&[&long]), [("en".to_owned(), 1_000)]);
    }

    #[test]
    fn languages_come_in_the_order_of_their_weights() {
        for (lines, expected) in [
            (&["de"][..], &[("de", 1_000)][..]),
            (&["en;q=0.1, de;q=0.9"], &[("de", 900), ("en", 100)]),
            (&["en ; q=0.1,de\t;\tQ=0.9"], &[("de", 900), ("en", 100)]),
            (&["de;q=0, en"], &[("en", 1_000), ("de", 0)]),
            (&["en, de"], &[("en", 1_000), ("de", 1_000)]),
            (&["en;q=0.5", "de"], &[("de", 1_000), ("en", 500)]),
            (&["*, de;q=x, en;q=0.5"], &[("*", 1_000), ("en", 500)]),
            (&[""], &[]),
            (&[], &[]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|(tag, weight)| ((*tag).to_owned(), *weight))
                .collect();
            assert_eq!(tags(lines), expected, "{lines:?}");
        }
        assert_eq!(tags(&[&"de,".repeat(33)]).len(), MAX_RANGES);
    }

    #[test]
    fn a_range_fits_the_languages_below_it() {
        let fit = |tag, language| LanguageRange { tag, weight: 1_000 }.fit(language);
        assert_eq!(fit("de", "de"), Some(2));
        assert_eq!(fit("DE", "de-AT"), Some(2));
        assert_eq!(fit("de-at", "de-AT"), Some(5));
        assert_eq!(fit("*", "de"), Some(0));
        for (tag, language) in [("de-AT", "de"), ("d", "de"), ("en", "de"), ("", "de")] {
            assert_eq!(fit(tag, language), None, "{tag}");
        }
    }
}
