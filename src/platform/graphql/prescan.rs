//! Scans the text of a document before any recursive step.
//!
//! GraphQL parsers recurse: a literal nested a thousand levels deep overflows the stack, and no handler can catch that.
//! Fragments that spread each other make validators take exponential time. Both are visible in the text, so this scan,
//! one pass without recursion or allocation, refuses them first. It uses the lexer of the parser, since any
//! disagreement between the two would be a bypass.

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
            // The parser refuses unmatched closing brackets: it stops there.
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
