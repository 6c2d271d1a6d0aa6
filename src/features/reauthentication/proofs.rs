//! Which proofs suffice for an account.

use crate::{
    context::{AuthMethod, Caller, OpContext},
    features::{
        mfa::{Factors, can_mail_codes, needs_mailed_code},
        passkey, recovery_code,
    },
    platform::failure::Failed,
};

/// The proofs that suffice for the caller's account, the best first; empty if it can give none.
pub(super) async fn sufficient(
    context: &OpContext,
    caller: &Caller,
    factors: &Factors,
) -> Result<Vec<AuthMethod>, Failed> {
    let app = &context.app;
    if factors.is_any() {
        let unused = recovery_code::count_unused(app.db.reader(), caller.user.id).await?;
        return Ok(factors.methods(passkey::is_enabled(app), unused));
    }
    if needs_mailed_code(context, caller, factors).await? {
        return Ok(vec![AuthMethod::EmailCode]);
    }
    if caller.user.password_hash.is_some() {
        return Ok(vec![AuthMethod::Password]);
    }
    Ok(if can_mail_codes(context, &caller.user) {
        vec![AuthMethod::EmailCode]
    } else {
        Vec::new()
    })
}
