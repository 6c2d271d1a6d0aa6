//! `signing_keys`: the keys that sign access tokens.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, string_len_uniq, text, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "signing_keys")
        .col(uuid("id").primary_key())
        .col(string_len_uniq("kid", 64))
        .col(string_len("algorithm", 16))
        .col(text("sealed_private_key"))
        .col(big_integer("created_at"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "signing_keys").await
    }
}
