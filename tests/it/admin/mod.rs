//! Administration: who may do what to whom.

mod invitation;
mod last_admin;
mod people;
mod permissions;
mod targets;
mod unproven;
mod update;

use portcullis::platform::config::{Permission, Roles};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

/// A person with a confirmed address and these roles, who has just proven who they are.
pub(crate) struct Admin {
    pub(crate) person: Person,
    /// Carries the proof.
    pub(crate) client: Client,
}

impl Admin {
    pub(crate) async fn with(app: &TestApp, name: &str, roles: &[&str]) -> Self {
        let person = app.admin(name).await;
        app.set_roles(&person, roles).await;
        let client = stepped_up(app, &person.client).await;
        Self { person, client }
    }
}

/// The client with the tokens that a proof by password returns.
pub(crate) async fn stepped_up(app: &TestApp, client: &Client) -> Client {
    let input = json!({ "password": PASSWORD });
    let answer = client
        .call("reauthenticate", "tokens { accessToken }", input)
        .await;
    let token = &answer.data("reauthenticate")["tokens"]["accessToken"];
    app.bearer(token.as_str().unwrap_or_else(|| panic!("{}", answer.text)))
}

/// The codes of what went wrong, at the top or in the payload; empty for a success.
pub(crate) fn codes(answer: &Answer) -> Vec<String> {
    if !answer.codes().is_empty() {
        return answer.codes().into_iter().map(str::to_owned).collect();
    }
    let data = answer.body["data"]
        .as_object()
        .unwrap_or_else(|| panic!("{}", answer.text));
    let (_, payload) = data.iter().next().unwrap();
    let errors = payload["userErrors"].as_array();
    let errors = errors.unwrap_or_else(|| panic!("{}", answer.text));
    errors
        .iter()
        .map(|error| error["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Every mutation of administration on an account that exists, with an input that would change something.
fn changes_of(id: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("updateUser", json!({ "userId": id, "name": "Changed" })),
        (
            "updateUser",
            json!({ "userId": id, "email": "changed@example.com" }),
        ),
        ("updateUserRoles", json!({ "userId": id, "roles": ["staff"] })),
        ("disableUser", json!({ "userId": id, "reason": "a test" })),
        ("enableUser", json!({ "userId": id })),
        ("revokeUserSessions", json!({ "userId": id })),
        ("sendPasswordReset", json!({ "userId": id })),
        ("resetUserMfa", json!({ "userId": id })),
        ("deleteUser", json!({ "userId": id })),
    ]
}

async fn change(client: &Client, (field, input): &(&'static str, Value)) -> Answer {
    client.call(field, "__typename", input.clone()).await
}

/// The permission that a field needs.
fn needed(field: &str) -> Permission {
    match field {
        "updateUserRoles" => Permission::ManageRoles,
        _ => Permission::ManageUsers,
    }
}

/// Everything in the database about the accounts that a change could touch.
async fn traces(app: &TestApp) -> String {
    app.row_counts(&[
        "users",
        "user_roles",
        "sessions",
        "one_time_tokens",
        "mails",
        "passkeys",
        "totp_factors",
    ])
    .await
}
