//! `sessions`: refresh tokens, device names, authentication methods, step-up.
//!
//! Existing sessions stay valid but have no refresh token, since none was issued for them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string_len, string_len_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn columns() -> [(&'static str, ColumnDef); 9] {
    [
        (
            "device_name",
            string_len("device_name", 100).default("").to_owned(),
        ),
        (
            "auth_methods",
            string_len("auth_methods", 64).default("password").to_owned(),
        ),
        (
            "token_delivery",
            string_len("token_delivery", 8).default("body").to_owned(),
        ),
        ("reauthenticated_at", big_integer_null("reauthenticated_at")),
        (
            "refresh_key_id",
            string_len("refresh_key_id", 12).default("").to_owned(),
        ),
        (
            "refresh_salt",
            string_len("refresh_salt", 43).default("").to_owned(),
        ),
        (
            "refresh_generation",
            big_integer("refresh_generation").default(0).to_owned(),
        ),
        ("rotated_at", big_integer_null("rotated_at")),
        ("rotated_by", string_len_null("rotated_by", 512)),
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
