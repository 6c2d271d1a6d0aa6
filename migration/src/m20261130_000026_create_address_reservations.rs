//! `address_reservations`: former addresses that their owners can still take back.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "address_reservations")
        .col(string_len("email_key", 320).primary_key())
        .col(uuid("user_id"))
        .col(big_integer("reserved_until"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_address_reservations_user")
                .from("address_reservations", "user_id")
                .to("users", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "address_reservations").await
    }
}
