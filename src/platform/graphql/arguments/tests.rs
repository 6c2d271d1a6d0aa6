use async_graphql::parser::parse_query;

use super::*;

const SDL: &str = r"
    type Query { a(n: Int, id: ID, ids: [ID!]!, l: Login!, d: Delivery, k: Int! = 1): Thing b: Int }
    type Mutation { m(l: Login!): Thing p(p: Proof!): Int }
    interface Node { x(id: ID!): Int }
    type Thing implements Node { x(id: ID!): Int t: [Thing!]! }
    scalar DateTime
    enum Delivery { BODY COOKIE }
    input Login { email: String! tags: [String!] at: DateTime delivery: Delivery = BODY next: Login }
    input Lookup { id: ID email: String }
    input Proof @oneOf { password: String code: String }
    directive @oneOf on INPUT_OBJECT
    directive @skip(if: Boolean!) on FIELD
    schema { query: Query mutation: Mutation }
";

/// The error messages for this document.
fn check(text: &str) -> Vec<String> {
    let (fields, inputs) = (
        FieldTypes::from_sdl(SDL).unwrap(),
        InputTypes::from_sdl(SDL).unwrap(),
    );
    let document = parse_query(text).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    let errors = check_arguments(&fields, &inputs, &document, &operation.node);
    errors.into_iter().map(|error| error.message).collect()
}

#[test]
fn fitting_arguments_pass() {
    for text in [
        "{ a(n: 1, id: \"a\", ids: [1, \"b\"], l: { email: \"e\" }, d: COOKIE) { x(id: 1) } }",
        "{ a(n: null, ids: \"a\", l: { email: \"e\", tags: \"t\", at: 7, next: { email: \"f\" } }) { x(id: 1) } }",
        "query ($n: Int, $id: ID!, $l: Login!) { a(n: $n, id: $id, ids: [$id], l: $l) { x(id: $id) } }",
        "query ($n: Int!, $e: String!) { a(n: $n, ids: [], l: { email: $e, next: null }) { t { x(id: 1) } } }",
        "query ($id: ID = 1, $k: Int) { a(ids: [$id], l: { email: \"\" }, k: $k) { x(id: $id) } }",
        "query ($ids: [ID!]!, $d: Delivery) { a(ids: $ids, l: { email: \"\", delivery: $d }) { x(id: 1) } }",
        "query ($skip: Boolean = false) { b @skip(if: $skip) }",
        "query ($a: String!) { __type(name: $a) { fields(includeDeprecated: true) { name } } }",
        "mutation { p(p: { code: \"1\" }) }",
        "mutation ($v: String!) { p(p: { password: $v }) }",
        "mutation ($v: String = \"\") { p(p: { password: $v }) }",
    ] {
        assert_eq!(check(text), [""; 0], "{text}");
    }
}

#[test]
fn variables_stand_only_where_their_type_fits() {
    for text in [
        "query ($v: Boolean) { b @skip(if: $v) }",
        "query ($v: Boolean = null) { b @skip(if: $v) }",
        "query ($v: Boolean) @skip(if: $v) { b }",
        "query ($v: Boolean) { ... @skip(if: $v) { b } }",
        "query ($v: Boolean) { ...F @skip(if: $v) } fragment F on Query { b }",
        "query ($v: Boolean) { ...F } fragment F on Query @skip(if: $v) { b }",
        "query ($v: ID) { a(ids: [], l: { email: \"\" }) { x(id: $v) } }",
        "query ($v: ID) { a(ids: [], l: { email: \"\" }) { t { ... on Node { x(id: $v) } } } }",
        "query ($v: ID) { ...F } fragment F on Query { a(ids: [], l: { email: \"\" }) { ...G } } fragment G on Thing { x(id: $v) }",
        "query ($v: String!) { a(ids: [], l: { email: \"\" }) { x(id: $v) } }",
        "query ($v: ID) { a(ids: [$v], l: { email: \"\" }) { t { t { x(id: 1) } } } }",
        "query ($v: [ID]!) { a(ids: $v, l: { email: \"\" }) { x(id: 1) } }",
        "query ($v: ID!) { a(ids: $v, l: { email: \"\" }) { x(id: 1) } }",
        "query ($v: String) { a(ids: [], l: { email: $v }) { x(id: 1) } }",
        "query ($v: Login) { a(ids: [], l: $v) { x(id: 1) } }",
        "query ($v: Lookup!) { a(ids: [], l: $v) { x(id: 1) } }",
        "query ($v: String) { a(ids: [], l: { email: \"\", next: { email: $v } }) { x(id: 1) } }",
        "query ($v: Int!) { __type(name: $v) { name } }",
        "query ($v: Int) { __schema { types { fields(includeDeprecated: $v) { name } } } }",
        "mutation ($v: Login) { m(l: $v) { x(id: 1) } }",
        "mutation ($v: String) { p(p: { password: $v }) }",
        "mutation ($v: Int!) { p(p: { password: $v }) }",
    ] {
        let messages = check(text);
        assert_eq!(messages.len(), 1, "{text}: {messages:?}");
        assert!(
            messages[0].starts_with("The variable `$v` of type"),
            "{messages:?}"
        );
    }
}

#[test]
fn literals_fit_their_types_and_are_not_repeated() {
    for text in [
        "{ a(ids: [], l: \"7741\") { x(id: 1) } }",
        "{ a(ids: [], l: [\"7741\"]) { x(id: 1) } }",
        "{ a(ids: [], l: 7741) { x(id: 1) } }",
        "{ a(ids: [], l: null) { x(id: 1) } }",
        "{ a(ids: [], l: {}) { x(id: 1) } }",
        "{ a(ids: [null], l: { email: \"\" }) { x(id: 1) } }",
        "{ a(ids: [[7741]], l: { email: \"\" }) { x(id: 1) } }",
        "{ a(ids: [], n: \"7741\", l: { email: \"\" }) { x(id: 1) } }",
        "{ a(ids: [], n: 99999997741, l: { email: \"\" }) { x(id: 1) } }",
        "{ a(ids: [], n: 7741.0, l: { email: \"\" }) { x(id: 1) } }",
        "{ a(ids: [7741.0], l: { email: \"\" }) { x(id: 1) } }",
        "{ a(ids: [], n: 7741e0, l: { email: \"\" }) { x(id: 1) } }",
        "{ __type(name: 7741) { name } }",
        "{ a(ids: [], d: \"BODY\", l: { email: \"\" }) { x(id: 1) } }",
        "{ a(ids: [], d: NOPE7741, l: { email: \"\" }) { x(id: 1) } }",
        "query ($v: String) { a(ids: [], l: { email: 7741, tags: [\"\"], next: null }) { x(id: 1) } }",
        "query ($v: String!) { a(ids: [], l: { email: $v, f7741: 1 }) { x(id: 1) } }",
        "query ($v: [String!]) { a(ids: [], l: { tags: $v }) { x(id: 1) } }",
        "query ($v: Delivery) { a(ids: [], l: { email: \"\", delivery: $v, next: { tags: [] } }) { x(id: 1) } }",
        "{ b @skip(if: \"7741\") }",
        "mutation { p(p: {}) }",
        "mutation { p(p: { password: null }) }",
        "mutation { p(p: { password: \"7741\", code: \"7741\" }) }",
        "mutation { p(p: { password: \"7741\", code: null }) }",
        "mutation ($v: String!) { p(p: { password: $v, code: $v }) }",
    ] {
        let messages = check(text);
        assert_eq!(messages.len(), 1, "{text}: {messages:?}");
        assert!(messages[0].starts_with("The argument `"), "{messages:?}");
        assert!(!messages[0].contains("7741"), "{messages:?}");
    }
}

#[test]
fn a_fragment_is_looked_at_once() {
    let spreads = "...F ".repeat(5);
    let text = format!("query ($v: Boolean) {{ {spreads} }} fragment F on Query {{ b @skip(if: $v) }}");
    assert_eq!(check(&text).len(), 1);
}

#[test]
fn defaults_fit_their_types_and_are_not_repeated() {
    for text in [
        "query ($v: Login = \"7741\") { b }",
        "query ($v: Login = { email: 7741 }) { b }",
        "query ($v: [Login!] = [{}]) { b }",
        "query ($v: Delivery = \"BODY\") { b }",
        "query ($v: Int! = null) { b }",
        "query ($v: Int = \"7741\") { b }",
        "query ($v: Int = 7741.0) { b }",
    ] {
        let messages = check(text);
        assert_eq!(messages.len(), 1, "{text}: {messages:?}");
        assert!(
            messages[0].starts_with("The default of `$v` is not a valid"),
            "{messages:?}"
        );
        assert!(!messages[0].contains("7741"), "{messages:?}");
    }
    let fitting =
        "query ($a: Int = null, $b: [ID!] = 1, $c: Login = { email: \"\" }, $d: Delivery! = BODY) { b }";
    assert_eq!(check(fitting), [""; 0]);
}

#[test]
fn no_directive_stands_at_a_variable_that_cannot() {
    for text in [
        "query ($v: Int @skip(if: true)) { b }",
        "query ($v: Int @nothing) { b }",
    ] {
        let messages = check(text);
        assert_eq!(messages.len(), 1, "{text}: {messages:?}");
        assert!(
            messages[0].ends_with("is not allowed on variables."),
            "{messages:?}"
        );
    }
}
