//! What a database means to do for a statement, in its own words, and what that comes to.

use portcullis::platform::db::Executor;
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement};

/// How much a statement reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reads {
    /// Rows that have the value that is looked for.
    WhatItFinds,
    /// All that lies on one side of a value in an index; that can be all there is.
    Stretch,
    /// A whole table, or a whole index.
    Everything,
}

/// More rows than any statement has to do with, and fewer than there are in any table of the test.
const MANY: i64 = 600;

/// How much a statement reads, and the plan that says so.
pub(super) async fn explain(database: &Executor, statement: &Statement) -> (Reads, String) {
    let backend = database.get_database_backend();
    let verb = match backend {
        DbBackend::Sqlite => "EXPLAIN QUERY PLAN",
        _ => "EXPLAIN",
    };
    let explained = Statement {
        sql: format!("{verb} {}", statement.sql),
        ..statement.clone()
    };
    let rows = database.query_all_raw(explained).await.unwrap();
    let lines: Vec<(Reads, String)> = match backend {
        DbBackend::Sqlite => rows.iter().map(by_sqlite).collect(),
        DbBackend::Postgres => by_postgres(&rows),
        _ => rows.iter().map(by_mariadb).collect(),
    };
    assert!(!lines.is_empty(), "no plan: {}", statement.sql);
    let reads = lines.iter().map(|(reads, _)| *reads).max().unwrap();
    let plan = lines.into_iter().map(|(_, line)| format!("    {line}\n"));
    (reads, plan.collect())
}

fn by_sqlite(row: &QueryResult) -> (Reads, String) {
    let line: String = row.try_get("", "detail").unwrap();
    let reads = if line.starts_with("SCAN") && !line.contains("CONSTANT ROW") {
        Reads::Everything
    } else if line.starts_with("SEARCH") && !line.contains("=?") {
        Reads::Stretch
    } else {
        Reads::WhatItFinds
    };
    (reads, line)
}

/// What an index is searched for stands in the line below the one that names it.
fn by_postgres(rows: &[QueryResult]) -> Vec<(Reads, String)> {
    let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let below = lines.iter().skip(1).map(String::as_str).chain([""]);
    let reads = |(line, below): (&String, &str)| {
        let is_by_index = line.contains("Index") && line.contains("Scan");
        if line.contains("Seq Scan on") {
            Reads::Everything
        } else if !is_by_index {
            Reads::WhatItFinds
        } else if !below.contains("Index Cond:") {
            Reads::Everything
        } else if below.contains(" = ") {
            Reads::WhatItFinds
        } else {
            Reads::Stretch
        }
    };
    let reads: Vec<Reads> = lines.iter().zip(below).map(reads).collect();
    reads.into_iter().zip(lines).collect()
}

/// Here lists of values and stretches of an index look alike; the number of rows distinguishes them.
fn by_mariadb(row: &QueryResult) -> (Reads, String) {
    let text = |column: &str| {
        row.try_get::<Option<String>>("", column)
            .unwrap()
            .unwrap_or_default()
    };
    // MariaDB writes this number as text.
    let rows = row.try_get::<Option<i64>>("", "rows").ok().flatten();
    let rows = rows.unwrap_or_else(|| match text("rows").as_str() {
        "" => 0,
        // With a filter of row ids, its selectivity follows: `43 (1%)`.
        number => number.split(' ').next().unwrap_or_default().parse().unwrap(),
    });
    let kind = text("type");
    let reads = match kind.as_str() {
        "ALL" | "index" => Reads::Everything,
        "range" | "index_merge" if rows > MANY => Reads::Stretch,
        // None: the row is known not to be there.
        "range" | "index_merge" | "ref" | "ref_or_null" | "eq_ref" | "const" | "system" | "" => {
            Reads::WhatItFinds
        }
        // Lookups in an index, one for each row outside.
        "index_subquery" | "unique_subquery" => Reads::WhatItFinds,
        other => panic!("what is {other}?"),
    };
    let line = format!(
        "{} {kind} {} {rows} {}",
        text("table"),
        text("key"),
        text("Extra")
    );
    (reads, line)
}
