//! `users`: the accounts.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, string_len_null, string_len_uniq, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "users")
        .col(uuid("id").primary_key())
        .col(string_len("name", 100))
        .col(crate::exact(backend, string_len("name_key", 100)))
        .col(string_len("email", 320))
        .col(crate::exact(backend, string_len_uniq("email_key", 320)))
        .col(string_len_null("password_hash", 255))
        .col(big_integer_null("email_verified_at"))
        .col(string_len("status", 16))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("last_login_at"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "users").await
    }
}
