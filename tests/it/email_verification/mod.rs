//! Whose an address is: confirming it, and what a proof of the mailbox does to what a squatter left behind.

mod doors;
mod optional;
mod race;
mod required;
mod resend;

use serde_json::{Value, json};

use crate::support::{Answer, Client};

/// Calls `verifyEmail`, and returns the codes of the refusal.
pub(crate) async fn verify(client: &Client, input: Value) -> Vec<String> {
    let answer = verify_answer(client, input).await;
    let errors = answer.user_errors("verifyEmail");
    assert_eq!(
        answer.data("verifyEmail")["isVerified"],
        errors.is_empty(),
        "{}",
        answer.text
    );
    errors.iter().map(|error| error.0.to_owned()).collect()
}

pub(crate) async fn verify_answer(client: &Client, input: Value) -> Answer {
    client
        .call("verifyEmail", "isVerified user { id isEmailVerified }", input)
        .await
}

pub(crate) fn token(token: &str) -> Value {
    json!({ "token": token })
}

/// The same with another field.
pub(crate) fn with(mut input: Value, field: &str, value: &str) -> Value {
    input[field] = json!(value);
    input
}
