//! Changing the name or the address of somebody else.

use axum::response::Response;
use serde::Deserialize;

use super::person_form::PersonForm;
use crate::features::{
    admin::{self, Changes},
    authority::ManageUsers,
    page::fields::Fields,
};

/// The form. What is not sent stays as it is.
#[derive(Deserialize)]
pub(super) struct UpdateForm {
    name: Option<String>,
    email: Option<String>,
}

pub(super) async fn submit(form: PersonForm<ManageUsers, UpdateForm>) -> Result<Response, Response> {
    let (opened, form) = form.open("person-saved").await?;
    let fields = Fields::new("update")
        .typed("name", form.name.clone().unwrap_or_default())
        .typed("email", form.email.clone().unwrap_or_default());
    let changes = Changes {
        name: form.name,
        email: form.email,
    };
    let outcome = async {
        let authority = opened.authority().await;
        let authority = authority.map_err(|failure| failure.map(|refused| vec![refused]))?;
        admin::update(&authority, opened.id, &changes).await
    };
    let outcome = outcome.await;
    opened.finish(outcome, fields, &["name", "email"]).await
}
