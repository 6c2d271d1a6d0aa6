//! Chooses the visitor's language from the available ones (RFC 4647, section 3.4).

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

use crate::platform::http::accept_language::LanguageRange;

/// The best of `languages` for these ranges, which are sorted by weight. `None` if none is acceptable.
pub(super) fn choose<'a>(
    ranges: &[LanguageRange<'_>],
    languages: &[&'a LanguageIdentifier],
) -> Option<&'a LanguageIdentifier> {
    let mut allowed = languages
        .iter()
        .copied()
        .filter(|language| !is_refused(ranges, language));
    let wanted = ranges.iter().filter(|range| range.weight > 0);
    let candidates: Vec<_> = allowed.clone().collect();
    let mut found = wanted.filter_map(|range| {
        if range.tag == "*" {
            let is_named =
                |language: &LanguageIdentifier| closest(ranges, language).is_some_and(|it| it.tag != "*");
            return candidates.iter().copied().find(|language| !is_named(language));
        }
        let requested = language(range.tag)?;
        let matches = negotiate_languages(&[requested], &candidates, None, NegotiationStrategy::Lookup);
        matches.first().map(|found| **found)
    });
    found.next().or_else(|| allowed.next())
}

/// Whether the visitor refuses this language: the range that matches it most closely has a weight of 0.
fn is_refused(ranges: &[LanguageRange<'_>], language: &LanguageIdentifier) -> bool {
    closest(ranges, language).is_some_and(|range| range.weight == 0)
}

fn closest<'a, 'b>(
    ranges: &'a [LanguageRange<'b>],
    language: &LanguageIdentifier,
) -> Option<&'a LanguageRange<'b>> {
    let language = language.to_string();
    let fitting = ranges
        .iter()
        .filter_map(|range| Some((range.fit(&language)?, range)));
    fitting.max_by_key(|(fit, _)| *fit).map(|(_, range)| range)
}

/// The language of a tag, without unparsable extensions at its end, as in `de-u-co-phonebk`.
fn language(tag: &str) -> Option<LanguageIdentifier> {
    let mut tag = tag;
    loop {
        match tag.parse() {
            Ok(language) => return Some(language),
            Err(_) => tag = tag.rsplit_once('-')?.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::http::accept_language;

    #[test]
    fn weights_refusals_and_wildcards_count() {
        let languages: Vec<LanguageIdentifier> = ["en", "de", "pt-BR"]
            .iter()
            .map(|tag| tag.parse().unwrap())
            .collect();
        let languages: Vec<_> = languages.iter().collect();
        for (header, expected) in [
            ("", "en"),
            ("de", "de"),
            ("en;q=0.1, de;q=0.9", "de"),
            ("de;q=0.5, en;q=0.5", "de"),
            ("en;q=0, de;q=0.1", "de"),
            ("de;q=0, en", "en"),
            ("de;q=0, de-AT", "en"),
            ("de;q=0", "en"),
            ("en;q=0", "de"),
            ("en;q=0, *;q=0.5", "de"),
            ("*;q=0, de", "de"),
            ("*;q=0", "en"),
            ("*", "en"),
            ("fr, *;q=0.5", "en"),
            ("en;q=0.1, *;q=0.9", "de"),
            ("*, de", "en"),
            ("fr, de;q=0.1", "de"),
            ("de-AT", "de"),
            ("DE-at ; q=0.9, en ; q=0.8", "de"),
            ("de-u-co-phonebk", "de"),
            ("de-DE-x-private", "de"),
            ("pt", "pt-BR"),
            ("PT-br", "pt-BR"),
            ("x, ;q=1, de;q=2, en-GB;q=0.3", "en"),
        ] {
            let ranges = accept_language::ranges([header.as_bytes()].into_iter());
            let chosen = choose(&ranges, &languages);
            let chosen = chosen.or(languages.first().copied()).unwrap().to_string();
            assert_eq!(chosen, expected, "{header}");
        }
    }
}
