//! Parser for documents, strictly by the GraphQL specification of September 2025 (sections 2 and 6).
//!
//! The library's parser implements October 2021 and is lax at the edges: it knows no descriptions on operations and no
//! `\u{…}`, keeps the backslash of `\"""`, and accepts `queryQ` and `fragment on on Query`. So this parser reads
//! documents into the library's types. The library still parses the schema:
//! docs/decisions/0030-own-parser-of-documents.md.

mod definition;
pub(super) mod lexer;
mod parser;
mod text;
mod value;

use async_graphql::parser::types::ExecutableDocument;

use self::parser::Parser;
use super::{document_limits::DocumentLimits, prescan::prescan, syntax_error::SyntaxError};

/// Parses `text` after scanning it: the parser recurses as deep as brackets nest.
pub fn parse_document(text: &str, limits: &DocumentLimits) -> Result<ExecutableDocument, SyntaxError> {
    prescan(text, limits)?;
    Parser::new(text)?.document()
}

#[cfg(test)]
mod tests;
