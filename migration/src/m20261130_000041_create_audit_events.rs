//! `audit_events`: the audit log.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, string_len_null, text, text_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Without foreign keys: the log outlives the accounts.
pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "audit_events")
        .col(uuid("id").primary_key())
        .col(string_len("kind", 40))
        .col(big_integer("created_at"))
        .col(string_len("actor_kind", 16))
        .col(uuid_null("actor_id"))
        .col(uuid_null("subject_id"))
        .col(uuid_null("session_id"))
        .col(string_len_null("request_id", 32))
        .col(text("details"))
        .col(string_len_null("ip_address", 45))
        .col(string_len_null("user_agent", 256))
        .col(text_null("actor_facts"))
        .col(string_len_null("actor_salt", 22))
        .col(string_len_null("actor_hash", 43))
        .col(text_null("subject_facts"))
        .col(string_len_null("subject_salt", 22))
        .col(string_len_null("subject_hash", 43))
        .col(string_len("key_id", 16))
        .col(string_len("mac", 43))
        .col(big_integer_null("seal"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "audit_events").await
    }
}
