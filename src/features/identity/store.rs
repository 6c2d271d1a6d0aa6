//! The tables `identities` and `unlinked_identities`.

use entity::{
    IdentityId, UserId,
    identity::{Column, Entity, Model},
    unlinked_identity,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, sea_query::Expr,
};

use super::ProviderAccount;
use crate::{
    context::App,
    platform::{
        db::{DbFailure, DbResult, Tx, TxError},
        failure::Refusal,
        id,
    },
};

/// The account of the provider is linked to a user already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken;

impl Refusal for Taken {}

/// The row of this account of a provider, if it is linked.
pub async fn find(connection: &impl ConnectionTrait, account: &ProviderAccount) -> DbResult<Option<Model>> {
    let select = Entity::find().filter(Column::SubjectKey.eq(account.key()));
    Ok(select.one(connection).await?)
}

/// The linked identities of a user, oldest first.
pub async fn of_user(connection: &impl ConnectionTrait, user_id: UserId) -> DbResult<Vec<Model>> {
    let select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id);
    Ok(select.all(connection).await?)
}

/// Whether somebody unlinked this account of a provider before.
pub async fn was_unlinked(connection: &impl ConnectionTrait, account: &ProviderAccount) -> DbResult<bool> {
    let select = unlinked_identity::Entity::find_by_id(account.key());
    Ok(select.one(connection).await?.is_some())
}

/// The linked identity with this id, if it belongs to this user.
pub(super) async fn find_own(
    connection: &impl ConnectionTrait,
    user_id: UserId,
    id: IdentityId,
) -> DbResult<Option<Model>> {
    let select = Entity::find_by_id(id).filter(Column::UserId.eq(user_id));
    Ok(select.one(connection).await?)
}

/// Links an account of a provider to a locked user. Fails if it is linked already; then roll back.
pub(super) async fn insert(
    tx: &Tx,
    app: &App,
    user_id: UserId,
    account: &ProviderAccount,
) -> Result<Model, TxError<Taken>> {
    let row = Model {
        id: IdentityId(id::new(&*app.clock, &*app.rng)),
        user_id,
        provider: account.provider.clone(),
        subject_key: account.key(),
        issuer: account.issuer.clone(),
        subject: account.subject.clone(),
        email: account.email.clone(),
        created_at: app.clock.now().as_millisecond(),
        last_used_at: None,
    };
    let inserted = Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(tx)
        .await;
    match inserted.map_err(DbFailure::from) {
        Ok(_) => Ok(row),
        // Only the insert can tell whether another call was faster.
        Err(failure) if failure.is_duplicate() => Err(Taken.into()),
        Err(failure) => Err(failure.into()),
    }
}

/// Records a sign-in. Returns whether the identity is still linked to this user; otherwise nothing was changed.
pub(super) async fn record_use(tx: &Tx, id: IdentityId, user_id: UserId, now: i64) -> DbResult<bool> {
    let done = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::UserId.eq(user_id))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Unlinks a user's identity. Returns whether there was one.
pub(super) async fn unlink(tx: &Tx, user_id: UserId, id: IdentityId, now: i64) -> DbResult<bool> {
    match find_own(tx, user_id, id).await? {
        Some(identity) => {
            unlink_all(tx, &[identity], now).await?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Unlinks the identities of a user that were linked at `since` or later.
pub async fn unlink_since(tx: &Tx, user_id: UserId, since: i64, now: i64) -> DbResult<()> {
    let mut identities = of_user(tx, user_id).await?;
    identities.retain(|identity| identity.created_at >= since);
    unlink_all(tx, &identities, now).await
}

/// Removes these identities, and records that they never link by address again.
async fn unlink_all(tx: &Tx, identities: &[Model], now: i64) -> DbResult<()> {
    for identity in identities {
        Entity::delete_by_id(identity.id).exec(tx).await?;
        let key = &identity.subject_key;
        if unlinked_identity::Entity::find_by_id(key.clone())
            .one(tx)
            .await?
            .is_some()
        {
            continue;
        }
        let row = unlinked_identity::Model {
            subject_key: key.clone(),
            unlinked_at: now,
        };
        unlinked_identity::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Removes all identities of a user, which are a stranger's. Returns how many there were.
pub async fn remove_all(tx: &Tx, user_id: UserId) -> DbResult<u64> {
    let removed = Entity::delete_many()
        .filter(Column::UserId.eq(user_id))
        .exec(tx)
        .await?;
    Ok(removed.rows_affected)
}
