//! One hostile request, and what it is to be answered with.

use serde_json::{Value, json};

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// What is hostile about it.
    pub(super) about: String,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) framing: Framing,
    pub(super) expect: Expect,
}

/// How the end of the body is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    ContentLength,
    Chunked,
}

/// What is to come back.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expect {
    /// An answer without errors.
    Data,
    /// Refused as a GraphQL request, with one of these codes: 200, or 400 where the status tells.
    Refused(&'static [&'static str]),
    /// It ran, and gave errors with one of these codes.
    Ran(&'static [&'static str]),
    /// Refused as an HTTP request.
    Http(u16, &'static str),
}

pub(super) const PARSE: Expect = Expect::Refused(&["GRAPHQL_PARSE_FAILED"]);
pub(super) const LIMIT: Expect = Expect::Refused(&["QUERY_LIMIT_EXCEEDED"]);
pub(super) const INVALID: Expect = Expect::Refused(&["GRAPHQL_VALIDATION_FAILED"]);
pub(super) const INPUT: Expect = Expect::Refused(&["BAD_USER_INPUT"]);
pub(super) const OPERATION: Expect = Expect::Refused(&["OPERATION_RESOLUTION_FAILURE"]);
pub(super) const BAD_REQUEST: Expect = Expect::Http(400, "BAD_REQUEST");
pub(super) const MEDIA_TYPE: Expect = Expect::Http(415, "UNSUPPORTED_MEDIA_TYPE");
pub(super) const TOO_LARGE: Expect = Expect::Http(413, "PAYLOAD_TOO_LARGE");
pub(super) const METHOD: Expect = Expect::Http(405, "METHOD_NOT_ALLOWED");

impl Case {
    /// A POST of these bytes as JSON.
    pub(super) fn body(about: impl Into<String>, body: impl Into<Vec<u8>>, expect: Expect) -> Self {
        Self {
            about: about.into(),
            method: "POST".to_owned(),
            target: "/graphql".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
            framing: Framing::ContentLength,
            expect,
        }
    }

    /// A POST of a GraphQL request.
    pub(super) fn json(about: impl Into<String>, body: &Value, expect: Expect) -> Self {
        Self::body(about, body.to_string(), expect)
    }

    /// A POST of a document.
    pub(super) fn document(about: impl Into<String>, document: &str, expect: Expect) -> Self {
        Self::json(about, &json!({ "query": document }), expect)
    }

    /// A GET with this query string.
    pub(super) fn get(about: impl Into<String>, query: &str, expect: Expect) -> Self {
        let mut case = Self::body(about, "", expect).method("GET");
        case.headers.clear();
        case.target = format!("/graphql?{query}");
        case
    }

    pub(super) fn method(mut self, method: &str) -> Self {
        method.clone_into(&mut self.method);
        self
    }

    /// One more header.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without any content type but the one given.
    pub(super) fn content_type(mut self, value: Option<&str>) -> Self {
        self.headers.retain(|(name, _)| name != "content-type");
        match value {
            Some(value) => self.header("content-type", value),
            None => self,
        }
    }

    pub(super) fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// As bytes.
    pub(super) fn on_the_wire(&self) -> Vec<u8> {
        let mut lines = vec![
            format!("{} {} HTTP/1.1", self.method, self.target),
            "host: localhost".to_owned(),
        ];
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        match self.framing {
            Framing::ContentLength if self.body.is_empty() && self.method == "GET" => {}
            Framing::ContentLength => lines.push(format!("content-length: {}", self.body.len())),
            Framing::Chunked => lines.push("transfer-encoding: chunked".to_owned()),
        }
        let mut bytes = format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes();
        match self.framing {
            Framing::ContentLength => bytes.extend_from_slice(&self.body),
            Framing::Chunked => {
                for chunk in self.body.chunks(1_000) {
                    bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    bytes.extend_from_slice(chunk);
                    bytes.extend_from_slice(b"\r\n");
                }
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
        }
        bytes
    }
}
