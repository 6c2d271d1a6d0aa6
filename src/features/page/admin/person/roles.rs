//! Giving and taking roles.

use std::collections::BTreeMap;

use axum::response::Response;
use serde::Deserialize;

use super::{
    forms::Forms,
    person_form::{PersonForm, one},
};
use crate::features::{
    admin,
    authority::ManageRoles,
    page::{admin::role_options::chosen, fields::Fields},
};

/// The checkboxes that are ticked.
#[derive(Deserialize)]
pub(super) struct RolesForm {
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

pub(super) async fn submit(form: PersonForm<ManageRoles, RolesForm>) -> Result<Response, Response> {
    let (opened, form) = form.open("roles-saved").await?;
    let roles = chosen(&form.fields);
    let outcome = async { admin::set_roles(&opened.authority().await?, opened.id, &roles).await };
    let outcome = one(outcome.await);
    let forms = Forms {
        roles: Some(roles),
        ..Forms::default()
    };
    opened
        .finish_with(outcome, forms, Fields::new("roles"), &[])
        .await
}
