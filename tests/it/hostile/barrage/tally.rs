//! What came back, counted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Run, gunner::Reply};
use crate::hostile::{LEAKS, LONGEST, LONGEST_PAGE};

#[derive(Default)]
pub(super) struct Tally {
    /// How often each status came; 0 where the server hung up on what is no HTTP.
    pub(super) statuses: BTreeMap<u16, u64>,
    /// Bytes of the longest answer that is an error.
    longest: usize,
    troubles: Vec<String>,
}

impl Tally {
    /// Counts an answer to a request that may be anything.
    pub(super) fn count(&mut self, number: u64, request: &[u8], reply: Result<Option<Reply>, String>) {
        match reply {
            Err(why) => self.trouble(number, &why, request),
            Ok(None) => *self.statuses.entry(0).or_default() += 1,
            Ok(Some(reply)) => {
                *self.statuses.entry(reply.status).or_default() += 1;
                self.look_at(number, request, &reply);
            }
        }
    }

    fn look_at(&mut self, number: u64, request: &[u8], reply: &Reply) {
        let text = String::from_utf8_lossy(&reply.body);
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let errors = &body["errors"];
        let is_error = reply.status >= 400 || (errors.is_array() && body.get("data").is_none());
        let length = if is_error {
            reply.body.len()
        } else {
            errors.to_string().len()
        };
        let is_page = reply
            .header("content-type")
            .is_some_and(|it| it.starts_with("text/html"));
        let longest = if is_page { LONGEST_PAGE } else { LONGEST };
        self.longest = self.longest.max(length);
        let codes: Vec<_> = errors
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| &it["extensions"]["code"])
            .collect();
        let is_declared =
            reply.status == 503 && codes == ["SERVICE_UNAVAILABLE"] && reply.header("retry-after").is_some();
        if reply.status >= 500 && !is_declared {
            self.trouble(number, &format!("{} {text}", reply.head), request);
        } else if length > longest {
            self.trouble(number, &format!("an error of {length} bytes"), request);
        } else if let Some(leak) = leaked(&errors.to_string(), request) {
            self.trouble(number, &format!("tells {leak:?}: {errors}"), request);
        }
    }

    pub(super) fn trouble(&mut self, number: u64, what: &str, request: &[u8]) {
        let request: String = String::from_utf8_lossy(request).chars().take(2_000).collect();
        self.troubles
            .push(format!("number {number}: {what}\n    {request:?}"));
    }

    /// There is no need to go on.
    pub(super) fn is_enough(&self) -> bool {
        self.troubles.len() >= 3
    }

    pub(super) fn add(&mut self, other: Self) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.longest = self.longest.max(other.longest);
        self.troubles.extend(other.troubles);
    }

    /// The figures, for `--nocapture`.
    #[allow(clippy::print_stdout, reason = "figures for `--nocapture`")]
    pub(super) fn tell(&self, what: &str, run: Run) {
        let answered: u64 = self.statuses.values().sum();
        println!(
            "{answered} hostile {what}, seed {}, from number {}",
            run.seed, run.first
        );
        println!("  statuses {:?}", self.statuses);
        println!(
            "  longest error {} bytes, troubles {}",
            self.longest,
            self.troubles.len()
        );
    }

    pub(super) fn holds(&self) {
        assert!(
            self.troubles.is_empty(),
            "{} troubles\n{}",
            self.troubles.len(),
            self.troubles.join("\n")
        );
    }
}

/// A word of the inside that the one who asked did not say first: names of fields are quoted.
fn leaked(errors: &str, request: &[u8]) -> Option<&'static str> {
    let request = String::from_utf8_lossy(request);
    let mut leaks = LEAKS.iter().copied();
    leaks.find(|leak| errors.contains(leak) && !request.contains(leak))
}

#[test]
fn words_of_the_inside_count_unless_the_request_had_them() {
    let errors = r#"[{"message":"serde: trailing comma"}]"#;
    assert_eq!(leaked(errors, b"{ me { id } }"), Some("serde"));
    assert_eq!(leaked(errors, b"{ userde }"), None);
}

#[test]
fn what_must_not_come_back_is_noticed() {
    const OVER: &str = "retry-after: 2";
    let troubles = |status: u16, head: &str, body: &str| {
        let mut tally = Tally::default();
        let reply = Reply {
            status,
            head: format!("HTTP/1.1 {status} \r\n{head}"),
            body: body.as_bytes().to_vec(),
        };
        tally.count(0, b"", Ok(Some(reply)));
        tally.troubles.len()
    };
    let error = |code: &str| format!(r#"{{"errors":[{{"extensions":{{"code":"{code}"}}}}]}}"#);
    assert_eq!(troubles(200, "", &error("BAD_USER_INPUT")), 0);
    assert_eq!(troubles(503, OVER, &error("SERVICE_UNAVAILABLE")), 0);
    assert_eq!(troubles(503, "", &error("SERVICE_UNAVAILABLE")), 1);
    assert_eq!(troubles(503, OVER, "busy"), 1);
    assert_eq!(troubles(500, "", ""), 1);
    assert_eq!(troubles(200, "", &error("INTERNAL_SERVER_ERROR")), 1);
    assert_eq!(troubles(400, "", &"a".repeat(LONGEST + 1)), 1);
    let page = "content-type: text/html; charset=utf-8";
    assert_eq!(troubles(422, page, &"a".repeat(LONGEST + 1)), 0);
    assert_eq!(troubles(422, page, &"a".repeat(LONGEST_PAGE + 1)), 1);
}
