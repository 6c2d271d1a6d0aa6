//! `forwarders`: peers that said whom they forward for, and were not believed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "forwarders")
        .col(string_len("address", 45).primary_key())
        .col(big_integer("seen_at"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "forwarders").await
    }
}
