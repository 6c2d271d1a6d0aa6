//! Mails as text and as JSON, without what they say.

use std::fmt::Write as _;

use entity::mail::{Model, State};
use serde_json::{Value, json};

use crate::platform::clock::{Timestamp, from_millis};

/// One line about a mail.
pub(super) fn row(mail: &Model) -> String {
    let mut line = format!(
        "{}  {:7}  {:24}  {:32}  tried {}",
        mail.id,
        state(mail.state),
        mail.kind,
        // Who gets the answer to a request is found out when it is sent.
        mail.to_address.as_deref().unwrap_or("(not known yet)"),
        times(mail.attempts),
    );
    // Writing to a `String` cannot fail.
    let _ = write!(line, ", created {}", instant(mail.created_at));
    let _ = match mail.ended_at {
        Some(at) => write!(line, ", ended {}", instant(at)),
        None => write!(line, ", due {}", instant(mail.due_at)),
    };
    if let Some(problem) = &mail.last_problem {
        let _ = write!(line, ": {problem}");
    }
    line
}

/// Everything about a mail but what it says.
pub(super) fn value(mail: &Model) -> Value {
    // After the end, the column holds the time of the end.
    let due_at = mail.ended_at.is_none().then(|| instant(mail.due_at));
    json!({
        "id": mail.id.to_string(),
        "kind": mail.kind,
        "state": state(mail.state).to_uppercase(),
        "to": mail.to_address,
        "attempts": mail.attempts,
        "createdAt": instant(mail.created_at),
        "dueAt": due_at,
        "endedAt": mail.ended_at.map(instant),
        "lastProblem": mail.last_problem,
    })
}

fn state(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Sent => "sent",
        State::Failed => "failed",
        State::Kept => "kept",
    }
}

fn times(count: i64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

fn instant(millis: i64) -> String {
    let instant: Timestamp = from_millis(millis);
    format!("{instant:.3}")
}
