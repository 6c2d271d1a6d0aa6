//! `attempt_streaks`: consecutive failed attempts to authenticate, by account and network.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "attempt_streaks")
        .col(string_len("account_key", 43))
        .col(string_len("network_key", 43))
        .col(big_integer("failures"))
        .col(big_integer("failures_in_window"))
        .col(big_integer("window_began_at"))
        .col(big_integer("waits"))
        .col(big_integer("blocked_until"))
        .col(big_integer("failed_at"))
        .col(big_integer_null("succeeded_at"))
        .col(big_integer("forget_at"))
        .primary_key(Index::create().col("account_key").col("network_key"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "attempt_streaks").await
    }
}
