//! What the log says of factors: nothing secret.

use portcullis::platform::clock::{Clock as _, SystemClock};
use serde_json::json;

use super::*;
use crate::support::Program;

/// Whether six digits stand alone in a text: not within a longer number, such as the fraction of a second.
fn has_code(text: &str, code: &str) -> bool {
    let is_part = |next: Option<char>| next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '.');
    text.match_indices(code).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + code.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    })
}

#[tokio::test]
async fn no_secret_of_a_factor_gets_into_the_log_or_an_address() {
    // Its database lives as long as the program.
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace");
    let server = program.serve().await;
    let browser = Browser::new(server.url(), ORIGIN);
    sign_up(&browser, "ada").await;
    confirm_by_password(&browser).await;
    let (secret, page) = begin_set_up(&browser).await;
    let setup = hidden(&page, "/account/totp/confirm")["setup_token"].to_owned();
    let now = SystemClock.now().as_second();
    // The app of a phone that is a little slow, then right, then a little fast.
    let [first, wrong, next] = [-30, 3_600, 30].map(|off| totp_code(&secret, now + off));
    let shown = press(&browser, &page, "/account/totp/confirm", &[("code", &first)]).await;
    let codes = codes_of(&shown);
    press(&browser, &shown, "/account/recovery-codes/file", &[]).await;
    let (by_code, by_app) = (browser.copy(), browser.copy());
    send(&browser, "/account", "/logout", &[]).await;

    let mut challenges = Vec::new();
    for (other, typed) in [(&by_code, &codes[0]), (&by_app, &next)] {
        log_in(other).await;
        let challenge = other.cookie("portcullis-mfa");
        // A wrong one first.
        send(other, "/login/mfa", "/login/mfa", &[("code", &wrong)]).await;
        // Where none belongs: in addresses, and where the API expects something else.
        for secret in [&challenge, typed, &secret] {
            get(other, &format!("/login/mfa?code={secret}")).await;
            let input = json!({ "challengeToken": [secret], "factor": { "totpCode": { "a": secret } } });
            let query = "mutation ($input: VerifyMfaInput!) { verifyMfa(input: $input) { session { id } } }";
            let answer = other.run(query, json!({ "input": input })).await;
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{}", answer.text);
        }
        let answer = send(other, "/login/mfa", "/login/mfa", &[("code", typed)]).await;
        assert_eq!(location(&answer), "/account");
        challenges.push(challenge);
    }

    let log = server.log();
    for path in ["/account/totp/confirm", "/login/mfa"] {
        assert!(log.contains(path), "{path}: {log}");
    }
    for text in codes.iter().chain(&challenges).chain([&secret, &setup]) {
        for text in [text.clone(), text.replace('-', "")] {
            let leaks: Vec<&str> = log.lines().filter(|line| line.contains(&text)).collect();
            assert!(leaks.is_empty(), "{text}: {leaks:#?}");
        }
    }
    for code in [first, wrong, next] {
        let leaks: Vec<&str> = log.lines().filter(|line| has_code(line, &code)).collect();
        assert!(leaks.is_empty(), "{code}: {leaks:#?}");
    }
}
