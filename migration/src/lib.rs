//! The schema migrations, one file each, append-only: a migration that has shipped is never edited.
//!
//! Each does one thing, so that the next start can resume after a crash between two of them, also on MySQL and
//! MariaDB, where DDL cannot be rolled back.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DynIden},
};

mod record;
mod shape;

/// Declares the migrations in their order, each with what it makes: a table, or columns of one.
macro_rules! migrations {
    ($($name:ident $(makes $kind:ident $(of $table:literal)?)?;)+) => {
        $(mod $name;)+

        fn migrations() -> Vec<Box<dyn MigrationTrait>> {
            vec![$(Box::new($name::Migration)),+]
        }

        /// The tables after all migrations.
        pub fn tables() -> Vec<TableShape> {
            let mut tables = Vec::new();
            $($(migrations!(@$kind tables $name $($table)?);)?)+
            tables
        }
    };
    (@table $tables:ident $name:ident) => {
        // Names and types are the same for every database.
        shape::add_table(&mut $tables, &$name::Migration, &$name::table(DbBackend::Sqlite));
    };
    (@columns $tables:ident $name:ident $table:literal) => {
        shape::add_columns(&mut $tables, $table, &$name::Migration, &$name::columns());
    };
}

migrations! {
    m20261122_000001_create_users makes table;
    m20261122_000002_create_user_roles makes table;
    m20261122_000003_create_sessions makes table;
    m20261122_000004_index_sessions_by_user;
    m20261122_000005_create_signing_keys makes table;
    m20261122_000006_refresh_sessions makes columns of "sessions";
    m20261122_000007_index_sessions_by_expiry;
    m20261122_000008_create_attempt_streaks makes table;
    m20261122_000009_index_attempt_streaks_by_end;
    m20261123_000010_index_user_roles_by_role;
    m20261128_000012_create_form_receipts makes table;
    m20261128_000013_index_form_receipts_by_time;
    m20261129_000014_count_repeated_trades makes columns of "sessions";
    m20261130_000015_create_leases makes table;
    m20261130_000016_create_data_keys makes table;
    m20261130_000017_create_one_time_tokens makes table;
    m20261130_000018_index_one_time_tokens_by_user;
    m20261130_000019_index_one_time_tokens_by_bound;
    m20261130_000020_index_one_time_tokens_by_expiry;
    m20261130_000021_create_mails makes table;
    m20261130_000022_index_mails_by_due;
    m20261130_000023_create_mail_suppressions makes table;
    m20261130_000024_create_mail_budgets makes table;
    m20261130_000025_index_mail_budgets_by_end;
    m20261130_000026_create_address_reservations makes table;
    m20261130_000027_index_address_reservations_by_end;
    m20261130_000028_extend_users makes columns of "users";
    m20261130_000029_index_users_by_deletion;
    m20261130_000030_index_address_reservations_by_user;
    m20261130_000031_index_mails_by_user;
    m20261130_000032_index_mails_by_age;
    m20261130_000033_create_totp_factors makes table;
    m20261130_000034_create_recovery_codes makes table;
    m20261130_000035_index_recovery_codes_by_user;
    m20261130_000036_create_passkeys makes table;
    m20261130_000037_index_passkeys_by_user;
    m20261130_000038_create_identities makes table;
    m20261130_000039_index_identities_by_user;
    m20261130_000040_create_unlinked_identities makes table;
    m20261130_000041_create_audit_events makes table;
    m20261130_000042_index_audit_events_by_subject;
    m20261130_000043_index_audit_events_by_actor;
    m20261130_000044_index_audit_events_by_seal;
    m20261130_000045_create_audit_seals makes table;
    m20261130_000046_index_audit_seals_by_removal;
    m20261130_000050_index_users_by_name;
    m20261130_000051_index_users_by_last_login;
    m20261130_000052_index_users_by_status;
    m20261130_000053_tell_deletions_apart makes columns of "users";
    m20261130_000054_date_roles makes columns of "user_roles";
    m20261130_000055_name_senders makes columns of "one_time_tokens";
    m20261130_000056_index_one_time_tokens_by_sender;
    m20261130_000057_create_audit_erasures makes table;
    m20261201_000058_date_signing_keys makes columns of "signing_keys";
}

pub use record::{applied, is_in_a_shared_table};
pub use shape::{ColumnKind, ColumnShape, TableShape};

/// Names of all migrations that this version knows, in order.
pub fn known() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect()
}

/// Applies the pending migrations, in order. Takes no lock: the caller must make sure that no other process migrates.
///
/// On PostgreSQL they are applied all or none if `db` is a transaction.
pub async fn up<'c, C>(db: &'c C) -> Result<(), DbErr>
where
    C: ConnectionTrait,
    &'c C: IntoSchemaManagerConnection<'c>,
{
    record::take_over(db).await?;
    Migrator::up(db, None).await
}

/// Reverts the newest `steps` applied migrations.
pub async fn down(db: &DatabaseConnection, steps: u32) -> Result<(), DbErr> {
    Migrator::down(db, Some(steps)).await
}

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migration_table_name() -> DynIden {
        record::TABLE.into_iden()
    }

    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migrations()
    }
}

/// A new table whose text columns compare byte by byte on every database.
///
/// The default collations of MySQL and MariaDB treat `a`, `A` and `á` as equal, so one address would match another.
fn table(backend: DbBackend, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    if backend == DbBackend::MySql {
        table
            .engine("InnoDB")
            .character_set("utf8mb4")
            .collate("utf8mb4_bin");
    }
    table
}

/// A text column that is also sorted byte by byte: lists are, and cursors point into them. PostgreSQL would sort by the
/// language of the database; the others do so by [`table`].
fn exact(backend: DbBackend, mut column: ColumnDef) -> ColumnDef {
    if backend == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// Drops a table.
async fn drop_table(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager
        .drop_table(Table::drop().table(name).if_exists().to_owned())
        .await
}
