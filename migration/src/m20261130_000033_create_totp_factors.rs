//! `totp_factors`: authenticator apps, one for an account.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "totp_factors")
        .col(uuid("user_id").primary_key())
        .col(string_len("sealed_secret", 255))
        .col(big_integer("last_step"))
        .col(big_integer("replayed_step"))
        .col(big_integer("created_at"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_totp_factors_user")
                .from("totp_factors", "user_id")
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
        crate::drop_table(manager, "totp_factors").await
    }
}
