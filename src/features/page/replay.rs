//! Forms that are sent again: each ends where the first one did.
//!
//! The receipt is looked up twice. Before anything is done, [`SubmittedForm::receipt`] waits for the same form where it is under
//! way on this server. After a failure, [`PageContext::receipt_after`] looks once more: another server may have been faster, or
//! the database committed and its answer was lost.

use std::time::Duration;

use axum::response::Response;
use tokio::time::timeout;

use super::{
    next::ACCOUNT,
    page_context::{PageContext, SubmittedForm},
};
use crate::{
    features::{
        form_receipt::{self, COUNTS_FOR, Receipt},
        session,
    },
    platform::failure::Outcome,
};

/// How long a form waits for the same one that came before it.
const FIRST_TIMEOUT: Duration = Duration::from_secs(5);

impl<T> SubmittedForm<T> {
    /// The receipt of this form, if it has had its effect. To be asked before it is checked whether the form is ours: the
    /// effect may have ended the session that its token is bound to, or begun another one.
    pub(super) async fn receipt(&mut self) -> Result<Option<Receipt>, Response> {
        let visit = &mut self.visit;
        if let Some(form_key) = &visit.context.form_key {
            // Without the turn, the primary key of the receipts decides between the two.
            visit.turn = timeout(FIRST_TIMEOUT, visit.pages.in_flight.turn(form_key))
                .await
                .ok();
        }
        visit.done(form_receipt::find(&visit.context).await)
    }

    /// The same for a form of the account page. None where the browser is signed in to another session by now, whose
    /// user the first one's ending is not about.
    pub(super) async fn receipt_of_user(&mut self) -> Result<Option<Receipt>, Response> {
        let receipt = self.receipt().await?;
        let caller = self.visit.caller.as_ref();
        Ok(receipt.filter(|receipt| caller.is_none_or(|caller| caller.session.id == receipt.session_id)))
    }
}

impl PageContext {
    /// The receipt of a form whose use case failed. That of a first one that failed for good is never there.
    pub(super) async fn receipt_after<T, R>(&self, outcome: &Outcome<T, R>) -> Option<Receipt> {
        if outcome.is_ok() {
            return None;
        }
        match form_receipt::find(&self.context).await {
            Ok(receipt) => receipt,
            Err(failure) => {
                tracing::warn!(?failure, "could not look for the receipt of a form that failed");
                None
            }
        }
    }
}

/// Where a sign-up or sign-in ends: with the cookies of the session that the first one began, unless they were used or
/// ended since.
pub(super) async fn signed_in(
    mut visit: PageContext,
    receipt: Receipt,
    next: Option<&str>,
) -> Result<Response, Response> {
    let id = receipt.session_id;
    let is_another = visit
        .caller
        .as_ref()
        .is_some_and(|caller| caller.session.id != id);
    let tokens = if is_another {
        None
    } else {
        visit.done(session::first_tokens(&visit.context, id).await)?
    };
    match tokens {
        Some(tokens) => visit.cookies.extend(tokens.cookies),
        None if visit.caller.is_none() => return Ok(visit.to_login()),
        None => {}
    }
    Ok(visit.see_other(next.unwrap_or(ACCOUNT)))
}

/// Where a change of the password ends: with the cookies that the first one renewed.
pub(super) async fn password_changed(mut visit: PageContext) -> Result<Response, Response> {
    let Some(caller) = visit.caller.clone() else {
        return Ok(visit.to_login());
    };
    match session::renewed_tokens(&visit.context, &caller, COUNTS_FOR).await {
        Ok(Some(tokens)) => visit.cookies.extend(tokens.cookies),
        Ok(None) => {}
        // The password was changed all the same.
        Err(failure) => tracing::warn!(?failure, "could not repeat the renewed cookies of a session"),
    }
    Ok(visit.see_other("/account?notice=password-changed"))
}

/// Where the end of another session ends.
pub(super) fn session_ended(visit: &PageContext) -> Response {
    match visit.caller {
        Some(_) => visit.see_other("/account?notice=session-ended"),
        None => visit.to_login(),
    }
}

/// Where a deletion ends, for a caller who is no longer known too.
pub(super) fn account_deleted(mut visit: PageContext) -> Result<Response, Response> {
    if !visit.has_ended {
        visit.keep(session::clear_cookies(&visit.context))?;
    }
    Ok(visit.see_other("/login?notice=account-deleted"))
}
