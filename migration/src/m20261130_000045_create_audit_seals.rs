//! `audit_seals`: the chain that shows which events there were.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, string_len_null, uuid_null},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "audit_seals")
        .col(big_integer("seq").primary_key())
        .col(big_integer("created_at"))
        .col(uuid_null("until_id"))
        .col(big_integer("row_count"))
        .col(big_integer("late_count"))
        .col(string_len("root", 43))
        .col(string_len_null("previous_mac", 43))
        .col(big_integer_null("removed_to"))
        .col(string_len("key_id", 16))
        .col(string_len("mac", 43))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "audit_seals").await
    }
}
