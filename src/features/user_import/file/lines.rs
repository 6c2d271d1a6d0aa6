//! JSON Lines.

use std::io::{self, BufRead};

use super::{
    fields::Fields,
    problem::LineProblem,
    record::{MAX_RECORD, Record, Sink},
};

/// The byte order mark that some editors put before UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads one object for each line; empty lines are skipped. A line that is too long is never in memory as a whole.
pub(super) fn read(input: &mut dyn BufRead, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut line = Vec::new();
    for number in 1.. {
        let Some(is_whole) = read_line(input, &mut line)? else {
            break;
        };
        let text = match number {
            1 => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line),
            _ => &line,
        };
        if is_whole && text.trim_ascii().is_empty() {
            continue;
        }
        let content = if text.trim_ascii_end().contains(&b'\r') {
            Err(LineProblem::CarriageReturn)
        } else if is_whole {
            Fields::of_json(text)
        } else {
            Err(LineProblem::TooLong)
        };
        if !sink(Record {
            line: number,
            content,
        }) {
            break;
        }
    }
    Ok(())
}

/// Reads up to the next line break, which is dropped. Returns whether `line` is the whole line; none at the end.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let (mut is_whole, mut has_begun) = (true, false);
    loop {
        let part = input.fill_buf()?;
        if part.is_empty() {
            return Ok(has_begun.then_some(is_whole));
        }
        has_begun = true;
        let end = part.iter().position(|byte| *byte == b'\n');
        let text = part.get(..end.unwrap_or(part.len())).unwrap_or_default();
        if line.len() + text.len() > MAX_RECORD {
            is_whole = false;
        }
        if is_whole {
            line.extend_from_slice(text);
        }
        let taken = text.len() + usize::from(end.is_some());
        input.consume(taken);
        if end.is_some() {
            return Ok(Some(is_whole));
        }
    }
}
