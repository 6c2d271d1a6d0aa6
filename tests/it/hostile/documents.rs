//! Documents that nest, turn in circles and ask for what is not there.

use super::{
    case::{Case, Expect, INVALID, LIMIT, PARSE},
    repeats::repeat,
};

pub(super) fn cases() -> Vec<Case> {
    [nested(), introspection(), names()].concat()
}

/// Each kind of bracket in each place where brackets can stand, just too deep and far too deep.
fn nested() -> Vec<Case> {
    let mut cases = Vec::new();
    for depth in [33, 1_250, 7_000] {
        for (about, before, open, close, after) in [
            ("lists", "{ node(id: ", "[", "]", ") { id } }"),
            ("objects", "{ node(id: ", "{a:", "}", ") { id } }"),
            ("selections", "", "{ a ", "}", ""),
            ("bare selections", "", "{", "}", ""),
            ("parentheses", "{ a", "(", ")", " }"),
            ("list types", "query ($a: ", "[", "]", ") { me { id } }"),
            (
                "lists in a default",
                "query ($a: ID = ",
                "[",
                "]",
                ") { me { id } }",
            ),
            (
                "objects in a directive",
                "{ me @skip(if: ",
                "{a:",
                "}",
                ") { id } }",
            ),
            (
                "lists in a fragment",
                "{ me { id } } fragment A on Query { node(id: ",
                "[",
                "]",
                ") { id } }",
            ),
            ("inline selections in a mutation", "mutation ", "{ a ", "}", ""),
        ] {
            let text = |closed| {
                let close = if closed {
                    close.repeat(depth)
                } else {
                    String::new()
                };
                format!("{before}{}{close}{after}", open.repeat(depth))
            };
            // With 7,000 the larger ones pass the size; that is a limit too.
            cases.push(Case::document(
                format!("{about}, {depth} deep"),
                &text(true),
                LIMIT,
            ));
            if depth == 1_250 {
                cases.push(Case::document(
                    format!("{about}, {depth} deep, not closed"),
                    &text(false),
                    LIMIT,
                ));
            }
        }
    }
    let closing = format!("{{ me {{ id }} {} }}", "}".repeat(2_000));
    cases.push(Case::document("closing brackets only", &closing, LIMIT));
    cases.push(Case::document(
        "a few closing brackets too many",
        "{ me { id } } } } }",
        PARSE,
    ));
    let mixed = format!(
        "{{ node(id: {}1{}) {{ id }} }}",
        "[{a:".repeat(500),
        "}]".repeat(500)
    );
    cases.push(Case::document("lists and objects by turns", &mixed, LIMIT));
    let mismatched = format!(
        "{{ node(id: {}1{}) {{ id }} }}",
        "[{a:".repeat(10),
        "]}".repeat(10)
    );
    cases.push(Case::document(
        "brackets that close each other",
        &mismatched,
        PARSE,
    ));
    cases
}

/// Turns through the types that describe types.
fn introspection() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["fields", "possibleTypes", "interfaces", "inputFields"] {
        let step = match name {
            "fields" | "inputFields" => format!("{name} {{ type {{ "),
            _ => format!("{name} {{ "),
        };
        let closing = "}".repeat(step.matches('{').count() * 3);
        let text = format!(
            "{{ __type(name: \"Query\") {{ {} name {closing} }} }}",
            step.repeat(3)
        );
        cases.push(Case::document(
            format!("introspection turning through {name}"),
            &text,
            LIMIT,
        ));
    }
    let wide = repeat(400, |_| "name".to_owned());
    cases.push(Case::document(
        "very wide introspection",
        &format!("{{ __schema {{ types {{ {wide} }} }} }}"),
        LIMIT,
    ));
    cases.push(Case::document(
        "introspection by the dozen",
        &format!(
            "{{ {} }}",
            repeat(11, |_| "__schema { queryType { name } }".to_owned())
        ),
        LIMIT,
    ));
    cases.push(Case::document(
        "introspection in a mutation",
        "mutation { __schema { queryType { name } } }",
        INVALID,
    ));
    cases.push(Case::document(
        "introspection of no type",
        "{ __type(name: \"\\u0000\") { name } }",
        Expect::Data,
    ));
    cases.push(Case::document(
        "introspection inside an object",
        "{ viewer { __schema { queryType { name } } } }",
        INVALID,
    ));
    cases
}

/// Names that are not there, or mean something elsewhere.
fn names() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in [
        "nope",
        "__proto__",
        "constructor",
        "_service",
        "_entities",
        "admin",
        "users",
        "__nope",
        "id",
        "hasOwnProperty",
    ] {
        cases.push(Case::document(
            format!("the field {name}"),
            &format!("{{ {name} }}"),
            INVALID,
        ));
    }
    let long = "a".repeat(10_000);
    cases.push(Case::document("a long name", &format!("{{ {long} }}"), INVALID));
    cases.push(Case::document(
        "a long alias",
        &format!("{{ {long}: viewer {{ isAuthenticated }} }}"),
        Expect::Data,
    ));
    cases.push(Case::document(
        "a long number",
        &format!("{{ node(id: {}) {{ id }} }}", "9".repeat(5_000)),
        Expect::Refused(&["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"]),
    ));
    cases.push(Case::document(
        "a subscription",
        "subscription { me { id } }",
        Expect::Refused(&["BAD_REQUEST"]),
    ));
    cases.push(Case::document(
        "a selection on a scalar",
        "{ serverInfo { version { a } } }",
        INVALID,
    ));
    cases.push(Case::document("an object without a selection", "{ me }", INVALID));
    cases.push(Case::document("an empty selection", "{ me { } }", PARSE));
    cases.push(Case::document(
        "an unknown argument",
        "{ me(id: 1) { id } }",
        INVALID,
    ));
    cases.push(Case::document(
        "a type definition",
        "type Query { a: Int }",
        PARSE,
    ));
    cases
}
