//! Checks that fields with the same response name can be merged (GraphQL specification, section 5.3.2).
//!
//! The library compares only fields of one selection under the same type condition. It would execute others, and one
//! name would have values of different types, or only one of two values that the client requested.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Pos, Positioned, ServerError,
    indexmap::IndexMap,
    parser::types::{
        BaseType, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type,
    },
};

use super::{
    error::RequestErrorCode,
    field_types::{FieldType, FieldTypes},
    request_error::request_error,
};

const DIFFERENT_TYPES: &str = "have different types";
const DIFFERENT_FIELDS: &str = "are different fields or have different arguments";

/// One error for each response name of `operation`, one of the document's, whose fields cannot be merged.
///
/// Compares every field only with the first of its name, which suffices since the relation is transitive, so the time
/// is linear in the number of fields with fragments expanded. The document must be within its limits.
pub fn check_overlaps(
    fields: &FieldTypes,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Vec<ServerError> {
    let mut check = Check {
        fields,
        document,
        conflicts: Vec::new(),
    };
    let root = [(fields.root(operation.ty), &operation.selection_set.node)];
    check.shapes(&root);
    check.meanings(&root);
    check.conflicts
}

struct Check<'a> {
    fields: &'a FieldTypes,
    document: &'a ExecutableDocument,
    conflicts: Vec<ServerError>,
}

/// A selection, and the type that it selects from, if it is known.
type Selected<'a> = (Option<&'a Name>, &'a SelectionSet);

/// A field with its position and parent type.
#[derive(Clone, Copy)]
struct Placed<'a> {
    of: Option<&'a Name>,
    field: &'a Field,
    at: Pos,
    ty: Option<&'a FieldType>,
}

impl<'a> Placed<'a> {
    fn selection(&self) -> Selected<'a> {
        let leads_to = self.ty.map(|ty| &ty.leads_to);
        (leads_to, &self.field.selection_set.node)
    }
}

impl<'a> Check<'a> {
    /// Each response name must have one shape of value, for all object types (`SameResponseShape`).
    fn shapes(&mut self, selected: &[Selected<'a>]) {
        for (name, placed) in self.by_name(selected) {
            let Some((first, others)) = placed.split_first() else {
                continue;
            };
            match others.iter().find(|other| !self.has_same_shape(first, other)) {
                Some(other) => self.refuse(name, DIFFERENT_TYPES, other.at),
                None => self.shapes(&selections(&placed)),
            }
        }
    }

    /// Within one object type, each response name must be one field (`FieldsInSetCanMerge`).
    fn meanings(&mut self, selected: &[Selected<'a>]) {
        for (name, placed) in self.by_name(selected) {
            for group in self.by_object(&placed) {
                let Some((first, others)) = group.split_first() else {
                    continue;
                };
                match others
                    .iter()
                    .find(|other| !is_same_field(first.field, other.field))
                {
                    Some(other) => self.refuse(name, DIFFERENT_FIELDS, other.at),
                    None => self.meanings(&selections(&group)),
                }
            }
        }
    }

    /// All fields of these selections, by their response name.
    fn by_name(&self, selected: &[Selected<'a>]) -> IndexMap<&'a Name, Vec<Placed<'a>>> {
        let mut found = IndexMap::new();
        let mut fragments = HashSet::new();
        for (of, selections) in selected {
            self.collect(*of, selections, &mut fragments, &mut found);
        }
        found
    }

    fn collect(
        &self,
        of: Option<&'a Name>,
        selections: &'a SelectionSet,
        fragments: &mut HashSet<&'a Name>,
        found: &mut IndexMap<&'a Name, Vec<Placed<'a>>>,
    ) {
        for Positioned { node, pos } in &selections.items {
            match node {
                Selection::Field(field) => {
                    let field = &field.node;
                    // Validation refuses unknown fields. Comparing them with the fields of every type would take
                    // exponential time.
                    let Some(ty) = of.and_then(|of| self.fields.any_field(of, &field.name.node)) else {
                        continue;
                    };
                    found.entry(&field.response_key().node).or_default().push(Placed {
                        of,
                        field,
                        at: *pos,
                        ty: Some(ty),
                    });
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let of = condition.map_or(of, |it| Some(&it.node.on.node));
                    self.collect(of, &fragment.node.selection_set.node, fragments, found);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && fragments.insert(name)
                    {
                        let of = Some(&fragment.node.type_condition.node.on.node);
                        self.collect(of, &fragment.node.selection_set.node, fragments, found);
                    }
                }
            }
        }
    }

    /// Groups the fields that can occur in one value: a value has one object type, and fields of interfaces and unions
    /// apply to all of them.
    fn by_object(&self, placed: &[Placed<'a>]) -> Vec<Vec<Placed<'a>>> {
        let object = |it: &Placed<'a>| it.of.filter(|of| self.fields.is_object(of));
        let of_abstract_types = || placed.iter().filter(|it| object(it).is_none()).copied();
        let mut groups = HashMap::<&Name, Vec<Placed<'a>>>::new();
        for it in placed {
            if let Some(name) = object(it) {
                groups
                    .entry(name)
                    .or_insert_with(|| of_abstract_types().collect())
                    .push(*it);
            }
        }
        if groups.is_empty() {
            vec![of_abstract_types().collect()]
        } else {
            groups.into_values().collect()
        }
    }

    fn has_same_shape(&self, a: &Placed<'a>, b: &Placed<'a>) -> bool {
        match (a.ty, b.ty) {
            (Some(a), Some(b)) => self.is_same_type(&a.ty, &b.ty),
            // Validation refuses unknown fields.
            _ => true,
        }
    }

    fn is_same_type(&self, a: &Type, b: &Type) -> bool {
        a.nullable == b.nullable
            && match (&a.base, &b.base) {
                (BaseType::List(a), BaseType::List(b)) => self.is_same_type(a, b),
                (BaseType::Named(a), BaseType::Named(b)) => {
                    a == b || (self.fields.is_composite(a) && self.fields.is_composite(b))
                }
                _ => false,
            }
    }

    fn refuse(&mut self, name: &Name, why: &str, at: Pos) {
        // Fields of different types are also different fields: report the conflict once.
        if self.conflicts.iter().any(|it| it.locations == [at]) {
            return;
        }
        let code = RequestErrorCode::GraphqlValidationFailed;
        let message = format!("The fields named `{name}` {why}. Give one of them another alias.");
        self.conflicts.push(request_error(code, message, Some(at)));
    }
}

fn selections<'a>(placed: &[Placed<'a>]) -> Vec<Selected<'a>> {
    let selections = placed.iter().map(Placed::selection);
    selections.filter(|(_, set)| !set.items.is_empty()).collect()
}

/// Whether both are the same field with the same arguments, in any order.
pub(super) fn is_same_field(one: &Field, other: &Field) -> bool {
    let has_same = |(name, value): &(Positioned<Name>, Positioned<async_graphql_value::Value>)| {
        other
            .get_argument(&name.node)
            .is_some_and(|it| it.node == value.node)
    };
    one.name.node == other.name.node
        && one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(has_same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::graphql::{document_limits::DocumentLimits, syntax::parse_document};

    const SDL: &str = r"
        type Query { pet: Pet node: Node dogs: [Dog!]! }
        interface Node { id: ID! friend: Node }
        interface Pet { name: String! toy(n: Int, s: String): String }
        type Dog implements Pet & Node { id: ID! friend: Node name: String! toy(n: Int, s: String): String age: Int barks: Boolean! tags: [String!]! pup: Dog nick: String }
        type Cat implements Pet & Node { id: ID! friend: Node name: String! toy(n: Int, s: String): String age: Int lives: Int! tags: [String]! kitten: Cat nick: String }
        schema { query: Query }
    ";

    fn conflicts(text: &str) -> Vec<String> {
        let fields = FieldTypes::from_sdl(SDL).unwrap();
        let document = parse_document(text, &DocumentLimits::default()).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let errors = check_overlaps(&fields, &document, &operation.node);
        errors.into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn what_can_be_merged_passes() {
        for text in [
            "{ pet { name name } pet { name toy(n: 1) toy(n: 1) } }",
            "{ pet { toy(n: 1, s: \"a\") toy(s: \"a\", n: 1) } }",
            "{ pet { ... on Dog { x: age } ... on Cat { x: age } } }",
            "{ pet { ... on Dog { x: name } ... on Cat { x: name } x: name } }",
            "{ pet { ... on Dog { toy(n: 1) } ... on Cat { toy(n: 2) } } }",
            "{ pet { ... on Dog { x: nick } ... on Cat { x: toy } } }",
            "{ pet { ... on Dog { p: pup { x: age } } ... on Cat { p: kitten { x: age } } } }",
            "{ ...F ...F } fragment F on Query { pet { name } }",
            "{ __schema { types { name name: name } } __type(name: \"Dog\") { name } }",
        ] {
            assert_eq!(conflicts(text), [""; 0], "{text}");
        }
    }

    /// Takes exponential time if unknown fields are compared with those of every type.
    #[test]
    fn fields_that_there_are_not_are_not_compared() {
        let nested = (0..14).fold("{ a }".to_owned(), |inner, _| {
            format!("{{ x {inner} ... on Dog {{ x }} ... on Cat {{ x }} ... on Query {{ x }} }}")
        });
        let limits = DocumentLimits {
            depth: 100,
            nesting: 100,
            spreads: 100,
            ..DocumentLimits::default()
        };
        let fields = FieldTypes::from_sdl(SDL).unwrap();
        let document = parse_document(&nested, &limits).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        assert!(check_overlaps(&fields, &document, &operation.node).is_empty());
    }

    #[test]
    fn different_fields_of_one_name_are_refused() {
        for text in [
            "{ x: pet { name } x: node { id } }",
            "{ pet { x: name x: toy } }",
            "{ pet { toy(n: 1) toy(n: 2) } }",
            "{ pet { toy(n: 1) toy } }",
            "{ pet { toy(n: 1) toy(s: \"1\") } }",
            "query ($n: Int) { pet { toy(n: $n) toy(n: 1) } }",
            "{ pet { x: name } ... @include(if: true) { pet { x: toy } } }",
            "{ pet { x: name } ...F } fragment F on Query { pet { ... on Dog { x: nick } } }",
            "{ pet { x: name ... on Dog { x: nick } } }",
            "{ pet { ... on Dog { x: nick } ... on Pet { x: name } } }",
            "{ __schema { types { x: name x: kind } } }",
            "{ __schema { x: types { name } x: directives { name } } }",
            "{ pet { x: __typename x: name } }",
        ] {
            assert!(!conflicts(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn different_types_of_one_name_are_refused_even_under_different_types() {
        for text in [
            "{ pet { ... on Dog { x: name } ... on Cat { x: age } } }",
            "{ pet { ... on Dog { x: age } ... on Cat { x: lives } } }",
            "{ pet { ... on Dog { tags } ... on Cat { tags } } }",
            "{ pet { ... on Dog { x: pup { id } } ... on Cat { x: name } } }",
            "{ pet { ... on Dog { p: pup { x: age } } ... on Cat { p: kitten { x: name } } } }",
            "{ node { ...D ...C } } fragment D on Dog { x: barks } fragment C on Cat { x: __typename }",
        ] {
            assert_eq!(conflicts(text).len(), 1, "{text}");
        }
    }
}
