//! Erases the personal parts of events.

use entity::{
    AuditEventId, UserId,
    audit_event::{Column, Entity},
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _, UpdateMany,
    sea_query::Expr,
};

use crate::{
    features::audit::{actor::ActorKind, personal_part::PersonalPart},
    platform::db::{DbResult, Tx},
};

/// Columns that are erased together, and of which events.
struct Erasure {
    part: PersonalPart,
    events: Condition,
}

/// What is erased with a user: the actor's part of what they did, and the subject's part of what was done to their
/// account. The actor's part of the latter is about somebody else, unless nobody is named: then it can be the user.
fn erasures(user_id: UserId) -> [Erasure; 3] {
    let about = || Condition::all().add(Column::SubjectId.eq(user_id.0));
    [
        Erasure {
            part: PersonalPart::Subject,
            events: about(),
        },
        Erasure {
            part: PersonalPart::Actor,
            events: Condition::all().add(Column::ActorId.eq(user_id.0)),
        },
        Erasure {
            part: PersonalPart::Actor,
            events: about().add(Column::ActorKind.eq(ActorKind::Anonymous.word())),
        },
    ]
}

impl Erasure {
    /// The column of the part's salt.
    fn salt(&self) -> Column {
        match self.part {
            PersonalPart::Actor => Column::ActorSalt,
            PersonalPart::Subject => Column::SubjectSalt,
        }
    }

    /// The columns of the part, its salt among them.
    fn columns(&self) -> &'static [Column] {
        match self.part {
            PersonalPart::Actor => &[
                Column::IpAddress,
                Column::UserAgent,
                Column::ActorFacts,
                Column::ActorSalt,
            ],
            PersonalPart::Subject => &[Column::SubjectFacts, Column::SubjectSalt],
        }
    }

    fn update(&self) -> UpdateMany<Entity> {
        let mut update = Entity::update_many().filter(self.salt().is_not_null());
        for column in self.columns() {
            update = update.col_expr(*column, Expr::value(None::<String>));
        }
        update
    }
}

/// Erases personal parts about a user: of each kind at most `most`, in a statement of its own. Returns how many; 0 if
/// none are left.
pub(in super::super) async fn erase_some(tx: &Tx, user_id: UserId, most: u64) -> DbResult<u64> {
    let mut erased = 0;
    for erasure in erasures(user_id) {
        let select = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(erasure.events.clone())
            .filter(erasure.salt().is_not_null())
            .limit(most);
        let ids: Vec<AuditEventId> = select.into_tuple().all(tx).await?;
        if !ids.is_empty() {
            let update = erasure.update().filter(Column::Id.is_in(ids));
            erased += update.exec(tx).await?.rows_affected;
        }
    }
    Ok(erased)
}
