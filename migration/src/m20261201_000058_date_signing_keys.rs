//! `signing_keys`: when a key starts to sign, and when its last token has run out; milliseconds since 1970. A key from
//! before these columns has always signed.

use sea_orm_migration::{prelude::*, schema::big_integer};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) fn columns() -> [(&'static str, ColumnDef); 2] {
    [
        ("activates_at", big_integer("activates_at").default(0).to_owned()),
        ("retires_at", big_integer("retires_at").null().to_owned()),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in columns() {
            if !manager.has_column("signing_keys", name).await? {
                manager
                    .alter_table(Table::alter().table("signing_keys").add_column(column).to_owned())
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in columns() {
            if manager.has_column("signing_keys", name).await? {
                manager
                    .alter_table(Table::alter().table("signing_keys").drop_column(name).to_owned())
                    .await?;
            }
        }
        Ok(())
    }
}
