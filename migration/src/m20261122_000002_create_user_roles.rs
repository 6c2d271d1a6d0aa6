//! `user_roles`: which user has which roles.

use sea_orm_migration::{
    prelude::*,
    schema::{string_len, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = crate::table(manager, "user_roles")
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
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_table(manager, "user_roles").await
    }
}
