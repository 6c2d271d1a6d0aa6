//! `sessions`: how often refresh token trades were repeated, and which client made the last one.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn columns() -> [(&'static str, ColumnDef); 4] {
    [
        ("repeat_count", big_integer("repeat_count").default(0).to_owned()),
        (
            "repeat_weight",
            big_integer("repeat_weight").default(0).to_owned(),
        ),
        ("rotated_from", string_len_null("rotated_from", 43)),
        ("form_cookie", string_len_null("form_cookie", 43)),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// One column per statement, as SQLite requires; skips those that an interrupted run has added.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in columns() {
            if !manager.has_column("sessions", name).await? {
                manager
                    .alter_table(Table::alter().table("sessions").add_column(column).to_owned())
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in columns() {
            if manager.has_column("sessions", name).await? {
                manager
                    .alter_table(Table::alter().table("sessions").drop_column(name).to_owned())
                    .await?;
            }
        }
        Ok(())
    }
}
