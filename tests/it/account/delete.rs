//! Leaving.

use std::time::Duration;

use entity::user_role;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::{Device, assert_done, delete_account, opens, proven, refresh, refusal, refusals, sessions_of};
use crate::support::{PASSWORD, Person, TestApp};

async fn stays(app: &TestApp, person: &Person) {
    assert_eq!(person.client.me().await.data("me")["id"], person.id);
    assert!(opens(app, person, PASSWORD).await);
}

#[tokio::test]
async fn whoever_gives_the_password_leaves_and_nothing_of_them_stays() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    app.set_roles(&ada, &["editor", "staff"]).await;
    app.set_roles(&eve, &["editor"]).await;
    let (one, two) = (Device::of(&app, &ada).await, Device::of(&other, &ada).await);
    let over = Device::of(&app, &ada).await;
    over.client.logout().await;

    let answer = delete_account(&one.client, json!({ "currentPassword": PASSWORD })).await;
    assert_done(&answer);
    assert_eq!(answer.data("deleteAccount")["deletedUserId"], ada.id);

    for client in [&ada.client, &one.client, &two.client, &over.client] {
        assert_eq!(client.me().await.reason(), "SESSION_REVOKED");
        let again = delete_account(client, json!({ "currentPassword": PASSWORD })).await;
        assert_eq!(again.reason(), "SESSION_REVOKED");
    }
    assert_eq!(other.bearer(&ada.token).me().await.reason(), "SESSION_REVOKED");
    for device in [&one, &two, &over] {
        for server in [&app, &other] {
            let answer = refresh(server, &device.refresh).await;
            assert_eq!(refusals(&answer), [refusal("REFRESH_TOKEN_INVALID", None)]);
        }
    }
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(
        answer.user_errors("login"),
        [("INVALID_CREDENTIALS", "Invalid email or password", json!(null))]
    );
    assert_eq!(app.row(&ada.email).await, None);
    assert_eq!(sessions_of(&app, &ada.id).await, []);
    let roles = user_role::Entity::find().all(app.app.db.writer()).await.unwrap();
    assert_eq!(roles.len(), 1, "{roles:?}");

    assert_eq!(eve.client.me().await.data("me")["roles"], json!(["editor"]));
    assert_eq!(sessions_of(&app, &eve.id).await.len(), 1);
}

#[tokio::test]
async fn the_address_is_free_for_another_account_which_old_tokens_do_not_open() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["staff"]).await;
    let device = Device::of(&app, &ada).await;
    assert_done(&delete_account(&ada.client, json!({ "currentPassword": PASSWORD })).await);
    let again = app.user("ada").await;
    assert_ne!(again.id, ada.id);
    for client in [&ada.client, &device.client] {
        assert_eq!(client.me().await.reason(), "SESSION_REVOKED");
    }
    let answer = refresh(&app, &device.refresh).await;
    assert_eq!(refusals(&answer), [refusal("REFRESH_TOKEN_INVALID", None)]);
    assert_eq!(again.client.me().await.data("me")["roles"], json!([]));
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let ids = json!({ "ids": [ada.id, device.session] });
    assert_eq!(
        again.client.run(document, ids).await.data("nodes"),
        &json!([null, null])
    );
}

#[tokio::test]
async fn a_proof_from_before_stands_in_for_the_password() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    // Left empty is left out.
    for input in [
        json!({}),
        json!({ "currentPassword": null }),
        json!({ "currentPassword": "" }),
    ] {
        let answer = delete_account(&ada.client, input).await;
        assert_eq!(
            answer.user_errors("deleteAccount"),
            [(
                "REAUTHENTICATION_REQUIRED",
                "Please confirm that it is you, then try again.",
                json!(null)
            )]
        );
        assert_eq!(answer.data("deleteAccount")["deletedUserId"], json!(null));
    }
    stays(&app, &ada).await;
    let client = proven(&app, &ada.client).await;
    app.pass(Duration::from_mins(5));
    let answer = delete_account(&client, json!({})).await;
    assert_eq!(answer.data("deleteAccount")["deletedUserId"], ada.id);
    assert_eq!(app.row(&ada.email).await, None);
}

#[tokio::test]
async fn a_wrong_password_is_not_made_up_for_by_a_proof_from_before() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let long = "x".repeat(5_000);
    for client in [ada.client.clone(), proven(&app, &ada.client).await] {
        for wrong in [" ", "not the password", &format!("{PASSWORD}\0"), &long] {
            let answer = delete_account(&client, json!({ "currentPassword": wrong })).await;
            assert_eq!(
                answer.user_errors("deleteAccount"),
                [(
                    "CURRENT_PASSWORD_INCORRECT",
                    "This is not your current password.",
                    json!(["currentPassword"])
                )]
            );
        }
        stays(&app, &ada).await;
    }
}

#[tokio::test]
async fn an_account_without_a_password_leaves_by_a_proof_from_before_alone() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let hash = app.row(&ada.email).await.unwrap().password_hash;
    app.put_hash(&ada.email, None).await;
    let answer = delete_account(&ada.client, json!({})).await;
    assert_eq!(refusals(&answer), [refusal("REAUTHENTICATION_REQUIRED", None)]);
    let answer = delete_account(&ada.client, json!({ "currentPassword": PASSWORD })).await;
    assert_eq!(
        refusals(&answer),
        [refusal("CURRENT_PASSWORD_INCORRECT", Some("currentPassword"))]
    );
    app.put_hash(&ada.email, hash.as_deref()).await;
    let client = proven(&app, &ada.client).await;
    app.put_hash(&ada.email, None).await;
    let answer = delete_account(&ada.client, json!({})).await;
    assert_eq!(refusals(&answer), [refusal("REAUTHENTICATION_REQUIRED", None)]);
    assert_done(&delete_account(&client, json!({})).await);
}

#[tokio::test]
async fn whoever_is_not_signed_in_deletes_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let input = json!({ "currentPassword": PASSWORD });
    assert_eq!(
        delete_account(&app.anonymous(), input.clone()).await.reason(),
        "TOKEN_MISSING"
    );
    assert_eq!(
        delete_account(&app.bearer("garbage"), input.clone())
            .await
            .reason(),
        "TOKEN_INVALID"
    );
    let device = Device::of(&app, &ada).await;
    device.client.logout().await;
    assert_eq!(
        delete_account(&device.client, input).await.reason(),
        "SESSION_REVOKED"
    );
    stays(&app, &ada).await;
}

#[tokio::test]
async fn an_account_with_many_sessions_goes_whole() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for _ in 0..50 {
        Device::of(&app, &ada).await;
    }
    assert_eq!(sessions_of(&app, &ada.id).await.len(), 51);
    assert_done(&delete_account(&ada.client, json!({ "currentPassword": PASSWORD })).await);
    let left = entity::session::Entity::find()
        .count(app.app.db.writer())
        .await
        .unwrap();
    assert_eq!(left, 0);
}
