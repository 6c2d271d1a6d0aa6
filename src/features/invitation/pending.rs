//! The invitation that an account has not accepted.

use std::collections::HashMap;

use entity::{
    UserId,
    one_time_token::{Model, Purpose},
};

use super::carried::Carried;
use crate::{
    context::App,
    features::one_time_token,
    platform::{
        db::{DbResult, Tx, TxError},
        failure::{Failed, Fault},
    },
};

/// An invitation that was neither accepted nor voided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingInvitation {
    /// The roles that count once it is accepted.
    pub roles: Vec<String>,
    /// When it stops or stopped to work; milliseconds since 1970.
    pub expires_at: i64,
}

/// The newest invitation of an account that was neither accepted nor voided; it may have expired.
pub async fn pending(app: &App, id: UserId) -> Result<Option<PendingInvitation>, Failed> {
    let token = one_time_token::newest_unused_of(&app.db, id, Purpose::Invitation).await?;
    Ok(token.map(|token| opened(app, &token)).transpose()?)
}

/// The same in a transaction.
pub async fn pending_in<R>(tx: &Tx, app: &App, id: UserId) -> Result<Option<PendingInvitation>, TxError<R>> {
    let token = one_time_token::newest_unused_in(tx, id, Purpose::Invitation).await?;
    Ok(token.map(|token| opened(app, &token)).transpose()?)
}

/// The same for many accounts, in one query.
pub async fn pending_of_each(
    app: &App,
    ids: Vec<UserId>,
) -> Result<HashMap<UserId, PendingInvitation>, Failed> {
    let mut pending = HashMap::new();
    if ids.is_empty() {
        return Ok(pending);
    }
    for token in one_time_token::unused_of_each(&app.db, ids, Purpose::Invitation).await? {
        if let Some(id) = token.user_id {
            pending.insert(id, opened(app, &token)?);
        }
    }
    Ok(pending)
}

fn opened(app: &App, token: &Model) -> Result<PendingInvitation, Fault> {
    let carried: Carried = one_time_token::payload(app, token)?;
    Ok(PendingInvitation {
        roles: carried.roles,
        expires_at: token.expires_at,
    })
}

/// Voids the invitations that a user had sent to others, because that may have been somebody else.
pub async fn void_sent_by(tx: &Tx, sender: UserId, now: i64) -> DbResult<()> {
    one_time_token::void_sent_by(tx, sender, now).await
}

/// Voids the invitations of an account.
pub async fn void(tx: &Tx, id: UserId, now: i64) -> DbResult<()> {
    one_time_token::void_of(tx, id, &[Purpose::Invitation], now).await
}
