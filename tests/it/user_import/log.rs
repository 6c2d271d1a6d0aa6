//! Nothing of an import is in the log.

use super::*;
use crate::support::{Client, PASSWORD, Program};

/// What must be nowhere but in the database: hashes, keys, names and addresses.
const CANARIES: [&str; 6] = [
    "zebra-name",
    "zebra-address",
    "jGpC27TSzhG4L0PvESiO",
    "MIy3g2prFGIQpYL5O16QWuZ2ksfj8ZbtoBz5AoQdYl05y342WelP6",
    "09d46fed25a0dff0f8175da6b416ee18c0c0d02414bf370f854082c4f23ce02f",
    HMAC_KEY,
];

fn assert_nothing_in(text: &str, place: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} is in {place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hash_key_name_or_address_is_in_the_log() {
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace")
        .with("ROLES", crate::support::ROLES)
        .with("MFA_REQUIRED_ROLES", "");
    program.done(&["migrate", "up"]);
    let create = [
        "user",
        "create",
        "--name",
        "Joe",
        "--email",
        "joe@example.com",
        "--role",
        "mover",
        "--verified",
    ];
    let made = program.run_with_input(
        &[&create[..], &["--password-stdin"]].concat(),
        &format!("{PASSWORD}\n"),
    );
    assert_eq!(made.status, Some(0), "{made:?}");
    let users = json!([
        { "name": "zebra-name", "email": "zebra-address@example.com", "passwordHash": hash_of("Django pbkdf2_sha256") },
        { "name": "zebra-name", "email": "zebra-address@example.com", "passwordHash": hash_of("bcrypt 4") },
        { "name": "zebra-name\u{0}", "email": "zebra-address2@example.com", "passwordHash": hash_of("bcrypt 10") },
        { "name": "zebra-name", "email": "zebra-address3@example.com", "passwordHash": hash_of("HMAC-SHA256") },
        { "name": "zebra-name", "email": "zebra-address4@example.com",
            "passwordHash": hash_of("bcrypt 10").replace("$10$", "$31$") },
    ]);

    let server = program.serve().await;
    let answer = server.client().login("joe@example.com", PASSWORD).await;
    let client = Client::new(server.url().to_owned(), Some(answer.tokens("login").access));
    let input = json!({ "password": PASSWORD });
    let answer = client
        .call("reauthenticate", "tokens { accessToken }", input)
        .await;
    let token = answer.data("reauthenticate")["tokens"]["accessToken"]
        .as_str()
        .unwrap();
    let client = Client::new(server.url().to_owned(), Some(token.to_owned()));
    for is_dry_run in [true, false] {
        let answer = run(&client, json!({ "users": users, "isDryRun": is_dry_run })).await;
        assert_eq!(
            outcomes(&answer).iter().filter(|codes| codes.is_empty()).count(),
            1,
            "{}",
            answer.text
        );
    }
    let log = server.log();
    assert!(log.contains("answered"), "{log}");
    assert_nothing_in(&log, "the log");

    let key = file(&program, "hmac.key", HMAC_KEY);
    let lines = users.as_array().unwrap().iter().map(|user| format!("{user}\n"));
    let path = file(&program, "users.jsonl", lines.collect::<String>());
    let report_path = program.database.folder().join("report.jsonl");
    let report_path = report_path.to_str().unwrap();
    let finished = program.run(&[
        "user",
        "import",
        &path,
        "--hmac-key-file",
        &key,
        "--report",
        report_path,
    ]);
    assert_eq!(
        finished.out, "5 users: 1 created, 2 skipped, 2 refused\n",
        "{finished:?}"
    );
    assert_nothing_in(&format!("{finished:?}"), "the output");
    let report = std::fs::read_to_string(report_path).unwrap();
    assert!(
        CANARIES[2..].iter().all(|canary| !report.contains(canary)),
        "{report}"
    );
    // Without a report the reasons are on standard error.
    let finished = program.run(&["user", "import", &path]);
    assert_nothing_in(&format!("{finished:?}"), "the output");
}
