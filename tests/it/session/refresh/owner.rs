//! What becomes of the tokens when their owner's account changes.

use std::time::Duration;

use serde_json::json;

use super::{assert_invalid, forge::Forged, row};
use crate::{
    support::{PASSWORD, TestApp},
    token::part,
};

const DISABLED: &str = "This account is disabled. Ask the administrator to enable it.";

#[tokio::test]
async fn roles_and_name_are_read_anew_at_each_trade() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_eq!(part(&ada.token, 1)["roles"], json!([]));
    let mut refresh = ada.refresh_token.clone();
    for (roles, name) in [
        (&["admin", "editor"][..], "Ada L."),
        (&["editor"], "Ada King"),
        (&[], "Ada"),
    ] {
        app.set_roles(&ada, roles).await;
        let rename =
            "mutation ($name: String!) { updateProfile(input: { name: $name }) { userErrors { code } } }";
        let answer = ada.client.run(rename, json!({ "name": name })).await;
        assert_eq!(answer.data("updateProfile")["userErrors"], json!([]));

        let answer = app.anonymous().refresh(&refresh).await;
        let traded = answer.tokens("refreshSession");
        let user = &answer.data("refreshSession")["user"];
        assert_eq!((&user["roles"], &user["name"]), (&json!(roles), &json!(name)));
        let claims = part(&traded.access, 1);
        assert_eq!((&claims["roles"], &claims["name"]), (&json!(roles), &json!(name)));
        refresh = traded.refresh;
    }
}

#[tokio::test]
async fn a_repeated_answer_tells_todays_roles_too() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let client = app.anonymous();
    let first = client.refresh(&ada.refresh_token).await.tokens("refreshSession");
    assert_eq!(part(&first.access, 1)["roles"], json!(["admin"]));
    app.set_roles(&ada, &[]).await;
    let again = client.refresh(&ada.refresh_token).await.tokens("refreshSession");
    assert_eq!(again.refresh, first.refresh);
    assert_eq!(part(&again.access, 1)["roles"], json!([]));
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_at_the_next_request_whatever_the_token_says() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let traded = app.anonymous().refresh(&ada.refresh_token).await;
    let traded = traded.tokens("refreshSession");
    assert_eq!(part(&traded.access, 1)["roles"], json!(["admin"]));
    let admin = app.bearer(&traded.access);
    assert_eq!(admin.me().await.data("me")["roles"], json!(["admin"]));
    app.set_roles(&ada, &[]).await;
    assert_eq!(admin.me().await.data("me")["roles"], json!([]));
}

#[tokio::test]
async fn whoever_holds_the_present_token_of_a_disabled_account_is_told_so_and_nobody_else() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let traded = app.anonymous().refresh(&ada.refresh_token).await;
    let traded = traded.tokens("refreshSession");
    app.disable(&ada.email).await;
    let before = row(&app, &ada.session_id).await;
    for _ in 0..2 {
        let answer = app.anonymous().refresh(&traded.refresh).await;
        assert_eq!(
            answer.user_errors("refreshSession"),
            [("ACCOUNT_DISABLED", DISABLED, json!(null))]
        );
    }
    let mut forged = Forged::read(&traded.refresh);
    forged.tag[0] ^= 1;
    assert_invalid(&app.anonymous().refresh(&forged.text()).await);
    assert_eq!(row(&app, &ada.session_id).await, before);

    // What ended with the account does not come back with it.
    app.enable(&ada.email).await;
    assert_invalid(&app.anonymous().refresh(&traded.refresh).await);
    app.sign_in(&ada.email).await;
}

#[tokio::test]
async fn a_token_that_was_dead_already_does_not_tell_that_the_account_was_disabled() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let used = ada.refresh_token.clone();
    app.anonymous().refresh(&used).await.tokens("refreshSession");
    let left = app.sign_in(&ada.email).await;
    left.client.logout().await;
    app.pass(Duration::from_mins(1));
    app.disable(&ada.email).await;
    for dead in [&used, &left.refresh_token] {
        assert_invalid(&app.anonymous().refresh(dead).await);
    }
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_hours(24 * 14));
    app.disable(&ada.email).await;
    assert_invalid(&app.anonymous().refresh(&ada.refresh_token).await);
}

#[tokio::test]
async fn the_tokens_of_a_deleted_account_are_like_any_others_that_open_nothing() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let delete = "mutation ($password: String!) { deleteAccount(input: { currentPassword: $password }) {
        deletedUserId userErrors { code } } }";
    let answer = ada.client.run(delete, json!({ "password": PASSWORD })).await;
    assert_eq!(answer.data("deleteAccount")["deletedUserId"], ada.id);
    assert_eq!(app.session(&ada.session_id).await, None);
    assert_invalid(&app.anonymous().refresh(&ada.refresh_token).await);
    // Nor does a new account with the same address take them over.
    app.user("ada").await;
    assert_invalid(&app.anonymous().refresh(&ada.refresh_token).await);
    app.anonymous()
        .refresh(&eve.refresh_token)
        .await
        .tokens("refreshSession");
}
