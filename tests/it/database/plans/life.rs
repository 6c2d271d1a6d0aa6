//! All that people, the operator and the server itself do with accounts.

use std::time::Duration;

use entity::UserId;
use portcullis::features::{
    attempt, form_receipt, session,
    user::{self as users, UserReference},
};
use serde_json::{Value, json};

use super::rows;
use crate::page::Filled;
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

/// What is seen of it at the least.
pub(super) const WRITES: [(&str, &str); 9] = [
    ("UPDATE", "users"),
    ("UPDATE", "sessions"),
    ("UPDATE", "attempt_streaks"),
    ("UPDATE", "signing_keys"),
    ("DELETE FROM", "users"),
    ("DELETE FROM", "user_roles"),
    ("DELETE FROM", "sessions"),
    ("DELETE FROM", "attempt_streaks"),
    ("DELETE FROM", "form_receipts"),
];

const NEW_PASSWORD: &str = "a candle behind thick glass";

const SESSIONS: &str = "query ($first: Int, $after: String, $last: Int, $before: String) {
    me { roles sessions(first: $first, after: $after, last: $last, before: $before) {
        nodes { id } pageInfo { startCursor endCursor } totalCount } } }";

/// Does it once, on a server that was not used before.
pub(super) async fn live(app: &TestApp) {
    let ada = app.user("ada").await;
    come_and_go(app, &ada).await;
    look(&ada).await;
    change(app, &ada).await;
    operate(app, &ada).await;
    leave(app, &ada).await;
    send_twice(app).await;
    app.pass(Duration::from_hours(31 * 24));
    session::purge(&app.app).await.unwrap();
    attempt::purge(&app.app).await.unwrap();
    form_receipt::purge(&app.app).await.unwrap();
}

/// Runs a document that has to do what it says.
async fn done(client: &Client, query: &str, variables: Value) -> Answer {
    let answer = client.run(query, variables).await;
    let data = answer.body["data"].as_object().unwrap();
    let refused = data.values().any(|field| {
        let errors = field["userErrors"].as_array();
        errors.is_some_and(|errors| !errors.is_empty())
    });
    assert!(answer.codes().is_empty() && !refused, "{query}: {}", answer.text);
    answer
}

async fn come_and_go(app: &TestApp, ada: &Person) {
    let anonymous = app.anonymous();
    let input = json!({ "name": "Ada", "email": ada.email, "password": PASSWORD });
    assert_eq!(
        anonymous.signup(input).await.user_errors("signup")[0].0,
        "EMAIL_TAKEN"
    );
    for email in [&ada.email, "nobody@example.com"] {
        let answer = anonymous.login(email, "not the password").await;
        assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    }
    let user_id = UserId(ada.id.parse().unwrap());
    rows::crowd(app.app.db.writer(), user_id, app.clock.as_ref()).await;
    app.sign_in(&ada.email).await;

    let browser = app.browser();
    browser.login(&ada.email).await.data("login");
    browser.login(&ada.email).await.data("login");
    browser.refresh().await.data("refreshSession");
    browser.logout().await.data("logout");

    let robbed = app.sign_in(&ada.email).await;
    let traded = anonymous
        .refresh(&robbed.refresh_token)
        .await
        .tokens("refreshSession");
    anonymous
        .refresh(&robbed.refresh_token)
        .await
        .tokens("refreshSession");
    app.pass(Duration::from_mins(2));
    anonymous.refresh(&traded.refresh).await.tokens("refreshSession");
    let answer = anonymous.refresh(&robbed.refresh_token).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");

    let over = app.sign_in(&ada.email).await;
    over.client.logout().await.data("logout");
}

async fn look(ada: &Person) {
    ada.client.me().await.data("me");
    done(
        &ada.client,
        "{ viewer { user { roles } session { id } } }",
        json!({}),
    )
    .await;
    let page = done(&ada.client, SESSIONS, json!({ "first": 2 })).await;
    let end = &page.data("me")["sessions"]["pageInfo"]["endCursor"];
    done(&ada.client, SESSIONS, json!({ "first": 2, "after": end })).await;
    let page = done(&ada.client, SESSIONS, json!({ "last": 2 })).await;
    let begin = &page.data("me")["sessions"]["pageInfo"]["startCursor"];
    done(&ada.client, SESSIONS, json!({ "last": 2, "before": begin })).await;
    let other = &page.data("me")["sessions"]["nodes"][0]["id"];
    let nodes = "query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { id } }";
    let answer = done(&ada.client, nodes, json!({ "ids": [ada.id, other], "id": other })).await;
    assert_eq!(answer.data("nodes")[1]["id"], *other);
}

async fn change(app: &TestApp, ada: &Person) {
    done(
        &ada.client,
        "mutation { updateProfile(input: { name: \"Ada L.\" }) { userErrors { code } } }",
        json!({}),
    )
    .await;
    let reauthenticate =
        "mutation ($p: String!) { reauthenticate(input: { password: $p }) { userErrors { code } } }";
    done(&ada.client, reauthenticate, json!({ "p": PASSWORD })).await;
    let other = app.sign_in(&ada.email).await;
    ada.client
        .revoke_session(&other.session_id)
        .await
        .data("revokeSession");
    ada.client
        .revoke_other_sessions()
        .await
        .data("revokeOtherSessions");
    let change =
        "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }";
    for (old, new, keep) in [(PASSWORD, NEW_PASSWORD, true), (NEW_PASSWORD, PASSWORD, false)] {
        let input = json!({ "currentPassword": old, "newPassword": new, "keepOtherSessions": keep });
        done(&ada.client, change, json!({ "input": input })).await;
    }
}

async fn operate(app: &TestApp, ada: &Person) {
    let eve = app.user("eve").await;
    for whom in [&eve.email, &eve.id] {
        let whom = UserReference::parse(whom).unwrap();
        users::disable(&app.app, &whom, session::end_all_of)
            .await
            .unwrap();
        users::enable(&app.app, &whom).await.unwrap();
    }
    let page = users::page(&app.app, None).await.unwrap();
    users::page(&app.app, Some(page[0].user.id)).await.unwrap();
    let whom = UserReference::parse(&ada.email).unwrap();
    users::set_roles(&app.app, &whom, &["admin".to_owned()])
        .await
        .unwrap();
}

async fn leave(app: &TestApp, ada: &Person) {
    let delete =
        "mutation ($p: String!) { deleteAccount(input: { currentPassword: $p }) { userErrors { code } } }";
    done(&ada.client, delete, json!({ "p": PASSWORD })).await;
    let bob = app.user("bob").await;
    done(&bob.client, delete, json!({ "p": PASSWORD })).await;
}

/// On the pages, at once and again much later.
async fn send_twice(app: &TestApp) {
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "grace").await;
    for _ in 0..2 {
        assert_eq!(form.send_and_lose(&browser).await.status.as_u16(), 303);
    }
    app.pass(Duration::from_mins(2));
    assert_eq!(form.send_and_lose(&browser).await.status.as_u16(), 422);
}
