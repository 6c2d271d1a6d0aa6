//! What the scan promises of the texts that it passes, measured on what the parser makes of them.

mod extent;
mod library;

use self::{extent::Extent, library::reads_alike};
use super::prescan;
use crate::platform::graphql::{document_limits::DocumentLimits, syntax::parse_document};

/// Whether the text passed and is a document. None that does is past the limits, whatever they are, and where the
/// library can read the text, too, it reads the same.
///
/// # Panics
///
/// If the text passes the scan and, parsed, nests deeper or spreads more often than the scan counted, or is another
/// document to the library.
pub fn check(text: &str) -> bool {
    let limits = DocumentLimits::default();
    if prescan(text, &limits).is_err() {
        return false;
    }
    // On its own, that it comes back at all is the promise: with a stack that deep texts overflow.
    let Ok(document) = parse_document(text, &limits) else {
        return false;
    };
    let found = Extent::of(&document);
    assert!(found.nesting <= limits.nesting, "nests {} deep", found.nesting);
    assert!(found.spreads <= limits.spreads, "spreads {} times", found.spreads);
    // The limits are far away for most texts. One less than what was found must be too little for every text.
    if let Some(nesting) = found.nesting.checked_sub(1) {
        let limits = DocumentLimits { nesting, ..limits };
        assert!(
            prescan(text, &limits).is_err(),
            "counts less than {} levels",
            found.nesting
        );
    }
    if let Some(spreads) = found.spreads.checked_sub(1) {
        let limits = DocumentLimits { spreads, ..limits };
        assert!(
            prescan(text, &limits).is_err(),
            "counts less than {} spreads",
            found.spreads
        );
    }
    reads_alike(text, &document);
    // What comes next in a request must come back, too.
    limits.check(&document).ok();
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzing::{keeps, pieces};

    const PIECES: &[&str] = &[
        "{",
        "}",
        "{",
        "}",
        "{ a ",
        "{ a { b } }",
        "(",
        ")",
        "(a: ",
        "[",
        "]",
        "[",
        "]",
        "...",
        "...F ",
        "... on A {",
        "...on",
        "on ",
        "()",
        "... @d {",
        "fragment F on A {",
        "query ",
        "\"Why.\" query ",
        "(\"Which.\" $v: Int) ",
        "mutation Q",
        "($v: [[A!]!] = ",
        "$v",
        "@d",
        "@d(a: ",
        ":",
        "!",
        "=",
        "|",
        "&",
        "a",
        "a ",
        "b ",
        "on",
        "true",
        "null",
        "{a: ",
        "{a: 1}",
        "1",
        "-1.5e3",
        "\"",
        "\"",
        "\"a\"",
        "\"\"",
        "\"\"\"",
        "\"\"\"",
        "\\",
        "\\\"",
        "\\\"\"\"",
        "\\u{1F600}",
        "\\uD83D",
        "\\uDE00",
        "#",
        "#",
        "\n",
        "\r",
        " ",
        ",",
        "\u{feff}",
        "é",
    ];

    /// What lists are made of, strings of every kind among them.
    const VALUES: &[&str] = &[
        "[",
        "]",
        "[",
        "]",
        "[]",
        "{a: ",
        "}",
        "{a: 1}",
        "1",
        "$v",
        " ",
        "\"",
        "\"a\\\"b\"",
        "\"\\\\\"",
        "\"#\"",
        "\"\"",
        "\\",
        "\"\"\"a\\\"\"\"b\"\"\"",
        "\"\"\"\\\\\"\"\"",
        "\"\"\"",
        "\\\"\"\"",
        "\\u{41}",
        "\\uD83D\\uDE00",
        "#",
        "#\"",
        "\n",
        "\r",
        "é",
        "\u{feff}",
    ];

    #[test]
    fn what_passes_is_never_larger_to_the_parser_than_to_the_scan() {
        keeps(10, pieces(PIECES, 60), |text| check(text));
        // Within braces far more texts are documents.
        let parsed = keeps(60, pieces(VALUES, 8), |inside| {
            check(&format!("{{ a(b: [{inside}\n]) {{ c }} }}"))
        }) + keeps(40, pieces(PIECES, 12), |inside| {
            check(&format!("{{ a {inside} }}"))
        });
        assert!(parsed > 1_000, "only {parsed} of the texts are documents");
    }

    #[test]
    fn a_document_at_the_limits_passes() {
        let deep = format!("{{ a(b: {}1{}) }}", "[".repeat(30), "]".repeat(30));
        let wide = format!("{{ {} }}", "... { a } ".repeat(20));
        assert!(check(&deep));
        assert!(check(&wide));
    }
}
