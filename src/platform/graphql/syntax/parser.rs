//! The basic operations of the parser, with one token of lookahead.

use async_graphql::{Name, Pos, Positioned};

use super::lexer::{Lexer, Token, TokenKind};
use crate::platform::graphql::syntax_error::SyntaxError;

/// Parses a document by recursive descent, bounded since the scan limits nesting.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The current token.
    token: Token<'a>,
}

impl<'a> Parser<'a> {
    /// At the first token of `text`.
    pub(super) fn new(text: &'a str) -> Result<Self, SyntaxError> {
        let mut lexer = Lexer::new(text);
        let token = lexer.next_token()?;
        Ok(Self { lexer, token })
    }

    pub(super) fn kind(&self) -> TokenKind<'a> {
        self.token.kind
    }

    pub(super) fn at(&self) -> Pos {
        self.token.at
    }

    /// The error that the current token is not allowed here.
    pub(super) fn unexpected(&self) -> SyntaxError {
        SyntaxError::Malformed(self.token.at)
    }

    pub(super) fn advance(&mut self) -> Result<(), SyntaxError> {
        self.token = self.lexer.next_token()?;
        Ok(())
    }

    /// Whether the current token is this punctuator.
    pub(super) fn sees(&self, mark: char) -> bool {
        self.token.kind == TokenKind::Punctuator(mark)
    }

    pub(super) fn sees_name(&self, name: &str) -> bool {
        self.token.kind == TokenKind::Name(name)
    }

    /// Consumes the punctuator if it is the current token, and returns whether it was.
    pub(super) fn takes(&mut self, mark: char) -> Result<bool, SyntaxError> {
        let is_current = self.sees(mark);
        if is_current {
            self.advance()?;
        }
        Ok(is_current)
    }

    pub(super) fn expect(&mut self, mark: char) -> Result<(), SyntaxError> {
        if self.takes(mark)? {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    pub(super) fn name(&mut self) -> Result<Positioned<Name>, SyntaxError> {
        let TokenKind::Name(name) = self.token.kind else {
            return Err(self.unexpected());
        };
        let name = Positioned::new(Name::new(name), self.token.at);
        self.advance()?;
        Ok(name)
    }

    /// Parses one or more items between two punctuators.
    pub(super) fn some<T>(
        &mut self,
        open: char,
        close: char,
        mut item: impl FnMut(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<Vec<T>, SyntaxError> {
        self.expect(open)?;
        let mut items = vec![item(self)?];
        while !self.takes(close)? {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// The same, or nothing if the current token is not `open`.
    pub(super) fn some_if_there<T>(
        &mut self,
        open: char,
        close: char,
        item: impl FnMut(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<Vec<T>, SyntaxError> {
        if self.sees(open) {
            self.some(open, close, item)
        } else {
            Ok(Vec::new())
        }
    }
}
