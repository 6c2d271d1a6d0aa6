//! Accounts of other systems.

mod command;
mod files;
mod hashes;
mod hostile;
mod log;
mod malformed;
mod mutation;
mod recorded;
mod refused;
mod rules;
mod stopped;
mod summary;

use portcullis::{
    features::user::{DisplayName, EmailAddress, Listed, NewUser, insert_free},
    platform::{clock::Clock as _, config::ServerSecret, db::Invalidates},
};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Program, SECRET, TestApp};

/// What the original libraries wrote for [`PASSWORD`](crate::support::PASSWORD) and others; `scripts/password-vectors`
/// makes it.
const VECTORS: &str = include_str!("../../../src/platform/crypto/foreign_hash/vectors.json");

/// The key of the vectors of HMAC-SHA256.
const HMAC_KEY: &str = "0123456789abcdef0123456789abcdef";

/// The hash of [`PASSWORD`](crate::support::PASSWORD) in the vector with this name.
fn hash_of(name: &str) -> String {
    let document: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = document["vectors"].as_array().unwrap();
    let vector = vectors
        .iter()
        .find(|it| it["name"] == name && it["password"] == crate::support::PASSWORD);
    vector.unwrap()["text"].as_str().unwrap().to_owned()
}

/// One user of an input.
fn user(name: &str) -> Value {
    json!({ "name": name, "email": format!("{name}@example.com") })
}

/// The same with a hash.
fn with_hash(name: &str, hash: &str) -> Value {
    json!({ "name": name, "email": format!("{name}@example.com"), "passwordHash": hash })
}

async fn import(client: &Client, users: Value) -> Answer {
    run(client, json!({ "users": users })).await
}

async fn run(client: &Client, input: Value) -> Answer {
    let fields = "results { user { id email roles isEmailVerified createdAt } hashFormat userErrors { code message field } }";
    client.call("importUsers", fields, input).await
}

/// The codes of each result; an empty list for a user without problems.
fn outcomes(answer: &Answer) -> Vec<Vec<String>> {
    let payload = answer.data("importUsers");
    assert_eq!(payload["userErrors"], json!([]), "{}", answer.text);
    let results = payload["results"].as_array().unwrap().iter();
    let codes = |result: &Value| {
        let errors = result["userErrors"].as_array().unwrap().iter();
        errors
            .map(|error| error["code"].as_str().unwrap().to_owned())
            .collect()
    };
    results.map(codes).collect()
}

/// All accounts, in the order of their creation.
async fn rows(app: &TestApp) -> Vec<entity::user::Model> {
    entity::user::Entity::find()
        .order_by_asc(entity::user::Column::Id)
        .all(app.app.db.reader())
        .await
        .unwrap()
}

/// The accounts as they are, and how many rows all tables but that of events have.
async fn everything(app: &TestApp) -> String {
    let counts = app
        .row_counts(&[
            "users",
            "user_roles",
            "sessions",
            "signing_keys",
            "attempt_streaks",
            "form_receipts",
            "leases",
            "data_keys",
            "one_time_tokens",
            "mails",
            "mail_suppressions",
            "mail_budgets",
            "address_reservations",
            "totp_factors",
            "recovery_codes",
            "passkeys",
            "identities",
            "unlinked_identities",
            "audit_seals",
        ])
        .await;
    format!("{:?}\n{counts}", rows(app).await)
}

/// The details of the events of imports, oldest first.
async fn events(app: &TestApp) -> Vec<Value> {
    let events = entity::audit_event::Entity::find()
        .order_by_asc(entity::audit_event::Column::Id)
        .all(app.app.db.reader())
        .await
        .unwrap();
    let imports = events.iter().filter(|event| event.kind == "users_imported");
    imports
        .map(|event| serde_json::from_str(&event.details).unwrap())
        .collect()
}

/// Inserts users with these addresses and roles in one transaction, without looking the addresses up before. Returns for
/// each whether it was inserted.
pub(crate) async fn insert(app: &TestApp, emails: &[&str], roles: &[&str]) -> Vec<bool> {
    let new = |email: &&str| {
        let name = DisplayName::parse("Ada").unwrap();
        let email = EmailAddress::parse(email).unwrap();
        Listed {
            user: NewUser::new(&app.app, name, &email, None).user,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        }
    };
    let users: Vec<_> = emails.iter().map(new).collect();
    let now = app.clock.now().as_millisecond();
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    let inserted = insert_free(&tx, &users, now).await.unwrap();
    tx.commit().await.unwrap();
    let is_inserted = |new: &Listed| inserted.contains(&new.user.id);
    users.iter().map(is_inserted).collect()
}

/// A server, and the program on its database.
async fn server() -> (TestApp, Program) {
    let app = TestApp::with(|config| {
        config.secret = Some(ServerSecret::parse(SECRET).unwrap());
        config.attempts_per_account = 0;
        config.logins_per_network = 0;
    })
    .await;
    let program = Program::new()
        .await
        .with("DATABASE_URL", &app.database.url_for_servers)
        .with("SECRET", SECRET)
        .with("ROLES", crate::support::ROLES);
    (app, program)
}

/// Writes a file into the folder of the program, and returns its path.
fn file(program: &Program, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = program.database.folder().join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The lines of a report.
fn report(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
