//! D2: every way of proving a mailbox, and what a squatter left behind.

use entity::{IdentityId, attempt_streak, identity};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter as _,
};
use serde_json::json;

use super::{token, verify, with};
use crate::{
    page::location,
    social::{Social, submit},
    support::{PASSWORD, Person, TestApp},
};

const NEW: &str = "a kettle on a rainy stove";

/// A door through which the owner of the mailbox comes in, without anything of the account.
#[derive(Debug, Clone, Copy)]
enum Door {
    Verify,
    Reset,
    Code,
    Link,
    /// A sign-in with another provider, whose address our own mail proves.
    Provider,
}

const DOORS: [Door; 5] = [Door::Verify, Door::Reset, Door::Code, Door::Link, Door::Provider];

/// A server with every door, that lets people try as often as they like.
async fn patient() -> Social {
    Social::with("", |config| {
        config.email_login = true;
        config.attempts_per_account = 1_000;
    })
    .await
}

async fn walk_through(social: &Social, door: Door, email: &str) {
    let app = &social.app;
    let anonymous = app.anonymous();
    match door {
        Door::Provider => {
            social.says_person("the owner", email);
            let browser = app.browser();
            social.sign_in(&browser).await;
            submit(&browser, "/oauth/address", &[("email", email)]).await;
            let code = app.mail(email, "address_code").await.code();
            let answer = submit(&browser, "/oauth/code", &[("code", &code)]).await;
            assert_eq!(location(&answer), "/account");
        }
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
    let squatter = app.user(name).await;
    app.set_roles(&squatter, &["admin"]).await;
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
    link(app, &squatter).await;
    Leftovers {
        other_session: app.sign_in(&squatter.email).await,
        squatter,
        change,
        reset,
        verify,
    }
}

/// Links an account of a provider.
async fn link(app: &TestApp, person: &Person) {
    // One for each person.
    let id: uuid::Uuid = person.id.parse().unwrap();
    let row = identity::Model {
        id: IdentityId(id),
        user_id: person.id.parse().unwrap(),
        provider: "corp".to_owned(),
        subject_key: format!("the squatter {}", &person.id[..24]),
        issuer: "https://id.example.com".to_owned(),
        subject: "the squatter".to_owned(),
        email: None,
        created_at: 1,
        last_used_at: None,
    };
    let insert = identity::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(app.app.db.writer()).await.unwrap();
}

#[tokio::test]
async fn through_every_door_a_squatter_keeps_nothing() {
    let social = patient().await;
    let app = &social.app;
    for (nth, door) in DOORS.into_iter().enumerate() {
        let left = squat(app, &format!("victim{nth}")).await;
        let email = &left.squatter.email;
        walk_through(&social, door, email).await;
        let his = identity::Entity::find().filter(identity::Column::Subject.eq("the squatter"));
        assert_eq!(his.count(app.app.db.reader()).await.unwrap(), 0, "{door:?}");
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
    let social = patient().await;
    let app = &social.app;
    for (nth, door) in [Door::Reset, Door::Code, Door::Link].into_iter().enumerate() {
        let owner = app.admin(&format!("owner{nth}")).await;
        let link = app.mail(&owner.email, "confirm_address").await.token();
        assert_eq!(verify(&owner.client, token(&link)).await, [""; 0]);
        let anonymous = app.anonymous();
        if matches!(door, Door::Reset) {
            walk_through(&social, door, &owner.email).await;
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
