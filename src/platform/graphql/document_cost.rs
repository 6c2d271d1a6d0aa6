//! The cost of a document: each fragment is measured once, however often it is spread.

use std::collections::HashMap;

use async_graphql::{
    Pos,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

/// The fields of the introspection types that can form cycles.
const LOOPS: [&str; 4] = ["fields", "possibleTypes", "interfaces", "inputFields"];

/// The cost of a selection with its fragments expanded. Counts saturate instead of wrapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Levels of fields.
    pub depth: usize,
    /// Fields outside introspection, at every level.
    pub fields: usize,
    /// Fields of the selection itself, without nested ones.
    pub top_fields: usize,
    /// `__schema`, `__type` and the fields under them.
    pub introspection_fields: usize,
    /// How often one of the cyclic introspection fields occurs on one path under `__schema` or `__type`, at most.
    pub introspection_repeats: usize,
    /// Aliases.
    pub aliases: usize,
    /// Directives.
    pub directives: usize,
    /// How often each name of [`LOOPS`] occurs on one path, anywhere.
    loops: [usize; LOOPS.len()],
}

impl Cost {
    /// Adds the cost of a sibling.
    fn add_sibling(&mut self, other: &Self) {
        self.depth = self.depth.max(other.depth);
        self.introspection_repeats = self.introspection_repeats.max(other.introspection_repeats);
        for (own, other) in self.loops.iter_mut().zip(other.loops) {
            *own = other.max(*own);
        }
        for (own, other) in [
            (&mut self.fields, other.fields),
            (&mut self.top_fields, other.top_fields),
            (&mut self.introspection_fields, other.introspection_fields),
            (&mut self.aliases, other.aliases),
            (&mut self.directives, other.directives),
        ] {
            *own = own.saturating_add(other);
        }
    }

    /// The cost of `field`, whose selection costs `self`.
    fn under(mut self, field: &Field) -> Self {
        let name = field.name.node.as_str();
        self.depth = self.depth.saturating_add(1);
        self.fields = self.fields.saturating_add(1);
        self.top_fields = 1;
        for (count, _) in self.loops.iter_mut().zip(LOOPS).filter(|(_, it)| *it == name) {
            *count = count.saturating_add(1);
        }
        if is_introspection(name) {
            self.introspection_fields = self.introspection_fields.saturating_add(self.fields);
            self.fields = 0;
            let max = self.loops.into_iter().max().unwrap_or(0);
            self.introspection_repeats = self.introspection_repeats.max(max);
        }
        self.aliases = self.aliases.saturating_add(usize::from(field.alias.is_some()));
        self.with_directives(field.directives.len())
    }

    fn with_directives(mut self, count: usize) -> Self {
        self.directives = self.directives.saturating_add(count);
        self
    }
}

/// Whether a root field with this name queries the schema instead of data.
pub fn is_introspection(name: &str) -> bool {
    matches!(name, "__schema" | "__type")
}

/// A fragment that spreads itself, directly or through others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// Where the fragment is defined.
    pub at: Pos,
}

/// Measures the parts of one document, each fragment once.
#[derive(Debug)]
pub struct Measure<'a> {
    document: &'a ExecutableDocument,
    /// `None` while the fragment is being measured.
    fragments: HashMap<&'a str, Option<Cost>>,
}

impl<'a> Measure<'a> {
    /// Starts with nothing measured.
    pub fn new(document: &'a ExecutableDocument) -> Self {
        Self {
            document,
            fragments: HashMap::new(),
        }
    }

    /// The cost of `operation`, one of the document's.
    pub fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Cost, Cycle> {
        let mut cost = self.selections(&operation.selection_set.node)?;
        let variables = operation.variable_definitions.iter();
        let directives = variables
            .map(|variable| variable.node.directives.len())
            .sum::<usize>()
            .saturating_add(operation.directives.len());
        cost.directives = cost.directives.saturating_add(directives);
        Ok(cost)
    }

    /// The cost of the fragment; zero if there is none with this name.
    pub fn fragment(&mut self, name: &str) -> Result<Cost, Cycle> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Cost::default());
        };
        if let Some(known) = self.fragments.get(name.as_str()) {
            return known.ok_or(Cycle { at: fragment.pos });
        }
        self.fragments.insert(name, None);
        let mut cost = self.selections(&fragment.node.selection_set.node)?;
        cost.directives = cost.directives.saturating_add(fragment.node.directives.len());
        self.fragments.insert(name, Some(cost));
        Ok(cost)
    }

    fn selections(&mut self, selections: &'a SelectionSet) -> Result<Cost, Cycle> {
        let mut total = Cost::default();
        for selection in &selections.items {
            let cost = match &selection.node {
                Selection::Field(field) => self
                    .selections(&field.node.selection_set.node)?
                    .under(&field.node),
                Selection::InlineFragment(fragment) => self
                    .selections(&fragment.node.selection_set.node)?
                    .with_directives(fragment.node.directives.len()),
                Selection::FragmentSpread(spread) => self
                    .fragment(&spread.node.fragment_name.node)?
                    .with_directives(spread.node.directives.len()),
            };
            total.add_sibling(&cost);
        }
        Ok(total)
    }
}
