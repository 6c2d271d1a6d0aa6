//! `sessions`: signed-in devices and clients.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len_null, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "sessions")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(big_integer("created_at"))
        .col(big_integer("last_used_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("revoked_at"))
        .col(string_len_null("revocation_reason", 24))
        .col(string_len_null("user_agent", 512))
        .col(string_len_null("ip_address", 45))
        .foreign_key(
            ForeignKey::create()
                .name("fk_sessions_user")
                .from("sessions", "user_id")
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
        crate::drop_table(manager, "sessions").await
    }
}
