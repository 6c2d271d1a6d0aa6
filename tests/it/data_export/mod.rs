//! Exports of personal data: what they contain, who gets them, and how long ones are downloaded.

mod attacks;
mod contents;
mod long;
mod tables;

use entity::{AuditEventId, UserId, audit_event};
use portcullis::platform::{clock::Clock as _, id, rng::SystemRng};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

const EXPORT: &str = "mutation { exportMyData { data downloadUrl userErrors { code message field } } }";

async fn export(client: &Client) -> Answer {
    client.query(EXPORT).await
}

/// The client with a proof of identity by the password.
async fn stepped_up(app: &TestApp, client: &Client) -> Client {
    let input = json!({ "password": PASSWORD });
    let answer = client
        .call("reauthenticate", "tokens { accessToken refreshToken }", input)
        .await;
    app.bearer(&answer.tokens("reauthenticate").access)
}

/// The document that a short export answers.
fn document(answer: &Answer) -> Value {
    let payload = answer.data("exportMyData");
    assert_eq!(payload["userErrors"], json!([]), "{}", answer.text);
    assert_eq!(payload["downloadUrl"], Value::Null);
    serde_json::from_str(payload["data"].as_str().unwrap()).unwrap()
}

/// The path of the download that a long export answers.
fn path(answer: &Answer) -> String {
    let payload = answer.data("exportMyData");
    assert_eq!(payload["userErrors"], json!([]), "{}", answer.text);
    assert_eq!(payload["data"], Value::Null);
    let url = payload["downloadUrl"].as_str().unwrap();
    url.strip_prefix("http://localhost:8000").unwrap().to_owned()
}

/// Fills the audit log with events of this person, of some 8 KB each.
async fn fill_log(app: &TestApp, person: &Person, events: usize) {
    let user = UserId(person.id.parse().unwrap());
    let now = app.clock.now();
    let filler = "y".repeat(8_000);
    for _ in 0..events.div_ceil(25) {
        let rows = (0..25).map(|_| {
            let row = audit_event::Model {
                id: AuditEventId(id::new_at(now, &SystemRng)),
                kind: "login_succeeded".to_owned(),
                created_at: now.as_millisecond(),
                actor_kind: "owner".to_owned(),
                actor_id: Some(user),
                subject_id: Some(user),
                session_id: None,
                request_id: None,
                details: json!({ "filler": filler }).to_string(),
                ip_address: None,
                user_agent: None,
                actor_facts: None,
                actor_salt: None,
                actor_hash: None,
                subject_facts: None,
                subject_salt: None,
                subject_hash: None,
                key_id: String::new(),
                mac: String::new(),
                seal: None,
            };
            row.into_active_model().reset_all()
        });
        audit_event::Entity::insert_many(rows)
            .exec_without_returning(app.app.db.writer())
            .await
            .unwrap();
    }
}

/// A person with a long export, and its path.
async fn with_long_export(app: &TestApp, name: &str) -> (Person, Client, String) {
    let person = app.user(name).await;
    fill_log(app, &person, 50).await;
    let client = stepped_up(app, &person.client).await;
    let path = path(&export(&client).await);
    (person, client, path)
}
