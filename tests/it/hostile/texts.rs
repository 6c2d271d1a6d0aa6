//! Documents whose text is odd: strings, comments, marks and characters.

use super::case::{Case, Expect, INVALID, LIMIT, PARSE};

const FINE: Expect = Expect::Data;

pub(super) fn cases() -> Vec<Case> {
    [strings(), ignored(), broken()].concat()
}

fn node(id: &str) -> String {
    format!("{{ node(id: {id}) {{ id }} }}")
}

fn strings() -> Vec<Case> {
    let braces = "{[(".repeat(2_000);
    vec![
        Case::document("brackets in a string", &node(&format!("\"{braces}\"")), FINE),
        Case::document(
            "brackets in a block string",
            &node(&format!("\"\"\"{braces}\"\"\"")),
            FINE,
        ),
        Case::document(
            "spreads in a string",
            &node(&format!("\"{}\"", "...".repeat(500))),
            FINE,
        ),
        Case::document(
            "a quote in a block string",
            &node("\"\"\" \" [[[ \" \"\"\""),
            FINE,
        ),
        Case::document(
            "escaped quotes in a block string",
            &node("\"\"\" \\\"\"\" [[[ \"\"\""),
            FINE,
        ),
        Case::document("an escaped quote in a string", &node("\"\\\"[[[\""), FINE),
        Case::document("a backslash before the end of a string", &node("\"\\\\\""), FINE),
        Case::document("a string that looks like a comment", &node("\"# [[[\""), FINE),
        Case::document("a string ended by a comment", &node("\"# \n\""), PARSE),
        Case::document(
            "brackets after a string that an escape seems to keep open",
            &node(&format!("[\"\\\\\", {}]", "[".repeat(500))),
            LIMIT,
        ),
        Case::document(
            "brackets after a block string that an escape seems to keep open",
            &node(&format!("[\"\"\"\\\\\"\"\"\", {}]", "[".repeat(500))),
            Expect::Refused(&["QUERY_LIMIT_EXCEEDED", "GRAPHQL_PARSE_FAILED"]),
        ),
        Case::document(
            "brackets after an empty string",
            &node(&format!("[\"\", {}]", "[".repeat(500))),
            LIMIT,
        ),
        Case::document(
            "brackets after an empty block string",
            &node(&format!("[\"\"\"\"\"\", {}]", "[".repeat(500))),
            LIMIT,
        ),
        Case::document("a string without an end", "{ node(id: \"abc) { id } }", PARSE),
        Case::document("a string that ends with the document", "{ node(id: \"", PARSE),
        Case::document(
            "a block string without an end",
            "{ node(id: \"\"\"abc) { id } }",
            PARSE,
        ),
        Case::document(
            "a block string with two quotes at its end",
            "{ node(id: \"\"\"abc\"\") { id } }",
            PARSE,
        ),
        Case::document("a string over two lines", &node("\"a\nb\""), PARSE),
        Case::document("a string over a carriage return", &node("\"a\rb\""), PARSE),
        Case::document("an unknown escape", &node("\"\\x41\""), PARSE),
        Case::document("half an escape", &node("\"\\u00\""), PARSE),
        Case::document("a surrogate alone", &node("\"\\ud800\""), PARSE),
        Case::document("an escape past Unicode", &node("\"\\u{110000}\""), PARSE),
        Case::document("an escaped NUL", &node("\"\\u0000\""), FINE),
        Case::document(
            "a long string",
            &node(&format!("\"{}\"", "x".repeat(15_000))),
            FINE,
        ),
        Case::document(
            "a string past the size",
            &node(&format!("\"{}\"", "x".repeat(17_000))),
            LIMIT,
        ),
        Case::document("text from right to left", &node("\"\u{202e}\u{2066}abc\""), FINE),
        Case::document(
            "a character outside the first plane",
            &node("\"\u{1f980}\""),
            FINE,
        ),
    ]
}

fn ignored() -> Vec<Case> {
    vec![
        Case::document(
            "quotes in a comment",
            "# \" \"\"\" [[[[\n{ viewer { isAuthenticated } }",
            FINE,
        ),
        Case::document(
            "brackets in a comment",
            &format!("{{ viewer {{ isAuthenticated }} }} # {}", "{[(".repeat(2_000)),
            FINE,
        ),
        Case::document(
            "brackets after a comment",
            &format!("# a comment\r{}", "{ a".repeat(2_000)),
            LIMIT,
        ),
        Case::document("nothing but a comment", "# { me { id } }", PARSE),
        Case::document("nothing but commas", &",".repeat(1_000), PARSE),
        Case::document(
            "commas everywhere",
            ",,{,,viewer,,{,,isAuthenticated,,},,},,",
            FINE,
        ),
        Case::document(
            "a byte order mark first",
            "\u{feff}{ viewer { isAuthenticated } }",
            Expect::Data,
        ),
        Case::document(
            "white space of 17 KiB",
            &format!("{}{{ me {{ id }} }}", " ".repeat(17_000)),
            LIMIT,
        ),
        Case::document(
            "comments of 17 KiB",
            &format!("{}{{ me {{ id }} }}", "#\n".repeat(8_500)),
            LIMIT,
        ),
        Case::document("no document", "", PARSE),
        Case::document("a blank document", " \n\t ", PARSE),
    ]
}

fn broken() -> Vec<Case> {
    let mut cases = Vec::new();
    for (about, text) in [
        ("NUL", "{ me { id } }\u{0}"),
        ("NUL in a name", "{ m\u{0}e { id } }"),
        ("a control character", "{ me\u{7} { id } }"),
        ("a no-break space", "{\u{a0}me { id } }"),
        ("a line separator", "{ me\u{2028}{ id } }"),
        ("a name in Cyrillic", "{ \u{43c}\u{435} { id } }"),
        ("a typographic quote", "{ node(id: \u{201c}a\u{201d}) { id } }"),
        ("SQL", "SELECT * FROM users; --"),
        ("HTML", "<script>alert(1)</script>"),
        ("JSON", "{\"query\": \"{ me { id } }\"}"),
        ("two dots", "{ .. on Query { me { id } } }"),
        ("four dots", "{ .... on Query { me { id } } }"),
        ("an alias without a field", "{ a: }"),
        ("two aliases", "{ a: b: me { id } }"),
        ("a variable without a name", "query ($: ID) { me { id } }"),
        ("a type without a name", "query ($a: !) { me { id } }"),
        ("two exclamation marks", "query ($a: ID!!) { me { id } }"),
        ("a number that begins with nought", "{ node(id: 007) { id } }"),
        ("a number that ends with a dot", "{ node(id: 1.) { id } }"),
        ("a number without digits", "{ node(id: -) { id } }"),
        ("a number and a name", "{ node(id: 1a) { id } }"),
        ("single quotes", "{ node(id: 'a') { id } }"),
        ("the marks of grammar", "!$&()...:=@[]{|}"),
        ("percent signs", "%7B me %7B id %7D %7D"),
        ("an operation without a selection", "query A"),
        ("an operation of an unknown kind", "fetch { me { id } }"),
    ] {
        cases.push(Case::document(about, text, PARSE));
    }
    cases.push(Case::document(
        "a huge number",
        "{ node(id: 1e400) { id } }",
        Expect::Refused(&["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"]),
    ));
    cases.push(Case::document(
        "a boolean for an id",
        "{ node(id: true) { id } }",
        INVALID,
    ));
    cases.push(Case::document(
        "null for an id",
        "{ node(id: null) { id } }",
        INVALID,
    ));
    cases
}
