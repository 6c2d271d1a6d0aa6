//! The number of fields that a document selects inside lists: a small document can request large pages, nested and
//! under many aliases.

use std::collections::HashMap;

use async_graphql::{
    Name, Value as ConstValue, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

use super::{
    connection::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE},
    field_types::{FieldType, FieldTypes},
};

/// Arguments that give the page size.
const SIZES: [&str; 2] = ["first", "last"];
/// Arguments that list the items to return.
const LISTED: [&str; 2] = ["ids", "representations"];
/// The argument of a mutation.
const INPUT: &str = "input";

/// The number of fields of list items that `operation`, one of the document's, selects: the fields of an item times the
/// page sizes along the path, summed.
///
/// The page size is the number in `first` or `last`, the default without one, and the maximum if it is out of range.
/// `ids` and `representations` count as many items as they list, and the result of a mutation as many as the longest list in its input. Other lists count as one item. Counts saturate instead of wrapping. Each
/// fragment is measured once, however often it is spread; fragments must be free of cycles, see
/// [`super::document_limits::DocumentLimits::check`].
pub fn fields_in_lists(
    fields: &FieldTypes,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> usize {
    let mut count = Count {
        fields,
        document,
        variables,
        fragments: HashMap::new(),
    };
    let root = count.selections(fields.root(operation.ty), &operation.selection_set.node);
    root.outside.saturating_add(root.paged)
}

/// The fields of a selection set.
#[derive(Debug, Clone, Copy, Default)]
struct Fields {
    /// The count if the selection is not inside a list item.
    outside: usize,
    /// The count if it is.
    inside: usize,
    /// Fields under its lists without their own size. In a connection these are `nodes` and `edges`, and each counts
    /// once per item of the page.
    paged: usize,
}

impl Fields {
    fn add(&mut self, other: Self) {
        self.outside = self.outside.saturating_add(other.outside);
        self.inside = self.inside.saturating_add(other.inside);
        self.paged = self.paged.saturating_add(other.paged);
    }

    /// All fields of one list item with this selection.
    fn of_item(self) -> usize {
        self.inside.saturating_add(self.paged)
    }

    /// The selection of one field of type `ty` that contains this selection.
    fn under(self, ty: Option<&FieldType>, size: Option<usize>) -> Self {
        let is_list = ty.is_some_and(|ty| ty.is_list);
        match size {
            None if is_list => Self {
                outside: 0,
                inside: 1,
                paged: self.of_item(),
            },
            Some(size) if is_list => {
                let items = self.of_item().saturating_mul(size);
                Self {
                    outside: items,
                    inside: items.saturating_add(1),
                    paged: 0,
                }
            }
            size => {
                let paged = self.paged.saturating_mul(size.unwrap_or(1));
                Self {
                    outside: self.outside.saturating_add(paged),
                    inside: self.inside.saturating_add(paged).saturating_add(1),
                    paged: 0,
                }
            }
        }
    }
}

struct Count<'a> {
    fields: &'a FieldTypes,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    fragments: HashMap<&'a Name, Fields>,
}

impl<'a> Count<'a> {
    fn selections(&mut self, of: Option<&'a Name>, selections: &'a SelectionSet) -> Fields {
        let mut total = Fields::default();
        for selection in &selections.items {
            total.add(match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let ty = of.and_then(|of| self.fields.field(of, &field.name.node));
                    let size = ty.and_then(|ty| self.size(ty, field));
                    self.selections(ty.map(|ty| &ty.leads_to), &field.selection_set.node)
                        .under(ty, size)
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let of = condition.map_or(of, |it| Some(&it.node.on.node));
                    self.selections(of, &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            });
        }
        total
    }

    fn fragment(&mut self, name: &Name) -> Fields {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Fields::default();
        };
        if let Some(known) = self.fragments.get(name) {
            return *known;
        }
        let on = &fragment.node.type_condition.node.on.node;
        let fields = self.selections(Some(on), &fragment.node.selection_set.node);
        self.fragments.insert(name, fields);
        fields
    }

    /// How many items the arguments of `field` request; `None` if it has no such arguments.
    fn size(&self, ty: &FieldType, field: &Field) -> Option<usize> {
        if let Some(name) = LISTED.iter().find(|name| ty.arguments.contains_key(**name)) {
            let listed = field.get_argument(name).map(|listed| self.length(&listed.node));
            return Some(listed.unwrap_or_default().min(MAX_PAGE_SIZE));
        }
        if ty.arguments.contains_key(INPUT) {
            return self.longest_list(&field.get_argument(INPUT)?.node);
        }
        if !SIZES.iter().any(|name| ty.arguments.contains_key(*name)) {
            return None;
        }
        let given = SIZES
            .iter()
            .filter_map(|name| self.page_size(&field.get_argument(name)?.node));
        Some(given.max().unwrap_or(DEFAULT_PAGE_SIZE))
    }

    /// The page size in `value`; `None` if it is null or missing.
    fn page_size(&self, value: &Value) -> Option<usize> {
        let number = match value {
            Value::Null => return None,
            Value::Number(number) => number.as_u64(),
            Value::Variable(name) => match self.variables.get(name) {
                None | Some(ConstValue::Null) => return None,
                Some(ConstValue::Number(number)) => number.as_u64(),
                Some(_) => None,
            },
            _ => None,
        };
        let size = number.and_then(|number| usize::try_from(number).ok());
        Some(
            size.filter(|size| (1..=MAX_PAGE_SIZE).contains(size))
                .unwrap_or(MAX_PAGE_SIZE),
        )
    }

    /// The length of the longest list in an input: its result can have an item for each. `None` if it has no list.
    fn longest_list(&self, input: &Value) -> Option<usize> {
        let longest = match input {
            Value::Object(members) => members
                .values()
                .filter(|value| self.is_list(value))
                .map(|value| self.length(value))
                .max(),
            Value::Variable(name) => match self.variables.get(name) {
                Some(ConstValue::Object(members)) => members
                    .values()
                    .filter_map(|value| match value {
                        ConstValue::List(items) => Some(items.len()),
                        _ => None,
                    })
                    .max(),
                _ => None,
            },
            _ => None,
        };
        longest.map(|length| length.min(MAX_PAGE_SIZE))
    }

    fn is_list(&self, value: &Value) -> bool {
        match value {
            Value::List(_) => true,
            Value::Variable(name) => matches!(self.variables.get(name), Some(ConstValue::List(_))),
            _ => false,
        }
    }

    fn length(&self, value: &Value) -> usize {
        match value {
            Value::List(items) => items.len(),
            Value::Variable(name) => match self.variables.get(name) {
                Some(ConstValue::List(items)) => items.len(),
                Some(_) => 1,
                None => 0,
            },
            // A single value is coerced to a list of one.
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;

    const SCHEMA: &str = "
        schema { query: Query mutation: Mutation }
        type Mutation { take(input: I!): Taken }
        input I { users: [ID!]! note: ID }
        type Taken { taken: [TakenUser!]! }
        type TakenUser { user: User }
        type Query { me: User node(id: ID!): Node nodes(ids: [ID!]!): [Node]! _entities(representations: [ID!]!): [User]! users(first: Int, last: Int): UserConnection mails(first: Int! = 20): [Mail!] }
        interface Node { id: ID! }
        type User implements Node { id: ID! name: String! roles: [String!]! keys: [Key!]! sessions(first: Int, last: Int): SessionConnection! }
        type Key { id: ID! }
        type Mail { to: String! }
        type UserConnection { nodes: [User!]! edges: [UserEdge!]! totalCount: Int! }
        type UserEdge { cursor: String! node: User! }
        type SessionConnection { nodes: [Session!]! edges: [SessionEdge!]! pageInfo: PageInfo! totalCount: Int! }
        type SessionEdge { cursor: String! node: Session! }
        type PageInfo { endCursor: String }
        type Session implements Node { id: ID! agent: String }
    ";

    fn count_with(text: &str, variables: Json) -> usize {
        let document = parse_query(text).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        fields_in_lists(
            &FieldTypes::from_sdl(SCHEMA).unwrap(),
            &document,
            &operation.node,
            &Variables::from_json(variables),
        )
    }

    fn count(text: &str) -> usize {
        count_with(text, json!({}))
    }

    #[test]
    fn only_fields_of_list_items_count() {
        assert_eq!(
            count("{ me { id name roles sessions(first: 50) { totalCount pageInfo { endCursor } } } }"),
            0
        );
        assert_eq!(
            count("{ me { sessions(first: 50) { totalCount nodes { id agent } } } }"),
            100
        );
        assert_eq!(
            count("{ me { sessions(last: 50) { edges { cursor node { id agent } } } } }"),
            200
        );
        assert_eq!(count("{ me { keys { id } } }"), 1);
        assert_eq!(count("{ mails(first: 7) { to } }"), 7);
        assert_eq!(count("{ unknown(first: 100) { nodes { id } } }"), 0);
    }

    #[test]
    fn pages_inside_pages_multiply_and_pages_beside_pages_add() {
        assert_eq!(
            count("{ users(first: 100) { nodes { id sessions(first: 10) { nodes { id agent } } } } }"),
            100 * (3 + 10 * 2)
        );
        assert_eq!(
            count("{ users(first: 10) { nodes { roles keys { id } } } }"),
            10 * (2 + 1)
        );
        assert_eq!(
            count(
                "{ me { a: sessions(first: 100) { nodes { id } } b: sessions(first: 100) { nodes { id } } } }"
            ),
            200
        );
        assert_eq!(
            count(
                r#"{ nodes(ids: ["a", "b", "c"]) { id ... on User { sessions(first: 5) { nodes { id } } } } }"#
            ),
            3 * (3 + 5)
        );
    }

    #[test]
    fn sizes_come_from_variables_and_have_the_default_and_the_largest() {
        let text = "query ($n: Int) { me { sessions(first: $n) { nodes { id } } } }";
        for (variables, expected) in [
            (json!({ "n": 3 }), 3),
            (json!({ "n": 0 }), 100),
            (json!({ "n": -1 }), 100),
            (json!({ "n": 101 }), 100),
            (json!({ "n": "3" }), 100),
            (json!({ "n": null }), 20),
            (json!({}), 20),
        ] {
            assert_eq!(count_with(text, variables.clone()), expected, "{variables}");
        }
        assert_eq!(count("{ me { sessions { nodes { id } } } }"), 20);
        assert_eq!(count("{ me { sessions(first: null) { nodes { id } } } }"), 20);
        assert_eq!(
            count("{ me { sessions(first: 99999999999) { nodes { id } } } }"),
            100
        );
        assert_eq!(
            count("{ me { sessions(first: 2, last: 7) { nodes { id } } } }"),
            7
        );
        let ids = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        assert_eq!(count_with(ids, json!({ "ids": ["a", "b"] })), 2);
        assert_eq!(count_with(ids, json!({ "ids": "a" })), 1);
        assert_eq!(count_with(ids, json!({ "ids": vec!["a"; 500] })), 100);
        assert_eq!(count(r#"{ nodes(ids: ["a", "b"]) { id } }"#), 2);
        assert_eq!(
            count(r#"{ _entities(representations: ["a", "b"]) { id name } }"#),
            4
        );
    }

    #[test]
    fn the_result_of_a_mutation_has_as_many_items_as_its_input() {
        let of = |input: &str| {
            format!(
                "mutation ($i: I, $l: [ID!]) {{ take(input: {input}) {{ taken {{ user {{ id name }} }} }} }}"
            )
        };
        assert_eq!(count(&of("{ users: [1, 2, 3] }")), 9);
        assert_eq!(count(&of("{ note: 1 }")), 3);
        assert_eq!(
            count_with(&of("$i"), json!({ "i": { "users": [1, 2], "note": 1 } })),
            6
        );
        assert_eq!(count_with(&of("{ users: $l }"), json!({ "l": [1, 2, 3, 4] })), 12);
        let many: Vec<u32> = (0..1_000).collect();
        assert_eq!(count_with(&of("$i"), json!({ "i": { "users": many } })), 300);
        let pages = "mutation { take(input: { users: [1, 2] }) { taken { user { sessions(first: 50) { nodes { id } } } } } }";
        assert_eq!(count(pages), 2 * (3 + 50));
    }

    #[test]
    fn a_fragment_counts_wherever_it_is_spread() {
        assert_eq!(
            count(
                "{ me { a: sessions(first: 30) { ...P } b: sessions(first: 5) { ...P } } }
                 fragment P on SessionConnection { totalCount nodes { ...S } ... { edges { node { ...S } } } }
                 fragment S on Session { id agent }"
            ),
            35 * (2 + 1 + 2)
        );
    }

    #[test]
    fn bombs_cost_no_time_and_do_not_wrap() {
        let mut bomb = "{ users(first: 100) { nodes { ...F0 ...F0 } } }".to_owned();
        for n in 0..200 {
            let m = n + 1;
            let _ = write!(
                bomb,
                " fragment F{n} on User {{ id sessions(first: 100) {{ nodes {{ ...F{m} ...F{m} }} }} }}"
            );
        }
        let _ = write!(bomb, " fragment F200 on User {{ id }}");
        assert_eq!(count(&bomb), usize::MAX);
    }
}
