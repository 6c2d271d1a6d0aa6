//! Fields that stand twice in one input object (GraphQL specification, section 5.6.3).
//!
//! The parser keeps the last of them and forgets the others, so that no later step could tell: whoever reads the
//! document before this server, such as a firewall, may have believed the first.

use async_graphql::Pos;

use super::{Lexeme, is_word, next_lexeme, place_of};

/// Brackets that are open.
enum Open<'a> {
    /// An input object, with the names of its fields so far.
    Object(Vec<&'a str>),
    /// Arguments, variables or a list.
    Values,
    Selection,
}

/// Where the first field stands that its input object has already; `text` is well-formed.
pub fn first_repeated_field(text: &str) -> Option<Pos> {
    let mut open = Vec::new();
    let mut rest = text;
    loop {
        let (lexeme, after) = next_lexeme(rest);
        match lexeme {
            Lexeme::End | Lexeme::Unterminated => return None,
            Lexeme::Open if !rest.starts_with('{') => open.push(Open::Values),
            Lexeme::Open => open.push(match open.last() {
                None | Some(Open::Selection) => Open::Selection,
                Some(Open::Values | Open::Object(_)) => Open::Object(Vec::new()),
            }),
            Lexeme::Close => drop(open.pop()),
            Lexeme::Other if rest.starts_with(is_word) && is_before_colon(after) => {
                let name = rest.strip_suffix(after).unwrap_or(rest);
                if let Some(Open::Object(names)) = open.last_mut() {
                    if names.contains(&name) {
                        return Some(place_of(text, rest));
                    }
                    names.push(name);
                }
            }
            Lexeme::Other | Lexeme::Ignored | Lexeme::Spread => {}
        }
        rest = after;
    }
}

fn is_before_colon(mut text: &str) -> bool {
    while let (Lexeme::Ignored, after) = next_lexeme(text) {
        text = after;
    }
    text.starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_stands_twice_is_found() {
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
            assert_eq!(
                first_repeated_field(text),
                Some(Pos { line: 1, column }),
                "{text}"
            );
        }
    }

    #[test]
    fn what_may_stand_twice_is_not_found() {
        for text in [
            "{ a: b a: b a a }",
            "{ a { a: b a: b } }",
            "{ a(b: { c: d, d: c }) c: d }",
            "{ a(b: [{ c: 1 }, { c: 1 }]) }",
            "{ a(b: { c: { c: 1 } }) }",
            "{ a(b: { c: $c, d: c }) { a(b: { c: $c }) } }",
            "{ a(b: { c: \"c: c:\", d: \"\"\"c: c:\"\"\" }) }",
            "query ($a: A, $b: A) { a(b: $a) a(b: $b) }",
        ] {
            assert_eq!(first_repeated_field(text), None, "{text}");
        }
    }
}
