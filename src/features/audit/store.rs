//! The tables `audit_events` and `audit_seals`.
//!
//! Rows are only ever added. Events are changed in two ways: a seal is set once (`seals`), and a personal part is
//! erased (`erasing`). Old ones are deleted with their seals (`seals`).

pub(super) mod erasing;
pub(super) mod noted;
pub(super) mod reading;
pub(super) mod seals;
pub(super) mod stored;

use entity::{
    AuditEventId, UserId,
    audit_event::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, DbErr, EntityTrait as _, IntoActiveModel as _, Order,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
};

use self::stored::{Stored, has_readable_id};
use super::filter::EventFilter;
use crate::platform::{
    db::{Db, DbFailure, DbResult, Tx},
    keyset::{Direction, PageRequest},
};

/// The failure when there is no key, which the start prevents.
pub(super) fn no_key() -> DbFailure {
    DbErr::Custom("there is no key for the audit log".to_owned()).into()
}

/// Inserts a new event.
pub(super) async fn insert(tx: &Tx, event: Model) -> DbResult<()> {
    Entity::insert(event.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Inserts new events, as many in a statement as every database takes: at most 2,000 values and half a megabyte.
pub(super) async fn insert_all(tx: &Tx, events: Vec<Model>) -> DbResult<()> {
    for events in events.chunks(100) {
        let rows = events.iter().cloned();
        Entity::insert_many(rows.map(|event| event.into_active_model().reset_all()))
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// The event with this id.
pub(super) async fn find(db: &Db, id: AuditEventId) -> DbResult<Option<Model>> {
    let select = Entity::find_by_id(id).into_model::<Stored<Model>>();
    Ok(select.one(db.reader()).await?.map(Stored::into_model))
}

/// Those of the events with these ids that exist.
pub(super) async fn find_all(db: &Db, ids: Vec<AuditEventId>) -> DbResult<Vec<Model>> {
    let select = Entity::find().filter(Column::Id.is_in(ids));
    let found = select.into_model::<Stored<Model>>().all(db.reader()).await?;
    Ok(found.into_iter().map(Stored::into_model).collect())
}

/// A page of events, by their ids.
pub(super) async fn page(db: &Db, filter: EventFilter, request: &PageRequest) -> DbResult<Vec<Model>> {
    match filter {
        EventFilter::All => page_where(db, None, request).await,
        // One statement would sort everything that ever happened to the user: each part has an index of its own.
        EventFilter::Of(user) => {
            let mut rows = page_where(db, Some(about(user)), request).await?;
            rows.extend(page_where(db, Some(by(user)), request).await?);
            rows.sort_by_key(|row| row.id);
            rows.dedup_by_key(|row| row.id);
            if request.direction == Direction::Forward {
                rows.reverse();
            }
            rows.truncate(usize::try_from(request.limit()).unwrap_or(usize::MAX));
            Ok(rows)
        }
    }
}

fn about(user: UserId) -> Condition {
    Condition::all().add(Column::SubjectId.eq(user.0))
}

fn by(user: UserId) -> Condition {
    Condition::all().add(Column::ActorId.eq(user.0))
}

/// How many events there are, counted up to `most`.
pub(super) async fn count(db: &Db, filter: EventFilter, most: u64) -> DbResult<u64> {
    match filter {
        EventFilter::All => count_where(db, None, most).await,
        EventFilter::Of(user) => {
            let of_others = Condition::any()
                .add(Column::SubjectId.is_null())
                .add(Column::SubjectId.ne(user.0));
            let count = count_where(db, Some(about(user)), most).await?;
            let more = count_where(db, Some(by(user).add(of_others)), most).await?;
            Ok((count + more).min(most))
        }
    }
}

async fn count_where(db: &Db, which: Option<Condition>, most: u64) -> DbResult<u64> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .apply_if(which, Select::filter)
        .limit(most);
    Ok(select.count(db.reader()).await?)
}

async fn page_where(db: &Db, which: Option<Condition>, request: &PageRequest) -> DbResult<Vec<Model>> {
    let order = match request.direction {
        Direction::Forward => Order::Desc,
        Direction::Backward => Order::Asc,
    };
    let mut select = Entity::find()
        .apply_if(has_readable_id(db.backend()), Select::filter)
        .apply_if(which, Select::filter)
        .order_by(Column::Id, order)
        .limit(request.limit());
    if let Some(at) = request.after {
        select = select.filter(Column::Id.lt(at.id));
    }
    if let Some(at) = request.before {
        select = select.filter(Column::Id.gt(at.id));
    }
    let rows = select.into_model::<Stored<Model>>().all(db.reader()).await?;
    Ok(rows.into_iter().map(Stored::into_model).collect())
}
