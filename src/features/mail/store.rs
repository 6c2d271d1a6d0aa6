//! The tables `mails`, `mail_suppressions` and `mail_budgets`.

use entity::{
    MailId, UserId,
    mail::{Column, Entity, Model, State},
    mail_budget, mail_suppression,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    UpdateMany,
    sea_query::{Expr, OnConflict},
};

use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// Inserts a new mail.
pub(super) async fn insert(tx: &Tx, mail: Model) -> DbResult<()> {
    Entity::insert(mail.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Up to `most` mails about a user after `after`, oldest first.
pub(super) async fn of_user_after(
    db: &Db,
    user_id: UserId,
    after: Option<MailId>,
    most: u64,
) -> DbResult<Vec<Model>> {
    let mut select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .order_by_asc(Column::Id)
        .limit(most);
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after));
    }
    Ok(select.all(db.reader()).await?)
}

/// Ids of mails that are due and in nobody's hands, the earliest first.
pub(super) async fn due(db: &Db, now: i64, most: u64) -> DbResult<Vec<MailId>> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::DueAt.lte(now))
        .filter(free(now))
        .order_by_asc(Column::DueAt)
        .limit(most);
    Ok(select.into_tuple().all(db.reader()).await?)
}

/// Whether a mail is due, also if a server has it in hand.
pub(super) async fn is_any_due(db: &Db, now: i64) -> DbResult<bool> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::DueAt.lte(now))
        .limit(1);
    Ok(select.into_tuple::<MailId>().one(db.reader()).await?.is_some())
}

/// Takes a mail in hand, and counts an attempt. Of concurrent calls, one succeeds.
pub(super) async fn take(db: &Db, id: MailId, lease_token: &str, now: i64, until: i64) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::value(until))
        .col_expr(Column::LeaseToken, Expr::value(lease_token))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::DueAt.lte(now))
        .filter(free(now));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// The mail with this id.
pub(super) async fn find(db: &Db, id: MailId) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db.reader()).await?)
}

/// Stores what has become of a request: who gets it, and what. False if it is no longer in these hands.
pub(super) async fn address(tx: &Tx, mail: &Model) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::Kind, Expr::value(mail.kind.clone()))
        .col_expr(Column::UserId, Expr::value(mail.user_id.map(|id| id.0)))
        .col_expr(Column::ToAddress, Expr::value(mail.to_address.clone()))
        .col_expr(Column::SealedContent, Expr::value(mail.sealed_content.clone()))
        .col_expr(Column::ExpiresAt, Expr::value(mail.expires_at))
        .filter(in_hand(mail));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Deletes the mails of a user.
pub(super) async fn forget(tx: &Tx, user_id: UserId) -> DbResult<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user_id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes a request that nobody gets.
pub(super) async fn remove(db: &Db, mail: &Model) -> DbResult<()> {
    let delete = Entity::delete_many().filter(in_hand(mail));
    db.write_for(Invalidates::Nothing, delete).await?;
    Ok(())
}

/// Ends a mail with its state, content and problem, if it is still in these hands.
pub(super) async fn end(db: &Db, mail: &Model, now: i64) -> DbResult<bool> {
    let update = released()
        .col_expr(Column::State, Expr::value(mail.state))
        .col_expr(Column::SealedContent, Expr::value(mail.sealed_content.clone()))
        .col_expr(Column::LastProblem, Expr::value(mail.last_problem.clone()))
        .col_expr(Column::DueAt, Expr::value(now))
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(in_hand(mail));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// Puts a mail off until `due_at`, if it is still in these hands.
pub(super) async fn put_off(db: &Db, mail: &Model, due_at: i64, problem: &str) -> DbResult<bool> {
    let update = released()
        .col_expr(Column::LastProblem, Expr::value(problem))
        .col_expr(Column::DueAt, Expr::value(due_at))
        .filter(in_hand(mail));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// Makes a waiting mail due now. Returns whether it did.
pub(super) async fn retry(db: &Db, id: MailId, now: i64) -> DbResult<bool> {
    let update = released()
        .col_expr(Column::DueAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::ExpiresAt.gt(now))
        .filter(free(now));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// The newest mails, optionally of one state.
pub(super) async fn newest(db: &Db, state: Option<State>, most: u64) -> DbResult<Vec<Model>> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(most);
    if let Some(state) = state {
        select = select.filter(Column::State.eq(state));
    }
    Ok(select.all(db.reader()).await?)
}

/// When the mail that has waited longest was written.
pub(super) async fn oldest_waiting(db: &Db) -> DbResult<Option<i64>> {
    let select = Entity::find()
        .select_only()
        .column(Column::CreatedAt)
        .filter(Column::State.eq(State::Waiting))
        .order_by_asc(Column::CreatedAt)
        .limit(1);
    Ok(select.into_tuple().one(db.reader()).await?)
}

/// How many mails are to be sent.
pub(super) async fn count_waiting(db: &Db) -> DbResult<u64> {
    let select = Entity::find().filter(Column::State.eq(State::Waiting));
    Ok(select.count(db.reader()).await?)
}

/// Gives up to `most` waiting mails up, also those in somebody's hands. Returns how many.
pub(super) async fn give_up_waiting(db: &Db, problem: &str, now: i64, most: u64) -> DbResult<u64> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(State::Waiting))
        .limit(most);
    let ids: Vec<MailId> = select.into_tuple().all(db.reader()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let update = released()
        .col_expr(Column::State, Expr::value(State::Failed))
        .col_expr(Column::SealedContent, Expr::value(None::<String>))
        .col_expr(Column::LastProblem, Expr::value(problem))
        .col_expr(Column::DueAt, Expr::value(now))
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::Id.is_in(ids))
        .filter(Column::State.eq(State::Waiting));
    db.write_for(Invalidates::Nothing, update).await
}

/// Deletes up to `most` mails in this state that ended before `then`. Returns how many.
pub(super) async fn purge(db: &Db, state: State, then: i64, most: u64) -> DbResult<u64> {
    let old = Condition::all()
        .add(Column::State.eq(state))
        .add(Column::DueAt.lt(then));
    db.purge::<Entity, MailId>(Invalidates::Nothing, Column::Id, old, most)
        .await
}

fn free(now: i64) -> Condition {
    Condition::any()
        .add(Column::LeasedUntil.is_null())
        .add(Column::LeasedUntil.lte(now))
}

fn in_hand(mail: &Model) -> Condition {
    Condition::all()
        .add(Column::Id.eq(mail.id))
        .add(Column::LeaseToken.eq(mail.lease_token.clone()))
}

fn released() -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::value(None::<i64>))
        .col_expr(Column::LeaseToken, Expr::value(None::<String>))
}

/// The refusals of an address.
pub(super) async fn suppression(db: &Db, key: &str) -> DbResult<Option<mail_suppression::Model>> {
    let select = mail_suppression::Entity::find_by_id(key.to_owned());
    Ok(select.one(db.reader()).await?)
}

/// The refusals of all addresses.
pub(super) async fn suppressions(db: &Db) -> DbResult<Vec<mail_suppression::Model>> {
    Ok(mail_suppression::Entity::find().all(db.reader()).await?)
}

/// Puts these refusals in place of all others.
pub(super) async fn replace_suppressions(tx: &Tx, rows: Vec<mail_suppression::Model>) -> DbResult<()> {
    /// Well below the number of values that one statement may have.
    const ROWS: usize = 100;
    mail_suppression::Entity::delete_many().exec(tx).await?;
    for some in rows.chunks(ROWS) {
        let some = some.iter().map(|row| row.clone().into_active_model().reset_all());
        let insert = mail_suppression::Entity::insert_many(some);
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Writes the refusals of an address.
pub(super) async fn put_suppression(db: &Db, row: mail_suppression::Model) -> DbResult<()> {
    use mail_suppression::Column;
    let over_all = OnConflict::column(Column::AddressKey)
        .update_columns([
            Column::Reason,
            Column::Refusals,
            Column::RefusedAt,
            Column::SuppressedAt,
        ])
        .to_owned();
    let row = row.into_active_model().reset_all();
    let insert = mail_suppression::Entity::insert(row).on_conflict(over_all);
    db.write_for(Invalidates::Nothing, insert).await?;
    Ok(())
}

/// Forgets the refusals of an address that is not suppressed.
pub(super) async fn remove_refusals(db: &Db, key: &str) -> DbResult<()> {
    use mail_suppression::{Column, Entity};
    let delete = Entity::delete_many()
        .filter(Column::AddressKey.eq(key))
        .filter(Column::SuppressedAt.is_null());
    db.write_for(Invalidates::Nothing, delete).await?;
    Ok(())
}

/// Forgets suppression and refusals of an address.
pub(super) async fn remove_suppression(db: &Db, key: &str) -> DbResult<()> {
    let delete = mail_suppression::Entity::delete_many().filter(mail_suppression::Column::AddressKey.eq(key));
    db.write_for(Invalidates::Nothing, delete).await?;
    Ok(())
}

/// Locks a budget, and inserts it if it is missing. Returns when it is full again.
pub(super) async fn hold_budget(tx: &Tx, key: &str) -> DbResult<i64> {
    use mail_budget::{Column, Entity, Model};
    let full = Model {
        budget_key: key.to_owned(),
        full_at: 0,
    };
    // Updating a key to itself locks the existing row on all databases.
    let over_itself = OnConflict::column(Column::BudgetKey)
        .update_column(Column::BudgetKey)
        .to_owned();
    Entity::insert(full.into_active_model().reset_all())
        .on_conflict(over_itself)
        .exec_without_returning(tx)
        .await?;
    let held = Entity::find_by_id(key.to_owned()).one(tx).await?;
    Ok(held.map_or(0, |row| row.full_at))
}

/// Writes a locked budget.
pub(super) async fn put_budget(tx: &Tx, key: &str, full_at: i64) -> DbResult<()> {
    use mail_budget::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::FullAt, Expr::value(full_at))
        .filter(Column::BudgetKey.eq(key))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes up to `most` budgets that are full again. Returns how many.
pub(super) async fn purge_budgets(db: &Db, now: i64, most: u64) -> DbResult<u64> {
    use mail_budget::{Column, Entity};
    let full = Condition::all().add(Column::FullAt.lt(now));
    db.purge::<Entity, String>(Invalidates::Nothing, Column::BudgetKey, full, most)
        .await
}
