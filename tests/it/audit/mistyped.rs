//! Values of another type, put into the log by hand. Only SQLite takes them.

use std::time::Duration;

use entity::AuditEventId;
use portcullis::features::audit::{self, Finding};
use serde_json::{Value, json};

use super::{
    findings, overwrite, overwrite_seal, seal, sealed_log, seals, sign_in,
    tampered::{of_seal, sealed},
};
use crate::{
    cli::audit_server,
    support::{Program, TestApp},
};

/// What each edit sets in a row of events.
const IN_ROWS: [&str; 14] = [
    "kind = X'00'",
    "kind = CAST(X'ff' AS TEXT)",
    "created_at = 'yesterday'",
    "created_at = X'00'",
    "created_at = 1.5",
    "actor_kind = X'6f776e6572'",
    "actor_id = 'nobody'",
    "actor_id = CAST(actor_id AS TEXT)",
    "subject_id = X'00'",
    "session_id = 7",
    "request_id = X'00'",
    "details = X'7b7d'",
    "key_id = X'00'",
    "mac = X'00'",
];

/// What each edit sets in a seal.
const IN_SEALS: [&str; 7] = [
    "created_at = 'yesterday'",
    "until_id = 'nobody'",
    "row_count = 'three'",
    "root = X'00'",
    "previous_mac = X'00'",
    "removed_to = 'all'",
    "mac = X'00'",
];

fn condition(id: AuditEventId) -> String {
    format!("id = X'{}'", id.0.simple())
}

async fn codes(app: &TestApp) -> Vec<&'static str> {
    findings(app).await.iter().map(Finding::code).collect()
}

/// Events of the list of somebody who may read all, and those of an export.
async fn listed_and_exported(app: &TestApp, program: &Program) -> (usize, usize) {
    let auditor = app.admin("joe").await;
    let query = "{ auditEvents(first: 100) { nodes { id } pageInfo { hasNextPage } } }";
    let answer = auditor.client.run(query, json!({})).await;
    let page = answer.data("auditEvents");
    assert_eq!(page["pageInfo"]["hasNextPage"], false, "{}", answer.text);
    app.sql("DELETE FROM users").await;
    let exported = program.done(&["audit", "export"]);
    let lines = exported
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    (page["nodes"].as_array().unwrap().len(), lines.count())
}

#[tokio::test]
async fn a_value_of_another_type_in_an_event_is_found_like_a_changed_one() {
    let app = sealed().await;
    if !app.database.is_sqlite() {
        return;
    }
    let row = of_seal(&app, 2).await.remove(1);
    for edit in IN_ROWS {
        app.sql(&format!(
            "UPDATE audit_events SET {edit} WHERE {}",
            condition(row.id)
        ))
        .await;
        let found = findings(&app).await;
        assert!(
            found.contains(&Finding::RowChanged { id: row.id }),
            "{edit}: {found:?}"
        );
        overwrite(&app, row.id, row.clone()).await;
        assert_eq!(findings(&app).await, [], "{edit}");
    }
    for edit in [
        "user_agent = X'00'",
        "subject_facts = X'00'",
        "subject_salt = X'00'",
    ] {
        app.sql(&format!(
            "UPDATE audit_events SET {edit} WHERE {}",
            condition(row.id)
        ))
        .await;
        assert_eq!(
            findings(&app).await,
            [Finding::RowChanged { id: row.id }],
            "{edit}"
        );
        overwrite(&app, row.id, row.clone()).await;
    }
    for edit in [
        "seal = 'two'",
        "seal = X'02'",
        "id = 'one'",
        "id = X'00'",
        "id = CAST(id AS TEXT)",
    ] {
        app.sql(&format!(
            "UPDATE audit_events SET {edit} WHERE {}",
            condition(row.id)
        ))
        .await;
        assert_eq!(codes(&app).await, ["ROWS_UNREADABLE", "ROWS_MISSING"], "{edit}");
        app.sql("DELETE FROM audit_events WHERE typeof(id) <> 'blob' OR length(id) <> 16")
            .await;
        app.sql("DELETE FROM audit_events WHERE typeof(seal) NOT IN ('integer', 'null')")
            .await;
        super::add(&app, row.clone()).await;
        assert_eq!(findings(&app).await, [], "{edit}");
    }
}

#[tokio::test]
async fn a_value_of_another_type_in_a_seal_is_found_and_the_next_seals_follow() {
    let app = sealed().await;
    if !app.database.is_sqlite() {
        return;
    }
    let seal_3 = seals(&app).await.remove(2);
    for edit in IN_SEALS {
        app.sql(&format!("UPDATE audit_seals SET {edit} WHERE seq = 3"))
            .await;
        let found = findings(&app).await;
        assert!(
            found.contains(&Finding::SealChanged { seal: 3 }),
            "{edit}: {found:?}"
        );
        overwrite_seal(&app, 3, seal_3.clone()).await;
        assert_eq!(findings(&app).await, [], "{edit}");
    }
    app.sql("UPDATE audit_seals SET mac = X'00' WHERE seq = 3").await;
    sign_in(&app, 1).await;
    assert_eq!(seal(&app).await, 1);
    assert!(findings(&app).await.contains(&Finding::SealChanged { seal: 3 }));
    audit::purge(&app.app).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_lists_and_exports_go_on_past_values_of_another_type() {
    let (app, program) = audit_server().await;
    if !app.database.is_sqlite() {
        return;
    }
    sealed_log(&app).await;
    for number in 0..4 {
        sign_in(&app, number).await;
        app.pass(Duration::from_millis(1));
    }
    for (edit, offset) in [
        ("mac = X'00'", 0),
        ("kind = X'00', created_at = 'now'", 1),
        ("details = X'00'", 2),
    ] {
        app.sql(&format!(
            "UPDATE audit_events SET {edit} WHERE id = (SELECT id FROM audit_events WHERE seal IS NULL \
             ORDER BY id LIMIT 1 OFFSET {offset})"
        ))
        .await;
    }
    app.sql("UPDATE audit_events SET subject_id = X'00' WHERE seal = 1")
        .await;
    assert_eq!(seal(&app).await, 3, "all but the one without a time");
    let changed = |found: Vec<Finding>| found.iter().filter(|it| it.code() == "ROW_CHANGED").count();
    assert_eq!(changed(findings(&app).await), 6);
    sign_in(&app, 1).await;
    assert_eq!(seal(&app).await, 1);
    let (listed, exported) = listed_and_exported(&app, &program).await;
    assert!(listed >= 13, "all but the kind without a name: {listed}");
    assert!(exported >= 14, "{exported}");
    let verified = program.run(&["audit", "verify"]);
    assert!(
        verified.err.contains("findings: the audit log was changed"),
        "{verified:?}"
    );
    let doctor = program.run(&["doctor"]);
    assert!(doctor.out.contains("audit log"), "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_empty_although_there_are_accounts_was_removed() {
    let (app, program) = audit_server().await;
    assert_eq!(findings(&app).await, [], "nothing has happened yet");
    app.user("ada").await;
    app.sql("DELETE FROM audit_events").await;
    assert_eq!(findings(&app).await, [Finding::LogMissing]);
    let verified = program.run(&["audit", "verify"]);
    assert_eq!(verified.complaint(1), "1 finding: the audit log was changed");
    assert!(
        verified
            .out
            .starts_with("the log is empty, though there are accounts"),
        "{verified:?}"
    );
    let doctor = program.run(&["doctor"]);
    assert!(
        doctor.out.contains("the log is empty, though there are accounts"),
        "{doctor:?}"
    );
}
