//! `one_time_tokens`: who had an invitation sent.

use sea_orm_migration::{prelude::*, schema::uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMN: &str = "sender_id";

pub(crate) fn columns() -> [(&'static str, ColumnDef); 1] {
    [(COLUMN, uuid_null(COLUMN))]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in columns() {
            if !manager.has_column("one_time_tokens", name).await? {
                manager
                    .alter_table(Table::alter().table("one_time_tokens").add_column(column).to_owned())
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.has_column("one_time_tokens", COLUMN).await? {
            manager
                .alter_table(Table::alter().table("one_time_tokens").drop_column(COLUMN).to_owned())
                .await?;
        }
        Ok(())
    }
}
