//! Reads mails as their recipients do: just enough for the mails of these tests.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A mail, or a part of one.
pub(super) struct Entity {
    /// Names and values, unfolded.
    pub(super) headers: Vec<(String, String)>,
    body: String,
}

impl Entity {
    pub(super) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        };
        Self {
            headers: unfolded.split("\r\n").map(header).collect(),
            body: body.to_owned(),
        }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        let all: Vec<_> = self.headers.iter().filter(|(other, _)| other == name).collect();
        assert_eq!(all.len(), 1, "{name}");
        &all[0].1
    }

    /// The parts of a multipart entity.
    pub(super) fn parts(&self) -> Vec<Self> {
        let kind = self.header("Content-Type");
        let boundary = kind.split_once("boundary=\"").unwrap().1.trim_end_matches('"');
        let (_, rest) = self.body.split_once(&format!("--{boundary}\r\n")).unwrap();
        let (rest, _) = rest.split_once(&format!("\r\n--{boundary}--")).unwrap();
        rest.split(&format!("\r\n--{boundary}\r\n"))
            .map(Self::parse)
            .collect()
    }

    /// The text, decoded, with plain line ends.
    pub(super) fn text(&self) -> String {
        let bytes = match self.header("Content-Transfer-Encoding") {
            "7bit" => self.body.clone().into_bytes(),
            "base64" => STANDARD.decode(self.body.replace("\r\n", "")).unwrap(),
            "quoted-printable" => quoted_printable(&self.body.replace("=\r\n", "")),
            other => panic!("encoded as {other}"),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend(rest.bytes());
    bytes
}

/// The text of a header with encoded words (RFC 2047).
pub(super) fn words(value: &str) -> String {
    let mut text = String::new();
    let mut was_encoded = false;
    for word in value.split(' ') {
        let encoded = word
            .strip_prefix("=?utf-8?b?")
            .and_then(|rest| rest.strip_suffix("?="));
        // White space between two encoded words is no part of the text.
        let is_between_encoded = was_encoded && encoded.is_some();
        if !text.is_empty() && !is_between_encoded {
            text.push(' ');
        }
        was_encoded = encoded.is_some();
        match encoded {
            Some(encoded) => text += &String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(),
            None => text += word,
        }
    }
    text
}
