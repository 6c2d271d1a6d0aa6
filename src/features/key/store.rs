//! The `signing_keys` table.

use entity::{
    SigningKeyId,
    signing_key::{self, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Invalidates};

/// All keys, the newest first.
pub(super) async fn all(db: &Db) -> DbResult<Vec<Model>> {
    Ok(signing_key::Entity::find()
        .order_by_desc(signing_key::Column::Id)
        .all(db.reader())
        .await?)
}

/// Stores a new key.
pub(super) async fn insert(db: &Db, key: Model) -> DbResult<()> {
    let row = key.into_active_model().reset_all();
    db.write_for(Invalidates::Nothing, signing_key::Entity::insert(row))
        .await?;
    Ok(())
}

/// Replaces the sealed private key.
pub(super) async fn update_sealed(db: &Db, id: SigningKeyId, sealed: String) -> DbResult<()> {
    let update = signing_key::Entity::update_many()
        .col_expr(signing_key::Column::SealedPrivateKey, Expr::value(sealed))
        .filter(signing_key::Column::Id.eq(id));
    db.write_for(Invalidates::Nothing, update).await?;
    Ok(())
}
