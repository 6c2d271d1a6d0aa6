//! A look at the text of a query before any parser sees it.
//!
//! Parsers of GraphQL recurse: a literal nested a thousand deep overflows the stack, and no handler can catch
//! that. Fragments that spread each other make validators walk exponentially. Both are visible in the text
//! alone, so this scan, one pass without recursion or allocation, refuses them first. It skips comments,
//! strings and block strings exactly as the grammar does (GraphQL specification, section 2.1), since whatever
//! the two disagree on is a way around it.

use async_graphql::Pos;

use super::document_limits::DocumentLimits;

/// Why a text is refused unparsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Longer than this many bytes.
    TooLong(usize),
    /// More tokens than this.
    TooManyTokens(usize, Pos),
    /// Brackets nested deeper than this.
    NestedTooDeep(usize, Pos),
    /// Fragments spread, named or inline, more often than this.
    TooManySpreads(usize, Pos),
    /// A string that begins here has no end.
    UnterminatedString(Pos),
}

/// Refuses texts that are not safe to parse under `limits`.
pub fn prescan(text: &str, limits: &DocumentLimits) -> Result<(), Refusal> {
    if text.len() > limits.document_bytes {
        return Err(Refusal::TooLong(limits.document_bytes));
    }
    let mut rest = text;
    let (mut tokens, mut nesting, mut spreads) = (0_usize, 0_usize, 0_usize);
    loop {
        let (lexeme, after) = next_lexeme(rest);
        let place = || place_of(text, rest);
        match lexeme {
            Lexeme::End => return Ok(()),
            Lexeme::Ignored => {
                rest = after;
                continue;
            }
            Lexeme::Unterminated => return Err(Refusal::UnterminatedString(place())),
            Lexeme::Open => nesting += 1,
            // An unmatched closing bracket is for the parser to refuse: it stops there.
            Lexeme::Close => nesting = nesting.saturating_sub(1),
            Lexeme::Spread => spreads += 1,
            Lexeme::Other => {}
        }
        tokens += 1;
        if nesting > limits.nesting {
            return Err(Refusal::NestedTooDeep(limits.nesting, place()));
        }
        if spreads > limits.spreads {
            return Err(Refusal::TooManySpreads(limits.spreads, place()));
        }
        if tokens > limits.tokens {
            return Err(Refusal::TooManyTokens(limits.tokens, place()));
        }
        rest = after;
    }
}

enum Lexeme {
    End,
    /// White space, a comma, a byte order mark or a comment.
    Ignored,
    Open,
    Close,
    Spread,
    Other,
    Unterminated,
}

/// The first lexeme of `text`, and what follows it.
fn next_lexeme(text: &str) -> (Lexeme, &str) {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return (Lexeme::End, text);
    };
    let after = characters.as_str();
    match first {
        ' ' | ',' | '\t' | '\u{feff}' | '\r' | '\n' => (Lexeme::Ignored, after),
        '#' => (Lexeme::Ignored, after.trim_start_matches(|c| !is_line_end(c))),
        '(' | '[' | '{' => (Lexeme::Open, after),
        ')' | ']' | '}' => (Lexeme::Close, after),
        '"' => {
            let end = match after.strip_prefix("\"\"") {
                Some(content) => after_block_string(content),
                None => after_string(after),
            };
            end.map_or((Lexeme::Unterminated, ""), |end| (Lexeme::Other, end))
        }
        '.' => after
            .strip_prefix("..")
            .map_or((Lexeme::Other, after), |end| (Lexeme::Spread, end)),
        c if is_word(c) => (Lexeme::Other, after.trim_start_matches(is_word)),
        // Whatever else: a punctuator, or a character that the parser refuses.
        _ => (Lexeme::Other, after),
    }
}

/// What follows a string whose content begins `text`; nothing when it does not end on its line.
fn after_string(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some(characters.as_str()),
            '\\' if is_line_end(characters.next()?) => return None,
            c if is_line_end(c) => return None,
            _ => {}
        }
    }
}

/// What follows a block string whose content begins `text`. Three quotes end it, unless a backslash comes first.
fn after_block_string(mut text: &str) -> Option<&str> {
    loop {
        let (before, after) = text.split_once("\"\"\"")?;
        if !before.ends_with('\\') {
            return Some(after);
        }
        text = after;
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// Part of a name or a number: cut coarsely, since only the count matters.
fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// Where `rest`, a tail of `text`, begins. Columns count characters.
fn place_of(text: &str, rest: &str) -> Pos {
    let before = text.strip_suffix(rest).unwrap_or(text);
    let mut place = Pos { line: 1, column: 1 };
    let mut previous = ' ';
    for c in before.chars() {
        match c {
            '\n' if previous == '\r' => {}
            '\n' | '\r' => {
                place = Pos {
                    line: place.line + 1,
                    column: 1,
                };
            }
            _ => place.column += 1,
        }
        previous = c;
    }
    place
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use async_graphql::parser::parse_query;

    use super::*;

    fn scan(text: &str) -> Result<(), Refusal> {
        prescan(text, &DocumentLimits::default())
    }

    fn scan_unlimited(text: &str) -> Result<(), Refusal> {
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
                        Err(Refusal::NestedTooDeep(32, _) | Refusal::TooManySpreads(20, _))
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
            Err(Refusal::NestedTooDeep(32, Pos { line: 1, column: 33 }))
        );
    }

    #[test]
    fn fragment_bombs_are_refused() {
        use std::fmt::Write;
        let mut bomb = "{ ...F0 }".to_owned();
        for n in 0..20 {
            let _ = write!(bomb, " fragment F{n} on Query {{ ...F{m} ...F{m} }}", m = n + 1);
        }
        assert!(matches!(scan(&bomb), Err(Refusal::TooManySpreads(20, _))));
        assert_eq!(scan(&format!("{{ {} }}", "...F ".repeat(20))), Ok(()));
        assert!(matches!(
            scan(&format!("{{ {} }}", "... on Query { a } ".repeat(21))),
            Err(Refusal::TooManySpreads(20, _))
        ));
        assert!(matches!(
            scan_unlimited(&"...F".repeat(10_000)),
            Err(Refusal::TooManySpreads(20, _))
        ));
    }

    #[test]
    fn length_and_tokens_are_counted() {
        assert_eq!(scan(&" ".repeat(16_384)), Ok(()));
        assert_eq!(scan(&" ".repeat(16_385)), Err(Refusal::TooLong(16_384)));
        assert_eq!(scan(&"a ".repeat(1_000)), Ok(()));
        assert!(matches!(
            scan(&"a ".repeat(1_001)),
            Err(Refusal::TooManyTokens(1_000, _))
        ));
        assert!(matches!(
            scan(&"!".repeat(1_001)),
            Err(Refusal::TooManyTokens(1_000, _))
        ));
        assert_eq!(scan(&format!("# {}", "a ".repeat(5_000))), Ok(()));
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
            assert!(parse_query(&text).is_ok(), "{text}");
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
                matches!(scan(&text), Err(Refusal::NestedTooDeep(32, _))),
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
                Err(Refusal::UnterminatedString(Pos { line: 1, column: 8 })),
                "{text}"
            );
        }
    }

    #[test]
    fn places_are_those_of_the_library() {
        for before in ["", "\n", "\r\n\r\n", "# é\n  ", "\"é\" "] {
            let text = format!("{before}{}", "[".repeat(33));
            let Err(Refusal::NestedTooDeep(_, place)) = scan(&text) else {
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
}
