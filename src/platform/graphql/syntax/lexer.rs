//! Splits text into tokens (GraphQL specification, section 2.1). One pass without recursion or allocation.

use async_graphql::Pos;

use crate::platform::graphql::syntax_error::SyntaxError;

/// A token and its start.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Token<'a> {
    pub(in super::super) kind: TokenKind<'a>,
    pub(in super::super) at: Pos,
}

/// Kind and content of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum TokenKind<'a> {
    End,
    /// A punctuator of one character.
    Punctuator(char),
    Spread,
    Name(&'a str),
    Number(&'a str),
    /// The raw text between the quotes of a string.
    StringLiteral(&'a str),
    /// The raw text between the quotes of a block string.
    Block(&'a str),
}

/// The tokens of a text, one after the other.
#[derive(Debug)]
pub(in super::super) struct Lexer<'a> {
    rest: &'a str,
    at: Pos,
}

impl<'a> Lexer<'a> {
    pub(in super::super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            at: Pos { line: 1, column: 1 },
        }
    }

    /// The next token; `End` at the end, and for all further calls.
    pub(in super::super) fn next_token(&mut self) -> Result<Token<'a>, SyntaxError> {
        self.skip_ignored();
        let at = self.at;
        let (kind, after) = self.first(at)?;
        self.advance_to(after);
        Ok(Token { kind, at })
    }

    /// Skips white space, commas, byte order marks and comments.
    fn skip_ignored(&mut self) {
        loop {
            self.advance_to(self.rest.trim_start_matches(is_ignored));
            if !self.rest.starts_with('#') {
                return;
            }
            self.advance_to(self.rest.trim_start_matches(|c| !is_line_end(c)));
        }
    }

    /// The first token of the rest, and what follows it.
    fn first(&self, at: Pos) -> Result<(TokenKind<'a>, &'a str), SyntaxError> {
        let mut characters = self.rest.chars();
        let Some(first) = characters.next() else {
            return Ok((TokenKind::End, self.rest));
        };
        let after = characters.as_str();
        match first {
            '!' | '$' | '&' | '(' | ')' | ':' | '=' | '@' | '[' | ']' | '{' | '|' | '}' => {
                Ok((TokenKind::Punctuator(first), after))
            }
            '.' => match after.strip_prefix("..") {
                Some(after) => Ok((TokenKind::Spread, after)),
                None => Err(SyntaxError::Malformed(at)),
            },
            '"' => {
                let found = match after.strip_prefix("\"\"") {
                    Some(content) => after_block_string(content)
                        .map(|after| (TokenKind::Block(before(content, after, 3)), after)),
                    None => {
                        after_string(after).map(|end| (TokenKind::StringLiteral(before(after, end, 1)), end))
                    }
                };
                found.ok_or(SyntaxError::UnterminatedString(at))
            }
            '-' | '0'..='9' => {
                let after = after_number(self.rest).ok_or(SyntaxError::Malformed(at))?;
                Ok((TokenKind::Number(before(self.rest, after, 0)), after))
            }
            c if is_word(c) => {
                let after = after.trim_start_matches(is_word);
                Ok((TokenKind::Name(before(self.rest, after, 0)), after))
            }
            _ => Err(SyntaxError::Malformed(at)),
        }
    }

    /// Counts characters and lines up to `after`, a suffix of the rest.
    fn advance_to(&mut self, after: &'a str) {
        let mut previous = ' ';
        for c in before(self.rest, after, 0).chars() {
            match c {
                '\n' if previous == '\r' => {}
                '\n' | '\r' => {
                    self.at.line += 1;
                    self.at.column = 1;
                }
                _ => self.at.column += 1,
            }
            previous = c;
        }
        self.rest = after;
    }
}

/// The part of `text` before its suffix `after`, without the last `quotes` bytes.
fn before<'a>(text: &'a str, after: &str, quotes: usize) -> &'a str {
    let length = text.len().saturating_sub(after.len() + quotes);
    text.get(..length).unwrap_or_default()
}

/// What follows a string whose content starts `text`; `None` if it does not end on its line.
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

/// What follows a block string whose content starts `text`. Three quotes end it, unless preceded by a backslash.
fn after_block_string(mut text: &str) -> Option<&str> {
    loop {
        let (before, after) = text.split_once("\"\"\"")?;
        if !before.ends_with('\\') {
            return Some(after);
        }
        text = after;
    }
}

/// What follows the number at the start of `text`; `None` if it is not a number. A name or another number must not
/// follow directly.
fn after_number(text: &str) -> Option<&str> {
    let after = text.strip_prefix('-').unwrap_or(text);
    let after = match after.strip_prefix('0') {
        Some(after) => after,
        None => after_digits(after)?,
    };
    let after = match after.strip_prefix('.') {
        Some(after) => after_digits(after)?,
        None => after,
    };
    let after = match after.strip_prefix(['e', 'E']) {
        Some(after) => after_digits(after.strip_prefix(['+', '-']).unwrap_or(after))?,
        None => after,
    };
    (!after.starts_with(|c| c == '.' || is_word(c))).then_some(after)
}

/// What follows one or more digits.
fn after_digits(text: &str) -> Option<&str> {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (after.len() < text.len()).then_some(after)
}

fn is_ignored(c: char) -> bool {
    matches!(c, ' ' | ',' | '\t' | '\u{feff}' | '\r' | '\n')
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// Part of a name. Must not follow a number.
fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}
