//! What a document costs: each fragment is measured once, however often it is spread.

use std::collections::HashMap;

use async_graphql::{
    Pos,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

/// The fields of the introspection types that lead back to where one came from.
const LOOPS: [&str; 4] = ["fields", "possibleTypes", "interfaces", "inputFields"];

/// What a selection costs with its fragments spread out. Counts stop at the largest number instead of wrapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Levels of fields.
    pub depth: usize,
    /// Fields outside introspection, at every level.
    pub fields: usize,
    /// Fields of the selection itself, not of those inside.
    pub top_fields: usize,
    /// `__schema`, `__type` and the fields under them.
    pub introspection_fields: usize,
    /// The most often that one of the looping introspection fields stands on one path under `__schema` or `__type`.
    pub introspection_repeats: usize,
    /// Aliases.
    pub aliases: usize,
    /// Directives.
    pub directives: usize,
    /// How often each name of [`LOOPS`] stands on one path, wherever that is.
    loops: [usize; LOOPS.len()],
}

impl Cost {
    /// Adds what stands beside.
    fn beside(&mut self, other: &Self) {
        self.depth = self.depth.max(other.depth);
        self.introspection_repeats = self.introspection_repeats.max(other.introspection_repeats);
        for (mine, theirs) in self.loops.iter_mut().zip(other.loops) {
            *mine = theirs.max(*mine);
        }
        for (mine, theirs) in [
            (&mut self.fields, other.fields),
            (&mut self.top_fields, other.top_fields),
            (&mut self.introspection_fields, other.introspection_fields),
            (&mut self.aliases, other.aliases),
            (&mut self.directives, other.directives),
        ] {
            *mine = mine.saturating_add(theirs);
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
            let most = self.loops.into_iter().max().unwrap_or(0);
            self.introspection_repeats = self.introspection_repeats.max(most);
        }
        self.aliases = self.aliases.saturating_add(usize::from(field.alias.is_some()));
        self.with_directives(field.directives.len())
    }

    fn with_directives(mut self, count: usize) -> Self {
        self.directives = self.directives.saturating_add(count);
        self
    }
}

/// Whether a root field with this name asks for the schema instead of data.
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
    /// Nothing while the fragment is being measured.
    fragments: HashMap<&'a str, Option<Cost>>,
}

impl<'a> Measure<'a> {
    /// Begins with nothing measured.
    pub fn new(document: &'a ExecutableDocument) -> Self {
        Self {
            document,
            fragments: HashMap::new(),
        }
    }

    /// What `operation`, one of the document's, costs.
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

    /// What the fragment costs; nothing when there is none of that name.
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
            total.beside(&cost);
        }
        Ok(total)
    }
}
