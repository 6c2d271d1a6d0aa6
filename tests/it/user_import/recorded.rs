//! What the audit log says of an import.

use entity::audit_event::{Column, Entity, Model};
use sea_orm::ColumnTrait as _;

use super::*;
use crate::admin::Admin;

/// The events of this kind, oldest first.
async fn of_kind(app: &TestApp, kind: &str) -> Vec<Model> {
    use sea_orm::QueryFilter as _;
    let select = Entity::find()
        .filter(Column::Kind.eq(kind))
        .order_by_asc(Column::Id);
    select.all(app.app.db.reader()).await.unwrap()
}

fn details(event: &Model) -> Value {
    serde_json::from_str(&event.details).unwrap()
}

#[tokio::test]
async fn each_new_account_has_an_event_of_its_own_by_the_one_who_imports() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["mover"]).await;
    let users = json!([
        { "name": "Ada", "email": "ada@example.com", "isEmailVerified": true, "roles": ["staff", "editor"] },
        user("bob"),
        user("joe"),
    ]);
    import(&admin.client, users).await;
    let created = of_kind(&app, "user_created").await;
    let joe = app.row("joe@example.com").await.unwrap().id;
    let mut found = Vec::new();
    for event in &created {
        assert_eq!(
            (event.actor_kind.as_str(), event.actor_id),
            ("administrator", Some(joe))
        );
        assert!(event.session_id.is_some() && event.request_id.is_some());
        found.push((event.subject_id.unwrap(), details(event)));
    }
    let id = async |email| app.row(email).await.unwrap().id;
    let expected = |roles, verified| json!({ "way": "import", "roles": roles, "email_verified": verified });
    assert_eq!(found.len(), 2);
    assert!(
        found.contains(&(id("ada@example.com").await, expected("editor,staff", "true"))),
        "{found:?}"
    );
    assert!(
        found.contains(&(id("bob@example.com").await, expected("", "false"))),
        "{found:?}"
    );
    assert_eq!(events(&app).await, [json!({ "total": "3", "created": "2" })]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_records_each_account_and_the_log_verifies() {
    let (app, program) = server().await;
    let users = (0..300).map(|number| user(&format!("user{number}")));
    let lines = users.fold(String::new(), |lines, user| lines + &user.to_string() + "\n");
    program.done(&["user", "import", &file(&program, "users.jsonl", lines)]);
    let created = of_kind(&app, "user_created").await;
    assert_eq!(created.len(), 300);
    assert!(created.iter().all(|event| event.actor_kind == "command_line"));
    assert!(program.done(&["audit", "verify"]).starts_with("events: 302,"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_is_recorded_since_it_shows_which_addresses_exist() {
    let (app, program) = server().await;
    let admin = Admin::with(&app, "joe", &["importer"]).await;
    let input = json!({ "users": [user("joe"), user("ada")], "isDryRun": true });
    run(&admin.client, input).await;
    let path = file(
        &program,
        "users.jsonl",
        format!("{}\n{}", user("joe"), user("ada")),
    );
    program.done(&["user", "import", &path, "--dry-run"]);
    let dry = json!({ "dry_run": "true", "total": "2", "valid": "1" });
    assert_eq!(events(&app).await, [dry.clone(), dry]);
    assert_eq!(rows(&app).await.len(), 1);
}
