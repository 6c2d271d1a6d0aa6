//! `leases`: which server does what only one of them may do at a time.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, string_len_null},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "leases")
        .col(string_len("name", 64).primary_key())
        .col(string_len_null("holder", 43))
        .col(big_integer("held_until"))
        .col(big_integer("fence"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "leases").await
    }
}
