//! How much ends when the keys are replaced after a leak.

use crate::{
    context::App,
    features::{mail, one_time_token, recovery_code, session, totp},
    platform::db::DbResult,
};

/// What ends, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Live sessions.
    pub sessions: u64,
    /// Mailed links and codes, challenges, pending sign-ins and remembered browsers that can still be used.
    pub tokens: u64,
    /// Authenticator apps.
    pub authenticators: u64,
    /// Recovery codes, used ones included.
    pub recovery_codes: u64,
    /// Mails that are to be sent.
    pub mails: u64,
}

impl Scope {
    /// As things are now.
    pub async fn measure(app: &App) -> DbResult<Self> {
        Ok(Self {
            sessions: session::count_live(app).await?,
            tokens: one_time_token::count_live(app).await?,
            authenticators: totp::count(&app.db).await?,
            recovery_codes: recovery_code::count(&app.db).await?,
            mails: mail::count_waiting(app).await?,
        })
    }
}
