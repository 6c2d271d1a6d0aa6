//! A JSON document with a list of users: the exports of Firebase and Keycloak have one, which can be of any size. It is
//! cut into the objects of the list without reading anything else; each object is parsed on its own.

use std::io::{self, BufRead};

use super::{
    fields::Fields,
    lines::BYTE_ORDER_MARK,
    problem::LineProblem,
    record::{MAX_RECORD, Record, Sink},
};

/// The property that has the list.
const USERS: &[u8] = b"users";

/// Reads the objects of a list, of the list `users` of an object, or of one object after another.
pub(super) fn read(input: &mut dyn BufRead, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut cutter = Cutter::default();
    if input.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        input.consume(BYTE_ORDER_MARK.len());
    }
    loop {
        let part = input.fill_buf()?;
        if part.is_empty() {
            break;
        }
        let length = part.len();
        for byte in part {
            if let Some(record) = cutter.take(*byte)
                && !sink(record)
            {
                return Ok(());
            }
        }
        input.consume(length);
    }
    if let Some(record) = cutter.end() {
        sink(record);
    }
    Ok(())
}

/// Cuts objects out of a document.
#[derive(Default)]
struct Cutter {
    /// Line breaks so far: LF, CR or both together.
    breaks: u64,
    after_return: bool,
    /// Open objects and lists.
    depth: usize,
    text: Text,
    /// The last text directly in the outermost object: its current property.
    property: Vec<u8>,
    /// How deep the users are: below a list, or below `users` of an object.
    users_at: Option<usize>,
    object: Option<Object>,
    /// In something that was reported already, and stands where only users may stand.
    in_stray: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Text {
    #[default]
    Outside,
    Inside,
    /// After a backslash.
    Escaped,
}

/// The object that is being cut out.
struct Object {
    line: u64,
    depth: usize,
    bytes: Vec<u8>,
    is_whole: bool,
}

impl Object {
    fn fields(&self) -> Result<Fields, LineProblem> {
        if !self.is_whole {
            return Err(LineProblem::TooLong);
        }
        let fields = Fields::of_json(&self.bytes)?;
        if self.depth == 0 && !fields.names_email() {
            return Err(LineProblem::NoUsers);
        }
        Ok(fields)
    }
}

impl Cutter {
    fn take(&mut self, byte: u8) -> Option<Record> {
        self.count_breaks(byte);
        let stray = self.stray(byte);
        match (self.text, byte) {
            (Text::Outside, b'"') => {
                self.text = Text::Inside;
                if self.depth == 1 {
                    self.property.clear();
                }
            }
            (Text::Outside, b'{' | b'[') => self.open(byte),
            (Text::Outside, b'}' | b']') => return self.close(byte).or(stray),
            (Text::Escaped, _) => self.text = Text::Inside,
            (Text::Inside, b'\\') => self.text = Text::Escaped,
            (Text::Inside, b'"') => self.text = Text::Outside,
            (Text::Inside, _) if self.depth == 1 && self.property.len() <= USERS.len() => {
                self.property.push(byte);
            }
            (Text::Outside | Text::Inside, _) => {}
        }
        self.keep(byte);
        stray
    }

    fn count_breaks(&mut self, byte: u8) {
        self.breaks += u64::from(byte == b'\r' || byte == b'\n' && !self.after_return);
        self.after_return = byte == b'\r';
    }

    /// Reports what stands where only users may stand, once: outside of everything, or in the list of users.
    fn stray(&mut self, byte: u8) -> Option<Record> {
        let in_list = self.users_at == Some(self.depth);
        if self.text != Text::Outside || self.depth > 0 && !in_list {
            return None;
        }
        let (problem, is_stray) = if in_list {
            self.in_stray &= byte != b',';
            (LineProblem::NotJson, !matches!(byte, b',' | b'{' | b']'))
        } else {
            self.in_stray &= byte != b'\n';
            (LineProblem::StrayText, !matches!(byte, b'{' | b'['))
        };
        if !is_stray || byte.is_ascii_whitespace() || std::mem::replace(&mut self.in_stray, true) {
            return None;
        }
        Some(Record {
            line: self.breaks + 1,
            content: Err(problem),
        })
    }

    fn open(&mut self, byte: u8) {
        if byte == b'[' {
            if self.depth == 0 {
                self.begin_users(1);
            } else if self.depth == 1 && self.users_at.is_none() && self.property == USERS {
                self.begin_users(2);
                // The outermost object is no user itself.
                self.object = None;
            }
        } else if self.object.is_none() && self.users_at.unwrap_or(0) == self.depth {
            self.object = Some(Object {
                line: self.breaks + 1,
                depth: self.depth,
                bytes: Vec::new(),
                is_whole: true,
            });
        }
        self.depth += 1;
    }

    fn begin_users(&mut self, depth: usize) {
        self.users_at = Some(depth);
        self.in_stray = false;
    }

    fn close(&mut self, byte: u8) -> Option<Record> {
        self.keep(byte);
        self.depth = self.depth.saturating_sub(1);
        if self.users_at.is_some_and(|depth| self.depth < depth) {
            self.users_at = None;
            self.in_stray = false;
        }
        let object = self.object.take_if(|object| object.depth == self.depth)?;
        Some(Record {
            line: object.line,
            content: object.fields(),
        })
    }

    fn keep(&mut self, byte: u8) {
        if let Some(object) = &mut self.object {
            if object.bytes.len() < MAX_RECORD {
                object.bytes.push(byte);
            } else {
                object.is_whole = false;
            }
        }
    }

    /// The object in which the document ends.
    fn end(self) -> Option<Record> {
        (self.depth > 0).then(|| Record {
            line: self.object.map_or(self.breaks + 1, |object| object.line),
            content: Err(LineProblem::Incomplete),
        })
    }
}
