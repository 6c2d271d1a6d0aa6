//! Properties of the texts that pass the scan, measured on the parsed documents.

mod extent;
mod library;

use self::{extent::Extent, library::reads_alike};
use super::prescan;
use crate::platform::graphql::{document_limits::DocumentLimits, syntax::parse_document};

/// Whether the text passes the scan and is a document. Then it is within the limits, for any limits, and if the library
/// can parse the text, too, it yields the same document.
///
/// # Panics
///
/// If the text passes the scan but the parsed document nests deeper or spreads more often than the scan counted, or the
/// library parses another document.
pub fn check(text: &str) -> bool {
    let limits = DocumentLimits::default();
    if prescan(text, &limits).is_err() {
        return false;
    }
    // Returning at all is a property: without the scan, deep texts overflow the stack.
    let Ok(document) = parse_document(text, &limits) else {
        return false;
    };
    let found = Extent::of(&document);
    assert!(found.nesting <= limits.nesting, "nests {} deep", found.nesting);
    assert!(found.spreads <= limits.spreads, "spreads {} times", found.spreads);
    // Most texts are far from the limits, so also check with limits just below what was found: the scan must refuse.
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
    // The next step of a request must return, too.
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

    /// Pieces of lists, including all kinds of strings.
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

    /// Found by the fuzzer: the library takes `on` for the name of a fragment.
    #[test]
    fn a_comment_can_stand_after_on() {
        assert!(check("{ ...on # comment\n Query { a } }"));
    }

    /// Found by the fuzzer: the library reads the integer as a float.
    #[test]
    fn the_integer_minus_zero_is_zero() {
        for text in ["{ a(b: -0) }", "{ a(b: [-0, -0.0, 0]) }"] {
            assert!(check(text), "{text}");
        }
    }

    #[test]
    fn what_passes_is_never_larger_to_the_parser_than_to_the_scan() {
        keeps(10, pieces(PIECES, 60), |text| check(text));
        // Inside braces, far more texts are documents.
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
