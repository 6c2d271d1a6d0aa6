//! `users`: the language, the new address that waits for confirmation, and the date of a delayed deletion.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, string_len, string_len_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn columns() -> [(&'static str, ColumnDef); 4] {
    [
        ("locale", string_len("locale", 35).default("en").to_owned()),
        ("pending_email", string_len_null("pending_email", 320)),
        (
            "sign_in_notices_off_at",
            big_integer_null("sign_in_notices_off_at"),
        ),
        ("deletes_at", big_integer_null("deletes_at")),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// One column per statement, as SQLite requires; skips those that an interrupted run has added.
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
        for (name, _) in columns() {
            if manager.has_column("users", name).await? {
                manager
                    .alter_table(Table::alter().table("users").drop_column(name).to_owned())
                    .await?;
            }
        }
        Ok(())
    }
}
