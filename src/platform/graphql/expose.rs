//! Rewrites a document, without changing its meaning, so that the library's validation rules see what they overlook.
//!
//! They ignore everything on `__typename`: an unknown directive would pass there, and a variable used only there would
//! be "not used". And they lose the parent type of a fragment without a type condition, so that two of them under
//! different types would conflict.

use std::mem;

use async_graphql::{
    Name, Pos, Positioned, ServerError,
    parser::types::{ExecutableDocument, Field, InlineFragment, Selection, SelectionSet, TypeCondition},
};

use super::{
    error::RequestErrorCode, field_types::FieldTypes, operations_mut::operations_mut,
    request_error::request_error,
};

/// Moves the directives of `__typename` to a fragment around it, as in `... @skip(if: $a) { __typename }`, and adds the
/// type condition to fragments without one. Refuses arguments and selections of `__typename`.
///
/// Call it after the check of the document's limits, which count the original text.
pub fn expose(fields: &FieldTypes, document: &mut ExecutableDocument) -> Result<(), ServerError> {
    for operation in operations_mut(&mut document.operations) {
        let root = fields.root(operation.ty);
        selections(fields, root, &mut operation.selection_set.node)?;
    }
    for Positioned { node: fragment, .. } in document.fragments.values_mut() {
        let on = &fragment.type_condition.node.on.node;
        selections(fields, Some(on), &mut fragment.selection_set.node)?;
    }
    Ok(())
}

/// `of` is the type of the selection, if it is known. Recursion is bounded, since the scan limits nesting.
fn selections(fields: &FieldTypes, of: Option<&Name>, set: &mut SelectionSet) -> Result<(), ServerError> {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                check_typename(field)?;
                if !field.node.directives.is_empty() {
                    item.node = wrapped(of, field);
                }
            }
            Selection::Field(field) => {
                let ty = of.and_then(|of| fields.any_field(of, &field.node.name.node));
                let of = ty.map(|ty| &ty.leads_to);
                selections(fields, of, &mut field.node.selection_set.node)?;
            }
            Selection::InlineFragment(Positioned { node: fragment, pos }) => {
                let at = *pos;
                // A bare fragment without directives has no effect.
                if fragment.type_condition.is_none() && !fragment.directives.is_empty() {
                    fragment.type_condition = of.map(|of| condition(of, at));
                }
                let on = fragment.type_condition.as_ref().map(|it| &it.node.on.node);
                selections(fields, on.or(of), &mut fragment.selection_set.node)?;
            }
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

fn check_typename(field: &Positioned<Field>) -> Result<(), ServerError> {
    let message = if !field.node.arguments.is_empty() {
        "`__typename` has no arguments."
    } else if !field.node.selection_set.node.items.is_empty() {
        "`__typename` must not have a selection."
    } else {
        return Ok(());
    };
    Err(request_error(
        RequestErrorCode::GraphqlValidationFailed,
        message,
        Some(field.pos),
    ))
}

fn wrapped(of: Option<&Name>, field: &mut Positioned<Field>) -> Selection {
    let at = field.pos;
    let directives = mem::take(&mut field.node.directives);
    let items = vec![Positioned::new(Selection::Field(field.clone()), at)];
    let fragment = InlineFragment {
        type_condition: of.map(|of| condition(of, at)),
        directives,
        selection_set: Positioned::new(SelectionSet { items }, at),
    };
    Selection::InlineFragment(Positioned::new(fragment, at))
}

fn condition(of: &Name, at: Pos) -> Positioned<TypeCondition> {
    let on = Positioned::new(of.clone(), at);
    Positioned::new(TypeCondition { on }, at)
}
