//! The `forwarders` table.

use std::net::IpAddr;

use entity::forwarder::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, sea_query::OnConflict,
};

use crate::platform::{
    clock::Timestamp,
    db::{Concerns, Db, DbResult},
};

/// Writes a peer down, or that it was seen once more.
pub(super) async fn put(db: &Db, peer: IpAddr, now: Timestamp) -> DbResult<()> {
    let row = Model {
        address: peer.to_string(),
        seen_at: now.as_millisecond(),
    };
    let again = OnConflict::column(Column::Address)
        .update_column(Column::SeenAt)
        .to_owned();
    let insert = Entity::insert(row.into_active_model().reset_all()).on_conflict(again);
    db.write_for(Concerns::Nobody, insert).await?;
    Ok(())
}

/// The peers that are written down, the last one first.
pub(super) async fn all(db: &Db) -> DbResult<Vec<(IpAddr, Timestamp)>> {
    let rows = Entity::find()
        .order_by_desc(Column::SeenAt)
        .all(db.reader())
        .await?;
    let peers = rows.into_iter().filter_map(|row| {
        let address = row.address.parse().ok()?;
        Some((address, Timestamp::from_millisecond(row.seen_at).ok()?))
    });
    Ok(peers.collect())
}

/// Forgets the peers that were not seen since `then`.
pub(super) async fn forget_before(db: &Db, then: Timestamp) -> DbResult<u64> {
    let old = Column::SeenAt.lt(then.as_millisecond());
    db.write_for(Concerns::Nobody, Entity::delete_many().filter(old))
        .await
}
