//! `mail_suppressions`: addresses that refused mail, and those that get none.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "mail_suppressions")
        .col(string_len("address_key", 43).primary_key())
        .col(string_len("reason", 255))
        .col(big_integer("refusals"))
        .col(big_integer("refused_at"))
        .col(big_integer_null("suppressed_at"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "mail_suppressions").await
    }
}
