//! Documents that nest, repeat and multiply.

use super::case::{Case, Expect, INVALID, LIMIT, PARSE};

fn repeat(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(" ")
}

pub(super) fn cases() -> Vec<Case> {
    [nested(), repeated(), introspection(), names()].concat()
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

/// Many of what one may have a few of.
fn repeated() -> Vec<Case> {
    let directives = |count| repeat(count, |_| "@skip(if: false)".to_owned());
    let mut cases = vec![
        Case::document(
            "sixteen aliases",
            &format!(
                "{{ viewer {{ {} }} }}",
                repeat(16, |n| format!("a{n}: isAuthenticated"))
            ),
            LIMIT,
        ),
        Case::document(
            "a hundred aliases",
            &format!("{{ {} }}", repeat(100, |n| format!("a{n}: me {{ id }}"))),
            LIMIT,
        ),
        Case::document(
            "aliases in an operation that is not asked for",
            &format!(
                "query A {{ me {{ id }} }} query B {{ viewer {{ {} }} }}",
                repeat(16, |n| format!("a{n}: isAuthenticated"))
            ),
            LIMIT,
        ),
        Case::document(
            "aliases spread by fragments",
            &format!(
                "{{ viewer {{ ...A }} x: viewer {{ ...A }} }} fragment A on Viewer {{ {} }}",
                repeat(8, |n| format!("a{n}: isAuthenticated"))
            ),
            LIMIT,
        ),
        Case::document(
            "eleven root fields",
            &format!("{{ {} }}", repeat(11, |_| "me { id }".to_owned())),
            LIMIT,
        ),
        Case::document(
            "eleven root fields in fragments",
            &format!("{{ {} }}", repeat(11, |_| "... { me { id } }".to_owned())),
            LIMIT,
        ),
        Case::document(
            "mutations by the dozen",
            &format!(
                "mutation {{ {} }}",
                repeat(12, |n| format!("a{n}: logout {{ wasSignedIn }}"))
            ),
            LIMIT,
        ),
        Case::document(
            "directives on one field",
            &format!("{{ me {} {{ id }} }}", directives(21)),
            LIMIT,
        ),
        Case::document(
            "directives on the operation",
            &format!("query {} {{ me {{ id }} }}", directives(21)),
            LIMIT,
        ),
        Case::document(
            "directives on fragments",
            &format!("{{ ... {} {{ me {{ id }} }} }}", directives(21)),
            LIMIT,
        ),
        Case::document(
            "directives on a fragment that is spread nowhere",
            &format!(
                "{{ me {{ id }} }} fragment A on Query {} {{ me {{ id }} }}",
                directives(21)
            ),
            LIMIT,
        ),
        Case::document(
            "directives on variables",
            &format!("query ($a: ID {}) {{ me {{ id }} }}", directives(21)),
            LIMIT,
        ),
        Case::document(
            "unknown directives",
            "{ me @defer @stream @live @auth @export(as: \"a\") { id } }",
            INVALID,
        ),
        Case::document(
            "a directive twice",
            "{ me @skip(if: false) @skip(if: false) { id } }",
            INVALID,
        ),
        Case::document(
            "a directive without its argument",
            "{ me @include { id } }",
            INVALID,
        ),
        Case::document(
            "one field very often",
            &format!(
                "{{ viewer {{ {} }} }}",
                repeat(251, |_| "isAuthenticated".to_owned())
            ),
            LIMIT,
        ),
        Case::document(
            "one field so often that it is too many tokens",
            &format!("{{ {} }}", repeat(1_001, |_| "me".to_owned())),
            LIMIT,
        ),
        Case::document(
            "a hundred operations",
            &repeat(100, |n| format!("query A{n} {{ me {{ id }} }}")),
            Expect::Refused(&["OPERATION_RESOLUTION_FAILURE"]),
        ),
        Case::document(
            "two hundred operations",
            &repeat(200, |n| format!("query A{n} {{ me {{ id }} }}")),
            LIMIT,
        ),
        Case::document(
            "a hundred and fifty variables",
            &format!(
                "query ({}) {{ me {{ id }} }}",
                repeat(150, |n| format!("$a{n}: ID!"))
            ),
            Expect::Refused(&["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]),
        ),
        Case::document(
            "a variable twice",
            "query ($a: ID!, $a: ID!) { node(id: $a) { id } }",
            Expect::Refused(&["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]),
        ),
        Case::document("an argument twice", "{ node(id: 1, id: 2) { id } }", INVALID),
        Case::document(
            "a field of an object twice",
            "mutation { login(input: { email: \"a\", email: \"b\", password: \"c\" }) { userErrors { code } } }",
            Expect::Refused(&["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"]),
        ),
        Case::document(
            "fields of one name that differ",
            "{ a: me { id } a: viewer { isAuthenticated } }",
            INVALID,
        ),
        Case::document(
            "fifteen levels and one",
            &format!("{}a{}", "{ a ".repeat(16), "}".repeat(16)),
            LIMIT,
        ),
    ];
    cases.push(Case::document(
        "a long list of ids",
        &format!("{{ nodes(ids: [{}]) {{ id }} }}", repeat(900, |n| n.to_string())),
        Expect::Ran(&["BAD_USER_INPUT"]),
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
        INVALID,
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
