//! `users`: since when a delayed deletion can be cancelled by signing in. Null for one that closes the account.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMN: &str = "deletion_cancellable_since";

pub(crate) fn columns() -> [(&'static str, ColumnDef); 1] {
    [(COLUMN, big_integer_null(COLUMN))]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in columns() {
            if !manager.has_column("users", name).await? {
                manager
                    .alter_table(Table::alter().table("users").add_column(column).to_owned())
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.has_column("users", COLUMN).await? {
            manager
                .alter_table(Table::alter().table("users").drop_column(COLUMN).to_owned())
                .await?;
        }
        Ok(())
    }
}
