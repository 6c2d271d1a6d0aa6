//! `form_receipts`: forms of the hosted pages that have had their effect.

use sea_orm::entity::prelude::*;

use crate::SessionId;

/// One such form.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form_receipts")]
pub struct Model {
    /// Keyed hash of the browser's form cookie and of the request, base64url. Nothing in it can be recovered.
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_key: String,
    /// The session that a sign-in began, else the one that the form was sent from.
    pub session_id: SessionId,
    /// When it had its effect; milliseconds since 1970.
    pub done_at: i64,
}

/// No relation to the session: the receipt of a deletion outlives it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
