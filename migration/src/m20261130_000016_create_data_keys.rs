//! `data_keys`: random keys, one for each purpose, sealed under the server secret.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "data_keys")
        .col(string_len("id", 16).primary_key())
        .col(string_len("purpose", 24))
        .col(text("sealed_key"))
        .col(big_integer("created_at"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "data_keys").await
    }
}
