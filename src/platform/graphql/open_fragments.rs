//! Replaces fragments at the root of a mutation with their selections.
//!
//! The library executes a field as often as it occurs in the document, and the fields of a mutation have side effects.
//! A field in two fragments can be merged only after both are inlined (GraphQL specification, section 6.3.2,
//! `CollectFields`).

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, FragmentDefinition, OperationType, Selection, SelectionSet},
};

use super::{field_types::FieldTypes, operations_mut::operations_mut};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Inlines the fragments at the root of every mutation, and drops definitions that become unused. Fragments with
/// directives stay: whether they apply depends on variables.
///
/// Call it after the check of the document's limits, which count the original text.
pub fn open_fragments(fields: &FieldTypes, document: &mut ExecutableDocument) {
    let Some(root) = fields.root(OperationType::Mutation) else {
        return;
    };
    let mut opened = HashSet::new();
    for operation in operations_mut(&mut document.operations) {
        if operation.ty == OperationType::Mutation {
            opened.extend(open(root, &document.fragments, &mut operation.selection_set.node));
        }
    }
    if !opened.is_empty() {
        let spread = spread_in_operations(document);
        document
            .fragments
            .retain(|name, _| !opened.contains(name) || spread.contains(name));
    }
}

/// Inlines the fragments of `set`, which selects from the type `root`. Returns the names of the inlined ones.
fn open(root: &Name, fragments: &Fragments, set: &mut SelectionSet) -> HashSet<Name> {
    let mut opened = HashSet::new();
    let mut kept = Vec::with_capacity(set.items.len());
    let mut pending: Vec<Positioned<Selection>> = set.items.drain(..).rev().collect();
    while let Some(item) = pending.pop() {
        match item.node {
            Selection::InlineFragment(fragment)
                if fragment.node.directives.is_empty()
                    && (fragment.node.type_condition.iter()).all(|it| it.node.on.node == *root) =>
            {
                pending.extend(fragment.node.selection_set.node.items.into_iter().rev());
            }
            Selection::FragmentSpread(ref spread) if spread.node.directives.is_empty() => {
                let name = &spread.node.fragment_name.node;
                match fragments.get(name).filter(|it| is_plain(root, &it.node)) {
                    Some(fragment) if opened.insert(name.clone()) => {
                        pending.extend(fragment.node.selection_set.node.items.iter().rev().cloned());
                    }
                    // A second spread selects nothing new.
                    Some(_) => {}
                    None => kept.push(item),
                }
            }
            _ => kept.push(item),
        }
    }
    set.items = kept;
    opened
}

fn is_plain(root: &Name, fragment: &FragmentDefinition) -> bool {
    fragment.directives.is_empty() && fragment.type_condition.node.on.node == *root
}

/// The fragments that the operations spread, directly or through each other.
fn spread_in_operations(document: &ExecutableDocument) -> HashSet<Name> {
    let mut spread = HashSet::new();
    let mut pending: Vec<&SelectionSet> = (document.operations.iter())
        .map(|(_, operation)| &operation.node.selection_set.node)
        .collect();
    while let Some(set) = pending.pop() {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => pending.push(&field.node.selection_set.node),
                Selection::InlineFragment(fragment) => pending.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(it) => {
                    let name = &it.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name)
                        && spread.insert(name.clone())
                    {
                        pending.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    spread
}
