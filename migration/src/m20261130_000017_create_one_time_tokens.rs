//! `one_time_tokens`: secrets that were handed out, each for one use and one purpose.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, string_len_null, string_len_uniq, text_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "one_time_tokens")
        .col(uuid("id").primary_key())
        .col(string_len("purpose", 24))
        .col(string_len_uniq("secret_key", 43))
        .col(uuid_null("user_id"))
        .col(string_len_null("bound", 43))
        .col(text_null("sealed_payload"))
        .col(big_integer("attempts_left"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_one_time_tokens_user")
                .from("one_time_tokens", "user_id")
                .to("users", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "one_time_tokens").await
    }
}
