//! Records of CSV (RFC 4180), in bounded memory, with everything that a reader could misread as a problem.

use std::io::{self, BufRead};

use super::{problem::LineProblem, record::MAX_RECORD};

/// A record that was cut out of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line at which it begins, from 1.
    pub(super) line: u64,
    /// Its cells, or why it cannot be read.
    pub(super) cells: Result<Vec<String>, LineProblem>,
}

impl Row {
    fn is_blank(&self) -> bool {
        matches!(self.cells.as_deref(), Ok([only]) if only.trim().is_empty())
    }
}

/// Cuts a text into records.
pub(super) struct CellReader<'a> {
    input: &'a mut dyn BufRead,
    separator: u8,
    /// The current line, from 1.
    line: u64,
}

/// Where in a record the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotation marks.
    Plain,
    /// In a cell with them.
    Quoted,
    /// After a quotation mark in such a cell, which ends it unless another one follows.
    Quote,
}

impl<'a> CellReader<'a> {
    /// Reads from the first line on.
    pub(super) fn new(input: &'a mut dyn BufRead, separator: u8) -> Self {
        Self {
            input,
            separator,
            line: 1,
        }
    }

    /// The next record that is not blank; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        loop {
            match self.next_row()? {
                Some(row) if row.is_blank() => {}
                row => return Ok(row),
            }
        }
    }

    fn next_row(&mut self) -> io::Result<Option<Row>> {
        let line = self.line;
        let mut record = CutRecord::default();
        loop {
            let part = self.input.fill_buf()?;
            if part.is_empty() {
                return Ok((record.length > 0).then(|| record.finish(line, true)));
            }
            let mut taken = 0;
            let mut is_over = false;
            for byte in part {
                taken += 1;
                self.line += u64::from(*byte == b'\n');
                if record.take(*byte, self.separator) {
                    is_over = true;
                    break;
                }
            }
            self.input.consume(taken);
            if is_over {
                return Ok(Some(record.finish(line, false)));
            }
        }
    }
}

/// A record while it is being read.
struct CutRecord {
    state: State,
    /// All bytes, those of separators and quotation marks included.
    length: usize,
    /// The cells, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    /// After a carriage return that must be part of the line break.
    after_return: bool,
    /// The first one.
    problem: Option<LineProblem>,
}

impl Default for CutRecord {
    fn default() -> Self {
        Self {
            state: State::Start,
            length: 0,
            text: Vec::new(),
            ends: Vec::new(),
            after_return: false,
            problem: None,
        }
    }
}

impl CutRecord {
    /// Takes a byte. Returns whether it ends the record.
    fn take(&mut self, byte: u8, separator: u8) -> bool {
        self.length += 1;
        if self.length > MAX_RECORD {
            self.report(LineProblem::TooLong);
        }
        let was_after_return = std::mem::take(&mut self.after_return);
        match (self.state, byte) {
            (State::Quoted, b'"') => self.state = State::Quote,
            (State::Quoted, _) => self.keep(byte),
            (_, b'\n') => return true,
            _ if was_after_return => self.report(LineProblem::CarriageReturn),
            (_, b'\r') => self.after_return = true,
            (_, byte) if byte == separator => {
                self.ends.push(self.text.len());
                self.state = State::Start;
            }
            (State::Start, b'"') => self.state = State::Quoted,
            (State::Quote, b'"') => {
                self.keep(byte);
                self.state = State::Quoted;
            }
            (State::Quote, _) => {
                self.report(LineProblem::TextAfterQuote);
                self.state = State::Plain;
            }
            (State::Start | State::Plain, _) => {
                self.keep(byte);
                self.state = State::Plain;
            }
        }
        false
    }

    fn keep(&mut self, byte: u8) {
        // Nobody reads the cells of a record with a problem.
        if self.problem.is_none() {
            self.text.push(byte);
        }
    }

    fn report(&mut self, problem: LineProblem) {
        self.problem.get_or_insert(problem);
    }

    fn finish(self, line: u64, is_end_of_file: bool) -> Row {
        let cells = self.cells(is_end_of_file);
        Row { line, cells }
    }

    fn cells(mut self, is_end_of_file: bool) -> Result<Vec<String>, LineProblem> {
        if is_end_of_file && self.state == State::Quoted {
            return Err(LineProblem::OpenQuote);
        }
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        self.ends.push(self.text.len());
        let mut start = 0;
        let mut cells = Vec::with_capacity(self.ends.len());
        for end in self.ends {
            let cell = self.text.get(start..end).unwrap_or_default();
            cells.push(
                std::str::from_utf8(cell)
                    .map_err(|_| LineProblem::NotUtf8)?
                    .to_owned(),
            );
            start = end;
        }
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<Row> {
        let mut input = text.as_bytes();
        let mut reader = CellReader::new(&mut input, b',');
        std::iter::from_fn(|| reader.next().unwrap()).collect()
    }

    fn record(line: u64, texts: &[&str]) -> Row {
        let cells = Ok(texts.iter().map(|text| (*text).to_owned()).collect());
        Row { line, cells }
    }

    fn refused(problem: LineProblem) -> Row {
        Row {
            line: 1,
            cells: Err(problem),
        }
    }

    #[test]
    fn cells_are_as_they_were_written_and_lines_are_counted() {
        for (text, expected) in [
            ("", vec![]),
            ("\r\n \n", vec![]),
            ("a,b", vec![record(1, &["a", "b"])]),
            ("a,\r\n,b\r", vec![record(1, &["a", ""]), record(2, &["", "b"])]),
            (
                "\"a\r\n\"\"b\"\"\",c\n\nd\n",
                vec![record(1, &["a\r\n\"b\"", "c"]), record(4, &["d"])],
            ),
            ("5\" pipe,\"\"\n", vec![record(1, &["5\" pipe", ""])]),
        ] {
            assert_eq!(records(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_could_be_misread_is_a_problem_and_the_next_record_is_read() {
        for (text, problem) in [
            ("\"a\"b,c\n", LineProblem::TextAfterQuote),
            ("\"a\" ,c\n", LineProblem::TextAfterQuote),
            ("a,b\rc,d\n", LineProblem::CarriageReturn),
            ("a,b\r\r\n", LineProblem::CarriageReturn),
            (&format!("{}\n", "a,".repeat(40_000)), LineProblem::TooLong),
        ] {
            let text = format!("{text}e\n");
            assert_eq!(
                records(&text),
                [refused(problem), record(2, &["e"])],
                "{text:.20}"
            );
        }
        for text in ["\"a", "\"a\n\n", &format!("\"{}", "a".repeat(100_000))] {
            assert_eq!(records(text), [refused(LineProblem::OpenQuote)], "{text:.20}");
        }
    }
}
