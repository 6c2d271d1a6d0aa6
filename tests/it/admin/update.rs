//! What an administrator changes of an account: its name, and its address, which then is unproven.

use super::*;
use crate::{
    email_change::proven,
    email_verification::{token, verify},
};

#[tokio::test]
async fn a_new_address_is_unproven_until_its_mailbox_answers_and_the_old_one_is_told() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = proven(&app, "eve").await;
    let input = json!({ "userId": eve.id, "name": " Eve  Moneypenny ", "email": "Eve@New.example" });
    let answer = ada
        .client
        .call("updateUser", "user { name email isEmailVerified }", input)
        .await;
    let user = &answer.data("updateUser")["user"];
    assert_eq!(
        user,
        &json!({ "name": "Eve  Moneypenny", "email": "Eve@New.example", "isEmailVerified": false }),
        "{}",
        answer.text
    );
    let told = app.mail(&eve.email, "address_changed_for_good").await;
    assert!(
        !told.text.contains("127.0.0.1") && told.link.is_none(),
        "{}",
        told.text
    );
    // Her session goes on, and confirms it.
    let link = app.mail("Eve@new.example", "confirm_address").await.token();
    assert_eq!(verify(&eve.client, token(&link)).await, [""; 0]);
    let me = eve.client.me().await;
    assert_eq!(me.data("me")["isEmailVerified"], true);
}

#[tokio::test]
async fn links_to_the_old_address_are_dead_and_an_unproven_old_one_is_not_told() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = app.user("eve").await;
    let link = app.mail(&eve.email, "confirm_address").await.token();
    let input = json!({ "userId": eve.id, "email": "eve@new.example" });
    assert_eq!(codes(&change(&ada.client, &("updateUser", input)).await), [""; 0]);
    assert_eq!(verify(&eve.client, token(&link)).await, ["TOKEN_INVALID"]);
    assert!(
        !app.kinds_to(&eve.email)
            .await
            .contains(&"address_changed_for_good".to_owned())
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_changes_nothing() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let (eve, joe) = (app.user("eve").await, app.user("joe").await);
    let long = "n".repeat(101);
    for (changes, expected) in [
        (
            json!({ "name": "", "email": "no address" }),
            vec!["REQUIRED", "INVALID_EMAIL"],
        ),
        (json!({ "name": long, "email": "" }), vec!["TOO_LONG", "REQUIRED"]),
        (json!({ "name": "a\u{202e}b" }), vec!["INVALID_CHARACTERS"]),
        (
            json!({ "name": "Eva", "email": joe.email.to_uppercase() }),
            vec!["EMAIL_TAKEN"],
        ),
        (json!({}), vec![]),
    ] {
        let mut input = changes;
        input["userId"] = json!(eve.id);
        let answer = change(&ada.client, &("updateUser", input)).await;
        assert_eq!(codes(&answer), expected, "{}", answer.text);
    }
    let row = app.row(&eve.email).await.unwrap();
    assert_eq!(
        (row.name.as_str(), row.email.as_str()),
        ("eve", "eve@example.com")
    );
}

#[tokio::test]
async fn other_capitals_are_the_same_mailbox() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = app.admin("eve").await;
    let mails = app.row_counts(&["mails"]).await;
    let input = json!({ "userId": eve.id, "email": "Eve@Example.com" });
    let answer = ada
        .client
        .call("updateUser", "user { email isEmailVerified roles }", input)
        .await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    assert_eq!(
        answer.data("updateUser")["user"],
        json!({ "email": "Eve@Example.com", "isEmailVerified": true, "roles": ["admin"] })
    );
    assert_eq!(app.row_counts(&["mails"]).await, mails, "no mail is sent");
}
