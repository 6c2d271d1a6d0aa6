use async_graphql::{
    Name, Pos,
    parser::{
        parse_query,
        types::{OperationType, Selection},
    },
};
use async_graphql_value::{ConstValue, Value};

use super::*;

fn read(text: &str) -> Result<ExecutableDocument, SyntaxError> {
    parse_document(text, &DocumentLimits::default())
}

/// The value of the argument `x` of the first field.
fn value(text: &str) -> Value {
    let document = read(&format!("{{ a(x: {text}) }}")).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else {
        panic!("{text}");
    };
    field.node.arguments[0].1.node.clone()
}

#[test]
fn descriptions_stand_before_operations_fragments_and_variables() {
    for text in [
        "\"Why.\" query { a }",
        "\"\"\"\nWhy.\n\"\"\" mutation M { a }",
        "query ( \"Which.\" $a: ID!, \"\"\"And\"\"\" $b: [Int!]! = [1] ) { a }",
        "query ($a: String = \"value\" \"Description.\" $b: Int) { a }",
        "{ ...F } \"Those.\" fragment F on Query { a }",
        "\"\" query { a }",
    ] {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
    for (text, column) in [
        ("\"Why.\" { a }", 8),
        ("\"Why.\"", 7),
        ("\"One.\" \"Two.\" query { a }", 8),
        ("\"\\q\" query { a }", 1),
        ("query \"Why.\" Q { a }", 7),
        ("query (\"A\" \"B\" $a: ID) { a }", 12),
        ("query (\"A\") { a }", 11),
        ("{ \"A\" a }", 3),
        ("{ a(\"A\" x: 1) }", 5),
        ("{ a } fragment \"A\" F on Query { a }", 16),
    ] {
        let refusal = SyntaxError::Malformed(Pos { line: 1, column });
        assert_eq!(read(text).err(), Some(refusal), "{text}");
    }
}

#[test]
fn values_are_what_they_say() {
    let constant = |text: &str| value(text).into_const().unwrap();
    for (text, expected) in [
        ("\"\\uD83D\\uDE00\"", ConstValue::from("😀")),
        ("\"\\u{1F600}\"", ConstValue::from("😀")),
        ("\"\"\"a \\\"\"\" b\"\"\"", ConstValue::from("a \"\"\" b")),
        ("\"\"\"\"\"\"", ConstValue::from("")),
        ("-0", ConstValue::from(0)),
        ("9223372036854775807", ConstValue::from(i64::MAX)),
        ("1.50e1", ConstValue::from(15.0)),
        ("nullable", ConstValue::Enum(Name::new("nullable"))),
        ("trueish", ConstValue::Enum(Name::new("trueish"))),
        (
            "[null,true,[]]",
            ConstValue::List(vec![
                ConstValue::Null,
                ConstValue::Boolean(true),
                ConstValue::List(Vec::new()),
            ]),
        ),
    ] {
        assert_eq!(constant(text), expected, "{text}");
    }
    assert_eq!(value("$ #\n v"), Value::Variable(Name::new("v")));
}

#[test]
fn tokens_may_have_anything_that_is_ignored_between_them() {
    for text in [
        "query($a:[ID!]!=[1]@d){...on#c\nQuery{a}...F}fragment F on#c\nQuery{b}",
        "query ( $ a , : [ ID #\n ! ] ! ) { a }",
        "\u{feff}{\u{feff}a\u{feff}}",
        "{ on: a fragment query ...on on { on } }",
        "query query { query } mutation on { on } subscription fragment { fragment }",
        "{a(b:[1-1]c:\"\"d:$e)}",
    ] {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
}

#[test]
fn what_only_looks_like_a_document_is_malformed() {
    for text in [
        "",
        " # ",
        "{",
        "{}",
        "{ a {} }",
        "}",
        "a",
        "queryQ { a }",
        "fragmentF on A { a }",
        "mutationM { a }",
        "query Q() { a }",
        "{ a() }",
        "{ a @d() }",
        "{ a(b) }",
        "{ a(b:) }",
        "{ a(b: [1) }",
        "{ a(b: {c}) }",
        "{ ...on }",
        "{ ...on A }",
        "{ ... }",
        "{ ...F { a } }",
        "{ .. a }",
        "{ a. }",
        "{ a b: }",
        "fragment on on A { a }",
        "fragment F { a }",
        "fragment F on { a }",
        "{ a } fragment F(a: 1) on A { a }",
        "{ a(b: 01) }",
        "{ a(b: 1x) }",
        "{ a(b: 1.) }",
        "{ a(b: .5) }",
        "{ a(b: +1) }",
        "{ a(b: -) }",
        "{ a(b: 1.5.5) }",
        "{ a(b: 1e) }",
        "{ a(b: 0x1) }",
        "{ a(b: 00) }",
        "{ a(b: 1e999) }",
        "{ a(b: nullx: 1:) }",
        "{ a(b: \"\\q\") }",
        "{ a(b: \"\\uD83D\") }",
        "{ a(b: 'c') }",
        "{ a(b: &) }",
        "{ a; b }",
        "{ é }",
        "{ a\u{a0}b }",
        "{ a\u{c}b }",
        "query ($a) { a }",
        "query (a: ID) { a }",
        "query ($a: [ID) { a }",
        "query ($a: ID!!) { a }",
        "query ($a: ID = $b) { a }",
        "query ($a: ID @d = 1) { a }",
        "type A { a: ID }",
        "extend type A { a: ID }",
        "schema { query: A }",
        "{ a } { b",
        "{ a } b",
        "query Q @ { a }",
        "{ a @ }",
    ] {
        assert!(
            matches!(read(text), Err(SyntaxError::Malformed(_))),
            "{text}: {:?}",
            read(text)
        );
    }
}

#[test]
fn definitions_can_be_told_apart() {
    for (text, column) in [
        ("{ a } { b }", 7),
        ("{ a } query Q { b }", 1),
        ("query Q { b } { a }", 15),
        ("query Q { a } mutation Q { b }", 24),
        ("{ a } fragment F on A { a } fragment F on A { b }", 38),
        ("fragment F on A { a }", 1),
    ] {
        assert!(
            matches!(read(text), Err(SyntaxError::Invalid(_, at)) if at == Pos { line: 1, column }),
            "{text}: {:?}",
            read(text)
        );
    }
}

#[test]
fn a_field_of_an_input_object_that_stands_twice_is_refused() {
    for (text, column) in [
        ("{ a(b: { c: 1, c: 2 }) }", 16),
        ("{ a(b: { c: 1 d: 2 c: 1 }) }", 20),
        ("{ a(b: { c: { d: 1, d: 1 } }) }", 21),
        ("{ a(b: [{ c: 1 }, { c: 1, c: 1 }]) }", 27),
        ("{ a(b: { c: { d: 1 }, c: 1 }) }", 23),
        ("{ a @b(c: { d: \"}\" d : 1 }) }", 20),
        ("query ($a: B = { c: 1, c: 2 }) { a }", 24),
        ("{ a(b: { c: {}, c #:\n: {} }) }", 17),
    ] {
        assert!(
            matches!(read(text), Err(SyntaxError::Invalid(_, at)) if at == Pos { line: 1, column }),
            "{text}"
        );
    }
    for text in [
        "{ a: b a: b a a }",
        "{ a { a: b a: b } }",
        "{ a(b: { c: d, d: c }) c: d }",
        "{ a(b: [{ c: 1 }, { c: 1 }]) }",
        "{ a(b: { c: { c: 1 } }) }",
        "{ a(b: { c: $c, d: c }) { a(b: { c: $c }) } }",
        "{ a(b: { c: \"c: c:\", d: \"\"\"c: c:\"\"\" }) }",
    ] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn places_are_those_of_the_library() {
    let text = "# é\r\nquery Q($a: [ID!] = [\"é\"]) @d(e: 1) {\n  x: a(b: $a) @d { ...F }\n  ... on A @d { c }\n}\
        \nmutation M { a }";
    let places = |document: &ExecutableDocument| {
        let mut places = Vec::new();
        let mut operations = document.operations.iter().collect::<Vec<_>>();
        operations.sort_by_key(|it| it.1.pos);
        for (_, operation) in operations {
            places.push(operation.pos);
            places.push(operation.node.selection_set.pos);
            for variable in &operation.node.variable_definitions {
                places.extend([variable.pos, variable.node.name.pos, variable.node.var_type.pos]);
                places.extend(variable.node.default_value.iter().map(|it| it.pos));
            }
            for directive in &operation.node.directives {
                places.extend([directive.pos, directive.node.name.pos]);
                places.extend(
                    directive
                        .node
                        .arguments
                        .iter()
                        .flat_map(|it| [it.0.pos, it.1.pos]),
                );
            }
            for item in &operation.node.selection_set.node.items {
                places.push(item.pos);
                match &item.node {
                    Selection::Field(field) => {
                        let field = &field.node;
                        places.extend(field.alias.iter().map(|it| it.pos));
                        places.extend([field.name.pos, field.selection_set.pos]);
                        places.extend(field.arguments.iter().flat_map(|it| [it.0.pos, it.1.pos]));
                        places.extend(field.selection_set.node.items.iter().map(|it| it.pos));
                    }
                    Selection::InlineFragment(fragment) => {
                        places.extend(fragment.node.type_condition.iter().map(|it| it.pos));
                        places.push(fragment.node.selection_set.pos);
                    }
                    Selection::FragmentSpread(_) => {}
                }
            }
        }
        places
    };
    let own = read(text).unwrap();
    assert_eq!(places(&own), places(&parse_query(text).unwrap()));
    assert!(
        own.operations
            .iter()
            .any(|(_, it)| it.node.ty == OperationType::Mutation)
    );
}
