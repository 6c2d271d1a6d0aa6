//! `user_roles`: which user has which roles.

use sea_orm_migration::{
    prelude::*,
    schema::{string_len, uuid},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    crate::table(backend, "user_roles")
        .col(uuid("user_id"))
        .col(string_len("role", 64))
        .primary_key(Index::create().col("user_id").col("role"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_user_roles_user")
                .from("user_roles", "user_id")
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
        crate::drop_table(manager, "user_roles").await
    }
}
