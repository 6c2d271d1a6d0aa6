//! What the log says of second factors: what happened, once.

use portcullis::platform::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::{challenge, codes, proven_token, set_up_at, verify};
use crate::support::{Client, PASSWORD, Program, Running};

/// The events about second factors, the oldest first.
fn events(server: &Running) -> Vec<String> {
    let log = server.log();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let events = lines.filter_map(|line| line["event"].as_str().map(str::to_owned));
    events.collect()
}

#[tokio::test]
async fn a_recovery_code_is_logged_as_used_when_it_was_and_else_as_a_failure() {
    const WRONG: &str = "0000-0000-0000-0000";
    let program = Program::new().await;
    let server = program.serve().await;
    let signed_in = |token: &str| Client::new(server.url().to_owned(), Some(token.to_owned()));
    let email = "ada@example.com";
    let input = json!({ "name": "Ada", "email": email, "password": PASSWORD });
    let tokens = server.client().signup(input).await.tokens("signup");
    let token = proven_token(&signed_in(&tokens.access), json!({ "password": PASSWORD })).await;
    let client = signed_in(&token);
    let (_, recovery_codes) = set_up_at(&client, SystemClock.now().as_second()).await;
    let recovery_codes = recovery_codes.unwrap();
    let mut expected = vec!["totp_enabled"];
    assert_eq!(events(&server), expected);

    let used = recovery_codes[0].as_str();
    for (code, event) in [
        (WRONG, "mfa_failed"),
        (used, "recovery_code_used"),
        (used, "mfa_failed"),
    ] {
        let waiting = challenge(&server.client(), email).await;
        let answer = verify(&server.client(), &waiting, json!({ "recoveryCode": code })).await;
        assert_eq!(codes(&answer).is_empty(), event == "recovery_code_used");
        expected.push(event);
        assert_eq!(events(&server), expected, "verifyMfa with {code}");
    }
    let used = recovery_codes[1].as_str();
    for (code, event) in [
        (WRONG, "mfa_failed"),
        (used, "recovery_code_used"),
        (used, "mfa_failed"),
    ] {
        let proof = json!({ "recoveryCode": code });
        let answer = client.call("reauthenticate", "validUntil", proof).await;
        assert_eq!(codes(&answer).is_empty(), event == "recovery_code_used");
        expected.push(event);
        assert_eq!(events(&server), expected, "reauthenticate with {code}");
    }
}
