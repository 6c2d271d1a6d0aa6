//! Forms that are sent again: each gets the result of the first one.
//!
//! The receipt is looked up twice. Before any work, [`SubmittedForm::receipt`] waits for the same form if this server
//! is processing it. After a failure, [`PageContext::receipt_after`] looks again: another server may have been faster,
//! or the database committed and its response was lost.

use std::time::Duration;

use axum::response::Response;
use tokio::time::timeout;

use super::{next::ACCOUNT, page_context::PageContext, submitted_form::SubmittedForm};
use crate::{
    context::AuthMethod,
    features::{
        form_receipt::{self, COUNTS_FOR, Receipt},
        session,
    },
    platform::failure::Outcome,
};

/// How long a form waits for an earlier one that is the same.
const FIRST_TIMEOUT: Duration = Duration::from_secs(5);

impl<T> SubmittedForm<T> {
    /// The receipt of this form, if it took effect. Call it before checking whether the form is ours: the effect may
    /// have ended the session that its token is bound to, or started another one.
    pub(super) async fn receipt(&mut self) -> Result<Option<Receipt>, Response> {
        let page = &mut self.page;
        if let Some(form_key) = &page.context.form_key {
            // Without the turn, the primary key of the receipts decides between the two.
            page.turn = timeout(FIRST_TIMEOUT, page.pages.in_flight.turn(form_key))
                .await
                .ok();
        }
        page.done(form_receipt::find(&page.context).await)
    }

    /// The same for a form of the account page. None if the browser has signed in to another session since: the result
    /// does not concern that session's user.
    pub(super) async fn receipt_of_user(&mut self) -> Result<Option<Receipt>, Response> {
        let receipt = self.receipt().await?;
        let caller = self.page.caller.as_ref();
        Ok(receipt.filter(|receipt| caller.is_none_or(|caller| caller.session.id == receipt.session_id)))
    }
}

impl PageContext {
    /// The receipt of a form whose use case failed; none if the first form failed too.
    pub(super) async fn receipt_after<T, R>(&self, outcome: &Outcome<T, R>) -> Option<Receipt> {
        if outcome.is_ok() {
            return None;
        }
        match form_receipt::find(&self.context).await {
            Ok(receipt) => receipt,
            Err(failure) => {
                tracing::warn!(?failure, "could not look up the receipt of a failed form");
                None
            }
        }
    }
}

/// The result of a sign-up or sign-in: the cookies of the session that the first form started, unless they were used or
/// ended since.
pub(super) async fn signed_in(
    mut page: PageContext,
    receipt: Receipt,
    next: Option<&str>,
) -> Result<Response, Response> {
    let id = receipt.session_id;
    let is_another = page.caller.as_ref().is_some_and(|caller| caller.session.id != id);
    let tokens = if is_another {
        None
    } else {
        page.done(session::first_tokens(&page.context, id).await)?
    };
    match tokens {
        Some(tokens) => page.cookies.extend(tokens.cookies),
        None if page.caller.is_none() => return Ok(page.to_login()),
        None => {}
    }
    Ok(page.see_other(next.unwrap_or(ACCOUNT)))
}

/// The result of a password change: the cookies that the first form renewed.
pub(super) async fn password_changed(mut page: PageContext) -> Result<Response, Response> {
    let Some(caller) = page.caller.clone() else {
        return Ok(page.to_login());
    };
    match session::renewed_tokens(&page.context, &caller, COUNTS_FOR).await {
        Ok(Some(tokens)) => page.cookies.extend(tokens.cookies),
        Ok(None) => {}
        // The password was changed anyway.
        Err(failure) => tracing::warn!(?failure, "could not repeat the renewed cookies of a session"),
    }
    Ok(page.see_other("/account?notice=password-changed"))
}

/// The result of a proof of identity: the cookies that the first form renewed.
pub(super) async fn confirmed(
    mut page: PageContext,
    method: AuthMethod,
    to: &str,
) -> Result<Response, Response> {
    let Some(caller) = page.caller.clone() else {
        return Ok(page.to_login());
    };
    match session::proven_tokens(&page.context, &caller, method, COUNTS_FOR).await {
        Ok(Some(tokens)) => page.cookies.extend(tokens.cookies),
        Ok(None) => {}
        // The next sensitive change asks for the proof again.
        Err(failure) => tracing::warn!(?failure, "could not repeat the renewed cookies of a session"),
    }
    Ok(page.see_other(to))
}

/// The result of ending another session.
pub(super) fn session_ended(page: &PageContext) -> Response {
    match page.caller {
        Some(_) => page.see_other("/account?notice=session-ended"),
        None => page.to_login(),
    }
}

/// The result of a deletion, also for a caller who is no longer known.
pub(super) fn account_deleted(mut page: PageContext) -> Result<Response, Response> {
    if !page.has_ended {
        page.keep(session::clear_cookies(&page.context))?;
    }
    Ok(
        page.see_other(if page.context.app.config.deletion_grace.is_zero() {
            "/login?notice=account-deleted"
        } else {
            "/login?notice=deletion-scheduled"
        }),
    )
}
