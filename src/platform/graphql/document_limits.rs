//! Limits for the size, depth and repetition of documents.

use async_graphql::{
    Pos, ServerError, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};

use super::{
    document_cost::{Cost, Cycle, Measure},
    error::RequestErrorCode,
    field_types::FieldTypes,
    list_cost::fields_in_lists,
    request_error::request_error,
};

/// The limits of one document, fragments counted wherever they are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Levels of nested fields.
    pub depth: usize,
    /// Fields, except those under `__schema` and `__type`, each counted once.
    pub complexity: usize,
    /// Fields under `__schema` and `__type`. The introspection of `GraphiQL` and of code generators selects 310.
    pub introspection: usize,
    /// How often each self-referential field of the introspection types can occur on one path.
    pub introspection_repeats: usize,
    /// Fields of list items, page sizes multiplied.
    pub list_items: usize,
    /// Aliases.
    pub aliases: usize,
    /// Fields of the operation's root type.
    pub root_fields: usize,
    /// Directives.
    pub directives: usize,
    /// Length of the text in bytes.
    pub document_bytes: usize,
    /// Length of the response in bytes.
    pub response_bytes: usize,
    /// Tokens of the text.
    pub tokens: usize,
    /// Levels of nested brackets of any kind.
    pub nesting: usize,
    /// Fragment spreads, named and inline, each counted once.
    pub spreads: usize,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            depth: 15,
            complexity: 250,
            introspection: 400,
            introspection_repeats: 2,
            list_items: 5_000,
            aliases: 15,
            root_fields: 10,
            directives: 20,
            document_bytes: 16 * 1024,
            response_bytes: 1024 * 1024,
            tokens: 1_000,
            nesting: 32,
            spreads: 20,
        }
    }
}

impl DocumentLimits {
    /// Refuses documents in which any operation, requested or not, exceeds a limit: validation walks all of them. Also
    /// refuses fragments that spread themselves, even unused ones.
    pub fn check(&self, document: &ExecutableDocument) -> Result<(), ServerError> {
        let mut measure = Measure::new(document);
        for (name, fragment) in &document.fragments {
            let cost = measure.fragment(name).map_err(refuse_cycle)?;
            within("directives", cost.directives, self.directives, fragment.pos)?;
        }
        for (_, operation) in document.operations.iter() {
            let cost = measure.operation(&operation.node).map_err(refuse_cycle)?;
            self.check_operation(cost, operation.pos)?;
        }
        Ok(())
    }

    /// Refuses an operation that selects too many fields in lists, with these variables; otherwise returns their
    /// number. Call it after [`Self::check`].
    pub fn check_lists(
        &self,
        fields: &FieldTypes,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<usize, ServerError> {
        let list_items = fields_in_lists(fields, document, operation, variables);
        if list_items <= self.list_items {
            return Ok(list_items);
        }
        Err(request_error(
            RequestErrorCode::QueryLimitExceeded,
            format!(
                "The document selects too many fields in lists: at most {} are allowed, counted as the fields of an item \
                 times the page size. Request smaller pages or fewer fields.",
                self.list_items
            ),
            Some(operation.selection_set.pos),
        ))
    }

    fn check_operation(&self, cost: Cost, at: Pos) -> Result<(), ServerError> {
        for (what, count, limit) in [
            ("directives", cost.directives, self.directives),
            ("aliases", cost.aliases, self.aliases),
            ("root fields", cost.top_fields, self.root_fields),
            ("levels of fields", cost.depth, self.depth),
            ("fields", cost.fields, self.complexity),
            (
                "introspection fields",
                cost.introspection_fields,
                self.introspection,
            ),
            (
                "repeated introspection fields on one path",
                cost.introspection_repeats,
                self.introspection_repeats,
            ),
        ] {
            within(what, count, limit, at)?;
        }
        Ok(())
    }
}

fn within(what: &str, count: usize, limit: usize, at: Pos) -> Result<(), ServerError> {
    if count <= limit {
        return Ok(());
    }
    Err(request_error(
        RequestErrorCode::QueryLimitExceeded,
        format!("The document has too many {what}: at most {limit} are allowed."),
        Some(at),
    ))
}

fn refuse_cycle(cycle: Cycle) -> ServerError {
    request_error(
        RequestErrorCode::GraphqlValidationFailed,
        "A fragment must not spread itself, directly or through others.",
        Some(cycle.at),
    )
}

/// Refuses a mutation that has any of the fields `credential` together with another field except `__typename`, so that
/// one request never tries two passwords (OWASP GraphQL Cheat Sheet, "Batching Attacks").
pub fn check_credential_mutations(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    credential: &[&str],
) -> Result<(), ServerError> {
    if operation.ty != OperationType::Mutation {
        return Ok(());
    }
    let mut fields = Vec::new();
    root_fields(document, &operation.selection_set.node, &mut fields);
    let Some((name, at)) = fields.iter().find(|(name, _)| credential.contains(name)) else {
        return Ok(());
    };
    if fields.len() == 1 {
        return Ok(());
    }
    Err(request_error(
        RequestErrorCode::QueryLimitExceeded,
        format!("`{name}` must be the only field of its mutation. Send other fields in separate requests."),
        Some(*at),
    ))
}

/// Collects the root fields of the operation, as often as they are spread.
///
/// [`DocumentLimits::check`] has already limited spreads and refused cycles.
fn root_fields<'a>(
    document: &'a ExecutableDocument,
    selections: &'a SelectionSet,
    found: &mut Vec<(&'a str, Pos)>,
) {
    for selection in &selections.items {
        match &selection.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {}
            Selection::Field(field) => found.push((field.node.name.node.as_str(), field.pos)),
            Selection::InlineFragment(fragment) => {
                root_fields(document, &fragment.node.selection_set.node, found);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    root_fields(document, &fragment.node.selection_set.node, found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use async_graphql::{Value, parser::parse_query};

    use super::*;

    fn code(result: Result<(), ServerError>) -> Option<String> {
        let error = result.err()?;
        match error.extensions?.get("code") {
            Some(Value::String(code)) => Some(code.clone()),
            other => panic!("{other:?}"),
        }
    }

    fn check(text: &str) -> Option<String> {
        code(DocumentLimits::default().check(&parse_query(text).unwrap()))
    }

    const EXCEEDED: Option<&str> = Some("QUERY_LIMIT_EXCEEDED");

    #[test]
    fn depth_counts_fields_through_fragments() {
        let nested = |levels| format!("{{ {}a{} }}", "a { ".repeat(levels), " }".repeat(levels));
        assert_eq!(check(&nested(14)), None);
        assert_eq!(check(&nested(15)).as_deref(), EXCEEDED);
        let halves = |levels| {
            format!(
                "{{ a {{ ... {{ ...F }} }} }} fragment F on Q {{ {}a{} }}",
                "a { ".repeat(levels),
                " }".repeat(levels)
            )
        };
        assert_eq!(check(&halves(13)), None);
        assert_eq!(check(&halves(14)).as_deref(), EXCEEDED);
    }

    #[test]
    fn fields_count_wherever_their_fragment_is_spread() {
        let spread = |times: usize| {
            format!(
                "{{ a {{ {} }} }} fragment F on Q {{ {} }}",
                "...F ".repeat(times),
                "b ".repeat(24)
            )
        };
        assert_eq!(check(&spread(10)), None);
        assert_eq!(check(&spread(11)).as_deref(), EXCEEDED);
    }

    #[test]
    fn bombs_cost_no_time() {
        let mut bomb = "{ a { ...F0 ...F0 } }".to_owned();
        for n in 0..200 {
            let _ = write!(
                bomb,
                " fragment F{n} on Q {{ a {{ ...F{m} ...F{m} }} }}",
                m = n + 1
            );
        }
        assert_eq!(check(&bomb).as_deref(), EXCEEDED);
    }

    #[test]
    fn cycles_are_refused_spread_or_not() {
        for text in [
            "{ ...A } fragment A on Q { a ...A }",
            "{ a } fragment A on Q { a { ...B } } fragment B on Q { ... { ...A } }",
        ] {
            assert_eq!(
                check(text).as_deref(),
                Some("GRAPHQL_VALIDATION_FAILED"),
                "{text}"
            );
        }
    }

    #[test]
    fn aliases_root_fields_and_directives_count_in_every_operation() {
        let fields = |count: usize| (0..count).map(|n| format!("f{n} ")).collect::<Vec<_>>().concat();
        assert_eq!(check(&format!("{{ {} }}", fields(10))), None);
        assert_eq!(check(&format!("{{ {} }}", fields(11))).as_deref(), EXCEEDED);
        assert_eq!(check(&format!("{{ a {{ {} }} }}", fields(11))), None);

        let aliases = |count: usize| {
            (0..count)
                .map(|n| format!("x{n}: f "))
                .collect::<Vec<_>>()
                .concat()
        };
        assert_eq!(check(&format!("{{ a {{ {} }} }}", aliases(15))), None);
        let two = format!("query A {{ a }} query B {{ a {{ {} }} }}", aliases(16));
        assert_eq!(check(&two).as_deref(), EXCEEDED);
        let spread = format!(
            "{{ a {{ ...F }} b {{ ...F }} }} fragment F on Q {{ {} }}",
            aliases(8)
        );
        assert_eq!(check(&spread).as_deref(), EXCEEDED);

        let directives = |count: usize| "@d ".repeat(count);
        assert_eq!(check(&format!("query {} {{ a }}", directives(20))), None);
        for text in [
            format!("query {} {{ a @d }}", directives(20)),
            format!("query ($v: Int {}) @d {{ a }}", directives(20)),
            format!("{{ ... {} {{ a @d }} }}", directives(20)),
            format!("{{ ...F {} }} fragment F on Q @d {{ a }}", directives(20)),
            format!("{{ a }} fragment F on Q {} {{ a @d }}", directives(20)),
        ] {
            assert_eq!(check(&text).as_deref(), EXCEEDED, "{text}");
        }
    }

    #[test]
    fn introspection_has_limits_of_its_own() {
        let wide = |count: usize| format!("{{ __schema {{ types {{ {} }} }} }}", "name ".repeat(count));
        assert_eq!(check(&wide(398)), None);
        assert_eq!(check(&wide(399)).as_deref(), EXCEEDED);
        assert_eq!(
            check("{ __schema { types { fields { type { fields { name } } } } } }"),
            None
        );
        for name in ["fields", "possibleTypes", "interfaces", "inputFields"] {
            let text = format!(
                "{{ __type(name: \"Q\") {{ {name} {{ ...F }} }} }} fragment F on T {{ type {{ {name} {{ type {{ {name} {{ name }} }} }} }} }}"
            );
            assert_eq!(check(&text).as_deref(), EXCEEDED, "{name}");
        }
        assert_eq!(check("{ fields { fields { fields { fields } } } }"), None);
    }

    #[test]
    fn the_introspection_of_common_tools_passes() {
        for text in [
            include_str!("fixtures/introspection/standard.graphql"),
            include_str!("fixtures/introspection/everything.graphql"),
            include_str!("fixtures/introspection/typename_everywhere.graphql"),
        ] {
            assert_eq!(
                super::super::prescan::prescan(text, &DocumentLimits::default()),
                Ok(())
            );
            assert_eq!(check(text), None, "{text}");
        }
    }

    #[test]
    fn a_credential_mutation_stands_alone() {
        let check = |text: &str| {
            let document = parse_query(text).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            code(check_credential_mutations(
                &document,
                &operation.node,
                &["login", "signup"],
            ))
        };
        for text in [
            "mutation { login { x } __typename }",
            "mutation { ...F } fragment F on M { login { login } }",
            "mutation { logout a: logout }",
            "query { login signup }",
        ] {
            assert_eq!(check(text), None, "{text}");
        }
        for text in [
            "mutation { a: login b: login }",
            "mutation { login login }",
            "mutation { signup login }",
            "mutation { logout login }",
            "mutation { ...F ...F } fragment F on M { login }",
            "mutation { login ... { ... on M { logout } } }",
            "mutation { login @skip(if: true) signup @include(if: true) }",
        ] {
            assert_eq!(check(text).as_deref(), EXCEEDED, "{text}");
        }
    }
}
