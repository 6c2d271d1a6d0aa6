use std::time::{Duration, Instant};

use async_graphql::{Value, parser::types::Selection};

use async_graphql::Pos;

use super::*;
use crate::platform::graphql::syntax::parse_document;

fn scan(text: &str) -> Result<(), SyntaxError> {
    prescan(text, &DocumentLimits::default())
}

fn scan_unlimited(text: &str) -> Result<(), SyntaxError> {
    prescan(
        text,
        &DocumentLimits {
            document_bytes: usize::MAX,
            tokens: usize::MAX,
            ..DocumentLimits::default()
        },
    )
}

#[test]
fn ordinary_queries_pass() {
    for text in [
        "",
        "{ me { id } }",
        "query Q($id: ID!, $n: Int = -1.5e3) @d { node(id: $id) { ... on User { id } ...F } } fragment F on User { name }",
        "\u{feff}{ a, b\r\n c }",
    ] {
        assert_eq!(scan(text), Ok(()), "{text}");
    }
}

#[test]
fn nesting_is_refused_from_33_to_200_000_in_every_shape_and_at_once() {
    for depth in [33, 64, 500, 1_250, 50_000, 200_000] {
        let shapes = [
            ("{a", "}"),
            ("{a{b(x:", "}"),
            ("[", "]"),
            ("(", ")"),
            ("{a:", "}"),
            ("[{a:[", "]}]"),
            ("{... on Query", "}"),
            ("{a #}\n", "}"),
            ("[\"]\"", "]"),
            ("[\"\"\"]]]\"\"\"", "]"),
        ];
        for (open, close) in shapes {
            let text = format!("{{ a(x: {}{}) }}", open.repeat(depth), close.repeat(depth));
            #[expect(clippy::disallowed_methods, reason = "the duration is what is tested")]
            let start = Instant::now();
            assert!(scan(&text).is_err(), "{open} x {depth}");
            let refusal = scan_unlimited(&text);
            assert!(
                matches!(
                    refusal,
                    Err(SyntaxError::NestedTooDeep(32, _) | SyntaxError::TooManySpreads(20, _))
                ),
                "{open} x {depth}: {refusal:?}"
            );
            assert!(start.elapsed() < Duration::from_millis(50), "{open} x {depth}");
        }
    }
}

#[test]
fn thirty_two_levels_pass_and_closing_gives_them_back() {
    let deep = format!("{}{}", "[".repeat(32), "]".repeat(32));
    assert_eq!(scan(&deep.repeat(3)), Ok(()));
    assert_eq!(
        scan(&format!("[{deep}]")),
        Err(SyntaxError::NestedTooDeep(32, Pos { line: 1, column: 33 }))
    );
}

#[test]
fn fragment_bombs_are_refused() {
    use std::fmt::Write;
    let mut bomb = "{ ...F0 }".to_owned();
    for n in 0..20 {
        let _ = write!(bomb, " fragment F{n} on Query {{ ...F{m} ...F{m} }}", m = n + 1);
    }
    assert!(matches!(scan(&bomb), Err(SyntaxError::TooManySpreads(20, _))));
    assert_eq!(scan(&format!("{{ {} }}", "...F ".repeat(20))), Ok(()));
    assert!(matches!(
        scan(&format!("{{ {} }}", "... on Query { a } ".repeat(21))),
        Err(SyntaxError::TooManySpreads(20, _))
    ));
    assert!(matches!(
        scan_unlimited(&"...F".repeat(10_000)),
        Err(SyntaxError::TooManySpreads(20, _))
    ));
}

#[test]
fn length_and_tokens_are_counted() {
    assert_eq!(scan(&" ".repeat(16_384)), Ok(()));
    assert_eq!(scan(&" ".repeat(16_385)), Err(SyntaxError::TooLong(16_384)));
    assert_eq!(scan(&"a ".repeat(1_000)), Ok(()));
    assert!(matches!(
        scan(&"a ".repeat(1_001)),
        Err(SyntaxError::TooManyTokens(1_000, _))
    ));
    assert!(matches!(
        scan(&"!".repeat(1_001)),
        Err(SyntaxError::TooManyTokens(1_000, _))
    ));
    assert_eq!(scan(&format!("# {}", "a ".repeat(5_000))), Ok(()));
}

#[test]
fn names_numbers_and_punctuators_are_one_token_each() {
    for (text, tokens) in [
        ("", 0),
        (" ,\n#{ me }\n", 0),
        ("name_1", 1),
        ("{ me { id } }", 6),
        ("$a:b!", 5),
        ("a(b:12)", 6),
        ("[\"two words\"]", 3),
        ("...F", 2),
    ] {
        let scan = |tokens| {
            let limits = DocumentLimits {
                tokens,
                ..DocumentLimits::default()
            };
            prescan(text, &limits)
        };
        assert_eq!(scan(tokens), Ok(()), "{text}");
        assert!(tokens == 0 || scan(tokens - 1).is_err(), "{text}");
    }
}

#[test]
fn brackets_in_strings_and_comments_do_not_count() {
    let brackets = "[{(...".repeat(100);
    for text in [
        format!("{{ a(x: \"{brackets}\") }}"),
        format!("{{ a(x: \"\\\"{brackets}\") }}"),
        format!("{{ a(x: \"\"\"{brackets}\"\"\") }}"),
        format!("{{ a(x: \"\"\"\n\\\"\"\"{brackets}\"\"\") }}"),
        format!("{{ a(x: \"\"\"\\\\\"\"\"{brackets}\"\"\") }}"),
        format!("{{ a # \"{brackets}\r b }}"),
        format!("{{ a # \"\"\"{brackets}\n b }}"),
    ] {
        assert_eq!(scan(&text), Ok(()), "{text}");
        assert!(
            parse_document(&text, &DocumentLimits::default()).is_ok(),
            "{text}"
        );
    }
}

#[test]
fn brackets_after_the_end_of_a_string_or_comment_count() {
    let deep = "[".repeat(40);
    for before in [
        "\"\"",
        "\"\\\\\"",
        "\"\"\"\"\"\"",
        "\"\"\"a\"\"\"",
        "\"\"\"\\a\\\"\"\"\"\"\"",
        "#\r",
        "#\"\n",
        "\"#\"",
    ] {
        let text = format!("{{ a(x: [{before} {deep}");
        assert!(
            matches!(scan(&text), Err(SyntaxError::NestedTooDeep(32, _))),
            "{text}: {:?}",
            scan(&text)
        );
    }
}

#[test]
fn strings_without_an_end_are_refused() {
    for text in [
        "{ a(x: \"",
        "{ a(x: \"b\n\") }",
        "{ a(x: \"b\\\n\") }",
        "{ a(x: \"b\\",
        "{ a(x: \"b\r\") }",
        "{ a(x: \"\"\"\") }",
        "{ a(x: \"\"\"b\"\" \") }",
        "{ a(x: \"\"\"b\\\"\"\") }",
    ] {
        assert_eq!(
            scan(text),
            Err(SyntaxError::UnterminatedString(Pos { line: 1, column: 8 })),
            "{text}"
        );
    }
}

#[test]
fn places_are_those_of_the_library() {
    for before in ["", "\n", "\r\n\r\n", "# é\n  ", "\"é\" "] {
        let text = format!("{before}{}", "[".repeat(33));
        let Err(SyntaxError::NestedTooDeep(_, place)) = scan(&text) else {
            panic!("{text} passed");
        };
        let lines = before.split(['\n']).collect::<Vec<_>>();
        assert_eq!(place.line, lines.len(), "{before:?}");
        assert_eq!(
            place.column,
            lines[lines.len() - 1].chars().count() + 33,
            "{before:?}"
        );
    }
}

/// Levels of lists that the parser finds in `x` of `{ a(x: …) }`; `None` if it does not parse.
fn list_levels(text: &str) -> Option<usize> {
    fn levels(value: &Value) -> usize {
        match value {
            Value::List(items) => 1 + items.iter().map(levels).max().unwrap_or(0),
            _ => 0,
        }
    }
    let document = parse_document(text, &DocumentLimits::default()).ok()?;
    let (_, operation) = document.operations.iter().next()?;
    let Selection::Field(field) = &operation.node.selection_set.node.items.first()?.node else {
        return None;
    };
    let argument = field.node.get_argument("x")?.node.clone();
    argument.into_const().map(|value| levels(&value))
}

#[test]
fn the_parser_finds_as_many_levels_as_the_scan() {
    let pieces = [
        "\"", "\"", "\"\"\"", "\"\"\"", "\\", "\\\"\"\"", "\\\"", "\\n", "#", "\n", "\r", "[", "]", "[", "]",
        "a", " ", ",", "é", "\u{feff}",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut parsed = 0;
    for _ in 0..20_000 {
        let mut inside = String::new();
        for _ in 0..9 {
            // xorshift64: any distribution will do, as long as it is reproducible.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            inside.push_str(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
        }
        let text = format!("{{ a(x: [{inside}\n]) }}");
        let Some(levels) = list_levels(&text) else {
            continue;
        };
        // Plus the braces and the parenthesis.
        let nesting = levels + 2;
        let with = |nesting| {
            prescan(
                &text,
                &DocumentLimits {
                    nesting,
                    ..DocumentLimits::default()
                },
            )
        };
        parsed += 1;
        assert_eq!(with(nesting), Ok(()), "{text}");
        assert!(
            matches!(with(nesting - 1), Err(SyntaxError::NestedTooDeep(..))),
            "{text}"
        );
    }
    assert!(parsed > 300, "only {parsed} of the texts parse");
}
