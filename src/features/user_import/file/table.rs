//! CSV (RFC 4180) with a header.

use std::io::{BufRead, Read as _};

use super::{
    cells::CellReader,
    fields::{Column, Fields},
    lines::BYTE_ORDER_MARK,
    names::{EMAIL, double, plain},
    problem::{InputError, LineProblem},
    record::{Record, Sink},
    separator::{Separator, take_header},
};

/// Reads one user for each record after the header, which tells the separator if none is given.
pub(super) fn read(
    input: &mut dyn BufRead,
    separator: Option<Separator>,
    sink: &mut Sink<'_>,
) -> Result<(), InputError> {
    let first = take_header(input)?;
    let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&first);
    let separator = separator.unwrap_or_else(|| Separator::of_header(first));
    let mut input = first.chain(input);
    let mut records = CellReader::new(&mut input, separator.byte());
    let header = match records.next()? {
        None => return Ok(()),
        Some(row) => names(row.cells.map_err(InputError::Header)?, separator)?,
    };
    while let Some(row) = records.next()? {
        let content = row.cells.and_then(|cells| {
            if cells.len() == header.len() {
                Ok(Fields::of_cells(&header, cells))
            } else {
                Err(LineProblem::ColumnCount)
            }
        });
        let line = row.line;
        if !sink(Record { line, content }) {
            break;
        }
    }
    Ok(())
}

/// The names of the columns. Columns without a name do not count.
fn names(header: Vec<String>, separator: Separator) -> Result<Vec<Column>, InputError> {
    if let Some(name) = double(header.iter().map(String::as_str)) {
        return Err(InputError::Header(LineProblem::duplicate(name)));
    }
    if !header.iter().any(|name| EMAIL.contains(&plain(name).as_str())) {
        return Err(InputError::NoEmailColumn(separator.words(), header));
    }
    let columns = header.into_iter().map(|name| (plain(&name), name.into()));
    Ok(columns.collect())
}
