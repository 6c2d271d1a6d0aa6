//! `key`: the signing keys at the command line.

use serde_json::Value;

use super::audit::server;
use crate::support::{Program, SECRET};

#[tokio::test]
async fn a_key_is_replaced_in_time_at_once_and_removed() {
    let (app, program) = server().await;
    let first = app.app.tokens.keys().signing().kid().to_owned();
    let listed = program.done(&["key", "list"]);
    assert!(
        listed.starts_with(&format!("{first}  ES256  signing    signs since ")),
        "{listed}"
    );

    let done = program.done(&["key", "rotate"]);
    assert!(
        done.starts_with("published the key ") && done.contains(" (ES256); it signs from "),
        "{done}"
    );
    let refused = program.run(&["key", "rotate"]);
    let complaint = refused.complaint(1);
    assert!(
        complaint.contains("is published already and signs from "),
        "{complaint}"
    );
    let done = program.done(&["key", "rotate", "--now"]);
    assert!(
        done.contains("portcullis key retire") && done.contains("within 5 minutes"),
        "{done}"
    );

    let listed: Value = serde_json::from_str(&program.done(&["key", "list", "--json"])).unwrap();
    let states: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["state"].as_str())
        .collect();
    assert_eq!(states, [Some("signing"), Some("published")]);
    let refused = program.run(&["key", "retire", &first]);
    let complaint = refused.complaint(1);
    assert!(complaint.starts_with("this key signs: "), "{complaint}");
    let refused = program.run(&["key", "retire", "-nothing"]);
    let complaint = refused.complaint(1);
    assert!(complaint.starts_with("there is no such key"), "{complaint}");
    let waiting = listed[1]["kid"].as_str().unwrap();
    let done = program.done(&["key", "retire", waiting]);
    assert!(done.starts_with(&format!("removed the key {waiting}")), "{done}");
}

#[tokio::test]
async fn a_shared_secret_is_refused_with_a_sentence() {
    let program = Program::new()
        .await
        .with("SECRET", SECRET)
        .with("JWT_ALGORITHM", "HS256")
        .with("JWT_SECRET", crate::token::SECRET);
    program.done(&["migrate", "up"]);
    for command in [
        &["key", "list"][..],
        &["key", "rotate"],
        &["key", "rotate", "--now"],
        &["key", "retire", "x"],
    ] {
        let refused = program.run(command);
        let complaint = refused.complaint(1);
        assert!(
            complaint.starts_with("jwt_algorithm is HS256: tokens are signed with jwt_secret"),
            "{complaint}"
        );
    }
}
