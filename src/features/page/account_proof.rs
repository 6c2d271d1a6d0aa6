//! What the forms of the account page ask for as proof: the password, or a visit to the page that confirms who it is.

use super::{fields::Fields, page_context::PageContext};
use crate::{
    context::{
        Caller,
        graphql::user_error::{UserError, UserErrorCode},
    },
    features::mfa::Factors,
    platform::failure::{Failed, Failure},
};

/// Whether the password of this account is proof enough: it has one, and no second factor.
pub(super) async fn is_password_enough(page: &PageContext, caller: &Caller) -> Result<bool, Failed> {
    if caller.user.password_hash.is_none() {
        return Ok(false);
    }
    let factors = Factors::of(&page.context.app, caller.user.id).await;
    Ok(!factors.map_err(Failure::from)?.is_any())
}

/// The form with its errors. Where no password is enough, a missing proof becomes a link to the page that takes one.
pub(super) fn with_errors(
    fields: Fields,
    page: &PageContext,
    is_password_enough: bool,
    errors: Vec<UserError>,
) -> Fields {
    let is_proof = |error: &UserError| error.code == UserErrorCode::ReauthenticationRequired;
    let (proofs, others): (Vec<_>, Vec<_>) = errors
        .into_iter()
        .partition(|error| !is_password_enough && is_proof(error));
    let fields = fields.refused(&page.t, &page.context.app.config, &others);
    if proofs.is_empty() {
        fields
    } else {
        fields.unproven(&page.t)
    }
}
