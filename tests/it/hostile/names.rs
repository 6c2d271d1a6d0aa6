//! Documents asked for by a name: hashes and ids.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{
    CANARY,
    case::{BAD_REQUEST, Case, Expect, LIMIT},
};

const UNKNOWN: Expect = Expect::Refused(&["PERSISTED_QUERY_NOT_FOUND"]);
const UNTRUSTED: Expect = Expect::Refused(&["DOCUMENT_NOT_TRUSTED"]);

pub(super) fn cases() -> Vec<Case> {
    [hashes(), bombs(), ids()].concat()
}

fn sha256(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn asking(hash: &str) -> Value {
    json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } })
}

fn hashes() -> Vec<Case> {
    let mut cases = Vec::new();
    for hash in [
        "",
        "0",
        CANARY,
        &"0".repeat(64),
        &"\u{0}".repeat(64),
        &"é".repeat(32),
        &"f".repeat(40_000),
    ] {
        cases.push(Case::json("an unknown hash", &asking(hash), UNKNOWN));
        let mut with_text = asking(hash);
        with_text["query"] = json!("{ me { id } }");
        cases.push(Case::json("a hash of something else", &with_text, BAD_REQUEST));
    }
    for persisted in [
        json!([]),
        json!("1"),
        json!({}),
        json!({ "version": 1 }),
        json!({ "version": 1.5, "sha256Hash": "0" }),
        json!({ "version": -1, "sha256Hash": "0" }),
        json!({ "version": 18_446_744_073_709_551_615_u64, "sha256Hash": "0" }),
        json!({ "version": 1, "sha256Hash": ["0"] }),
    ] {
        let body = json!({ "query": "{ me { id } }", "extensions": { "persistedQuery": persisted } });
        cases.push(Case::json("a persisted query that is none", &body, BAD_REQUEST));
    }
    cases
}

/// A document that is refused must not be there under its hash afterwards.
fn bombs() -> Vec<Case> {
    let nested = format!("{{ me {{ id }} {} {} }}", "[".repeat(2_000), "]".repeat(2_000));
    let spread = format!(
        "{{ {} }} fragment A on Query {{ __typename }}",
        "...A ".repeat(400)
    );
    let logins = "mutation ($i: LoginInput!) { a: login(input: $i) { user { id } } b: login(input: $i) { user { id } } }";
    let mut cases = Vec::new();
    for text in [nested.as_str(), spread.as_str(), logins] {
        let mut with_text = asking(&sha256(text));
        with_text["query"] = json!(text);
        cases.push(Case::json("a bomb with its hash", &with_text, LIMIT));
        cases.push(Case::json("a bomb by its hash", &asking(&sha256(text)), UNKNOWN));
    }
    cases
}

fn ids() -> Vec<Case> {
    let mut cases = Vec::new();
    for id in ["", "sha256:", CANARY, "../../../etc/passwd", &"x".repeat(40_000)] {
        cases.push(Case::json(
            "an unknown id",
            &json!({ "documentId": id }),
            UNTRUSTED,
        ));
    }
    for body in [
        json!({ "documentId": 1 }),
        json!({ "documentId": ["a"] }),
        json!({ "documentId": "a", "query": "{ me { id } }" }),
        json!({ "documentId": "a", "extensions": asking("0")["extensions"] }),
    ] {
        cases.push(Case::json("two names, or none", &body, BAD_REQUEST));
    }
    cases.push(Case::get(
        "an unknown id in an address",
        "documentId=a",
        UNTRUSTED,
    ));
    cases.push(Case::get("two ids", "documentId=a&documentId=b", BAD_REQUEST));
    cases.push(Case::get(
        "an id and a document",
        "documentId=a&query=%7Bme%7Bid%7D%7D",
        BAD_REQUEST,
    ));
    cases.push(Case::get("extensions alone", "extensions=%7B%7D", BAD_REQUEST));
    cases
}
