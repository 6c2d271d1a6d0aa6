//! The policy that some roles need a second factor (`mfa_required_roles`): until the session has given one, the account
//! pages lead to the page that sets one up.

use axum::response::Response;

use super::{
    deletion_gate::CANCEL,
    next::{DELETION, SECURITY, is_of_administration},
    page_context::PageContext,
};
use crate::context::second_factor_gate;

/// The account pages and forms that work without the factor: what sets one up, the file of its recovery codes, and the
/// question that comes before all of that.
const OPEN: [&str; 8] = [
    SECURITY,
    DELETION,
    CANCEL,
    "/account/totp",
    "/account/totp/confirm",
    "/account/passkeys",
    "/account/passkeys/start",
    "/account/recovery-codes/file",
];

impl PageContext {
    /// Notes whether the caller lacks a factor. If this page needs it, a redirect.
    pub(super) async fn pass_the_gate(&mut self, path: &str) -> Result<(), Response> {
        if let Some(caller) = &self.caller {
            let is_missing = second_factor_gate::is_missing(&self.context.app, caller).await;
            self.lacks_factor = self.done(is_missing)?;
        }
        if self.lacks_factor && is_closed(path) {
            return Err(self.to_factors());
        }
        Ok(())
    }

    /// Redirects to the page that sets a factor up.
    pub(super) fn to_factors(&self) -> Response {
        self.see_other("/account/security?notice=mfa-required")
    }
}

fn is_closed(path: &str) -> bool {
    is_of_administration(path) || path.starts_with("/account") && !OPEN.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_closed_but_for_setting_a_factor_up() {
        for closed in [
            "/account",
            "/account/password",
            "/account/totp/off",
            "/account/unknown",
            "/admin",
            "/admin/audit",
            "/admin/users/x/delete",
        ] {
            assert!(is_closed(closed), "{closed}");
        }
        for open in [
            "/account/security",
            "/account/totp/confirm",
            "/reauthenticate",
            "/logout",
            "/login",
            "/administration",
        ] {
            assert!(!is_closed(open), "{open}");
        }
    }
}
