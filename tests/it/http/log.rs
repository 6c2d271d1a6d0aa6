//! What a request can put into the log of the program.

use serde_json::Value;

use crate::support::{Program, Running, until, wire};

/// C1 controls, the separators of lines and paragraphs, and the marks of direction.
fn unsafe_characters() -> impl Iterator<Item = char> {
    ('\u{80}'..='\u{9f}')
        .chain('\u{202a}'..='\u{202e}')
        .chain('\u{2066}'..='\u{2069}')
        .chain(['\u{2028}', '\u{2029}', '\u{200e}', '\u{200f}', '\u{61c}'])
}

/// The line of the request whose path holds `mark`, once the server with this format has written it.
async fn line(server: &Running, path: &str, mark: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let answer = wire(server.url(), request.as_bytes()).await;
    assert_eq!(answer.status.as_u16(), 404);
    let found = || {
        let log = server.log();
        log.split('\n').find(|it| it.contains(mark)).map(str::to_owned)
    };
    until("the request is logged", async || found().is_some()).await;
    found().unwrap()
}

#[tokio::test]
async fn no_request_steers_whoever_reads_the_log() {
    let path: String = ["/steer"]
        .iter()
        .flat_map(|it| it.chars())
        .chain(unsafe_characters())
        .collect();
    for format in ["json", "text"] {
        let server = Program::new().await.with("LOG_FORMAT", format).serve().await;
        let line = line(&server, &path, "/steer").await;
        let left: Vec<_> = unsafe_characters().filter(|it| line.contains(*it)).collect();
        assert!(left.is_empty(), "{format}: {left:x?}");
        assert!(!line.contains(char::is_control), "{format}: {line:?}");
        if format == "json" {
            let line: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(line["spans"][0]["path"], path, "nothing is lost");
        } else {
            assert!(line.contains("\\u{9b}") && line.contains("\\u{202e}"), "{line}");
        }
    }
}

#[tokio::test]
async fn a_long_path_is_logged_by_its_beginning() {
    let path = format!("/long{}", "\u{85}".repeat(3_000));
    for format in ["json", "text"] {
        let server = Program::new().await.with("LOG_FORMAT", format).serve().await;
        let line = line(&server, &path, "/long").await;
        assert!(line.contains("(cut, 6005 bytes in all)"), "{format}: {line}");
        assert!(line.len() < 2_000, "{format}: {} bytes", line.len());
        if format == "json" {
            let line: Value = serde_json::from_str(&line).unwrap();
            let logged = line["spans"][0]["path"].as_str().unwrap();
            let (start, _) = logged.split_once('…').unwrap();
            assert_eq!(start, &path[..255]);
        }
    }
}
