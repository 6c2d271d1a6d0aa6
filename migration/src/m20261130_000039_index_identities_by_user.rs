//! Index that finds the identities of a user.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEX: &str = "idx_identities_user_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.has_index("identities", INDEX).await? {
            return Ok(());
        }
        manager
            .create_index(
                Index::create()
                    .name(INDEX)
                    .table("identities")
                    .col("user_id")
                    .to_owned(),
            )
            .await
    }

    /// MySQL and MariaDB require an index on the column while the foreign key exists: there it is dropped with the
    /// table.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::MySql {
            return Ok(());
        }
        manager
            .drop_index(Index::drop().name(INDEX).table("identities").to_owned())
            .await
    }
}
