//! Values, types, arguments and directives (GraphQL specification, sections 2.6, 2.9 to 2.12).

use async_graphql::{
    Name, Positioned,
    indexmap::{IndexMap, map::Entry},
    parser::types::{BaseType, Directive, Type},
};
use async_graphql_value::{ConstValue, Number, Value};

use super::{
    lexer::TokenKind,
    parser::Parser,
    text::{block_text, quoted_text},
};
use crate::platform::graphql::syntax_error::SyntaxError;

/// An argument in the library's types.
type Argument = (Positioned<Name>, Positioned<Value>);

/// Whether variables are allowed in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variables {
    Allowed,
    Refused,
}

impl Parser<'_> {
    pub(super) fn directives(&mut self) -> Result<Vec<Positioned<Directive>>, SyntaxError> {
        let mut directives = Vec::new();
        while self.sees('@') {
            let at = self.at();
            self.advance()?;
            let name = self.name()?;
            let arguments = self.arguments()?;
            directives.push(Positioned::new(Directive { name, arguments }, at));
        }
        Ok(directives)
    }

    pub(super) fn arguments(&mut self) -> Result<Vec<Argument>, SyntaxError> {
        self.some_if_there('(', ')', |parser| {
            let name = parser.name()?;
            parser.expect(':')?;
            let at = parser.at();
            Ok((name, Positioned::new(parser.value(Variables::Allowed)?, at)))
        })
    }

    pub(super) fn constant(&mut self) -> Result<Positioned<ConstValue>, SyntaxError> {
        let at = self.at();
        let value = self.value(Variables::Refused)?.into_const();
        Ok(Positioned::new(value.ok_or(SyntaxError::Malformed(at))?, at))
    }

    pub(super) fn type_(&mut self) -> Result<Type, SyntaxError> {
        let base = if self.takes('[')? {
            let of = self.type_()?;
            self.expect(']')?;
            BaseType::List(Box::new(of))
        } else {
            BaseType::Named(self.name()?.node)
        };
        let nullable = !self.takes('!')?;
        Ok(Type { base, nullable })
    }

    /// Skips a string, if it is the current token, and returns whether it was.
    pub(super) fn skip_text(&mut self) -> Result<bool, SyntaxError> {
        match self.kind() {
            TokenKind::StringLiteral(raw) if quoted_text(raw).is_none() => Err(self.unexpected()),
            TokenKind::StringLiteral(_) | TokenKind::Block(_) => self.advance().map(|()| true),
            _ => Ok(false),
        }
    }

    fn value(&mut self, variables: Variables) -> Result<Value, SyntaxError> {
        let value = match self.kind() {
            TokenKind::Punctuator('$') if variables == Variables::Allowed => {
                self.advance()?;
                return Ok(Value::Variable(self.name()?.node));
            }
            TokenKind::Punctuator('[') => {
                self.advance()?;
                let mut items = Vec::new();
                while !self.takes(']')? {
                    items.push(self.value(variables)?);
                }
                return Ok(Value::List(items));
            }
            TokenKind::Punctuator('{') => {
                self.advance()?;
                return self.fields(variables).map(Value::Object);
            }
            TokenKind::Name("true") => Value::Boolean(true),
            TokenKind::Name("false") => Value::Boolean(false),
            TokenKind::Name("null") => Value::Null,
            TokenKind::Name(name) => Value::Enum(Name::new(name)),
            TokenKind::Number(digits) => number(digits)
                .map(Value::Number)
                .ok_or_else(|| self.unexpected())?,
            TokenKind::StringLiteral(raw) => quoted_text(raw)
                .map(Value::String)
                .ok_or_else(|| self.unexpected())?,
            TokenKind::Block(raw) => Value::String(block_text(raw)),
            TokenKind::Punctuator(_) | TokenKind::Spread | TokenKind::End => return Err(self.unexpected()),
        };
        self.advance()?;
        Ok(value)
    }

    /// The fields of an input object, each at most once (section 5.6.3): the map could keep only one, and a firewall in
    /// front of this server could have checked the other.
    fn fields(&mut self, variables: Variables) -> Result<IndexMap<Name, Value>, SyntaxError> {
        let mut fields = IndexMap::new();
        while !self.takes('}')? {
            let name = self.name()?;
            self.expect(':')?;
            let value = self.value(variables)?;
            match fields.entry(name.node) {
                Entry::Vacant(entry) => entry.insert(value),
                Entry::Occupied(_) => {
                    let message = "An input object must have each field at most once.";
                    return Err(SyntaxError::Invalid(message, name.pos));
                }
            };
        }
        Ok(fields)
    }
}

/// Parses a number; `None` if it is too large. Written without a fraction it is an integer, even `-0`, which JSON would
/// turn into a float.
fn number(digits: &str) -> Option<Number> {
    let whole = digits.parse::<i64>().map(Number::from);
    whole.or_else(|_| digits.parse()).ok()
}
