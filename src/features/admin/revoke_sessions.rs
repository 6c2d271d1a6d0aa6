//! Use case: end all sessions of an account.

use entity::{UserId, session::RevocationReason};

use super::{
    refused::{Refused, finished},
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers},
        one_time_token::{self, Purpose},
        session,
    },
    platform::{db::transaction, failure::Outcome},
};

/// Ends them, and makes every browser give a second factor again. Returns how many were alive.
pub async fn revoke_sessions(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<u64, Refused> {
    let app = authority.app();
    let now = app.clock.now();
    let event = authority.event(EventKind::SessionRevoked, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        target::hold(tx, authority, id).await?;
        let ended = session::end_all(tx, id, RevocationReason::RevokedByAdmin, now).await?;
        one_time_token::void_of(tx, id, &[Purpose::RememberedBrowser], now.as_millisecond()).await?;
        event
            .clone()
            .detail("sessions", &ended.to_string())
            .save(tx)
            .await?;
        authority.save_receipt(tx).await?;
        Ok(ended)
    });
    finished(done)
}
