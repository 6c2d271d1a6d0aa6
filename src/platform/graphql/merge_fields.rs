//! Fields that stand more than once are made to stand once.
//!
//! The specification lets a selection repeat a field, and merges the repetitions in the answer (section 5.3.2). The
//! library runs each of them, and under a list each of them for every item: a small document would make a great deal
//! of work. Merging before running gives the same answer for the work of one.

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

/// Recursion is bounded: the text has been scanned for nesting.
fn merge(set: &mut SelectionSet) {
    let mut kept: Vec<Positioned<Selection>> = Vec::with_capacity(set.items.len());
    let mut fields: HashMap<Name, Vec<usize>> = HashMap::new();
    let mut waiting: Vec<Positioned<Selection>> = set.items.drain(..).rev().collect();
    while let Some(item) = waiting.pop() {
        match item.node {
            // Braces that say nothing: what is inside belongs to the selection around them.
            Selection::InlineFragment(fragment) if is_bare(&fragment.node) => {
                waiting.extend(fragment.node.selection_set.node.items.into_iter().rev());
            }
            Selection::Field(field) => {
                let places = fields.entry(field.node.response_key().node.clone()).or_default();
                let twin = places
                    .iter()
                    .find(|place| is_twin(kept.get(**place), &field.node))
                    .copied();
                if let Some(twin) = twin.and_then(|place| kept.get_mut(place)) {
                    absorb(&mut twin.node, Selection::Field(field));
                } else {
                    places.push(kept.len());
                    kept.push(Positioned::new(Selection::Field(field), item.pos));
                }
            }
            node => {
                let twin = kept.iter_mut().find(|kept| is_same_fragment(&kept.node, &node));
                match twin {
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

fn is_bare(fragment: &InlineFragment) -> bool {
    fragment.type_condition.is_none() && fragment.directives.is_empty()
}

/// Whether both spread the same: one named fragment, or inline ones of one type; with the same directives.
fn is_same_fragment(one: &Selection, other: &Selection) -> bool {
    match (one, other) {
        (Selection::FragmentSpread(one), Selection::FragmentSpread(other)) => {
            one.node.fragment_name.node == other.node.fragment_name.node
                && are_same(&one.node.directives, &other.node.directives)
        }
        (Selection::InlineFragment(one), Selection::InlineFragment(other)) => {
            let condition = |fragment: &InlineFragment| {
                fragment.type_condition.as_ref().map(|it| it.node.on.node.clone())
            };
            condition(&one.node) == condition(&other.node)
                && are_same(&one.node.directives, &other.node.directives)
        }
        _ => false,
    }
}

fn is_twin(kept: Option<&Positioned<Selection>>, field: &Field) -> bool {
    let Some(Selection::Field(kept)) = kept.map(|kept| &kept.node) else {
        return false;
    };
    let kept = &kept.node;
    are_same(&kept.directives, &field.directives)
        && is_same_field(kept, field)
        // Where only one selects anything, one of them is wrong, and validation has to see it.
        && kept.selection_set.node.items.is_empty() == field.selection_set.node.items.is_empty()
}

/// Whether both have the same directives, in the same order.
fn are_same(one: &[Positioned<Directive>], other: &[Positioned<Directive>]) -> bool {
    let is_same = |(one, other): (&Positioned<Directive>, &Positioned<Directive>)| {
        let [mine, theirs] = [one, other].map(|it| {
            it.node
                .arguments
                .iter()
                .map(|(name, value)| (&name.node, &value.node))
        });
        one.node.name.node == other.node.name.node && mine.eq(theirs)
    };
    one.len() == other.len() && one.iter().zip(other).all(is_same)
}

/// Puts into `kept` what its twin selects; two spreads of one named fragment are one as they are.
fn absorb(kept: &mut Selection, twin: Selection) {
    match (kept, twin) {
        (Selection::Field(kept), Selection::Field(twin)) => {
            kept.node
                .selection_set
                .node
                .items
                .extend(twin.node.selection_set.node.items);
        }
        (Selection::InlineFragment(kept), Selection::InlineFragment(twin)) => {
            kept.node
                .selection_set
                .node
                .items
                .extend(twin.node.selection_set.node.items);
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
        assert_eq!(merged("{ a { ... @skip(if: true) { b } b } }"), "a{...{b} b}");
    }
}
