//! Documents that repeat too often what may be repeated, or repeat what may occur once.

use super::case::{Case, Expect, INPUT, INVALID, LIMIT, OPERATION};

const MISPLACED: Expect = Expect::Refused(&["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]);

/// Documents with too many of something; `*` stands for it.
const MANY: &[(&str, &str, usize, &str)] = &[
    ("aliases", "{ viewer { * } }", 16, "a#: isAuthenticated"),
    ("aliases at the root", "{ * }", 100, "a#: me { id }"),
    (
        "aliases in an operation not asked for",
        "query A { me { id } } query B { viewer { * } }",
        16,
        "a#: isAuthenticated",
    ),
    (
        "aliases, spread",
        "{ viewer { ...A } a: viewer { ...A } } fragment A on Viewer { * }",
        8,
        "a#: isAuthenticated",
    ),
    ("root fields", "{ * }", 11, "me { id }"),
    ("root fields in fragments", "{ * }", 11, "... { me { id } }"),
    ("mutations", "mutation { * }", 12, "a#: logout { wasSignedIn }"),
    ("directives on a field", "{ me * { id } }", 21, "@skip(if: false)"),
    (
        "directives on the operation",
        "query * { me { id } }",
        21,
        "@skip(if: false)",
    ),
    (
        "directives on an inline fragment",
        "{ ... * { me { id } } }",
        21,
        "@skip(if: false)",
    ),
    (
        "directives on an unused fragment",
        "{ me { id } } fragment A on Query * { me { id } }",
        21,
        "@skip(if: false)",
    ),
    (
        "directives on a variable",
        "query ($a: ID *) { me { id } }",
        21,
        "@skip(if: false)",
    ),
    ("fields", "{ viewer { * } }", 251, "isAuthenticated"),
    ("tokens", "{ * }", 1_001, "me"),
    ("operations", "*", 200, "query A# { me { id } }"),
    ("levels", "* a }}}}}}}}}}}}}}}}", 16, "{ a"),
];

/// Documents in which something stands that may not stand so, or not twice.
const ONCE: &[(&str, &str, Expect)] = &[
    (
        "unknown directives",
        "{ me @defer @stream @live @auth @export(as: \"a\") { id } }",
        INVALID,
    ),
    (
        "a directive twice",
        "{ me @skip(if: false) @skip(if: false) { id } }",
        INVALID,
    ),
    (
        "a directive without its argument",
        "{ me @include { id } }",
        INVALID,
    ),
    (
        "a variable twice",
        "query ($a: ID!, $a: ID!) { node(id: $a) { id } }",
        MISPLACED,
    ),
    ("an argument twice", "{ node(id: 1, id: 2) { id } }", INVALID),
    (
        "a field of an object twice",
        "mutation { login(input: { email: \"a\", email: \"b\", password: \"c\" }) { userErrors { code } } }",
        INVALID,
    ),
    (
        "fields of one name that differ",
        "{ a: me { id } a: viewer { isAuthenticated } }",
        INVALID,
    ),
];

pub(super) fn cases() -> Vec<Case> {
    let many = MANY.iter().map(|(about, text, count, item)| {
        let items = repeat(*count, |n| item.replace('#', &n.to_string()));
        Case::document(format!("{count} {about}"), &text.replace('*', &items), LIMIT)
    });
    let once = ONCE
        .iter()
        .map(|(about, text, expect)| Case::document(*about, text, *expect));
    let operations = repeat(100, |n| format!("query A{n} {{ me {{ id }} }}"));
    let variables = repeat(120, |n| format!("$a{n}: ID!"));
    let ids = repeat(900, |n| n.to_string());
    let unused = format!("query ({variables}) {{ me {{ id }} }}");
    let used = format!(
        "query ({variables}) {{ nodes(ids: [{}]) {{ id }} }}",
        repeat(120, |n| format!("$a{n}"))
    );
    many.chain(once)
        .chain([
            Case::document("a hundred operations", &operations, OPERATION),
            Case::document("variables that are not used", &unused, INVALID),
            Case::document("variables without values", &used, INPUT),
            Case::document(
                "nine hundred ids",
                &format!("{{ nodes(ids: [{ids}]) {{ id }} }}"),
                Expect::Ran(&["BAD_USER_INPUT"]),
            ),
        ])
        .collect()
}

/// This many items, distinguished by their number.
pub(super) fn repeat(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(" ")
}
