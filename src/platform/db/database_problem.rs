//! Why a database cannot be used as it is, and how to fix it.

use std::fmt;

use super::DbFailure;

/// A property of a database that the server cannot work with. Prints as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseProblem {
    /// The database at this address has no list of our migrations: it is empty, or belongs to another program.
    NotOurs(String),
    /// It has these migrations, which this binary does not know.
    Newer(Vec<String>),
    /// It stores text in this encoding.
    Encoding(String),
    /// It logs changes as statements (MySQL and MariaDB), which the required isolation level forbids.
    StatementLog,
    /// A foreign table has the name of one of ours that has not been created yet.
    ForeignTable {
        /// Its name.
        table: String,
        /// How it differs from ours.
        difference: String,
    },
    /// Something else has altered one of our tables.
    AlteredTable {
        /// Its name.
        table: String,
        /// How it differs from the migrated one.
        difference: String,
    },
    /// One of our tables is missing.
    MissingTable(String),
    /// It has these triggers and views, which are not ours.
    ForeignObjects(Vec<String>),
    /// A pooler assigns a session to each transaction.
    TransactionPooler,
    /// A pooler assigns a session to each statement.
    StatementPooler,
}

impl DatabaseProblem {
    /// What is wrong.
    pub fn seen(&self) -> String {
        match self {
            Self::NotOurs(place) => {
                format!("the database at {place} is not one of Portcullis: it is empty, or belongs to another program")
            }
            Self::Newer(changes) => format!(
                "the database was migrated by a newer version of Portcullis: {} that this version does not know \
                 ({})",
                changes.len(),
                changes.join(", ")
            ),
            Self::Encoding(encoding) => {
                format!("the database stores text as {encoding}, and Portcullis needs UTF8")
            }
            Self::StatementLog => {
                "the database has binlog_format=STATEMENT, so it would refuse every change that Portcullis makes"
                    .to_owned()
            }
            Self::ForeignTable { table, difference } => {
                format!("the database has a table {table} that Portcullis did not make: {difference}")
            }
            Self::AlteredTable { table, difference } => {
                format!("the table {table} was changed by something other than Portcullis: {difference}")
            }
            Self::MissingTable(table) => format!(
                "the table {table} is missing, though the database lists the migration that created it as applied"
            ),
            Self::ForeignObjects(names) => format!(
                "the database has what Portcullis did not make, and what can change or hide its data: {}",
                names.join(", ")
            ),
            Self::StatementPooler => {
                "there is a connection pooler in statement mode, which allows no transactions, in front of the database"
                    .to_owned()
            }
            Self::TransactionPooler => {
                "there is a connection pooler in transaction mode in front of the database".to_owned()
            }
        }
    }

    /// How to fix it.
    pub fn advice(&self) -> String {
        match self {
            Self::NotOurs(_) => {
                "check data_dir and database_url; `portcullis migrate up` prepares a new database".to_owned()
            }
            Self::Newer(_) => "start that version, or a later one".to_owned(),
            Self::Encoding(_) => {
                "create a database with `CREATE DATABASE portcullis ENCODING 'UTF8' TEMPLATE template0`, and set \
                 database_url to it"
                    .to_owned()
            }
            Self::StatementLog => "set binlog_format to MIXED or ROW".to_owned(),
            Self::ForeignTable { .. } => {
                "create a database for Portcullis alone, and set database_url to it".to_owned()
            }
            Self::AlteredTable { .. } => "undo that change of the table".to_owned(),
            Self::MissingTable(_) => {
                "if it was renamed, or moved to another schema, move it back; if it was dropped, restore that table"
                    .to_owned()
            }
            Self::ForeignObjects(_) => {
                "find out who made it, remove it with DROP TRIGGER or DROP VIEW, and run `portcullis audit verify`"
                    .to_owned()
            }
            Self::StatementPooler => "let the pooler use session mode, or connect past it".to_owned(),
            Self::TransactionPooler => {
                "set database_pooler=transaction, let the pooler use session mode, or connect past it".to_owned()
            }
        }
    }
}

impl fmt::Display for DatabaseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.seen(), self.advice())
    }
}

impl std::error::Error for DatabaseProblem {}

/// Why a database cannot be used.
#[derive(Debug)]
pub enum UnusableDatabase {
    /// A call to it failed.
    Db(DbFailure),
    /// It cannot be used as it is.
    DatabaseProblem(DatabaseProblem),
}

impl<E: Into<DbFailure>> From<E> for UnusableDatabase {
    fn from(error: E) -> Self {
        Self::Db(error.into())
    }
}
