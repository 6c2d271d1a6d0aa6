//! Fragments: bombs, which double at every step, and cycles.

use super::{
    case::{Case, Expect, INVALID, LIMIT},
    repeats::repeat,
};

pub(super) fn cases() -> Vec<Case> {
    [bombs(), cycles(), odd()].concat()
}

/// `steps` fragments, each spreading the next one as `step` says, written with `{}` for the next one's name.
fn chain(root: &str, on: &str, step: &str, steps: usize, end: &str) -> String {
    let fragments = repeat(steps, |n| {
        let body = step.replace("{}", &format!("F{}", n + 1));
        format!("fragment F{n} on {on} {{ {body} }}")
    });
    let root = root.replace("{}", "F0");
    format!("{root} {fragments} fragment F{steps} on {on} {{ {end} }}")
}

fn bombs() -> Vec<Case> {
    let mut cases = Vec::new();
    for (about, root, on, step, end) in [
        (
            "twice each",
            "{ ...{} ...{} }",
            "Query",
            "...{} ...{}",
            "me { id }",
        ),
        (
            "twice each under aliases",
            "{ a: viewer { ...{} } b: viewer { ...{} } }",
            "Viewer",
            "a: user { id } ...{} ...{}",
            "isAuthenticated",
        ),
        (
            "ten times each",
            "{ ...{} ...{} ...{} ...{} ...{} }",
            "Query",
            "...{} ...{} ...{} ...{} ...{}",
            "me { id }",
        ),
        (
            "through inline fragments",
            "{ ... { ...{} } ... { ...{} } }",
            "Query",
            "... { ...{} } ... { ...{} }",
            "me { id }",
        ),
        (
            "through typed fragments",
            "{ ... on Query { ...{} ...{} } }",
            "Query",
            "... on Query { ...{} ...{} }",
            "me { id }",
        ),
        (
            "under directives",
            "{ ...{} @include(if: true) ...{} @skip(if: true) }",
            "Query",
            "...{} @skip(if: true) ...{}",
            "me { id }",
        ),
        (
            "through the introspection types",
            "{ __schema { types { ...{} ...{} } } }",
            "__Type",
            "ofType { ...{} ...{} }",
            "name",
        ),
        (
            "through fields of objects",
            "{ viewer { ...{} ...{} } }",
            "Viewer",
            "user { id } ...{} ...{}",
            "isAuthenticated",
        ),
        (
            "in a mutation",
            "mutation { ...{} ...{} }",
            "Mutation",
            "...{} ...{}",
            "logout { wasSignedIn }",
        ),
        (
            "by name and by itself",
            "{ node(id: 1) { ...{} ...{} } }",
            "Node",
            "... on Node { ...{} } ...{}",
            "a: id b: id",
        ),
    ] {
        // Few enough spreads for the scan: what comes out of them is counted. Then too many spreads.
        let few = 20 / step.matches("...").count() - 1;
        cases.push(Case::document(
            format!("a small bomb, {about}"),
            &chain(root, on, step, few, end),
            LIMIT,
        ));
        cases.push(Case::document(
            format!("a bomb, {about}"),
            &chain(root, on, step, 25, end),
            LIMIT,
        ));
    }
    cases
}

fn cycles() -> Vec<Case> {
    let cycle = "{ me { id } } ";
    [
        ("a fragment in itself", "{ ...A } fragment A on Query { ...A }"),
        (
            "a fragment in itself and a field",
            "{ ...A } fragment A on Query { me { id } ...A }",
        ),
        (
            "two in each other",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        ),
        (
            "three in a ring",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }",
        ),
        (
            "a ring that is spread nowhere",
            "fragment A on Query { ...B } fragment B on Query { ...A }",
        ),
        (
            "a ring entered late",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...B }",
        ),
        (
            "a ring through an inline fragment",
            "{ ...A } fragment A on Query { ... { ...A } }",
        ),
        (
            "a ring through an object",
            "{ viewer { ...A } } fragment A on Viewer { user { ...B } } fragment B on User { ...B }",
        ),
        (
            "a ring under a directive",
            "{ ...A @skip(if: true) } fragment A on Query { ...A @skip(if: true) }",
        ),
        (
            "a ring with two doors",
            "{ ...A ...B } fragment A on Query { ...B } fragment B on Query { ...A }",
        ),
        (
            "a ring in a mutation",
            "mutation { ...A } fragment A on Mutation { ...A }",
        ),
        (
            "a ring through the introspection types",
            "{ __schema { types { ...A } } } fragment A on __Type { ofType { ...A } }",
        ),
    ]
    .map(|(about, text)| {
        let text = if text.starts_with("fragment") {
            format!("{cycle}{text}")
        } else {
            text.to_owned()
        };
        Case::document(about, &text, INVALID)
    })
    .to_vec()
}

fn odd() -> Vec<Case> {
    vec![
        Case::document("an unknown fragment", "{ ...Nope }", INVALID),
        Case::document(
            "a fragment on an unknown type",
            "{ ...A } fragment A on Nope { id }",
            INVALID,
        ),
        Case::document(
            "a fragment on a scalar",
            "{ ...A } fragment A on String { id }",
            INVALID,
        ),
        Case::document(
            "a fragment on a type that cannot be",
            "{ me { ...A } } fragment A on Session { id }",
            INVALID,
        ),
        Case::document(
            "a fragment that is spread nowhere",
            "{ me { id } } fragment A on Query { me { id } }",
            INVALID,
        ),
        Case::document(
            "a fragment defined twice",
            "{ ...A } fragment A on Query { me { id } } fragment A on Query { viewer { isAuthenticated } }",
            Expect::Refused(&["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"]),
        ),
        Case::document(
            "fragments and no operation",
            "fragment A on Query { me { id } }",
            INVALID,
        ),
        Case::document(
            "spreads of nothing",
            "{ ... ... ... }",
            Expect::Refused(&["GRAPHQL_PARSE_FAILED"]),
        ),
        Case::document(
            "many spreads of nothing",
            &format!("{{ {} }}", "...".repeat(1_000)),
            LIMIT,
        ),
        Case::document(
            "deep inline fragments",
            &format!("{{ {} me {{ id }} {} }}", "... {".repeat(19), "}".repeat(19)),
            Expect::Ran(&["UNAUTHENTICATED"]),
        ),
    ]
}
