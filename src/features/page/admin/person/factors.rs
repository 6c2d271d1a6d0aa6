//! Removing the second factors of somebody who lost them.

use axum::response::Response;

use super::person_form::{PersonForm, one};
use crate::features::{
    admin,
    authority::ManageUsers,
    page::{fields::Fields, logout::Button},
};

pub(super) async fn reset(form: PersonForm<ManageUsers, Button>) -> Result<Response, Response> {
    let (opened, _) = form.open("factors-reset").await?;
    let outcome = async { admin::reset_mfa(&opened.authority().await?, opened.id).await };
    let outcome = one(outcome.await);
    opened.finish(outcome, Fields::new("factors"), &[]).await
}
