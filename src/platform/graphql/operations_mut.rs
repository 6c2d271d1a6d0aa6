//! Mutable access to the operations of a document.

use async_graphql::parser::types::{DocumentOperations, OperationDefinition};

/// Iterates over all operations; the library has only an immutable iterator.
pub(super) fn operations_mut(
    operations: &mut DocumentOperations,
) -> impl Iterator<Item = &mut OperationDefinition> {
    let (single, multiple) = match operations {
        DocumentOperations::Single(operation) => (Some(operation), None),
        DocumentOperations::Multiple(operations) => (None, Some(operations.values_mut())),
    };
    let all = single.into_iter().chain(multiple.into_iter().flatten());
    all.map(|operation| &mut operation.node)
}
