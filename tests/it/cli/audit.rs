//! `audit`: verifies and exports the log at the command line.

use entity::audit_event;
use portcullis::{
    features::audit::{Actor, EventKind, NewEvent},
    platform::{config::ServerSecret, telemetry::is_unsafe},
};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use serde_json::Value;

use crate::{
    audit::{request, rows, save, sign_in, user},
    support::{Program, SECRET, TestApp, until},
};

/// A server, and the program on its database.
pub(crate) async fn server() -> (TestApp, Program) {
    let app = TestApp::with(|config| config.secret = Some(ServerSecret::parse(SECRET).unwrap())).await;
    let program = Program::new()
        .await
        .with("DATABASE_URL", &app.database.url_for_servers)
        .with("SECRET", SECRET);
    (app, program)
}

fn events(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_log_is_verified_and_what_was_changed_is_named() {
    let (app, program) = server().await;
    for number in 0..3 {
        sign_in(&app, number).await;
    }
    app.pass(std::time::Duration::from_mins(2));
    portcullis::features::audit::seal(&app.app).await.unwrap();
    let done = program.done(&["audit", "verify"]);
    assert!(done.starts_with("events: 3, seals: 1, last seal: 1:"), "{done}");
    let last = done.rsplit_once(' ').unwrap().1;
    assert_eq!(program.done(&["audit", "verify", "--last-seal", last]), done);
    let report: Value = serde_json::from_str(&program.done(&["audit", "verify", "--json"])).unwrap();
    assert_eq!(
        (&report["events"], &report["findingCount"]),
        (&3.into(), &0.into())
    );
    assert_eq!(report["lastSeal"], last);

    let row = rows(&app).await.remove(1);
    let changed = audit_event::Model {
        kind: "logout".to_owned(),
        ..row.clone()
    };
    crate::audit::overwrite(&app, row.id, changed).await;
    let finished = program.run(&["audit", "verify"]);
    let complaint = finished.complaint(1);
    assert_eq!(complaint, "1 finding: the audit log was changed");
    let lines: Vec<_> = finished.out.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains(&row.id.to_string()), "{lines:?}");
    let finished = program.run(&["audit", "verify", "--json"]);
    assert_eq!(finished.status, Some(1));
    let report: Value = serde_json::from_str(&finished.out).unwrap();
    assert_eq!(report["findings"][0]["code"], "ROW_CHANGED");
    assert_eq!(report["findings"][0]["event"], row.id.to_string());

    let finished = program.run(&["audit", "verify", "--last-seal", "2:abc"]);
    assert!(finished.out.contains("seal 2 is not there"), "{finished:?}");
    assert_eq!(finished.complaint(1), "2 findings: the audit log was changed");
    for wrong in ["", "1", "x:y", "1:"] {
        let finished = program.run(&["audit", "verify", "--last-seal", wrong]);
        assert!(
            finished.complaint(1).starts_with("--last-seal: must be"),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_running_server_seals_and_its_log_names_the_seal() {
    let (app, program) = server().await;
    sign_in(&app, 1).await;
    let finished = program.run(&["audit", "verify"]);
    assert_eq!(finished.status, Some(0));
    assert!(
        finished.err.contains("older than 10 minutes and not sealed: 1"),
        "{finished:?}"
    );
    let doctor = program.run(&["doctor"]).out;
    assert!(
        doctor.contains("audit log") && doctor.contains("are not sealed"),
        "{doctor}"
    );
    let server = program.serve().await;
    until("the log is sealed", async || {
        server.log().contains("audit log sealed")
    })
    .await;
    let log = server.log();
    let line = log
        .lines()
        .find(|line| line.contains("audit log sealed"))
        .unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    let last = format!("{}:{}", line["seq"], line["mac"].as_str().unwrap());
    assert_eq!((&line["seq"], &line["rows"]), (&1.into(), &1.into()));
    let doctor = program.run(&["doctor"]).out;
    assert!(!doctor.contains("are not sealed"), "{doctor}");
    let done = program.done(&["audit", "verify", "--last-seal", &last]);
    assert!(done.ends_with(&format!("last seal: {last}")), "{done}");
}

#[tokio::test]
async fn an_export_has_everything_and_is_recorded() {
    let (app, program) = server().await;
    sign_in(&app, 1).await;
    let out = program.done(&["audit", "export"]);
    let exported = events(&out);
    assert_eq!(exported.len(), 2);
    let row = rows(&app).await.remove(0);
    assert_eq!(exported[0]["id"], row.id.to_string());
    assert_eq!(exported[0]["kind"], "login_succeeded");
    assert_eq!(exported[0]["subjectId"], user(1).to_string());
    assert_eq!(exported[0]["details"]["method"], "password");
    assert_eq!(exported[0]["subjectFacts"]["email"], "ada@example.com");
    assert_eq!(exported[0]["ipAddress"], "192.0.2.1");
    assert_eq!(exported[0]["mac"], row.mac);
    assert_eq!(exported[0]["createdAt"], "2026-11-22T12:00:00.000Z");
    assert_eq!(exported[0]["seal"], Value::Null);
    let read = &exported[1];
    assert_eq!(
        (&read["kind"], &read["actorKind"]),
        (&"audit_read".into(), &"command_line".into())
    );
    assert!(
        read["actorFacts"]["os_user"].as_str().unwrap().contains("uid"),
        "{read}"
    );

    let since = events(&program.done(&["audit", "export", "--since", "1h"]));
    let kinds: Vec<_> = since.iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["audit_read", "audit_read"]);
    assert!(since[1]["details"]["since"].is_string());
    let all = events(&program.done(&["audit", "export", "--since", "2026-11-22"]));
    assert_eq!(all.len(), 4);
    let refused = program.run(&["audit", "export", "--since", "yesterday"]);
    assert!(
        refused.complaint(1).starts_with("--since: must be"),
        "{refused:?}"
    );
    let refused = program.run(&["audit", "export", "--json", "--format", "csv"]);
    assert_eq!(
        refused.complaint(1),
        "--json and --format csv contradict each other: leave one of them out"
    );
    assert_eq!(rows(&app).await.len(), 4, "what was refused has read nothing");
    program.done(&["audit", "export", "--json", "--format", "jsonl"]);
}

#[tokio::test]
async fn many_events_are_exported_page_by_page() {
    let (app, program) = server().await;
    let tx = app
        .app
        .db
        .begin(portcullis::platform::db::Invalidates::Nothing)
        .await
        .unwrap();
    for _ in 0..1_234 {
        let event = NewEvent::new(&app.app, EventKind::Logout, Actor::system());
        event.save(&tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let exported = events(&program.done(&["audit", "export"]));
    let ids: Vec<_> = audit_event::Entity::find()
        .order_by_asc(audit_event::Column::Id)
        .all(app.app.db.writer())
        .await
        .unwrap()
        .iter()
        .map(|row| Value::from(row.id.to_string()))
        .collect();
    assert_eq!(
        exported
            .iter()
            .map(|event| &event["id"])
            .cloned()
            .collect::<Vec<_>>(),
        ids
    );
    assert_eq!(ids.len(), 1_235);
}

#[tokio::test]
async fn what_a_client_sent_controls_neither_a_terminal_nor_a_spreadsheet() {
    let (app, program) = server().await;
    let hostile = [
        "=HYPERLINK(\"https://evil.example\")",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "Mozilla\r\n2026-11-22T00:00:00Z ERROR forged",
        "\u{1b}[2J\u{1b}]0;title\u{7}",
        "\u{202e}gpj.exe",
        "a\",\"b",
    ];
    for agent in hostile {
        let context = request(&app, "192.0.2.1", agent);
        let event = NewEvent::new(&app.app, EventKind::LoginFailed, Actor::anonymous(&context));
        save(&app, event.detail("reason", agent).personal("email", agent)).await;
        app.pass(std::time::Duration::from_millis(1));
    }
    let out = program.done(&["audit", "export"]);
    assert!(!out.replace('\n', "").chars().any(is_unsafe), "{out:?}");
    let exported = events(&out);
    assert_eq!(exported.len(), hostile.len() + 1);
    for (event, agent) in exported.iter().zip(hostile) {
        assert_eq!(event["userAgent"], agent);
        assert_eq!(event["details"]["reason"], agent);
        assert_eq!(event["subjectFacts"]["email"], agent);
    }
    let out = program.done(&["audit", "export", "--format", "csv"]);
    assert!(!out.replace("\r\n", "").chars().any(is_unsafe), "{out:?}");
    let lines: Vec<_> = out.split("\r\n").collect();
    assert_eq!(lines.len(), 1 + hostile.len() + 2);
    assert!(lines[0].starts_with("id,kind,createdAt,"), "{}", lines[0]);
    for line in &lines[1..] {
        // Without the quotes inside of cells.
        let line = line.replace("\"\"", "");
        for sign in ['=', '+', '-', '@'] {
            assert!(!line.contains(&format!("\"{sign}")), "{line}");
        }
    }
    assert!(
        lines[1].contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\""),
        "{}",
        lines[1]
    );
}
