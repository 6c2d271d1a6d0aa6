//! `doctor`: what is wrong, and what to do about it.

use std::{fs, fs::Permissions, net::TcpListener, os::unix::fs::PermissionsExt as _, sync::Arc};

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::Value;

use crate::support::{ManualClock, Misbehavior, Program, StubProvider};

/// What was found, and the exit status.
fn examine(program: &Program) -> (Value, i32) {
    let finished = program.run(&["doctor", "--json"]);
    let found: Value = serde_json::from_str(&finished.out).unwrap_or_else(|_| panic!("{finished:?}"));
    assert_eq!(found["ok"], finished.status == Some(0), "{finished:?}");
    (found, finished.status.unwrap())
}

/// The findings of this severity, as `about: seen`.
fn of_severity(found: &Value, severity: &str) -> Vec<String> {
    let findings = found["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|it| it["severity"] == severity);
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    findings
        .inspect(|it| assert_eq!(it["todo"].is_string(), severity != "ok", "{it}"))
        .map(|it| format!("{}: {}", text(it, "about"), text(it, "seen")))
        .collect()
}

/// Whatever database the tests run on: what is in files is the same for each of them.
async fn on_sqlite() -> Program {
    Program::new().await.without("DATABASE_URL").without("SECRET")
}

async fn run_sql(program: &Program, sql: &str) {
    let db = Database::connect(program.database_url()).await.unwrap();
    db.execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn before_the_first_start_nothing_is_wrong_and_nothing_is_made() {
    let program = Program::new().await;
    let (found, status) = examine(&program);
    if program.database_url().starts_with("sqlite") {
        assert_eq!((status, of_severity(&found, "error")), (0, vec![]), "{found:#}");
    } else {
        assert_eq!(
            of_severity(&found, "error").len(),
            1,
            "tables are missing: {found:#}"
        );
    }
    assert!(!program.data_dir().exists(), "looking has made something");
}

#[tokio::test]
async fn a_server_that_ran_is_well_and_its_parts_are_told() {
    let program = Program::new().await;
    let mut server = program.serve().await;
    // Also while it runs.
    assert_eq!(examine(&program).1, 0);
    server.terminate();
    server.wait();
    let (found, status) = examine(&program);
    assert_eq!((status, of_severity(&found, "error")), (0, vec![]), "{found:#}");
    let seen = of_severity(&found, "ok").join("\n");
    for part in [
        "database: ",
        "migrations: up to date",
        "clock: ",
        "signing key: ",
        "server secret: ",
        "limits: none is off",
        "hash engine: portable; ",
    ] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    let text = program.done(&["doctor"]);
    assert!(text.contains("\nok       migrations"), "{text}");
}

#[tokio::test]
async fn a_peer_that_speaks_like_a_proxy_and_is_none_is_a_warning_where_the_server_can_be_asked() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let of_headers = |program: &Program, severity| {
        let (found, status) = examine(program);
        assert_eq!(status, 0, "{found:#}");
        let mut of_headers = of_severity(&found, severity);
        of_headers.retain(|it| it.starts_with("forwarded headers: "));
        of_headers.join("\n")
    };
    let seen = of_headers(&program, "ok");
    assert!(seen.contains("metrics_listen is not set"), "{seen}");
    // Free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let program = program.with("METRICS_LISTEN", &format!("127.0.0.1:{port}"));
    let seen = of_headers(&program, "ok");
    assert!(seen.contains("no server answers"), "{seen}");
    let server = program.serve().await;
    let seen = of_headers(&program, "ok");
    assert!(seen.contains("none from peers outside"), "{seen}");
    for _ in 0..3 {
        server.client().at("203.0.113.7").get("/healthz").await;
    }
    let seen = of_headers(&program, "warning");
    assert!(seen.contains(": 3 requests from peers outside"), "{seen}");
}

#[tokio::test]
async fn missing_and_unknown_changes_of_the_tables_are_told() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    run_sql(&program, "DELETE FROM portcullis_migrations WHERE version = (SELECT v FROM (SELECT MAX(version) AS v FROM portcullis_migrations) AS t)").await;
    let (found, status) = examine(&program);
    assert_eq!(
        (status, of_severity(&found, "error")),
        (1, vec!["migrations: 1 missing".to_owned()])
    );
    run_sql(
        &program,
        "INSERT INTO portcullis_migrations (version, applied_at) VALUES ('m99999999_000001_later', 0)",
    )
    .await;
    let (found, status) = examine(&program);
    let wrong = of_severity(&found, "error");
    assert_eq!((status, wrong.len()), (1, 1), "{wrong:?}");
    assert!(
        wrong[0].contains("1 that this version does not know"),
        "{wrong:?}"
    );
}

#[tokio::test]
async fn a_key_that_the_secret_does_not_open_is_told_without_telling_the_secret() {
    let program = Program::new()
        .await
        .with("SECRET", "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo");
    program.serve().await;
    let other = "Zk1pWvN9xGt4QyBh8CjSrDmFi0OuAlQ2";
    let finished = program.with("SECRET", other).run(&["doctor"]);
    assert_eq!(finished.status, Some(1), "{finished:?}");
    assert!(
        finished.out.contains("signing key") && finished.out.contains("another secret"),
        "{finished:?}"
    );
    assert!(!finished.out.contains(other));
    // The signing key and the data keys.
    assert_eq!(finished.err.trim_end(), "portcullis: 2 problems");
}

#[tokio::test]
async fn files_that_others_can_read_are_told() {
    let program = on_sqlite().await;
    program.serve().await;
    for (file, about) in [("portcullis.db", "database"), ("secret.key", "server secret")] {
        let path = program.data_dir().join(file);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let (found, status) = examine(&program);
        let wrong = of_severity(&found, "error");
        assert_eq!(status, 1);
        assert!(
            wrong
                .iter()
                .any(|it| it.starts_with(about) && it.contains("other users can read")),
            "{wrong:?}"
        );
        // Nothing is said of keys that a readable secret still opens.
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }
}

#[tokio::test]
async fn a_secret_that_was_lost_is_told_before_a_start_makes_another() {
    let program = on_sqlite().await;
    program.serve().await;
    fs::remove_file(program.data_dir().join("secret.key")).unwrap();
    let (found, status) = examine(&program);
    let wrong = of_severity(&found, "error");
    assert_eq!((status, wrong.len()), (1, 1), "{found:#}");
    assert!(
        wrong[0].starts_with("server secret: secret.key is missing"),
        "{wrong:?}"
    );
    assert!(!program.data_dir().join("secret.key").exists());
}

#[tokio::test]
async fn a_database_that_is_away_is_told_at_once_and_without_its_password() {
    let program = Program::new()
        .await
        .with("SECRET", "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo")
        .with(
            "DATABASE_URL",
            "postgres://portcullis:canary@127.0.0.1:1/accounts",
        );
    let finished = program.run(&["doctor", "--json"]);
    assert_eq!(finished.status, Some(1), "{finished:?}");
    assert!(
        !finished.out.contains("canary") && finished.out.contains("start the database"),
        "{finished:?}"
    );
}

#[tokio::test]
async fn limits_that_are_off_are_told() {
    let program = Program::new()
        .await
        .with("ATTEMPTS_PER_ACCOUNT", "0")
        .with("SIGNUPS_PER_NETWORK", "0");
    let (found, _) = examine(&program);
    let warnings = of_severity(&found, "warning");
    for limit in ["attempts_per_account", "signups_per_network"] {
        let line = format!("limits: {limit} is 0, which is no limit");
        assert!(warnings.contains(&line), "{warnings:?}");
    }
    assert!(
        !warnings.iter().any(|line| line.contains("logins_per_network")),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_told_as_by_every_command() {
    let program = Program::new().await.with("PUBLIC_URI", "http://canary.example");
    let refused = program.run(&["doctor"]);
    assert!(refused.complaint(78).contains("PORTCULLIS_PUBLIC_URI"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_provider_is_asked_and_problems_name_its_id() {
    let program = on_sqlite().await;
    let stub = StubProvider::oidc(Arc::new(ManualClock::default())).await;
    let file = program.database.folder().join("providers.toml");
    let away = "[github]\nurl = \"http://127.0.0.1:1\"\nclient_id = \"a\"\nclient_secret = \"canary\"\n";
    fs::write(&file, format!("{}{away}", stub.table(""))).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let program = program.with("PROVIDERS", file.to_str().unwrap());
    let (found, status) = examine(&program);
    let seen = "provider: corp: Corp can be reached; \
                its redirect URI is http://localhost:8000/oauth/corp/callback; \
                id, secret and redirect URI are tried only by a sign-in";
    assert!(of_severity(&found, "ok").contains(&seen.to_owned()), "{found:#}");
    let away = "provider: github: the token endpoint at http://127.0.0.1:1/login/oauth/access_token: cannot connect: \
                the port refuses connections"
        .to_owned();
    assert_eq!((of_severity(&found, "error"), status), (vec![away], 1));
    let exposed = format!(
        "settings: providers: corp: other users can read the file that holds the secret: chmod 600 {}",
        file.display()
    );
    assert!(of_severity(&found, "warning").contains(&exposed), "{found:#}");
    assert!(!found.to_string().contains("canary"));

    stub.fails(&stub.discovery_path(), Misbehavior::Status(404));
    let wrong = of_severity(&examine(&program).0, "error");
    let gone = format!(
        "provider: corp: the discovery document at {}{}: the answer has status 404",
        stub.url,
        stub.discovery_path()
    );
    assert!(wrong.contains(&gone), "{wrong:?}");
}

#[tokio::test]
async fn roles_that_the_settings_no_longer_list_are_named() {
    let program = Program::new().await.with("ROLES", "editor,staff,writer");
    let create = [
        "user",
        "create",
        "--email",
        "ada@example.com",
        "--name",
        "Ada",
        "--password-stdin",
    ];
    let roles = ["--role", "editor", "--role", "staff", "--role", "writer"];
    let arguments: Vec<_> = create.into_iter().chain(roles).collect();
    program.run(&["migrate", "up"]);
    let created = program.run_with_input(&arguments, "a lantern under quiet snow\n");
    assert_eq!(created.status, Some(0), "{created:?}");
    let (found, _) = examine(&program);
    assert!(
        of_severity(&found, "ok").contains(&"roles: every role that an account has is listed".to_owned()),
        "{found:#}"
    );
    let program = program.with("ROLES", "staff");
    let (found, _) = examine(&program);
    let warnings = of_severity(&found, "warning");
    assert!(
        warnings.contains(&"roles: accounts have roles that are not listed: editor, writer".to_owned()),
        "{found:#}"
    );
}
