//! A look at the text of a query before any parser sees it.
//!
//! Parsers of GraphQL recurse: a literal nested a thousand deep overflows the stack, and no handler can catch
//! that. Fragments that spread each other make validators walk exponentially. Both are visible in the text
//! alone, so this scan, one pass without recursion or allocation, refuses them first. It skips comments,
//! strings and block strings exactly as the grammar does (GraphQL specification, section 2.1), since whatever
//! the two disagree on is a way around it.

#[cfg(any(test, fuzzing))]
pub mod promise;
mod repeated_fields;

use async_graphql::Pos;

pub use self::repeated_fields::first_repeated_field;
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
mod tests;
