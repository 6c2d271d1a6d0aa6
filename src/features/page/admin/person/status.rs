//! Disabling an account, and enabling it again.

use axum::response::Response;
use serde::Deserialize;

use super::person_form::{PersonForm, one};
use crate::features::{
    admin,
    authority::ManageUsers,
    page::{fields::Fields, logout::Button},
};

/// The form that disables.
#[derive(Deserialize)]
pub(super) struct DisableForm {
    #[serde(default)]
    reason: String,
}

pub(super) async fn disable(form: PersonForm<ManageUsers, DisableForm>) -> Result<Response, Response> {
    let (opened, form) = form.open("person-disabled").await?;
    let reason = Some(form.reason.trim()).filter(|reason| !reason.is_empty());
    let outcome = async { admin::disable(&opened.authority().await?, opened.id, reason).await };
    let outcome = one(outcome.await);
    let fields = Fields::new("disable").typed("reason", form.reason.as_str());
    opened.finish(outcome, fields, &["reason"]).await
}

pub(super) async fn enable(form: PersonForm<ManageUsers, Button>) -> Result<Response, Response> {
    let (opened, _) = form.open("person-enabled").await?;
    let outcome = async { admin::enable(&opened.authority().await?, opened.id).await };
    let outcome = one(outcome.await);
    opened.finish(outcome, Fields::new("enable"), &[]).await
}
