//! Merges repeated fields.
//!
//! The specification lets a selection repeat a field, and merges the repetitions in the response (section 5.3.2). The
//! library executes each of them, and under a list each of them for every item, so a small document would cause much
//! work. Merging before execution gives the same response for the work of one.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{Directive, ExecutableDocument, Field, InlineFragment, Selection, SelectionSet},
};

use super::{operations_mut::operations_mut, overlaps::is_same_field};

/// Merges equal fields of every selection set: same response key, same field, same arguments, same directives.
pub fn merge_fields(document: &mut ExecutableDocument) {
    for operation in operations_mut(&mut document.operations) {
        merge(&mut operation.selection_set.node);
    }
    for fragment in document.fragments.values_mut() {
        merge(&mut fragment.node.selection_set.node);
    }
}

/// Recursion is bounded, since the scan limits nesting.
fn merge(set: &mut SelectionSet) {
    let mut kept: Vec<Positioned<Selection>> = Vec::with_capacity(set.items.len());
    let mut fields: HashMap<Name, Vec<usize>> = HashMap::new();
    let mut pending: Vec<Positioned<Selection>> = set.items.drain(..).rev().collect();
    while let Some(item) = pending.pop() {
        match item.node {
            // Braces without effect: their content belongs to the selection around them.
            Selection::InlineFragment(fragment) if is_bare(&fragment.node) => {
                pending.extend(fragment.node.selection_set.node.items.into_iter().rev());
            }
            Selection::Field(field) => {
                let indexes = fields.entry(field.node.response_key().node.clone()).or_default();
                let duplicate = indexes
                    .iter()
                    .find(|index| is_duplicate(kept.get(**index), &field.node))
                    .copied();
                if let Some(duplicate) = duplicate.and_then(|index| kept.get_mut(index)) {
                    absorb(&mut duplicate.node, Selection::Field(field));
                } else {
                    indexes.push(kept.len());
                    kept.push(Positioned::new(Selection::Field(field), item.pos));
                }
            }
            node => {
                // A fragment that depends on variables keeps its place, because the fields of a mutation run in order.
                let nearby = if has_directives(&node) {
                    kept.len().saturating_sub(1)
                } else {
                    0
                };
                match kept
                    .iter_mut()
                    .skip(nearby)
                    .find(|kept| is_same_fragment(&kept.node, &node))
                {
                    Some(twin) => absorb(&mut twin.node, node),
                    None => kept.push(Positioned::new(node, item.pos)),
                }
            }
        }
    }
    set.items = kept;
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => merge(&mut field.node.selection_set.node),
            Selection::InlineFragment(fragment) => merge(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn has_directives(selection: &Selection) -> bool {
    match selection {
        Selection::Field(field) => !field.node.directives.is_empty(),
        Selection::InlineFragment(fragment) => !fragment.node.directives.is_empty(),
        Selection::FragmentSpread(spread) => !spread.node.directives.is_empty(),
    }
}

fn is_bare(fragment: &InlineFragment) -> bool {
    fragment.type_condition.is_none() && fragment.directives.is_empty()
}

/// Whether both spread the same named fragment, or are inline fragments of one type, with the same directives.
fn is_same_fragment(a: &Selection, b: &Selection) -> bool {
    match (a, b) {
        (Selection::FragmentSpread(a), Selection::FragmentSpread(b)) => {
            a.node.fragment_name.node == b.node.fragment_name.node
                && are_same(&a.node.directives, &b.node.directives)
        }
        (Selection::InlineFragment(a), Selection::InlineFragment(b)) => {
            let condition = |fragment: &InlineFragment| {
                fragment.type_condition.as_ref().map(|it| it.node.on.node.clone())
            };
            condition(&a.node) == condition(&b.node) && are_same(&a.node.directives, &b.node.directives)
        }
        _ => false,
    }
}

fn is_duplicate(kept: Option<&Positioned<Selection>>, field: &Field) -> bool {
    let Some(Selection::Field(kept)) = kept.map(|kept| &kept.node) else {
        return false;
    };
    let kept = &kept.node;
    are_same(&kept.directives, &field.directives)
        && is_same_field(kept, field)
        // If only one has a selection, one of them is invalid, and validation must see it.
        && kept.selection_set.node.items.is_empty() == field.selection_set.node.items.is_empty()
}

/// Whether both have the same directives, in the same order.
fn are_same(a: &[Positioned<Directive>], b: &[Positioned<Directive>]) -> bool {
    let is_same = |(a, b): (&Positioned<Directive>, &Positioned<Directive>)| {
        let [a_arguments, b_arguments] = [a, b].map(|it| {
            it.node
                .arguments
                .iter()
                .map(|(name, value)| (&name.node, &value.node))
        });
        a.node.name.node == b.node.name.node && a_arguments.eq(b_arguments)
    };
    a.len() == b.len() && a.iter().zip(b).all(is_same)
}

/// Adds the selection of a duplicate to `kept`; spreads of a named fragment have none to add.
fn absorb(kept: &mut Selection, duplicate: Selection) {
    match (kept, duplicate) {
        (Selection::Field(kept), Selection::Field(duplicate)) => {
            kept.node
                .selection_set
                .node
                .items
                .extend(duplicate.node.selection_set.node.items);
        }
        (Selection::InlineFragment(kept), Selection::InlineFragment(duplicate)) => {
            kept.node
                .selection_set
                .node
                .items
                .extend(duplicate.node.selection_set.node.items);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn fields(set: &SelectionSet) -> String {
        let items = set.items.iter().map(|item| match &item.node {
            Selection::Field(field) => {
                let inner = fields(&field.node.selection_set.node);
                let key = &field.node.response_key().node;
                if inner.is_empty() {
                    key.to_string()
                } else {
                    format!("{key}{{{inner}}}")
                }
            }
            Selection::InlineFragment(fragment) => {
                format!("...{{{}}}", fields(&fragment.node.selection_set.node))
            }
            Selection::FragmentSpread(spread) => format!("...{}", spread.node.fragment_name.node),
        });
        items.collect::<Vec<_>>().join(" ")
    }

    fn merged(text: &str) -> String {
        let mut document = parse_query(text).unwrap();
        merge_fields(&mut document);
        let (_, operation) = document.operations.iter().next().unwrap();
        fields(&operation.node.selection_set.node)
    }

    #[test]
    fn equal_fields_become_one_at_every_level() {
        assert_eq!(merged("{ a a a }"), "a");
        assert_eq!(merged("{ a { b } a { c b } }"), "a{b c}");
        assert_eq!(merged("{ a { ... on T { b b } } }"), "a{...{b}}");
        assert_eq!(merged("{ x: a x: a y: a }"), "x y");
        assert_eq!(merged("{ a(n: 1) { b } a(n: 1) { b } }"), "a{b}");
        assert_eq!(merged("{ a(n: 1, m: 2) a(m: 2, n: 1) }"), "a");
        assert_eq!(merged("{ a @include(if: $a) a @include(if: $a) }"), "a");
        assert_eq!(
            merged("{ ... @skip(if: $a) { a } ... @skip(if: $a) { a } }"),
            "...{a}"
        );
        assert_eq!(merged("query A { a a } fragment F on T { b b }"), "a");
    }

    #[test]
    fn fragments_do_not_hide_repetitions() {
        assert_eq!(merged("{ a ...{ a ...{ a } b } b }"), "a b");
        assert_eq!(merged("mutation { ...{ a { b } } a { c } }"), "a{b c}");
        assert_eq!(merged("{ ...F a ...F }"), "...F a");
        assert_eq!(
            merged("{ ... on T { a } ... on U { a } ... on T { a b } }"),
            "...{a b} ...{a}"
        );
    }

    #[test]
    fn what_differs_stays_for_validation_to_judge() {
        assert_eq!(merged("{ a(n: 1) a(n: 2) }"), "a a");
        assert_eq!(merged("{ x: a x: b }"), "x x");
        assert_eq!(merged("{ a a { b } }"), "a a{b}");
        assert_eq!(merged("{ a a @include(if: true) }"), "a a");
        assert_eq!(merged("{ a @include(if: $a) a @include(if: $b) }"), "a a");
        assert_eq!(
            merged("{ ... @skip(if: $a) { a } b ... @skip(if: $a) { c } }"),
            "...{a} b ...{c}"
        );
        assert_eq!(merged("{ a { ... @skip(if: true) { b } b } }"), "a{...{b} b}");
    }
}
