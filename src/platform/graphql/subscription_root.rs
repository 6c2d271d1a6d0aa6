//! The rule that a subscription selects one field (GraphQL specification, section 5.2.3.1), which the library lacks.

use std::collections::HashSet;

use async_graphql::{
    Name, Pos, Positioned, ServerError,
    parser::types::{Directive, ExecutableDocument, Field, OperationType, Selection, SelectionSet},
};

use super::{error::RequestErrorCode, request_error::request_error};

/// Checks that every subscription of the document selects one field of the schema, whatever its variables.
pub fn check_subscription_roots(document: &ExecutableDocument) -> Result<(), ServerError> {
    for (_, operation) in document.operations.iter() {
        if operation.node.ty == OperationType::Subscription {
            let mut fields = Fields {
                document,
                spread: HashSet::new(),
                first: None,
            };
            fields.check(&operation.node.selection_set.node)?;
        }
    }
    Ok(())
}

/// The fields at the root of one subscription.
struct Fields<'a> {
    document: &'a ExecutableDocument,
    spread: HashSet<&'a Name>,
    first: Option<&'a Field>,
}

impl<'a> Fields<'a> {
    /// Recursion is bounded, since the scan limits nesting, and each fragment is visited once.
    fn check(&mut self, set: &'a SelectionSet) -> Result<(), ServerError> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    if has_condition(&field.node.directives) {
                        return Err(conditional(field.pos));
                    }
                    let is_other = |first: &Field| first.response_key() != field.node.response_key();
                    if field.node.name.node.starts_with("__") || self.first.is_some_and(is_other) {
                        return Err(refused("A subscription selects exactly one field.", field.pos));
                    }
                    self.first = Some(&field.node);
                }
                Selection::InlineFragment(fragment) => {
                    if has_condition(&fragment.node.directives) {
                        return Err(conditional(fragment.pos));
                    }
                    self.check(&fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    if has_condition(&spread.node.directives) {
                        return Err(conditional(spread.pos));
                    }
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.spread.insert(name)
                    {
                        self.check(&fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn has_condition(directives: &[Positioned<Directive>]) -> bool {
    directives
        .iter()
        .any(|directive| matches!(directive.node.name.node.as_str(), "skip" | "include"))
}

fn conditional(at: Pos) -> ServerError {
    refused(
        "`@skip` and `@include` cannot be used at the root of a subscription.",
        at,
    )
}

fn refused(message: &'static str, at: Pos) -> ServerError {
    request_error(RequestErrorCode::GraphqlValidationFailed, message, Some(at))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn check(document: &str) -> Result<(), String> {
        check_subscription_roots(&parse_query(document).unwrap()).map_err(|error| error.message)
    }

    #[test]
    fn a_subscription_with_one_field_passes_however_it_is_written() {
        for document in [
            "subscription { a { b __typename } }",
            "subscription { a { b } a { c } }",
            "subscription { ...F ...F } fragment F on S { a { b } }",
            "subscription { ... on S { a } ... { a } }",
            "subscription S { x: a } query Q { b c }",
            "{ a b __typename }",
            "mutation { a b @skip(if: true) }",
        ] {
            assert_eq!(check(document), Ok(()), "{document}");
        }
    }

    #[test]
    fn other_subscriptions_are_refused() {
        for document in [
            "subscription { a b }",
            "subscription { a x: a }",
            "subscription { __typename }",
            "subscription { a __typename }",
            "subscription { a ...F } fragment F on S { b }",
            "subscription { a @include(if: true) }",
            "subscription { ... on S @skip(if: false) { a } }",
            "subscription { ...F @skip(if: false) } fragment F on S { a }",
            "query Q { a } subscription S { a b }",
        ] {
            assert!(check(document).is_err(), "{document}");
        }
    }
}
