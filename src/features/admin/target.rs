//! The account that a change is about, locked, with the holder checked once more.

use entity::UserId;

use super::refused::{ChangeError, Refused};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ChangeRight, Target},
    },
    platform::{
        config::Permission,
        db::{DbResult, Tx, TxError},
    },
};

/// Anybody on whom the holder may act.
pub(super) async fn hold<R: ChangeRight>(
    tx: &Tx,
    authority: &Authority<'_, R>,
    id: UserId,
) -> Result<Target, TxError<ChangeError>> {
    let held = authority.hold(tx, id).await;
    held.map_err(|error| error.map(ChangeError::from))
}

/// The same, but not the holder.
pub(super) async fn hold_another<R: ChangeRight>(
    tx: &Tx,
    authority: &Authority<'_, R>,
    id: UserId,
) -> Result<Target, TxError<ChangeError>> {
    let target = hold(tx, authority, id).await?;
    if target.is_self {
        return Err(ChangeError::Refused(Refused::CannotTargetSelf).into());
    }
    Ok(target)
}

/// The same, but not the last administrator either.
pub(super) async fn hold_unless_last_admin<R: ChangeRight>(
    tx: &Tx,
    authority: &Authority<'_, R>,
    id: UserId,
) -> Result<Target, TxError<ChangeError>> {
    let target = hold_another(tx, authority, id).await?;
    if authority.is_last_admin(tx, id).await? {
        return Err(ChangeError::Refused(Refused::LastAdmin).into());
    }
    Ok(target)
}

/// Records that the holder reads an account that the change leaves as it is, if the answer shows it to them.
pub(super) async fn record_unchanged<R: ChangeRight>(
    tx: &Tx,
    authority: &Authority<'_, R>,
    target: &Target,
) -> DbResult<()> {
    if authority.has(Permission::ReadUsers) && !target.is_self {
        let event = authority.event(EventKind::UserViewed, target.user.id);
        event.save(tx).await?;
    }
    Ok(())
}
