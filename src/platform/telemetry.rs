//! Logging: destination, format, and what log lines must never contain.

mod json_lines;
mod unsafe_char;

use std::{
    fmt::{self, Write as _},
    io::{self, IsTerminal},
};

use tracing::{Level, Metadata, Subscriber, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    field::MakeExt,
    filter::{FilterExt, filter_fn},
    fmt::{FormatFields, MakeWriter, format},
    layer::SubscriberExt,
};

pub use unsafe_char::{is_unsafe, printable};

use self::json_lines::{JsonLines, JsonMembers};
use super::config::Config;

/// Logs to standard error as configured, for the whole process. Fails if logging was already set up.
pub fn init(config: &Config) -> Result<(), SetGlobalDefaultError> {
    let output = io::stderr();
    let json = config.log_format.is_json(&output);
    let subscriber = subscriber(&config.log_level, json, output.is_terminal(), io::stderr);
    tracing::subscriber::set_global_default(subscriber)
}

/// Logs only warnings and errors to standard error, as text: for commands that write their result to standard output.
/// Fails if logging was already set up.
pub fn init_for_command() -> Result<(), SetGlobalDefaultError> {
    let subscriber = subscriber("warn", false, io::stderr().is_terminal(), io::stderr);
    tracing::subscriber::set_global_default(subscriber)
}

/// A subscriber that writes to `output`: JSON, or text with or without colours.
fn subscriber<W>(level: &str, json: bool, colours: bool, output: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(output);
    let layer = if json {
        layer.event_format(JsonLines).fmt_fields(JsonMembers).boxed()
    } else {
        let layer = if colours { layer } else { layer.with_ansi(false) };
        // The module is of interest only for programs.
        layer.with_target(false).fmt_fields(one_line_fields()).boxed()
    };
    // Loading validated the settings; an invalid level that a program has set itself falls back to `info`.
    let level = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = level.and(filter_fn(is_free_of_sql));
    Box::new(Registry::default().with(layer.with_filter(filter)))
}

/// Whether a line cannot contain an SQL statement with its values. No log level shows those.
fn is_free_of_sql(line: &Metadata<'_>) -> bool {
    match line.target().split("::").next() {
        Some("sea_orm" | "sea_orm_migration") => *line.level() <= Level::WARN,
        Some(name) => !name.starts_with("sqlx"),
        None => true,
    }
}

/// Writes fields as `name=value`, and the message without its name. Escapes unsafe characters, so that a client's text
/// cannot start a new line or control the terminal.
fn one_line_fields() -> impl for<'w> FormatFields<'w> + Send + Sync + 'static {
    format::debug_fn(|writer, field, value| {
        let mut writer = Escaping(writer);
        if field.name() != "message" {
            write!(writer, "{}=", field.name())?;
        }
        write!(writer, "{value:?}")
    })
    .delimited(" ")
}

/// Writes text with its unsafe characters escaped.
struct Escaping<W>(W);

impl<W: fmt::Write> fmt::Write for Escaping<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if is_unsafe(character) {
                write!(self.0, "{}", character.escape_default())?;
            } else {
                self.0.write_char(character)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The output while `log` runs.
    fn written(level: &str, json: bool, log: impl FnOnce()) -> String {
        let lines = Lines::default();
        let output = lines.clone();
        tracing::subscriber::with_default(subscriber(level, json, false, move || output.clone()), log);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    /// The first and last character of each range.
    const UNSAFE: &str = "\0\u{1f}\u{7f}\u{80}\u{9b}\u{9f}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}";

    #[test]
    fn no_message_field_or_span_holds_an_unsafe_character() {
        for json in [false, true] {
            let text = written("info", json, || {
                let span = tracing::info_span!("request", a = UNSAFE, b = %UNSAFE, c = tracing::field::Empty);
                let _inside = span.enter();
                span.record("c", UNSAFE);
                tracing::info!({ a = UNSAFE, b = %UNSAFE, c = ?UNSAFE, "k\u{9b}\u{202e}" = 1 }, "said {UNSAFE}");
            });
            let line = text.strip_suffix('\n').unwrap();
            let left: Vec<_> = line.chars().filter(|it| is_unsafe(*it)).collect();
            assert!(left.is_empty(), "{left:x?}: {line}");
            if json {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(line["b"], UNSAFE);
                assert_eq!(line["spans"][0]["c"], UNSAFE);
                assert_eq!(line["message"], format!("said {UNSAFE}"));
            }
        }
    }

    fn log_what_a_client_sent() {
        let agent = "curl\n2026-11-22T00:00:00Z ERROR forged\u{1b}[2J\u{85}\u{2028}";
        let span = tracing::info_span!("request", %agent);
        let _inside = span.enter();
        tracing::info!(agent, %agent, "answered {agent}");
        tracing::info!(%agent);
    }

    #[test]
    fn text_lines_cannot_be_forged() {
        let text = written("info", false, log_what_a_client_sent);
        assert_eq!(text.lines().count(), 2, "{text}");
        let inner = text.trim_end().replace('\n', "");
        assert!(
            !inner.contains(|c: char| c.is_control() || c == '\u{2028}'),
            "{text:?}"
        );
        assert!(
            text.contains("answered curl\\n2026") && text.contains("request{agent=curl"),
            "{text}"
        );
    }

    #[test]
    fn json_lines_cannot_be_forged() {
        let text = written("info", true, log_what_a_client_sent);
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0]["message"]
                .as_str()
                .unwrap()
                .starts_with("answered curl\n")
        );
        assert_eq!(lines[0]["level"], "INFO");
    }

    #[test]
    fn json_lines_hold_the_fields_of_the_event_and_of_all_spans() {
        let text = written("info", true, || {
            let outer = tracing::info_span!(
                "outer",
                quoted = "a \"b\" \\ c\td\u{7f}é\u{2028}",
                later = tracing::field::Empty
            );
            let _outside = outer.enter();
            outer.record("later", 3);
            let inner = tracing::info_span!("inner");
            let _inside = inner.enter();
            tracing::warn!(
                yes = true,
                down = -1_i64,
                up = u64::MAX,
                half = 0.5,
                none = f64::NAN,
                ?inner,
                "told \"so\""
            );
        });
        let mut line: serde_json::Value = serde_json::from_str(&text).unwrap();
        let fields = line.as_object_mut().unwrap();
        let at = fields.remove("timestamp").unwrap();
        assert!(at.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{at}");
        assert!(
            fields
                .remove("inner")
                .unwrap()
                .as_str()
                .unwrap()
                .starts_with("Span {")
        );
        let expected = serde_json::json!({
            "level": "WARN", "message": "told \"so\"", "target": module_path!(),
            "yes": true, "down": -1, "up": u64::MAX, "half": 0.5, "none": null,
            "spans": [
                { "name": "outer", "quoted": "a \"b\" \\ c\td\u{7f}é\u{2028}", "later": 3 },
                { "name": "inner" },
            ],
        });
        assert_eq!(line, expected);
        assert_eq!(text.matches('\n').count(), 1);
    }

    #[test]
    fn fields_stand_apart() {
        let text = written("info", false, || {
            tracing::info!(port = 8000, scheme = "http", "listening");
        });
        assert!(text.ends_with("listening port=8000 scheme=\"http\"\n"), "{text}");
    }

    #[test]
    fn sql_stays_out_at_every_level() {
        let text = written("trace,sqlx=trace,sqlx::query=trace,sea_orm=trace", false, || {
            tracing::error!(target: "sqlx::query", "select 1");
            tracing::trace!(target: "sqlx_core::x", "select 2");
            tracing::info!(target: "sea_orm::driver", "select 3");
            tracing::warn!(target: "sea_orm::driver", "no such level");
            tracing::trace!(target: "portcullis", "ours");
        });
        assert!(!text.contains("select"), "{text}");
        assert!(text.contains("no such level") && text.contains("ours"), "{text}");
    }

    #[test]
    fn the_level_is_kept() {
        let text = written("warn", false, || {
            tracing::info!("quiet");
            tracing::warn!("loud");
        });
        assert!(!text.contains("quiet") && text.contains("loud"), "{text}");
    }
}
