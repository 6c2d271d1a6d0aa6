//! `address_reservations`: former addresses that their owners can still take back.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::UserId;

/// One former address.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "address_reservations")]
pub struct Model {
    /// Normalised address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub email_key: String,
    /// Whose address it was. Nobody else can get it.
    pub user_id: UserId,
    /// Until when; milliseconds since 1970.
    pub reserved_until: i64,
}

/// Personal data: the address stays out of logs.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressReservation")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// What a reservation refers to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Whose address it was; deleting the user deletes it.
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}

impl ActiveModelBehavior for ActiveModel {}
