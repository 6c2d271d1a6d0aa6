//! Deleting the account of somebody else. Its address must be typed, so that nobody deletes the wrong one.

use axum::response::Response;
use entity::UserId;
use serde::Deserialize;

use super::person_form::{PersonForm, one};
use crate::{
    features::{
        admin::{self, Lookup},
        authority::{Authority, ManageUsers, ReadUsers},
        page::{fields::Fields, next::ADMIN, page_context::PageContext},
        user::EmailAddress,
    },
    platform::failure::Failed,
};

/// The form.
#[derive(Deserialize)]
pub(super) struct DeleteForm {
    #[serde(default)]
    email: String,
}

pub(super) async fn submit(form: PersonForm<ManageUsers, DeleteForm>) -> Result<Response, Response> {
    let done = format!("{ADMIN}?notice=person-deleted");
    let (opened, form) = form.open_to(done).await?;
    let fields = Fields::new("delete").typed("email", form.email.as_str());
    let is_meant = is_address_of(&opened.page, opened.id, &form.email).await;
    if !opened.page.done(is_meant)? {
        let text = opened.page.t.text("delete-person-wrong");
        return opened.again(fields.with_error("email", text)).await;
    }
    let outcome = async { admin::delete(&opened.authority().await?, opened.id).await };
    let outcome = one(outcome.await);
    opened.finish(outcome, fields, &[]).await
}

/// Whether the text is the address of this account, in any form.
async fn is_address_of(page: &PageContext, id: UserId, text: &str) -> Result<bool, Failed> {
    let authority = Authority::<ReadUsers>::to_read(&page.context).await?;
    let found = admin::find(&authority, &Lookup::Id(id.to_string())).await?;
    let typed = EmailAddress::parse(text).ok();
    // An account that is gone is found missing by the use case.
    Ok(found.is_none_or(|found| typed.is_some_and(|typed| typed.key() == found.user.email_key)))
}
