//! Detects introspection in a document.

use async_graphql::{
    Pos,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use super::document_cost::is_introspection;

/// The position of the first `__schema` or `__type` in any operation or fragment.
pub fn first_introspection(document: &ExecutableDocument) -> Option<Pos> {
    let operations = document.operations.iter().map(|(_, it)| &it.node.selection_set);
    let fragments = document.fragments.values().map(|it| &it.node.selection_set);
    operations.chain(fragments).find_map(|it| first_in(&it.node))
}

fn first_in(selections: &SelectionSet) -> Option<Pos> {
    selections
        .items
        .iter()
        .find_map(|selection| match &selection.node {
            Selection::Field(field) if is_introspection(&field.node.name.node) => Some(field.pos),
            Selection::Field(field) => first_in(&field.node.selection_set.node),
            Selection::InlineFragment(fragment) => first_in(&fragment.node.selection_set.node),
            // Fragments are searched where they are defined.
            Selection::FragmentSpread(_) => None,
        })
}
