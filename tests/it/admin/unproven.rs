//! Accounts whose mailbox has never answered may be a stranger's: what administrators give them waits for the answer.

use portcullis::platform::config::EmailVerification;

use super::*;
use crate::audit::Watch;

async fn update_roles(admin: &Admin, id: &str, roles: &[&str]) -> Answer {
    let input = json!({ "userId": id, "roles": roles });
    let answer = admin
        .client
        .call("updateUserRoles", "user { roles }", input)
        .await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    answer
}

async fn accept(app: &TestApp, email: &str) {
    let token = app.mail(email, "invitation").await.token();
    let input = json!({ "token": token, "newPassword": "another lantern in the snow" });
    let answer = app
        .anonymous()
        .call("acceptInvitation", "isAccepted", input)
        .await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
}

async fn roles_of(app: &TestApp, admin: &Admin, email: &str) -> Value {
    let lookup = app.row(email).await.unwrap().id.to_string();
    let query = format!("{{ user(by: {{ id: \"{lookup}\" }}) {{ roles }} }}");
    admin.client.query(&query).await.data("user")["roles"].clone()
}

#[tokio::test]
async fn they_get_roles_by_an_invitation_and_lose_them_at_once() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    // A stranger signed up with Eve's address.
    let squatter = app.user("eve").await;
    let answer = update_roles(&ada, &squatter.id, &["staff", "auditor"]).await;
    assert_eq!(answer.data("updateUserRoles")["user"]["roles"], json!([]));
    let events = squatter.client.query("{ auditEvents { totalCount } }").await;
    assert_eq!(
        roles_of(&app, &ada, &squatter.email).await,
        json!([]),
        "{}",
        events.text
    );
    accept(&app, &squatter.email).await;
    assert_eq!(squatter.client.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(
        roles_of(&app, &ada, &squatter.email).await,
        json!(["auditor", "staff"])
    );

    app.sql("UPDATE users SET email_verified_at = NULL WHERE email_key = 'eve@example.com'")
        .await;
    let answer = update_roles(&ada, &squatter.id, &["staff", "editor"]).await;
    assert_eq!(answer.data("updateUserRoles")["user"]["roles"], json!(["staff"]));
    accept(&app, &squatter.email).await;
    assert_eq!(
        roles_of(&app, &ada, &squatter.email).await,
        json!(["editor", "staff"])
    );
}

#[tokio::test]
async fn their_roles_permit_nothing() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let manager = Admin::with(&app, "manager", &["manager", "support"]).await;
    let query = "{ users(first: 1) { totalCount } }";
    assert_eq!(manager.client.query(query).await.codes(), [""; 0]);
    let input = json!({ "userId": manager.person.id, "email": "elsewhere@example.com" });
    assert_eq!(codes(&change(&ada.client, &("updateUser", input)).await), [""; 0]);
    assert_eq!(manager.client.query(query).await.codes(), ["FORBIDDEN"]);
    let eve = app.user("eve").await;
    let it = ("disableUser", json!({ "userId": eve.id }));
    assert_eq!(codes(&change(&manager.client, &it).await), ["FORBIDDEN"]);
    let link = app.mail("elsewhere@example.com", "confirm_address").await.token();
    let token = crate::email_verification::token(&link);
    assert_eq!(
        crate::email_verification::verify(&manager.person.client, token).await,
        [""; 0]
    );
    assert_eq!(manager.client.query(query).await.codes(), [""; 0]);
}

#[tokio::test]
async fn one_that_was_invited_and_disabled_is_invited_again_without_roles() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let input = json!({ "name": "Eve", "email": "eve@example.com", "roles": ["staff"] });
    let invited = ada.client.call("createUser", "user { id }", input).await;
    let id = &invited.data("createUser")["user"]["id"];
    app.mail("eve@example.com", "invitation").await;
    for field in ["disableUser", "enableUser", "sendPasswordReset"] {
        let answer = change(&ada.client, &(field, json!({ "userId": id }))).await;
        assert_eq!(codes(&answer), [""; 0], "{field}: {}", answer.text);
    }
    accept(&app, "eve@example.com").await;
    assert_eq!(roles_of(&app, &ada, "eve@example.com").await, json!([]));
}

#[tokio::test]
async fn what_ends_when_their_mailbox_answers_is_recorded() {
    let app = TestApp::start().await;
    let squatter = app.user("eve").await;
    app.set_roles(&squatter, &["staff"]).await;
    let mut watch = Watch::new(&app).await;
    let input = json!({ "email": squatter.email });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let token = app.mail(&squatter.email, "reset_password").await.token();
    let input = json!({ "token": token, "newPassword": "another lantern in the snow" });
    app.anonymous().call("resetPassword", "isReset", input).await;
    let told: Vec<_> = watch
        .take()
        .await
        .into_iter()
        .map(|row| (row.kind, row.details))
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(kind, details)| (&**kind, &**details)).collect();
    assert!(
        told.contains(&("email_verified", r#"{"ended":"password"}"#)),
        "{told:?}"
    );
    assert!(
        told.contains(&("roles_changed", r#"{"after":"","before":"staff"}"#)),
        "{told:?}"
    );
}

#[tokio::test]
async fn removing_factors_that_are_not_there_mails_no_link() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let input = json!({ "name": "Eve", "email": "eve@example.com" });
    let invited = ada.client.call("createUser", "user { id }", input).await;
    let id = &invited.data("createUser")["user"]["id"];
    for _ in 0..5 {
        let answer = change(&ada.client, &("resetUserMfa", json!({ "userId": id }))).await;
        assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    }
    assert_eq!(app.kinds_to("eve@example.com").await, ["invitation"]);
}

#[tokio::test]
async fn disabling_again_and_again_floods_no_mailbox() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = crate::email_change::proven(&app, "eve").await;
    for _ in 0..5 {
        for field in ["disableUser", "enableUser"] {
            let answer = change(&ada.client, &(field, json!({ "userId": eve.id }))).await;
            assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
        }
    }
    let kinds = app.kinds_to(&eve.email).await;
    let told = kinds.iter().filter(|kind| *kind == "account_disabled").count();
    assert_eq!(told, 3, "{kinds:?}");
}

#[tokio::test]
async fn tokens_leave_their_roles_out_where_mail_is_sent() {
    let app = TestApp::with(|config| {
        crate::support::with_mail_server(config, 9);
        config.email_verification = EmailVerification::Optional;
    })
    .await;
    let eve = app.user("eve").await;
    app.set_roles(&eve, &["staff"]).await;
    let roles = async || crate::token::forge::part(&app.sign_in(&eve.email).await.token, 1)["roles"].clone();
    assert_eq!(roles().await, json!([]));
    app.sql("UPDATE users SET email_verified_at = 1 WHERE email_key = 'eve@example.com'")
        .await;
    assert_eq!(roles().await, json!(["staff"]));
}
