//! `user_roles`: since when a user has the role; milliseconds since 1970, 0 for a role from before this column.

use sea_orm_migration::{prelude::*, schema::big_integer};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMN: &str = "granted_at";

pub(crate) fn columns() -> [(&'static str, ColumnDef); 1] {
    [(COLUMN, big_integer(COLUMN).default(0).to_owned())]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in columns() {
            if !manager.has_column("user_roles", name).await? {
                manager
                    .alter_table(Table::alter().table("user_roles").add_column(column).to_owned())
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.has_column("user_roles", COLUMN).await? {
            manager
                .alter_table(Table::alter().table("user_roles").drop_column(COLUMN).to_owned())
                .await?;
        }
        Ok(())
    }
}
