//! `passkeys`: the WebAuthn credentials with which people sign in.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, string_len, string_len_uniq, text, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "passkeys")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(string_len_uniq("credential_key", 43))
        .col(text("credential_id"))
        .col(text("public_key"))
        .col(integer("algorithm"))
        .col(big_integer("sign_count"))
        .col(uuid("aaguid"))
        .col(string_len("transports", 64))
        .col(string_len("backup", 16))
        .col(string_len("user_handle", 43))
        .col(string_len("rp_id", 253))
        .col(string_len("name", 100))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_passkeys_user")
                .from("passkeys", "user_id")
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
        crate::drop_table(manager, "passkeys").await
    }
}
