//! Operations, fragments and selections (GraphQL specification, sections 2.2 to 2.8).

use std::collections::{HashMap, hash_map::Entry};

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread, InlineFragment,
        OperationDefinition, OperationType, Selection, SelectionSet, TypeCondition, VariableDefinition,
    },
};

use super::{lexer::TokenKind, parser::Parser};
use crate::platform::graphql::syntax_error::SyntaxError;

type Operation = Positioned<OperationDefinition>;

/// Definitions parsed so far.
#[derive(Default)]
struct Found {
    unnamed: Option<Operation>,
    named: HashMap<Name, Operation>,
    fragments: HashMap<Name, Positioned<FragmentDefinition>>,
}

impl Parser<'_> {
    /// The whole text as one document, whose operations have distinct names (section 5.2).
    pub(super) fn document(mut self) -> Result<ExecutableDocument, SyntaxError> {
        let start = self.at();
        let mut found = Found::default();
        self.definition(&mut found)?;
        while self.kind() != TokenKind::End {
            self.definition(&mut found)?;
        }
        let operations = match found.unnamed {
            Some(operation) if found.named.is_empty() => DocumentOperations::Single(operation),
            Some(operation) => return Err(not_alone(operation.pos)),
            None if found.named.is_empty() => {
                return Err(SyntaxError::Invalid("The document has no operation.", start));
            }
            None => DocumentOperations::Multiple(found.named),
        };
        Ok(ExecutableDocument {
            operations,
            fragments: found.fragments,
        })
    }

    fn definition(&mut self, found: &mut Found) -> Result<(), SyntaxError> {
        let is_described = self.skip_text()?;
        let at = self.at();
        let ty = match self.kind() {
            TokenKind::Punctuator('{') if !is_described => {
                let operation = OperationDefinition {
                    ty: OperationType::Query,
                    variable_definitions: Vec::new(),
                    directives: Vec::new(),
                    selection_set: self.selection_set()?,
                };
                return found.operation(None, Positioned::new(operation, at));
            }
            TokenKind::Name("query") => OperationType::Query,
            TokenKind::Name("mutation") => OperationType::Mutation,
            TokenKind::Name("subscription") => OperationType::Subscription,
            TokenKind::Name("fragment") => {
                self.advance()?;
                let (name, fragment) = self.fragment()?;
                return found.fragment(name, Positioned::new(fragment, at));
            }
            _ => return Err(self.unexpected()),
        };
        self.advance()?;
        let name = match self.kind() {
            TokenKind::Name(_) => Some(self.name()?),
            _ => None,
        };
        let operation = OperationDefinition {
            ty,
            variable_definitions: self.some_if_there('(', ')', Self::variable)?,
            directives: self.directives()?,
            selection_set: self.selection_set()?,
        };
        found.operation(name, Positioned::new(operation, at))
    }

    fn variable(&mut self) -> Result<Positioned<VariableDefinition>, SyntaxError> {
        self.skip_text()?;
        let at = self.at();
        self.expect('$')?;
        let name = self.name()?;
        self.expect(':')?;
        let type_at = self.at();
        let variable = VariableDefinition {
            name,
            var_type: Positioned::new(self.type_()?, type_at),
            default_value: if self.takes('=')? {
                Some(self.constant()?)
            } else {
                None
            },
            directives: self.directives()?,
        };
        Ok(Positioned::new(variable, at))
    }

    fn fragment(&mut self) -> Result<(Positioned<Name>, FragmentDefinition), SyntaxError> {
        if self.sees_name("on") {
            return Err(self.unexpected());
        }
        let name = self.name()?;
        let Some(type_condition) = self.type_condition()? else {
            return Err(self.unexpected());
        };
        let fragment = FragmentDefinition {
            type_condition,
            directives: self.directives()?,
            selection_set: self.selection_set()?,
        };
        Ok((name, fragment))
    }

    fn type_condition(&mut self) -> Result<Option<Positioned<TypeCondition>>, SyntaxError> {
        if !self.sees_name("on") {
            return Ok(None);
        }
        let at = self.at();
        self.advance()?;
        let condition = TypeCondition { on: self.name()? };
        Ok(Some(Positioned::new(condition, at)))
    }

    fn selection_set(&mut self) -> Result<Positioned<SelectionSet>, SyntaxError> {
        let at = self.at();
        let items = self.some('{', '}', Self::selection)?;
        Ok(Positioned::new(SelectionSet { items }, at))
    }

    fn selection(&mut self) -> Result<Positioned<Selection>, SyntaxError> {
        let at = self.at();
        let selection = if self.kind() == TokenKind::Spread {
            self.advance()?;
            self.spread(at)?
        } else {
            Selection::Field(Positioned::new(self.field()?, at))
        };
        Ok(Positioned::new(selection, at))
    }

    fn field(&mut self) -> Result<Field, SyntaxError> {
        let first = self.name()?;
        let (alias, name) = if self.takes(':')? {
            (Some(first), self.name()?)
        } else {
            (None, first)
        };
        Ok(Field {
            alias,
            name,
            arguments: self.arguments()?,
            directives: self.directives()?,
            selection_set: if self.sees('{') {
                self.selection_set()?
            } else {
                Positioned::default()
            },
        })
    }

    /// What follows the `...` at the position `at`.
    fn spread(&mut self, at: Pos) -> Result<Selection, SyntaxError> {
        let type_condition = self.type_condition()?;
        if type_condition.is_none()
            && let TokenKind::Name(_) = self.kind()
        {
            let spread = FragmentSpread {
                fragment_name: self.name()?,
                directives: self.directives()?,
            };
            return Ok(Selection::FragmentSpread(Positioned::new(spread, at)));
        }
        let fragment = InlineFragment {
            type_condition,
            directives: self.directives()?,
            selection_set: self.selection_set()?,
        };
        Ok(Selection::InlineFragment(Positioned::new(fragment, at)))
    }
}

impl Found {
    fn operation(&mut self, name: Option<Positioned<Name>>, operation: Operation) -> Result<(), SyntaxError> {
        let Some(name) = name else {
            let at = operation.pos;
            return match self.unnamed.replace(operation) {
                None => Ok(()),
                Some(_) => Err(not_alone(at)),
            };
        };
        insert_once(
            &mut self.named,
            name,
            operation,
            "Two operations have the same name.",
        )
    }

    fn fragment(
        &mut self,
        name: Positioned<Name>,
        fragment: Positioned<FragmentDefinition>,
    ) -> Result<(), SyntaxError> {
        insert_once(
            &mut self.fragments,
            name,
            fragment,
            "Two fragments have the same name.",
        )
    }
}

fn insert_once<T>(
    into: &mut HashMap<Name, T>,
    name: Positioned<Name>,
    value: T,
    twice: &'static str,
) -> Result<(), SyntaxError> {
    match into.entry(name.node) {
        Entry::Vacant(entry) => {
            entry.insert(value);
            Ok(())
        }
        Entry::Occupied(_) => Err(SyntaxError::Invalid(twice, name.pos)),
    }
}

fn not_alone(at: Pos) -> SyntaxError {
    SyntaxError::Invalid("An operation without a name must be the only one.", at)
}
