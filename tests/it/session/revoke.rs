//! Ending one's own sessions from another one.

use entity::session::RevocationReason;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{assert_in, assert_out};
use crate::support::{Answer, TestApp};

const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";

/// The id of the session that ended; none when there was none to end.
#[track_caller]
fn ended(answer: &Answer) -> Option<String> {
    let payload = answer.data("revokeSession");
    if payload["revokedSessionId"].is_null() {
        assert_eq!(
            answer.user_errors("revokeSession"),
            [(
                "NOT_FOUND",
                "You have no live session with this id.",
                json!(["sessionId"])
            )]
        );
        return None;
    }
    assert_eq!(payload["userErrors"], json!([]));
    Some(payload["revokedSessionId"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn one_ends_another_session_of_ones_own_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let lost = app.sign_in(&ada.email).await;
    let answer = ada.client.revoke_session(&lost.session_id).await;
    assert_eq!(ended(&answer).as_ref(), Some(&lost.session_id));
    assert_out(&app, &lost).await;
    assert_in(&ada).await;
    let row = app.session(&lost.session_id).await.unwrap();
    assert_eq!(row.revocation_reason, Some(RevocationReason::RevokedByUser));
    assert_eq!(ended(&ada.client.revoke_session(&lost.session_id).await), None);
    assert_eq!(app.session(&lost.session_id).await.unwrap(), row);
}

#[tokio::test]
async fn one_may_end_the_session_that_one_calls_from() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let answer = ada.client.revoke_session(&ada.session_id).await;
    assert_eq!(ended(&answer).as_ref(), Some(&ada.session_id));
    assert_out(&app, &ada).await;
    assert_eq!(
        ada.client.revoke_session(&ada.session_id).await.reason(),
        "SESSION_REVOKED"
    );
}

#[tokio::test]
async fn a_foreign_session_is_like_one_that_never_was() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let out = app.sign_in(&ada.email).await;
    out.client.logout().await;
    let known = ada
        .client
        .revoke_session("01a2044c-db64-79cc-9e82-23a887d22031")
        .await;
    assert_eq!(ended(&known), None);
    for id in [
        eve.session_id.clone(),
        out.session_id.clone(),
        eve.id.clone(),
        ada.id.clone(),
        ada.session_id.to_uppercase(),
        ada.session_id.replace('-', ""),
        format!("{{{}}}", ada.session_id),
        format!("urn:uuid:{}", ada.session_id),
        format!(" {}", ada.session_id),
        format!("{}\0", ada.session_id),
        String::new(),
        "garbage".to_owned(),
        "' OR ''='".to_owned(),
        "x".repeat(20_000),
    ] {
        let answer = ada.client.revoke_session(&id).await;
        assert_eq!((answer.status, &answer.text), (known.status, &known.text), "{id}");
    }
    assert_in(&eve).await;
    assert_in(&ada).await;
}

#[tokio::test]
async fn a_session_that_ran_out_is_none_any_more() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let old = app.sign_in(&ada.email).await;
    app.sql(&format!(
        "UPDATE sessions SET expires_at = {} WHERE created_at > 0",
        app.app.clock.now().as_millisecond()
    ))
    .await;
    let new = app.sign_in(&ada.email).await;
    assert_eq!(ended(&new.client.revoke_session(&old.session_id).await), None);
    let answer = new.client.revoke_other_sessions().await;
    assert_eq!(answer.data("revokeOtherSessions")["revokedSessionIds"], json!([]));
    let row = app.session(&old.session_id).await.unwrap();
    assert_eq!((row.revoked_at, row.revocation_reason), (None, None));
}

#[tokio::test]
async fn whoever_is_not_signed_in_ends_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let out = app.sign_in(&ada.email).await;
    out.client.logout().await;
    for (client, reason) in [
        (app.anonymous(), "TOKEN_MISSING"),
        (app.bearer("garbage"), "TOKEN_INVALID"),
        (app.bearer(&ada.refresh_token), "TOKEN_INVALID"),
        (out.client, "SESSION_REVOKED"),
    ] {
        assert_eq!(client.revoke_session(&ada.session_id).await.reason(), reason);
        assert_eq!(client.revoke_other_sessions().await.reason(), reason);
    }
    assert_in(&ada).await;
}

#[tokio::test]
async fn no_argument_says_whose_sessions_end() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    for document in [
        format!(
            "mutation {{ revokeSession(input: {{ sessionId: \"{0}\", userId: \"{1}\" }}) {{ revokedSessionId }} }}",
            ada.session_id, ada.id
        ),
        format!(
            "mutation {{ revokeSession(input: {{ sessionId: \"{0}\" }}, userId: \"{1}\") {{ revokedSessionId }} }}",
            ada.session_id, ada.id
        ),
        format!(
            "mutation {{ revokeOtherSessions(userId: \"{}\") {{ revokedSessionIds }} }}",
            ada.id
        ),
        format!(
            "mutation {{ revokeOtherSessions(input: {{ userId: \"{}\" }}) {{ revokedSessionIds }} }}",
            ada.id
        ),
    ] {
        let answer = eve.client.query(&document).await;
        assert_eq!(answer.body["data"], Value::Null, "{document}");
        assert_eq!(answer.codes().len(), 1, "{}", answer.text);
    }
    assert_in(&ada).await;
    assert_in(&eve).await;
}

#[tokio::test]
async fn an_ended_session_cannot_be_found_by_its_id_any_more() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let ended = [app.sign_in(&ada.email).await, app.sign_in(&ada.email).await];
    let live = app.sign_in(&ada.email).await;
    let ids = json!({ "ids": [ended[0].session_id, ended[1].session_id, live.session_id] });
    let answer = ada.client.run(NODES, ids.clone()).await;
    assert_eq!(answer.data("nodes")[0]["id"], ended[0].session_id);
    assert_eq!(answer.data("nodes")[1]["id"], ended[1].session_id);
    ended[0].client.logout().await;
    ada.client.revoke_session(&ended[1].session_id).await;
    let answer = ada.client.run(NODES, ids.clone()).await;
    assert_eq!(
        answer.data("nodes"),
        &json!([null, null, { "id": live.session_id }])
    );
    let node = "query ($id: ID!) { node(id: $id) { id } }";
    for session in &ended {
        for client in [&ada.client, &session.client] {
            let answer = client.run(node, json!({ "id": session.session_id })).await;
            assert_eq!(answer.data("node"), &json!(null));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_who_end_a_session_at_once_one_has_ended_it() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let other = app.another(|config| config.account_writes = 0).await;
    let ada = app.user("ada").await;
    for round in 0..25 {
        let lost = app.sign_in(&ada.email).await;
        let mut race = JoinSet::new();
        for number in 0..8 {
            let server = if number % 2 == 0 { &app } else { &other };
            let (client, id) = (server.bearer(&ada.token), lost.session_id.clone());
            race.spawn(async move { ended(&client.revoke_session(&id).await) });
        }
        let outcomes = race.join_all().await;
        assert_eq!(
            outcomes.iter().flatten().count(),
            1,
            "round {round}: {outcomes:?}"
        );
    }
}
