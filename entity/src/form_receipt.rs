//! `form_receipts`: forms of the hosted pages that have been processed.

use sea_orm::entity::prelude::*;

use crate::SessionId;

/// One processed form.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form_receipts")]
pub struct Model {
    /// Keyed hash of the browser's form cookie and the request, in base64url. It reveals neither.
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_key: String,
    /// The session that a sign-in created, else the one that sent the form.
    pub session_id: SessionId,
    /// When it was processed; milliseconds since 1970.
    pub done_at: i64,
}

/// No relation to the session: the receipt of a deletion outlives it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
