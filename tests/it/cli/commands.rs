//! `schema`, `config` and `migrate`.

use serde_json::{Value, json};

use crate::support::Program;

#[tokio::test]
async fn the_schema_is_the_committed_one() {
    let committed = include_str!("../../../schema.graphql");
    let program = Program::new().await;
    assert_eq!(program.done(&["schema"]), committed.trim_end());
    let as_json: Value = serde_json::from_str(&program.done(&["schema", "--json"])).unwrap();
    assert_eq!(as_json["sdl"], committed);
}

#[tokio::test]
async fn the_subgraph_is_the_committed_one() {
    let committed = include_str!("../../../src/features/federation/subgraph.graphql");
    let program = Program::new().await;
    assert_eq!(program.done(&["schema", "--federation"]), committed.trim_end());
    let as_json: Value = serde_json::from_str(&program.done(&["schema", "--federation", "--json"])).unwrap();
    assert_eq!(as_json["sdl"], committed);
}

#[tokio::test]
async fn the_settings_are_shown_without_the_secrets_in_them() {
    let program = Program::new()
        .await
        .with("SECRET", "canary0BnTx4Lq8vWz3RkYd6HsPm9Ug2Fa")
        .with("JWT_ALGORITHM", "HS256")
        .with("JWT_SECRET", "canary1CqYz5Mr9wXa4SlZe7JtQn0Vh3Gb")
        .with("FEDERATION_SECRETS", "canary3DrZw6Ns0xYb5TmAf8KuRp1Wi4Hc")
        .with("DATABASE_URL", "postgres://portcullis:canary2@127.0.0.1/accounts");
    for arguments in [&["config"][..], &["config", "--json"]] {
        let shown = program.done(arguments);
        assert!(!shown.contains("canary"), "{shown}");
        assert!(
            shown.contains("postgres://portcullis:***@127.0.0.1/accounts"),
            "{shown}"
        );
    }
    let shown: Value = serde_json::from_str(&program.done(&["config", "--json"])).unwrap();
    assert_eq!(shown["jwt_algorithm"]["value"], "HS256");
    assert_eq!(shown["database_wait"]["value"], "30s");
}

#[tokio::test]
async fn migrations_are_told_and_applied_once() {
    let program = Program::new().await;
    let status =
        || -> Value { serde_json::from_str(&program.done(&["migrate", "status", "--json"])).unwrap() };
    let before = status();
    assert_eq!((&before["applied"], &before["newer"]), (&json!([]), &json!([])));
    assert!(!program.data_dir().exists(), "looking has made something");

    let done = program.done(&["migrate", "up"]);
    let changes = before["pending"].as_array().unwrap().len();
    assert!(done.starts_with(&format!("applied {changes} changes")), "{done}");
    let after = status();
    assert_eq!(
        (&after["applied"], &after["pending"]),
        (&before["pending"], &json!([]))
    );
    assert_eq!(
        program.done(&["migrate", "up", "--json"]),
        json!({ "applied": [] }).to_string()
    );
    let text = program.done(&["migrate", "status"]);
    assert_eq!(
        text.lines().filter(|line| line.starts_with("applied  m")).count(),
        changes
    );
}
