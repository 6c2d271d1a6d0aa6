//! There is always somebody left to look after the accounts.

use serde_json::json;

use super::{assert_done, delete_account, opens, refusals};
use crate::{
    email_change::{change, proven},
    support::{Answer, PASSWORD, Person, TestApp},
};

async fn leave(person: &Person) -> Answer {
    delete_account(&person.client, json!({ "currentPassword": PASSWORD })).await
}

fn assert_must_stay(answer: &Answer) {
    assert_eq!(
        answer.user_errors("deleteAccount"),
        [(
            "LAST_ADMIN",
            "You are the last administrator. Make someone else an administrator before you leave.",
            json!(null)
        )]
    );
    assert_eq!(answer.data("deleteAccount")["deletedUserId"], json!(null));
}

#[tokio::test]
async fn the_only_administrator_stays_by_whatever_proof() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    app.set_roles(&ada, &["admin", "staff"]).await;
    app.set_roles(&eve, &["staff", "administrator", "admins"]).await;
    assert_must_stay(&leave(&ada).await);
    let client = super::proven(&app, &ada.client).await;
    assert_must_stay(&delete_account(&client, json!({})).await);
    assert_eq!(
        ada.client.me().await.data("me")["roles"],
        json!(["admin", "staff"])
    );
    assert!(opens(&app, &ada, PASSWORD).await);
    // Everybody else leaves as they like.
    assert_done(&leave(&eve).await);
}

#[tokio::test]
async fn who_does_not_know_the_password_does_not_learn_who_is_the_last() {
    let app = TestApp::start().await;
    let ada = app.admin("ada").await;
    let answer = delete_account(&ada.client, json!({ "currentPassword": "not the password" })).await;
    assert_eq!(refusals(&answer)[0].0, "CURRENT_PASSWORD_INCORRECT");
    let answer = delete_account(&ada.client, json!({})).await;
    assert_eq!(refusals(&answer)[0].0, "REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn administrators_leave_one_after_the_other_and_the_last_stays() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.admin("ada").await, app.admin("eve").await);
    let joe = app.admin("joe").await;
    assert_done(&leave(&eve).await);
    assert_done(&leave(&ada).await);
    assert_must_stay(&leave(&joe).await);
    // A new one lets them go.
    let zoe = app.admin("zoe").await;
    assert_done(&leave(&joe).await);
    assert_must_stay(&leave(&zoe).await);
}

#[tokio::test]
async fn a_disabled_administrator_does_not_count() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.admin("ada").await, app.admin("eve").await);
    app.disable(&eve.email).await;
    assert_must_stay(&leave(&ada).await);
    app.enable(&eve.email).await;
    assert_done(&leave(&ada).await);
}

#[tokio::test]
async fn an_administrator_who_gave_the_role_away_leaves() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    assert_must_stay(&leave(&ada).await);
    app.set_roles(&ada, &[]).await;
    assert_done(&leave(&ada).await);
}

/// Whose former address can still take itself back is closed first, and deleted later.
#[tokio::test]
async fn a_closed_administrator_is_none() {
    let app = TestApp::start().await;
    let (ada, eve) = (proven(&app, "ada").await, app.admin("eve").await);
    app.set_roles(&ada, &["admin"]).await;
    change(&app, &ada.client, "ada@new.example").await;
    let answer = delete_account(&ada.client, json!({ "currentPassword": PASSWORD })).await;
    assert_done(&answer);
    assert!(app.row("ada@new.example").await.unwrap().deletes_at.is_some());
    assert_must_stay(&leave(&eve).await);
}
