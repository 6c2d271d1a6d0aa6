//! The `signing_keys` table.

use entity::signing_key::{self, Model};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, QueryOrder as _};

use crate::platform::db::{Db, DbResult};

/// All keys, the newest first.
pub(super) async fn all(db: &Db) -> DbResult<Vec<Model>> {
    Ok(signing_key::Entity::find()
        .order_by_desc(signing_key::Column::Id)
        .all(db.writer())
        .await?)
}

/// Keeps a new key.
pub(super) async fn insert(db: &Db, key: Model) -> DbResult<()> {
    let row = key.into_active_model().reset_all();
    signing_key::Entity::insert(row)
        .exec_without_returning(db.writer())
        .await?;
    Ok(())
}
