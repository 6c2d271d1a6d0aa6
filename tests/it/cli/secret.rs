//! `secret`: the server secret at the command line.

use std::fs;

use serde_json::Value;

use super::audit::server;
use crate::support::{PASSWORD, Program, SECRET, until};

const NEW: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";
const LEAKED: [&str; 4] = ["secret", "rotate", "--leaked", "--yes"];

/// A program with its own secret in the data folder; none on another database than SQLite.
async fn with_file() -> Option<Program> {
    let program = Program::new().await;
    program.database.is_sqlite().then_some(program)
}

fn secret(program: &Program) -> String {
    fs::read_to_string(program.data_dir().join("secret.key")).unwrap()
}

#[tokio::test]
async fn a_new_secret_is_written_while_the_server_runs() {
    let Some(program) = with_file().await else { return };
    let running = program.serve().await;
    let input = serde_json::json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let tokens = running.client().signup(input).await.tokens("signup");
    let former = secret(&program);
    let done = program.done(&["secret", "rotate"]);
    assert!(
        done.starts_with("sealed 8 keys under the newest secret\nCopy the new secret.key "),
        "{done}"
    );
    assert!(!done.contains(former.trim()) && !done.contains(secret(&program).trim()));
    assert_ne!(secret(&program), former);
    let report: Value = serde_json::from_str(&program.done(&["secret", "rotate", "--json"])).unwrap();
    assert_eq!(report["resealedKeys"], 8);
    let kept = report["formerSecrets"][0].as_str().unwrap();
    assert!(kept.contains("secret.key.former-"), "{kept}");

    let refreshed = running.client().refresh(&tokens.refresh).await;
    let tokens = refreshed.tokens("refreshSession");
    running.terminate();
    assert_eq!(running.end().status, Some(0));
    let running = program.serve().await;
    running
        .client()
        .refresh(&tokens.refresh)
        .await
        .tokens("refreshSession");
    assert!(!program.run(&["doctor"]).out.contains("older"));
}

#[tokio::test]
async fn an_interrupted_rotation_is_named_by_doctor() {
    let Some(program) = with_file().await else { return };
    program.done(&["migrate", "up"]);
    program.done(&["secret", "rotate"]);
    let file = program.data_dir().join("secret.key");
    fs::write(file, format!("{NEW},{}", secret(&program))).unwrap();
    let found = program.run(&["doctor"]).out;
    assert!(found.contains("secret.key in data_dir, with 1 older"), "{found}");
    assert!(
        found.contains("run `portcullis secret rotate` before you remove the older one"),
        "{found}"
    );
    program.done(&["secret", "rotate"]);
    assert_eq!(secret(&program), format!("{NEW}\n"));
}

#[tokio::test]
async fn a_setting_must_list_the_new_secret() {
    let (_app, program) = server().await;
    let refused = program.run(&["secret", "rotate"]);
    let complaint = refused.complaint(1);
    assert!(
        complaint.starts_with("secret: it is a setting with one secret"),
        "{complaint}"
    );
    assert!(complaint.contains("`new,old`"), "{complaint}");
    let refused = program.run(&LEAKED);
    let complaint = refused.complaint(1);
    assert!(complaint.contains("`secret = new,leaked`"), "{complaint}");

    let program = program.with("SECRET", &format!("{NEW},{SECRET}"));
    // The command's own start sealed them already.
    let done = program.done(&["secret", "rotate"]);
    assert_eq!(
        done,
        "all keys were sealed under the newest secret already\nNothing in the database needs the older secrets now: remove \
         them from `secret` once every server has started with the first one. Keep them as long as you keep backups from \
         before."
    );
    program.with("SECRET", NEW).done(&["key", "list"]);
}

#[tokio::test]
async fn after_a_leak_the_operator_confirms_and_reads_what_ended() {
    let (app, program) = server().await;
    app.user("ada").await;
    // The clock of the command may be far ahead.
    for table in ["sessions", "one_time_tokens"] {
        app.sql(&format!("UPDATE {table} SET expires_at = 99999999999999"))
            .await;
    }
    let list = format!("{NEW},{SECRET}");
    let program = program.with("SECRET", &list);
    let refused = program.run(&["secret", "rotate", "--leaked"]);
    assert_eq!(
        refused.complaint(1),
        "there is no terminal to confirm this: use --yes"
    );
    assert_eq!(
        app.row_counts(&["totp_factors", "one_time_tokens"]).await,
        "totp_factors: 0\none_time_tokens: 1\n"
    );
    let done = program.done(&LEAKED);
    let lines: Vec<_> = done.lines().collect();
    assert_eq!(lines[0], "replaced the secret and all keys");
    assert_eq!(
        lines[1],
        "ended: 1 session, 1 link, code, challenge or remembered browser, 0 authenticator apps, 0 recovery codes, 1 \
         unsent mail"
    );
    assert!(
        done.contains("from seal 2:") && done.contains("Now start the servers"),
        "{done}"
    );
    assert!(!done.contains(NEW) && !done.contains(SECRET));
    let verified = program.done(&["audit", "verify"]);
    assert!(verified.contains("seals: 2"), "{verified}");
    let report: Value = serde_json::from_str(&program.done(&[&LEAKED[..], &["--json"]].concat())).unwrap();
    assert_eq!(report["authenticators"], 0);
    assert!(report["lastSeal"].as_str().unwrap().starts_with("3:"), "{report}");
}

#[tokio::test]
async fn a_log_that_does_not_verify_is_not_signed_off_by_accident() {
    let (app, program) = server().await;
    app.user("ada").await;
    app.sql("UPDATE audit_events SET kind = 'logout' WHERE kind = 'signup'")
        .await;
    let program = program.with("SECRET", &format!("{NEW},{SECRET}"));
    let refused = program.run(&LEAKED);
    let complaint = refused.complaint(1);
    assert!(
        complaint.starts_with("the audit log does not verify (1 finding)"),
        "{complaint}"
    );
    program.done(&[&LEAKED[..], &["--accept-broken-audit-log"]].concat());
    let found = program.run(&["audit", "verify"]);
    assert_eq!(found.complaint(1), "1 finding: the audit log was changed");
}

#[tokio::test]
async fn the_command_refuses_while_a_server_runs_and_an_overlooked_server_stops() {
    let program = Program::new().await;
    let program = if program.database.is_sqlite() {
        program
    } else {
        program.with("SECRET", &format!("{NEW},{SECRET}"))
    };
    let mut running = program.serve().await;
    let refused = program.run(&LEAKED);
    let complaint = refused.complaint(1);
    assert!(
        complaint.starts_with("a server runs on this database: stop all of them"),
        "{complaint}"
    );
    // As if it had lost its lease.
    let database = sea_orm::Database::connect(program.database_url()).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&database, "DELETE FROM leases")
        .await
        .unwrap();
    database.close().await.unwrap();
    program.done(&LEAKED);
    until("the server notices", async || running.log().contains("it stops")).await;
    assert_eq!(running.wait().code(), Some(1));
    assert!(
        running
            .log()
            .contains("were replaced by `portcullis secret rotate --leaked` while this server ran"),
        "{}",
        running.log()
    );
    // It wrote nothing with the former keys on its way out.
    assert!(program.done(&["audit", "verify"]).contains("seals: "));
    program.serve().await;
}
