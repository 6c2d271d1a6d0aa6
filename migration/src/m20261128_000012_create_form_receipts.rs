//! `form_receipts`: forms of the hosted pages that have been processed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "form_receipts")
        .col(string_len("form_key", 43).primary_key())
        .col(uuid("session_id"))
        .col(big_integer("done_at"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "form_receipts").await
    }
}
