//! Mailing somebody a link to set a new password, or another invitation.

use axum::response::Response;

use super::person_form::{PersonForm, one};
use crate::features::{
    admin,
    authority::ManageUsers,
    page::{fields::Fields, logout::Button},
};

pub(super) async fn send(form: PersonForm<ManageUsers, Button>) -> Result<Response, Response> {
    let (opened, _) = form.open("person-mailed").await?;
    let outcome = async { admin::send_reset(&opened.authority().await?, opened.id).await };
    let outcome = one(outcome.await);
    opened.finish(outcome, Fields::new("reset"), &[]).await
}
