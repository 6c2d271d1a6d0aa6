//! What a file must be to count as a backup.

use std::{
    fmt,
    io::{self, Read as _},
    path::Path,
};

use super::bytes::as_size;
use crate::{
    cli::regular_file::open_regular,
    features::user,
    platform::db::{self, Db, DbFailure},
};

/// The first bytes of every SQLite file (<https://sqlite.org/fileformat.html>, section 1.3.1).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// A sound database of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Checked {
    /// Size of the file.
    pub(in crate::cli) bytes: u64,
    /// How many accounts it has, disabled ones included.
    pub(in crate::cli) accounts: u64,
    /// The newest migration that was applied.
    pub(in crate::cli) schema: String,
    /// How many migrations the next start applies.
    pub(in crate::cli) pending: usize,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accounts = match self.accounts {
            1 => "1 account".to_owned(),
            count => format!("{count} accounts"),
        };
        write!(f, "{}, {accounts}, schema {}", as_size(self.bytes), self.schema)
    }
}

/// Checks a file that no process writes to: whether it is a sound database of Portcullis, and not one of a newer
/// version. The error is one line without the file's name.
pub(in crate::cli) async fn check(file: &Path) -> Result<Checked, String> {
    check_and(file, async |_, _| Ok(())).await
}

/// The same, with a further check of a sound database.
pub(in crate::cli) async fn check_and(
    file: &Path,
    further: impl AsyncFnOnce(&Db, &Checked) -> Result<(), String>,
) -> Result<Checked, String> {
    let bytes = bytes_of_database(file).map_err(|error| format!("cannot read it: {error}"))?;
    let bytes = bytes.ok_or("it is not a SQLite database")?;
    let db = db::open_sqlite_copy(file).map_err(|failure| unreadable(&failure))?;
    let checked = check_database(&db, bytes).await;
    let checked = match checked {
        Ok(checked) => further(&db, &checked).await.map(|()| checked),
        Err(problem) => Err(problem),
    };
    db.close().await;
    checked
}

async fn check_database(db: &Db, bytes: u64) -> Result<Checked, String> {
    let damage = db.damage().await.map_err(|failure| unreadable(&failure))?;
    if let Some(damage) = damage {
        return Err(format!("it is damaged: {}", damage.replace('\n', " ")));
    }
    let found = db::inspect(db).await.map_err(|failure| unreadable(&failure))?;
    let migrations = &found.migrations;
    let Some(schema) = migrations.applied.last() else {
        return Err("it is not a database of Portcullis".to_owned());
    };
    if let Some(problem) = found.refusal() {
        return Err(problem.to_string());
    }
    let foreign = db::foreign_objects(db)
        .await
        .map_err(|failure| unreadable(&failure))?;
    if let Some(problem) = foreign {
        return Err(problem.to_string());
    }
    Ok(Checked {
        bytes,
        accounts: user::count(db).await.map_err(|failure| unreadable(&failure))?,
        schema: schema.clone(),
        pending: migrations.pending.len(),
    })
}

fn unreadable(failure: &DbFailure) -> String {
    format!("it cannot be read: {}", failure.operator_message())
}

/// The size of a file that begins like a SQLite database; none for another file.
pub(in crate::cli) fn bytes_of_database(file: &Path) -> io::Result<Option<u64>> {
    let file = open_regular(file)?;
    let length = file.metadata()?.len();
    let mut start = Vec::new();
    file.take(MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok((start == MAGIC).then_some(length))
}
