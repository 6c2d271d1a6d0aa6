//! Ending all of one's sessions but the present one.

use entity::session::RevocationReason;
use serde_json::json;
use tokio::task::JoinSet;

use super::{assert_in, assert_out};
use crate::support::{Answer, TestApp};

/// Ids of the sessions that ended.
#[track_caller]
fn all_ended(answer: &Answer) -> Vec<String> {
    let payload = answer.data("revokeOtherSessions");
    assert_eq!(payload["userErrors"], json!([]));
    let ids = payload["revokedSessionIds"].as_array().unwrap();
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn all_others_end_and_are_told_and_the_present_one_and_foreign_ones_stay() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let out = app.sign_in(&ada.email).await;
    out.client.logout().await;
    let others = [app.sign_in(&ada.email).await, app.sign_in(&ada.email).await];
    let present = app.sign_in(&ada.email).await;
    let mut revoked = all_ended(&present.client.revoke_other_sessions().await);
    revoked.sort();
    let mut expected = vec![
        ada.session_id.clone(),
        others[0].session_id.clone(),
        others[1].session_id.clone(),
    ];
    expected.sort();
    assert_eq!(revoked, expected);
    for person in [&ada, &others[0], &others[1]] {
        assert_out(&app, person).await;
        let row = app.session(&person.session_id).await.unwrap();
        assert_eq!(row.revocation_reason, Some(RevocationReason::RevokedByUser));
    }
    let row = app.session(&out.session_id).await.unwrap();
    assert_eq!(row.revocation_reason, Some(RevocationReason::Logout));
    assert_in(&present).await;
    assert_in(&eve).await;
    assert_eq!(
        all_ended(&present.client.revoke_other_sessions().await),
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_end_all_others_at_once_each_ended_session_is_told_by_one() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let other = app.another(|config| config.account_writes = 0).await;
    let ada = app.user("ada").await;
    for round in 0..25 {
        let mut lost = Vec::new();
        for _ in 0..3 {
            lost.push(app.sign_in(&ada.email).await.session_id);
        }
        lost.sort();
        let mut race = JoinSet::new();
        for number in 0..8 {
            let server = if number % 2 == 0 { &app } else { &other };
            let client = server.bearer(&ada.token);
            race.spawn(async move { all_ended(&client.revoke_other_sessions().await) });
        }
        let mut revoked = race.join_all().await.concat();
        revoked.sort();
        assert_eq!(revoked, lost, "round {round}");
    }
    assert_in(&ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sessions_that_end_each_other_at_once_the_first_is_left() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    let mut left = ada;
    for round in 0..10 {
        let mut people = vec![left];
        for _ in 0..3 {
            people.push(app.sign_in("ada@example.com").await);
        }
        let mut race = JoinSet::new();
        for (number, person) in people.iter().enumerate() {
            let server = if number % 2 == 0 { &app } else { &other };
            let client = server.bearer(&person.token);
            race.spawn(async move { (number, client.revoke_other_sessions().await) });
        }
        let mut first = Vec::new();
        for (number, answer) in race.join_all().await {
            if answer.codes().is_empty() {
                assert_eq!(all_ended(&answer).len(), 3, "round {round}");
                first.push(number);
            } else {
                assert_eq!(answer.reason(), "SESSION_REVOKED");
            }
        }
        assert_eq!(first.len(), 1, "round {round}");
        left = people.swap_remove(first[0]);
        assert_in(&left).await;
        for person in &people {
            assert_out(&app, person).await;
        }
    }
}
