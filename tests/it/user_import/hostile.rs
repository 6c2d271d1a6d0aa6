//! `user import`: files that were not made by an export.

use super::*;
use crate::support::Program;

/// Imports a file, and returns line, result and codes of each record.
fn told(program: &Program, name: &str, content: impl AsRef<[u8]>) -> Vec<(u64, String, Vec<String>)> {
    let path = file(program, name, content);
    let report_path = program.database.folder().join(format!("report-{name}.jsonl"));
    let report_path = report_path.to_str().unwrap();
    let finished = program.run(&["user", "import", &path, "--report", report_path]);
    assert!([Some(0), Some(1)].contains(&finished.status), "{finished:?}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let codes = |line: &Value| {
        let reasons = line["reasons"].as_array().unwrap().iter();
        reasons.map(|reason| text(&reason["code"])).collect()
    };
    let lines = report(report_path);
    lines
        .iter()
        .map(|line| (line["line"].as_u64().unwrap(), text(&line["result"]), codes(line)))
        .collect()
}

/// What is expected of a record, with the codes between spaces.
fn is(line: u64, result: &str, codes: &str) -> (u64, String, Vec<String>) {
    let codes = codes.split_whitespace().map(str::to_owned);
    (line, result.to_owned(), codes.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_a_hostile_file_is_told_and_the_rest_is_imported() {
    let (app, program) = server().await;
    let mut content: Vec<u8> = Vec::new();
    let mut line = |text: &[u8]| {
        content.extend_from_slice(text);
        content.push(b'\n');
    };
    line(b"\xef\xbb\xbf{\"name\": \"=cmd|' /C calc'!A0\", \"email\": \"formula@example.com\"}\r");
    line(b"\r");
    line(b"{\"name\": \"\xff\", \"email\": \"utf8@example.com\"}");
    line(&[b"{\"name\": \"", "x".repeat(10_000_000).as_bytes(), b"\"}"].concat());
    line(b"{\"email\": \"nul@example.com\", \"name\": \"a\x00b\"}");
    line(b"{\"email\": \"nul@example.com\", \"name\": \"a\\u0000b\"}");
    line(b"[1]");
    line(&[b'['].repeat(60_000));
    line(b"{\"email\": \"bomb@example.com\", \"password_hash\": \"$2b$31$MIy3g2prFGIQpYL5O16QWuZ2ksfj8ZbtoBz5AoQdYl05y342WelP6\"}");
    line(b"{\"email\": \"bomb@example.com\", \"password_hash\": \"scrypt:1073741824:8:1$pok0uhlkeL96AIIe$dcd1\"}");
    line(b"{\"email\": \"twice@example.com\", \"name\": \"first\"}");
    line(b"{\"email\": \"TWICE@Example.com\", \"name\": \"second\"}");
    line(b"{\"email\": \"role@example.com\", \"roles\": \"staff,root\"}");
    line(b"{\"email\": \"future@example.com\", \"created_at\": \"2999-01-01T00:00:00Z\"}");
    line(b"{\"email\": \"plain@example.com\", \"password\": \"a lantern under quiet snow\"}");
    line(b"{}");
    content.extend_from_slice(b"{\"email\": \"last@example.com\"}");
    assert_eq!(
        told(&program, "lines.jsonl", content),
        [
            is(1, "created", ""),
            is(3, "refused", "NOT_UTF8"),
            is(4, "refused", "RECORD_TOO_LONG"),
            is(5, "refused", "NOT_JSON"),
            is(6, "refused", "INVALID_CHARACTERS"),
            is(7, "refused", "NOT_JSON"),
            is(8, "refused", "NOT_JSON"),
            is(9, "refused", "PASSWORD_HASH_TOO_COSTLY"),
            is(10, "refused", "PASSWORD_HASH_TOO_COSTLY"),
            is(11, "created", ""),
            is(12, "skipped", "EMAIL_TAKEN"),
            is(13, "refused", "INVALID_ROLE"),
            is(14, "refused", "INVALID_TIME"),
            is(15, "refused", "PASSWORD_HASH_INVALID"),
            is(16, "refused", "REQUIRED REQUIRED"),
            is(17, "created", ""),
        ]
    );
    assert_eq!(rows(&app).await.len(), 3);
    let formula = app.row("formula@example.com").await.unwrap();
    assert_eq!(formula.name, "=cmd|' /C calc'!A0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_keeps_its_line_numbers_whatever_is_in_its_cells() {
    let (app, program) = server().await;
    let mut content: Vec<u8> = b"\xef\xbb\xbfName,\"E-Mail\",roles\r\n".to_vec();
    content.extend_from_slice(b"\"two\nlines\",two@example.com,\r\n");
    content.extend_from_slice(b"\r\n\n");
    content.extend_from_slice(b"\"say \"\"hi\"\", Ada\",ada@example.com,staff;editor\r\n");
    content.extend_from_slice(b"too,few\r\n");
    content.extend_from_slice(b"\xff\xfe,utf8@example.com,\n");
    content.extend_from_slice("x".repeat(10_000_000).as_bytes());
    content.extend_from_slice(b",long@example.com,\n");
    content.extend_from_slice(b"@SUM(A1),sum@example.com,\n");
    content.extend_from_slice(b"open,\"open@example.com,\nnever,closed@example.com,\n");
    content.extend_from_slice(&b"more,more@example.com,\n".repeat(10_000));
    assert_eq!(
        told(&program, "table.csv", content),
        [
            is(2, "refused", "INVALID_CHARACTERS"),
            is(6, "created", ""),
            is(7, "refused", "COLUMN_COUNT"),
            is(8, "refused", "NOT_UTF8"),
            is(9, "refused", "RECORD_TOO_LONG"),
            is(10, "created", ""),
            is(11, "refused", "OPEN_QUOTE"),
        ]
    );
    assert_eq!(app.row("ada@example.com").await.unwrap().name, "say \"hi\", Ada");
    assert_eq!(app.row("sum@example.com").await.unwrap().name, "@SUM(A1)");
    assert_eq!(rows(&app).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_cut_without_being_read_as_a_whole() {
    let (app, program) = server().await;
    let long = format!(
        "{{\"email\": \"long@example.com\", \"name\": \"{}\"}}",
        "{".repeat(10_000_000)
    );
    let content = format!(
        "{{\"kind\": \"users\", \"text\": \"}} \\\" [ users\",\n\"users\": [\n{},\n{long},\n[{{\"email\": \"nested@example.com\"}}],\n{}\n], \
         \"later\": [{{\"email\": \"later@example.com\"}}]}}\n{{\"email\": \"cut@example.com\"",
        user("ada"),
        user("bob"),
    );
    assert_eq!(
        told(&program, "users.json", content),
        [
            is(3, "created", ""),
            is(4, "refused", "RECORD_TOO_LONG"),
            is(5, "refused", "NOT_JSON"),
            is(6, "created", ""),
            is(8, "refused", "INCOMPLETE"),
        ]
    );
    assert_eq!(rows(&app).await.len(), 2);
}
