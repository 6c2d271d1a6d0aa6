//! D2: every way of proving a mailbox, and what a squatter left behind.

use entity::attempt_streak;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;

use super::{token, verify, with};
use crate::support::{PASSWORD, Person, TestApp};

const NEW: &str = "a kettle on a rainy stove";

/// A door through which the owner of the mailbox comes in, without anything of the account.
#[derive(Debug, Clone, Copy)]
enum Door {
    Verify,
    Reset,
    Code,
    Link,
}

const DOORS: [Door; 4] = [Door::Verify, Door::Reset, Door::Code, Door::Link];

async fn walk_through(app: &TestApp, door: Door, email: &str) {
    let anonymous = app.anonymous();
    match door {
        Door::Verify => {
            let link = token(&app.mail(email, "confirm_address").await.token());
            assert_eq!(verify(&anonymous, with(link, "newPassword", NEW)).await, [""; 0]);
        }
        Door::Reset => {
            anonymous
                .call("requestPasswordReset", "email", json!({ "email": email }))
                .await;
            let link = app.mail(email, "reset_password").await.token();
            let input = json!({ "token": link, "newPassword": NEW });
            let answer = anonymous.call("resetPassword", "isReset", input).await;
            assert_eq!(answer.user_errors("resetPassword"), []);
        }
        Door::Code | Door::Link => {
            let answer = anonymous
                .call("requestEmailLogin", "challengeToken", json!({ "email": email }))
                .await;
            let challenge = &answer.data("requestEmailLogin")["challengeToken"];
            let letter = app.mail(email, "sign_in_code").await;
            let (field, input) = match door {
                Door::Code => (
                    "loginWithEmailCode",
                    json!({ "challengeToken": challenge, "code": letter.code() }),
                ),
                _ => (
                    "loginWithEmailLink",
                    json!({ "challengeToken": challenge, "token": letter.token() }),
                ),
            };
            let answer = anonymous
                .call(field, "user { roles isEmailVerified }", input)
                .await;
            assert_eq!(
                answer.data(field)["user"],
                json!({ "roles": [], "isEmailVerified": true })
            );
        }
    }
}

/// What the squatter prepared: links of his own, a pending change, a second session.
struct Leftovers {
    squatter: Person,
    other_session: Person,
    change: String,
    reset: String,
    verify: String,
}

async fn squat(app: &TestApp, name: &str) -> Leftovers {
    app.sql("DELETE FROM attempt_streaks").await;
    let squatter = app.admin(name).await;
    let verify = app.mail(&squatter.email, "confirm_address").await.token();
    let his = format!("{name}@squatter.example");
    let input = json!({ "newEmail": his, "currentPassword": PASSWORD });
    let answer = squatter
        .client
        .call("requestEmailChange", "user { pendingEmail }", input)
        .await;
    assert_eq!(answer.data("requestEmailChange")["user"]["pendingEmail"], his);
    let change = app.mail(&his, "confirm_new_address").await.token();
    let input = json!({ "email": squatter.email });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let reset = app.mail(&squatter.email, "reset_password").await.token();
    let quiet = json!({ "isSignInNoticeEnabled": false });
    squatter.client.call("updateProfile", "user { id }", quiet).await;
    app.sql("UPDATE attempt_streaks SET network_key = 'his' WHERE network_key <> ''")
        .await;
    Leftovers {
        other_session: app.sign_in(&squatter.email).await,
        squatter,
        change,
        reset,
        verify,
    }
}

#[tokio::test]
async fn through_every_door_a_squatter_keeps_nothing() {
    let app = TestApp::builder()
        .config(|config| config.email_login = true)
        .patient()
        .start()
        .await;
    for (nth, door) in DOORS.into_iter().enumerate() {
        let left = squat(&app, &format!("victim{nth}")).await;
        let email = &left.squatter.email;
        walk_through(&app, door, email).await;
        for person in [&left.squatter, &left.other_session] {
            assert_eq!(person.client.me().await.reason(), "SESSION_REVOKED", "{door:?}");
            let answer = app.anonymous().refresh(&person.refresh_token).await;
            assert_eq!(
                answer.user_errors("refreshSession")[0].0,
                "REFRESH_TOKEN_INVALID",
                "{door:?}"
            );
        }
        let answer = app.anonymous().login(email, PASSWORD).await;
        assert_eq!(
            answer.user_errors("login")[0].0,
            "INVALID_CREDENTIALS",
            "{door:?}"
        );
        let change = with(token(&left.change), "password", PASSWORD);
        assert_eq!(
            verify(&app.anonymous(), change).await,
            ["TOKEN_INVALID"],
            "{door:?}"
        );
        let again = with(token(&left.verify), "newPassword", PASSWORD);
        assert_eq!(
            verify(&app.anonymous(), again).await,
            ["TOKEN_INVALID"],
            "{door:?}"
        );
        let input = json!({ "token": left.reset, "newPassword": PASSWORD });
        let answer = app.anonymous().call("resetPassword", "isReset", input).await;
        assert_eq!(
            answer.user_errors("resetPassword")[0].0,
            "TOKEN_INVALID",
            "{door:?}"
        );
        let row = app.row(email).await.unwrap();
        assert_eq!(
            (row.pending_email, row.email_verified_at.is_some()),
            (None, true),
            "{door:?}"
        );
        let roles = portcullis::features::user::roles(&app.app.db, row.id)
            .await
            .unwrap();
        assert_eq!(roles, [""; 0], "{door:?}");
        // The owner gets a notice when he comes again: neither his network is known, nor are the notices off.
        let his = attempt_streak::Entity::find().filter(attempt_streak::Column::NetworkKey.eq("his"));
        assert_eq!(his.count(app.app.db.reader()).await.unwrap(), 0, "{door:?}");
        let row = app.row(email).await.unwrap();
        assert_eq!(row.sign_in_notices_off_at, None, "{door:?}");
    }
}

#[tokio::test]
async fn a_proven_account_keeps_its_roles_through_every_door() {
    let app = TestApp::builder()
        .config(|config| config.email_login = true)
        .patient()
        .start()
        .await;
    for (nth, door) in [Door::Reset, Door::Code, Door::Link].into_iter().enumerate() {
        let owner = app.admin(&format!("owner{nth}")).await;
        let link = app.mail(&owner.email, "confirm_address").await.token();
        assert_eq!(verify(&owner.client, token(&link)).await, [""; 0]);
        let anonymous = app.anonymous();
        if matches!(door, Door::Reset) {
            walk_through(&app, door, &owner.email).await;
            anonymous.login(&owner.email, NEW).await.tokens("login");
        } else {
            let input = json!({ "email": owner.email });
            anonymous.call("requestEmailLogin", "challengeToken", input).await;
            // Signing in by mail leaves the password and the other sessions alone.
            assert_eq!(owner.client.me().await.data("me")["id"], owner.id);
        }
        let row = app.row(&owner.email).await.unwrap();
        let roles = portcullis::features::user::roles(&app.app.db, row.id)
            .await
            .unwrap();
        assert_eq!(roles, ["admin"], "{door:?}");
    }
}

/// A link can outlive the proof, if it was mailed at that moment.
#[tokio::test]
async fn the_address_of_a_proven_account_gets_no_new_password_with_a_link_to_confirm_it() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let link = token(&app.mail(&ada.email, "confirm_address").await.token());
    app.sql("UPDATE users SET email_verified_at = 1").await;
    assert_eq!(
        verify(&app.anonymous(), with(link, "newPassword", NEW)).await,
        ["TOKEN_INVALID"]
    );
    app.anonymous().login(&ada.email, PASSWORD).await.tokens("login");
}
