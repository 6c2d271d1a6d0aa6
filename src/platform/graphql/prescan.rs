//! A look at the text of a query before anything recurses.
//!
//! Parsers of GraphQL recurse: a literal nested a thousand deep overflows the stack, and no handler can catch
//! that. Fragments that spread each other make validators walk exponentially. Both are visible in the text
//! alone, so this scan, one pass without recursion or allocation, refuses them first. It has its tokens from the
//! lexer that the parser has them from, since whatever the two disagree on is a way around it.

#[cfg(any(test, fuzzing))]
pub mod properties;

use super::{
    document_limits::DocumentLimits,
    syntax::lexer::{Lexer, TokenKind},
    syntax_error::SyntaxError,
};

/// Refuses texts that are not safe to parse under `limits`.
pub fn prescan(text: &str, limits: &DocumentLimits) -> Result<(), SyntaxError> {
    if text.len() > limits.document_bytes {
        return Err(SyntaxError::TooLong(limits.document_bytes));
    }
    let mut lexer = Lexer::new(text);
    let (mut tokens, mut nesting, mut spreads) = (0_usize, 0_usize, 0_usize);
    loop {
        let token = lexer.next_token()?;
        match token.kind {
            TokenKind::End => return Ok(()),
            TokenKind::Punctuator('(' | '[' | '{') => nesting += 1,
            // An unmatched closing bracket is for the parser to refuse: it stops there.
            TokenKind::Punctuator(')' | ']' | '}') => nesting = nesting.saturating_sub(1),
            TokenKind::Spread => spreads += 1,
            _ => {}
        }
        tokens += 1;
        if nesting > limits.nesting {
            return Err(SyntaxError::NestedTooDeep(limits.nesting, token.at));
        }
        if spreads > limits.spreads {
            return Err(SyntaxError::TooManySpreads(limits.spreads, token.at));
        }
        if tokens > limits.tokens {
            return Err(SyntaxError::TooManyTokens(limits.tokens, token.at));
        }
    }
}

#[cfg(test)]
mod tests;
