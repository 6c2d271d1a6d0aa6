//! Changing one's address, and taking the former one back.

mod change;
mod undo;

use entity::attempt_streak;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::{
    email_verification::{token, verify},
    support::{Client, PASSWORD, Person, TestApp},
};

/// A person whose address is proven.
pub(crate) async fn proven(app: &TestApp, name: &str) -> Person {
    let person = app.user(name).await;
    let link = app.mail(&person.email, "confirm_address").await.token();
    assert_eq!(verify(&person.client, token(&link)).await, [""; 0]);
    person
}

/// Asks for a new address. The codes of the refusal.
async fn ask(client: &Client, new: &str) -> Vec<String> {
    let input = json!({ "newEmail": new, "currentPassword": PASSWORD });
    ask_with(client, input).await
}

async fn ask_with(client: &Client, input: Value) -> Vec<String> {
    let answer = client
        .call("requestEmailChange", "user { pendingEmail }", input)
        .await;
    let errors = answer.user_errors("requestEmailChange");
    errors.iter().map(|error| error.0.to_owned()).collect()
}

/// Changes the address of a person who is signed in.
pub(crate) async fn change(app: &TestApp, client: &Client, new: &str) {
    assert_eq!(ask(client, new).await, [""; 0]);
    let link = app.mail(new, "confirm_new_address").await.token();
    assert_eq!(verify(client, token(&link)).await, [""; 0]);
}

pub(crate) async fn undo(app: &TestApp, link: &str) -> Vec<String> {
    let answer = app
        .anonymous()
        .call("undoEmailChange", "isUndone", json!({ "token": link }))
        .await;
    let errors = answer.user_errors("undoEmailChange");
    assert_eq!(answer.data("undoEmailChange")["isUndone"], errors.is_empty());
    errors.iter().map(|error| error.0.to_owned()).collect()
}

/// How many networks are known to accounts.
pub(crate) async fn known_networks(app: &TestApp) -> u64 {
    let known = attempt_streak::Entity::find().filter(attempt_streak::Column::SucceededAt.is_not_null());
    known.count(app.app.db.reader()).await.unwrap()
}
