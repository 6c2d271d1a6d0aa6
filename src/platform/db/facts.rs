//! Facts about the database, for the operator.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement};

use super::{Db, DbFailure, DbResult};

/// Facts that a database reports about itself.
#[derive(Debug, Clone)]
pub struct DbFacts {
    /// Product and version.
    pub version: String,
    /// Its clock; none for SQLite, which uses that of this machine.
    pub now: Option<Timestamp>,
    /// Its settings that decide whether acknowledged writes are durable.
    pub durability: Vec<DbSetting>,
    /// Whether it refuses writes.
    pub is_read_only: bool,
}

/// One of the database's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbSetting {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether acknowledged writes survive a power loss with this value.
    pub is_durable: bool,
}

impl Db {
    /// Queries the facts. Read-only.
    pub async fn facts(&self) -> DbResult<DbFacts> {
        match self.backend() {
            DbBackend::Postgres => self.postgres_facts().await,
            DbBackend::MySql => self.mysql_facts().await,
            _ => self.sqlite_facts().await,
        }
    }

    /// The pragmas were already checked when the database was opened.
    async fn sqlite_facts(&self) -> DbResult<DbFacts> {
        let mut durability = Vec::new();
        for (name, durable) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
        ] {
            durability.push(self.setting(name, &format!("PRAGMA {name}"), &[durable]).await?);
        }
        Ok(DbFacts {
            version: format!("SQLite {}", self.text("SELECT sqlite_version()").await?),
            now: None,
            durability,
            is_read_only: self.text("PRAGMA query_only").await? == "1",
        })
    }

    async fn postgres_facts(&self) -> DbResult<DbFacts> {
        let version = self.text("SELECT current_setting('server_version')").await?;
        let mut durability = Vec::new();
        for (name, durable) in [
            ("fsync", &["on"][..]),
            ("full_page_writes", &["on"]),
            (
                "synchronous_commit",
                &["on", "local", "remote_write", "remote_apply"],
            ),
        ] {
            let sql = format!("SELECT current_setting('{name}')");
            durability.push(self.setting(name, &sql, durable).await?);
        }
        let read_only =
            "SELECT (pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on')::int";
        Ok(DbFacts {
            version: format!("PostgreSQL {version}"),
            now: self.own_time().await?,
            durability,
            is_read_only: self.text(read_only).await? == "1",
        })
    }

    async fn mysql_facts(&self) -> DbResult<DbFacts> {
        let version = self.text("SELECT VERSION()").await?;
        let product = if version.contains("MariaDB") {
            "MariaDB"
        } else {
            "MySQL"
        };
        let name = "innodb_flush_log_at_trx_commit";
        let flush = self.setting(name, &format!("SELECT @@{name}"), &["1"]).await?;
        Ok(DbFacts {
            version: format!("{product} {version}"),
            now: self.own_time().await?,
            durability: vec![flush],
            is_read_only: !["0", "OFF"].contains(&self.text("SELECT @@global.read_only").await?.as_str()),
        })
    }

    async fn setting(&self, name: &'static str, sql: &str, durable: &[&str]) -> DbResult<DbSetting> {
        let value = self.text(sql).await?;
        Ok(DbSetting {
            name,
            is_durable: durable.contains(&value.as_str()),
            value,
        })
    }

    /// The time by the database's clock; none for SQLite, which uses that of this machine.
    pub(super) async fn own_time(&self) -> DbResult<Option<Timestamp>> {
        match self.backend() {
            DbBackend::Postgres => {
                self.milliseconds("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint")
                    .await
            }
            DbBackend::MySql => {
                self.milliseconds("SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)")
                    .await
            }
            _ => Ok(None),
        }
    }

    async fn milliseconds(&self, sql: &str) -> DbResult<Option<Timestamp>> {
        let milliseconds = self.text(sql).await?.parse().ok();
        Ok(milliseconds.and_then(|it| Timestamp::from_millisecond(it).ok()))
    }

    /// The single value that a statement returns, as text.
    async fn text(&self, sql: &str) -> DbResult<String> {
        let statement = Statement::from_string(self.backend(), sql);
        let row = self.writer().query_one_raw(statement).await?;
        let row =
            row.ok_or_else(|| DbFailure::from(DbErr::Custom("the query returned no row".to_owned())))?;
        let number = |_| row.try_get_by_index::<i64>(0).map(|it| it.to_string());
        let small = |_| row.try_get_by_index::<i32>(0).map(|it| it.to_string());
        let unsigned = |_| row.try_get_by_index::<u64>(0).map(|it| it.to_string());
        Ok(row
            .try_get_by_index::<String>(0)
            .or_else(number)
            .or_else(small)
            .or_else(unsigned)?)
    }
}
