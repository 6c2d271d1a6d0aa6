//! CSV (RFC 4180) with a header. `csv-core` has the grammar, and works in the memory that it is given, so that a quotation
//! mark that nobody closes takes no more of it.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::{
    fields::{Fields, column_name, is_email_column},
    problem::{InputError, LineProblem},
    record::{MAX_RECORD, Record, Sink},
};

/// Maximum number of columns.
const MAX_COLUMNS: usize = 256;

/// Reads one user for each record after the header.
pub(super) fn read(input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), InputError> {
    let mut table = Table {
        reader: reader(separator(input.fill_buf()?)),
        text: vec![0; MAX_RECORD],
        ends: vec![0; MAX_COLUMNS],
        input,
    };
    let header = match table.next()? {
        None => return Ok(()),
        Some((_, header)) => header.map_err(|_| InputError::NoEmailColumn)?,
    };
    let header: Vec<_> = header.iter().map(|name| column_name(name)).collect();
    if !header.iter().any(|name| is_email_column(name)) {
        return Err(InputError::NoEmailColumn);
    }
    while let Some((line, cells)) = table.next()? {
        let content = cells.and_then(|cells| {
            if cells.len() == header.len() {
                Ok(Fields::of_cells(&header, cells))
            } else {
                Err(LineProblem::ColumnCount)
            }
        });
        if !sink(Record { line, content }) {
            break;
        }
    }
    Ok(())
}

/// The one of comma, semicolon and tab that the first line has most of.
fn separator(beginning: &[u8]) -> u8 {
    let line = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: &u8| line.split(|byte| byte == separator).count();
    // The last of equals, so a comma if there is none.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Records end with LF; a CR before it is dropped later. So the reader's count of lines is exact.
fn reader(separator: u8) -> Reader {
    ReaderBuilder::new()
        .delimiter(separator)
        .terminator(Terminator::Any(b'\n'))
        .build()
}

struct Table<'a> {
    input: &'a mut dyn BufRead,
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

type Cells = Result<Vec<String>, LineProblem>;

impl Table<'_> {
    /// The line and the cells of the next record that is not empty; none at the end.
    fn next(&mut self) -> io::Result<Option<(u64, Cells)>> {
        loop {
            match self.next_record()? {
                Some((_, Ok(cells))) if matches!(cells.as_slice(), [only] if only.trim().is_empty()) => {}
                record => return Ok(record),
            }
        }
    }

    fn next_record(&mut self) -> io::Result<Option<(u64, Cells)>> {
        let first_line = self.reader.line();
        let (mut length, mut count, mut is_whole) = (0, 0, true);
        loop {
            let part = self.input.fill_buf()?;
            let text = self.text.get_mut(length..).unwrap_or_default();
            let ends = self.ends.get_mut(count..).unwrap_or_default();
            let (result, read, written, ended) = self.reader.read_record(part, text, ends);
            let has_line_break = part.get(..read).and_then(<[u8]>::last) == Some(&b'\n');
            self.input.consume(read);
            (length, count) = (length + written, count + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                // From here on it is read over and over into the same memory.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (length, count, is_whole) = (0, 0, false);
                }
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record if !is_whole => {
                    return Ok(Some((first_line, Err(LineProblem::TooLong))));
                }
                ReadRecordResult::Record => {
                    let breaks = self.text.iter().take(length).filter(|byte| **byte == b'\n');
                    let lines = breaks.count() + usize::from(has_line_break);
                    let line = self
                        .reader
                        .line()
                        .saturating_sub(u64::try_from(lines).unwrap_or(0));
                    return Ok(Some((line, self.cells(count))));
                }
            }
        }
    }

    fn cells(&self, count: usize) -> Cells {
        let mut start = 0;
        let mut cells = Vec::with_capacity(count);
        for end in self.ends.iter().take(count) {
            let cell = self.text.get(start..*end).unwrap_or_default();
            let cell = std::str::from_utf8(cell).map_err(|_| LineProblem::NotUtf8)?;
            cells.push(cell.to_owned());
            start = *end;
        }
        if let Some(last) = cells.last_mut()
            && last.ends_with('\r')
        {
            last.pop();
        }
        Ok(cells)
    }
}
