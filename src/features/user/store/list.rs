//! Pages of the lists of users: each is one range of one index.

use entity::{
    UserId,
    user::{Column, Entity, Model, Status},
    user_role,
};
use sea_orm::{
    ActiveEnum as _, ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, Order,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, sea_query::Expr,
};

use super::super::listing::{Having, Listing, SortKey, Which};
use crate::platform::{
    clock::from_millis,
    db::{Db, DbResult},
    id,
    keyset::{Direction, PageRequest, Position},
};

/// After every text that begins with a prefix: a noncharacter, which no name or address contains.
const AFTER_ALL: char = '\u{10FFFF}';

/// The rows of a page, in its direction.
pub(in super::super) async fn page(
    db: &Db,
    listing: &Listing,
    request: &PageRequest<SortKey>,
) -> DbResult<Vec<Model>> {
    let bounds = Bounds::of(listing, request);
    match &listing.which {
        Which::Creation {
            having: Having::Role(role),
            ..
        } => of_role(db, role, listing, &bounds, request.limit()).await,
        Which::LastLogin => by_last_login(db, &bounds, request.limit()).await,
        _ => {
            let select = bounds.apply(Entity::find().filter(matching(listing)), column(listing));
            Ok(select.limit(request.limit()).all(db.reader()).await?)
        }
    }
}

/// How many users there are in the list, up to `most`.
pub(in super::super) async fn count(db: &Db, listing: &Listing, most: u64) -> DbResult<u64> {
    let Which::Creation {
        having: Having::Role(role),
        from,
        to,
    } = &listing.which
    else {
        let select = Entity::find().filter(matching(listing));
        return Ok(select.limit(most).count(db.reader()).await?);
    };
    let select = user_role::Entity::find()
        .filter(user_role::Column::Role.eq(role.as_str()))
        .filter(created(user_role::Column::UserId, *from, *to));
    Ok(select.limit(most).count(db.reader()).await?)
}

/// From where to where, and in which direction.
struct Bounds<'a> {
    order: Order,
    /// Only rows that sort above this.
    above: Option<&'a Position<SortKey>>,
    /// Only rows that sort below this.
    below: Option<&'a Position<SortKey>>,
}

impl<'a> Bounds<'a> {
    fn of(listing: &Listing, request: &'a PageRequest<SortKey>) -> Self {
        let is_forward = request.direction == Direction::Forward;
        let (above, below) = if listing.is_ascending {
            (&request.after, &request.before)
        } else {
            (&request.before, &request.after)
        };
        Self {
            order: if listing.is_ascending == is_forward {
                Order::Asc
            } else {
                Order::Desc
            },
            above: above.as_ref(),
            below: below.as_ref(),
        }
    }

    /// Sorts by `column`, then by id, and keeps to the bounds.
    fn apply(&self, select: Select<Entity>, column: Option<Column>) -> Select<Entity> {
        let mut select = select;
        if let Some(at) = self.above {
            select = select.filter(beyond(column, at, true));
        }
        if let Some(at) = self.below {
            select = select.filter(beyond(column, at, false));
        }
        if let Some(column) = column {
            select = select.order_by(column, self.order.clone());
        }
        match column {
            // Unique.
            Some(Column::EmailKey) => select,
            _ => select.order_by(Column::Id, self.order.clone()),
        }
    }
}

/// What the list is sorted by before the id.
fn column(listing: &Listing) -> Option<Column> {
    match listing.which {
        Which::Creation { .. } => None,
        Which::Email(_) => Some(Column::EmailKey),
        Which::Name(_) => Some(Column::NameKey),
        Which::LastLogin => Some(Column::LastLoginAt),
    }
}

fn matching(listing: &Listing) -> Condition {
    match &listing.which {
        Which::Creation { having, from, to } => {
            let created = created(Column::Id, *from, *to);
            match having {
                Having::Status(status) => created.add(literally(*status)),
                Having::Anything | Having::Role(_) => created,
            }
        }
        Which::Email(prefix) => beginning(Column::EmailKey, prefix),
        Which::Name(prefix) => beginning(Column::NameKey, prefix),
        Which::LastLogin => Condition::all(),
    }
}

/// The status in the words of the statement: PostgreSQL then knows from its statistics whether few users have it, and
/// chooses the index for that. With a parameter, it settles on one plan for every status.
fn literally(status: Status) -> sea_orm::sea_query::SimpleExpr {
    Expr::cust(format!("users.status = '{}'", status.to_value()))
}

/// Ids contain the time of creation.
fn created<C: sea_orm::ColumnTrait>(id: C, from: Option<i64>, to: Option<i64>) -> Condition {
    Condition::all()
        .add_option(from.map(|from| id.gte(UserId(id::first_at(from_millis(from))))))
        .add_option(to.map(|to| id.lt(UserId(id::first_at(from_millis(to))))))
}

fn beginning(column: Column, prefix: &str) -> Condition {
    if prefix.is_empty() {
        return Condition::all();
    }
    Condition::all()
        .add(column.gte(prefix))
        .add(column.lt(format!("{prefix}{AFTER_ALL}")))
}

/// Rows that sort above a position, or below it.
fn beyond(column: Option<Column>, at: &Position<SortKey>, is_above: bool) -> Condition {
    let id = UserId(at.id);
    let beyond_id = if is_above {
        Column::Id.gt(id)
    } else {
        Column::Id.lt(id)
    };
    let (Some(column), Some(key)) = (column, value(&at.key)) else {
        return Condition::all().add(beyond_id);
    };
    let beyond_key = if is_above {
        column.gt(key.clone())
    } else {
        column.lt(key.clone())
    };
    Condition::any()
        .add(beyond_key)
        .add(column.eq(key).and(beyond_id))
}

fn value(key: &SortKey) -> Option<sea_orm::Value> {
    match key {
        SortKey::Text(text) => Some(text.as_str().into()),
        SortKey::LastLogin(Some(at)) => Some((*at).into()),
        SortKey::Id | SortKey::LastLogin(None) => None,
    }
}

/// Those of a role: first their ids by the index of the roles, then the users.
async fn of_role(
    db: &Db,
    role: &str,
    listing: &Listing,
    bounds: &Bounds<'_>,
    limit: u64,
) -> DbResult<Vec<Model>> {
    let Which::Creation { from, to, .. } = &listing.which else {
        return Ok(Vec::new());
    };
    let column = user_role::Column::UserId;
    let select = user_role::Entity::find()
        .select_only()
        .column(column)
        .filter(user_role::Column::Role.eq(role))
        .filter(created(column, *from, *to))
        .filter(
            Condition::all()
                .add_option(bounds.above.map(|at| column.gt(UserId(at.id))))
                .add_option(bounds.below.map(|at| column.lt(UserId(at.id)))),
        )
        .order_by(column, bounds.order.clone())
        .limit(limit);
    let ids: Vec<UserId> = select.into_tuple().all(db.reader()).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Entity::find()
        .filter(Column::Id.is_in(ids))
        .order_by(Column::Id, bounds.order.clone());
    Ok(select.all(db.reader()).await?)
}

/// Those who signed in, and those who never did, who sort below them: two ranges of one index, since databases differ in
/// where NULL sorts.
async fn by_last_login(db: &Db, bounds: &Bounds<'_>, limit: u64) -> DbResult<Vec<Model>> {
    let is_never = |at: Option<&Position<SortKey>>| at.is_some_and(|at| at.key == SortKey::LastLogin(None));
    let ever = async |limit: u64| -> DbResult<Vec<Model>> {
        // Nothing of those is below a user who never signed in.
        if is_never(bounds.below) || limit == 0 {
            return Ok(Vec::new());
        }
        let bounds = Bounds {
            order: bounds.order.clone(),
            above: bounds.above.filter(|at| !is_never(Some(at))),
            below: bounds.below,
        };
        let select = Entity::find().filter(Column::LastLoginAt.is_not_null());
        let select = bounds.apply(select, Some(Column::LastLoginAt));
        Ok(select.limit(limit).all(db.reader()).await?)
    };
    let never = async |limit: u64| -> DbResult<Vec<Model>> {
        // Nothing of these is above a user who signed in.
        if bounds.above.is_some_and(|at| !is_never(Some(at))) || limit == 0 {
            return Ok(Vec::new());
        }
        let bounds = Bounds {
            order: bounds.order.clone(),
            above: bounds.above,
            below: bounds.below.filter(|at| is_never(Some(at))),
        };
        let select = Entity::find().filter(Column::LastLoginAt.is_null());
        Ok(bounds.apply(select, None).limit(limit).all(db.reader()).await?)
    };
    let rest = |rows: &[Model]| limit.saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
    let mut rows;
    if bounds.order == Order::Desc {
        rows = ever(limit).await?;
        let more = never(rest(&rows)).await?;
        rows.extend(more);
    } else {
        rows = never(limit).await?;
        let more = ever(rest(&rows)).await?;
        rows.extend(more);
    }
    Ok(rows)
}
