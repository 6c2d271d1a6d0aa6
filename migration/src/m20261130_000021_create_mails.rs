//! `mails`: the outbox.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, string_len_null, text_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "mails")
        .col(uuid("id").primary_key())
        .col(string_len("kind", 24))
        .col(string_len("state", 16))
        .col(uuid_null("user_id"))
        .col(string_len_null("to_address", 320))
        .col(text_null("sealed_content"))
        .col(big_integer("attempts"))
        .col(big_integer("due_at"))
        .col(big_integer_null("leased_until"))
        .col(string_len_null("lease_token", 43))
        .col(big_integer("expires_at"))
        .col(string_len_null("last_problem", 255))
        .col(big_integer("created_at"))
        .col(big_integer_null("ended_at"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "mails").await
    }
}
