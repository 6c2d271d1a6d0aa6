//! The question whether to keep an account that will be deleted: until it is answered, every page of the account and of
//! administration leads to it.

use axum::response::Response;
use entity::user;

use super::{
    next::{ACCOUNT, DELETION, is_of_administration, query},
    page_context::PageContext,
};
use crate::features::user::cancellable_deletion;

/// The form that answers it.
pub(super) const CANCEL: &str = "/account/deletion/cancel";

impl PageContext {
    /// Notes whether the visitor's account will be deleted. If this page waits for the answer, a redirect.
    pub(super) fn pass_the_deletion_gate(&mut self, path: &str) -> Result<(), Response> {
        let caller = self.caller.as_ref();
        self.leaves_at = caller.and_then(|caller| cancellable_deletion(&caller.user));
        if self.leaves_at.is_some() && is_closed(path) {
            return Err(self.see_other(DELETION));
        }
        Ok(())
    }

    /// Notes who has just signed in.
    pub(super) fn note_sign_in(&mut self, user: &user::Model) {
        self.leaves_at = cancellable_deletion(user);
    }

    /// Redirects to where a sign-in leads: first to the question, if there is one.
    pub(super) fn to_next(&self, next: Option<&str>) -> Response {
        if self.leaves_at.is_some() {
            return self.see_other(&format!("{DELETION}{}", query(next)));
        }
        self.see_other(next.unwrap_or(ACCOUNT))
    }
}

fn is_closed(path: &str) -> bool {
    is_of_administration(path) || path.starts_with(ACCOUNT) && ![DELETION, CANCEL].contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_waits_for_the_answer_and_nothing_else_does() {
        for closed in [
            "/account",
            "/account/security",
            "/account/password",
            "/account/x",
            "/admin",
            "/admin/users/x",
        ] {
            assert!(is_closed(closed), "{closed}");
        }
        for open in [
            DELETION,
            CANCEL,
            "/logout",
            "/login",
            "/undo-email",
            "/reauthenticate",
        ] {
            assert!(!is_closed(open), "{open}");
        }
    }
}
