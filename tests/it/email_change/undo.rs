//! D4 to D6: the former address takes itself back, whatever a thief has done since.

use std::time::Duration;

use serde_json::json;

use super::{change, known_networks, proven, undo};
use crate::{
    email_verification::{token, verify, with},
    support::{PASSWORD, Person, TestApp},
};

const NEW: &str = "a kettle on a rainy stove";
const WEEK: Duration = Duration::from_hours(7 * 24);
const DAY: Duration = Duration::from_hours(24);
const SIX_DAYS: Duration = Duration::from_hours(6 * 24);

/// Ada's account after a thief gave it his address. With the token that was mailed to her.
async fn stolen(app: &TestApp) -> (Person, String) {
    let ada = proven(app, "ada").await;
    change(app, &ada.client, "thief@example.org").await;
    let link = app.mail(&ada.email, "address_changed").await.token();
    (ada, link)
}

async fn reset_after_undo(app: &TestApp, email: &str) {
    let link = app.mail(email, "address_restored").await.token();
    let input = json!({ "token": link, "newPassword": NEW });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(answer.user_errors("resetPassword"), []);
    app.anonymous().login(email, NEW).await.tokens("login");
}

#[tokio::test]
async fn an_undo_brings_the_address_back_and_drops_what_the_thief_has() {
    let app = TestApp::start().await;
    let (thief, link) = stolen(&app).await;
    let elsewhere = app.sign_in("thief@example.org").await;
    let input = json!({ "email": "thief@example.org" });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let his_reset = app.mail("thief@example.org", "reset_password").await.token();
    assert_eq!(undo(&app, &link).await, [""; 0]);
    for person in [&thief, &elsewhere] {
        assert_eq!(person.client.me().await.reason(), "SESSION_REVOKED");
    }
    let row = app.row("ada@example.com").await.unwrap();
    assert!(row.password_hash.is_none() && row.email_verified_at.is_some());
    for email in ["ada@example.com", "thief@example.org"] {
        let answer = app.anonymous().login(email, PASSWORD).await;
        assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    }
    let input = json!({ "token": his_reset, "newPassword": NEW });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(answer.user_errors("resetPassword")[0].0, "TOKEN_INVALID");
    reset_after_undo(&app, "ada@example.com").await;
    assert_eq!(undo(&app, &link).await, ["TOKEN_INVALID"]);
    // And his address is free again.
    app.user("thief").await;
}

#[tokio::test]
async fn an_undo_ends_the_roles_that_were_given_since() {
    let app = TestApp::start().await;
    let admin = crate::admin::Admin::with(&app, "boss", &["admin"]).await;
    let ada = proven(&app, "ada").await;
    let give = async |roles: &[&str]| {
        let input = json!({ "userId": ada.id, "roles": roles });
        let answer = admin
            .client
            .call("updateUserRoles", "user { roles }", input)
            .await;
        assert_eq!(answer.user_errors("updateUserRoles"), []);
    };
    give(&["staff"]).await;
    app.pass(Duration::from_mins(1));
    change(&app, &ada.client, "elsewhere@example.org").await;
    let link = app.mail(&ada.email, "address_changed").await.token();
    app.pass(Duration::from_mins(1));
    give(&["admin", "staff"]).await;
    let mut watch = crate::audit::Watch::new(&app).await;
    assert_eq!(undo(&app, &link).await, [""; 0]);
    let told = watch.take().await;
    let roles = told.iter().find(|row| row.kind == "roles_changed").unwrap();
    assert_eq!(roles.details, r#"{"after":"staff","before":"admin,staff"}"#);
    reset_after_undo(&app, &ada.email).await;
    let query = "mutation($email: String!, $password: String!) {
        login(input: { email: $email, password: $password }) { user { roles } } }";
    let variables = json!({ "email": ada.email, "password": NEW });
    let answer = app.anonymous().run(query, variables).await;
    assert_eq!(
        answer.data("login")["user"]["roles"],
        json!(["staff"]),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn neither_a_second_change_nor_a_reset_kills_the_first_undo() {
    let app = TestApp::start().await;
    let (thief, link) = stolen(&app).await;
    change(&app, &thief.client, "second@example.org").await;
    let his_undo = app.mail("thief@example.org", "address_changed").await.token();
    let input = json!({ "email": "second@example.org" });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let reset = app.mail("second@example.org", "reset_password").await.token();
    let input = json!({ "token": reset, "newPassword": "the thief's own password" });
    app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(undo(&app, &link).await, [""; 0]);
    assert!(app.row("ada@example.com").await.is_some());
    // The oldest wins: the undo of a later change is dead, and there is no undo of the undo.
    assert_eq!(undo(&app, &his_undo).await, ["TOKEN_INVALID"]);
    let kinds = app.kinds_to("second@example.org").await;
    assert!(!kinds.contains(&"address_changed".to_owned()), "{kinds:?}");
    assert!(
        kinds.contains(&"address_changed_for_good".to_owned()),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn until_then_nobody_gets_the_former_address() {
    let app = TestApp::start().await;
    let (_, link) = stolen(&app).await;
    let input = json!({ "name": "Eve", "email": "ada@example.com", "password": PASSWORD });
    let answer = app.anonymous().signup(input.clone()).await;
    assert_eq!(answer.user_errors("signup")[0].0, "EMAIL_TAKEN");
    let eve = proven(&app, "eve").await;
    assert_eq!(super::ask(&eve.client, "ada@example.com").await, [""; 0]);
    let change = token(&app.mail("ada@example.com", "confirm_new_address").await.token());
    assert_eq!(verify(&eve.client, change).await, ["EMAIL_TAKEN"]);
    app.pass(WEEK);
    assert_eq!(undo(&app, &link).await, ["TOKEN_EXPIRED"]);
    let answer = app.anonymous().signup(input).await;
    assert_eq!(answer.user_errors("signup"), []);
}

#[tokio::test]
async fn a_thief_cannot_delete_what_the_owner_can_take_back() {
    let app = TestApp::start().await;
    let (thief, link) = stolen(&app).await;
    let input = json!({ "currentPassword": PASSWORD });
    let answer = thief
        .client
        .call("deleteAccount", "deletedUserId deletesAt", input)
        .await;
    assert!(
        answer.data("deleteAccount")["deletesAt"].is_string(),
        "{}",
        answer.text
    );
    assert_eq!(thief.client.me().await.reason(), "SESSION_REVOKED");
    let answer = app.anonymous().login("thief@example.org", PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "ACCOUNT_DISABLED");
    assert_eq!(
        portcullis::features::account::delete_due(&app.app).await.unwrap(),
        0
    );
    assert_eq!(undo(&app, &link).await, [""; 0]);
    reset_after_undo(&app, "ada@example.com").await;
    app.pass(WEEK);
    assert_eq!(
        portcullis::features::account::delete_due(&app.app).await.unwrap(),
        0
    );
    assert!(app.row("ada@example.com").await.is_some());
}

#[tokio::test]
async fn a_closed_account_is_deleted_when_nobody_can_take_it_back_any_more() {
    let app = TestApp::start().await;
    let (thief, link) = stolen(&app).await;
    let input = json!({ "currentPassword": PASSWORD });
    thief.client.call("deleteAccount", "deletesAt", input).await;
    app.pass(WEEK);
    assert_eq!(
        portcullis::features::account::delete_due(&app.app).await.unwrap(),
        1
    );
    assert_eq!(app.row("thief@example.org").await, None);
    assert_eq!(undo(&app, &link).await, ["TOKEN_INVALID"]);
}

/// D6: what was never proven may be a stranger's.
#[tokio::test]
async fn an_unproven_former_address_gets_no_undo() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    change(&app, &ada.client, "ada@new.example").await;
    assert_eq!(app.kinds_to(&ada.email).await, ["confirm_address"]);
    // It is free at once.
    app.user("ada").await;
}

#[tokio::test]
async fn a_token_for_anything_else_undoes_nothing() {
    let app = TestApp::start().await;
    let (_, link) = stolen(&app).await;
    let input = json!({ "email": "thief@example.org" });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let reset = app.mail("thief@example.org", "reset_password").await.token();
    assert_eq!(undo(&app, &reset).await, ["TOKEN_INVALID"]);
    let input = json!({ "token": link, "newPassword": NEW });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(answer.user_errors("resetPassword")[0].0, "TOKEN_INVALID");
    assert_eq!(
        verify(&app.anonymous(), with(token(&link), "newPassword", NEW)).await,
        ["TOKEN_INVALID"]
    );
    assert_eq!(undo(&app, &link).await, [""; 0]);
}

/// Day 0: a thief takes the address away. Day 3: the owner changes it back in her session, instead of by the undo.
#[tokio::test]
async fn an_address_that_gave_way_to_the_former_one_gets_no_undo() {
    let app = TestApp::start().await;
    let (ada, _) = stolen(&app).await;
    change(&app, &ada.client, "second@example.org").await;
    let second = app.mail("thief@example.org", "address_changed").await.token();
    app.pass(Duration::from_hours(3 * 24));
    let ada = app.sign_in("second@example.org").await;
    change(&app, &ada.client, "ada@example.com").await;
    // The interim address gets a notice, and cannot take itself back: its undo would outlive hers.
    let kinds = app.kinds_to("second@example.org").await;
    assert!(!kinds.contains(&"address_changed".to_owned()), "{kinds:?}");
    assert!(
        kinds.contains(&"address_changed_for_good".to_owned()),
        "{kinds:?}"
    );
    assert_eq!(undo(&app, &second).await, ["TOKEN_INVALID"]);
    assert!(app.row("ada@example.com").await.is_some());
    // They are free again, and another change gives her another undo.
    let eve = proven(&app, "eve").await;
    change(&app, &eve.client, "second@example.org").await;
    change(&app, &ada.client, "third@example.org").await;
    let link = app.mail("ada@example.com", "address_changed").await.token();
    assert_eq!(undo(&app, &link).await, [""; 0]);
    assert!(app.row("ada@example.com").await.is_some());
}

/// Otherwise his next sign-in, with any password, would not be reported.
#[tokio::test]
async fn an_undo_forgets_the_network_of_the_thief() {
    let app = TestApp::start().await;
    let (thief, link) = stolen(&app).await;
    let quiet = json!({ "isSignInNoticeEnabled": false });
    thief.client.call("updateProfile", "user { id }", quiet).await;
    assert_eq!(known_networks(&app).await, 1);
    assert_eq!(undo(&app, &link).await, [""; 0]);
    assert_eq!(known_networks(&app).await, 0);
    let row = app.row("ada@example.com").await.unwrap();
    assert_eq!(row.sign_in_notices_off_at, None);
}

/// The thief's own address gets an undo as well; he must not be able to wait until hers has run out.
#[tokio::test]
async fn the_undo_of_a_later_address_ends_with_the_first() {
    let app = TestApp::start().await;
    let (_, link) = stolen(&app).await;
    app.pass(DAY);
    let session = app.sign_in("thief@example.org").await;
    change(&app, &session.client, "third@example.org").await;
    let his = app.mail("thief@example.org", "address_changed").await.token();
    app.pass(SIX_DAYS);
    assert_eq!(undo(&app, &link).await, ["TOKEN_EXPIRED"]);
    assert_eq!(undo(&app, &his).await, ["TOKEN_EXPIRED"]);
}
