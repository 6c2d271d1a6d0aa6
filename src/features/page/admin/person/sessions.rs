//! Ending all sessions of somebody else.

use axum::response::Response;

use super::person_form::{PersonForm, one};
use crate::features::{
    admin,
    authority::ManageUsers,
    page::{fields::Fields, logout::Button},
};

pub(super) async fn end(form: PersonForm<ManageUsers, Button>) -> Result<Response, Response> {
    let (opened, _) = form.open("person-signed-out").await?;
    let outcome = async { admin::revoke_sessions(&opened.authority().await?, opened.id).await };
    let outcome = one(outcome.await);
    opened.finish(outcome, Fields::new("sessions"), &[]).await
}
