//! One who changes the password, and all who go by the old one.

use serde_json::json;

use super::{Call, at_once, change, login, on, rounds, servers, tokens, trade};
use crate::{
    account::{Device, NEW, change_password_only, is_done, opens, reauthenticate, refusals, sessions_of},
    support::PASSWORD,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_by_one_password_exactly_one_wins() {
    let [one, two] = servers().await;
    for round in 0..rounds() {
        let ada = one.user(&format!("ada{round}")).await;
        let phone = Device::of(&two, &ada).await;
        // From one session, or from two, of which the winner ends the other.
        let other = if round % 2 == 0 {
            on(&two, &ada)
        } else {
            phone.client
        };
        let passwords = ["the first of the lamps", "the second of the lamps"];
        let calls = vec![change(&ada.client, passwords[0]), change(&other, passwords[1])];
        let answers = at_once(calls, round).await;
        let won = answers.iter().filter(|answer| is_done(answer)).count();
        assert_eq!(won, 1, "{answers:?}");
        for (answer, password) in answers.iter().zip(passwords) {
            assert_eq!(opens(&one, &ada, password).await, is_done(answer));
            if !is_done(answer) && answer.codes().is_empty() {
                assert_eq!(refusals(answer)[0].0, "CURRENT_PASSWORD_INCORRECT");
            }
        }
        assert!(!opens(&one, &ada, PASSWORD).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_that_began_with_the_old_password_outlives_it() {
    let [one, two] = servers().await;
    for round in 0..rounds() {
        let ada = one.user(&format!("ada{round}")).await;
        let phone = Device::of(&two, &ada).await;
        let mut calls = vec![change(&ada.client, NEW), trade(&two, &phone)];
        calls.extend([&one, &two, &one, &two, &one, &two].map(|server| login(server, &ada)));
        let answers = at_once(calls, round).await;
        assert!(is_done(&answers[0]), "{}", answers[0].text);
        for token in tokens(&answers) {
            assert_eq!(one.bearer(token).me().await.reason(), "SESSION_REVOKED");
        }
        assert_eq!(phone.client.me().await.reason(), "SESSION_REVOKED");
        assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
        let sessions = sessions_of(&one, &ada.id).await;
        let alive = sessions.iter().filter(|session| session.revoked_at.is_none());
        assert_eq!(alive.count(), 1);
        let ended = answers[0].data("changePassword")["revokedSessionCount"].as_u64();
        assert_eq!(ended, u64::try_from(sessions.len() - 1).ok());
        assert!(opens(&one, &ada, NEW).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proof_by_the_old_password_does_not_outlive_it() {
    let [one, two] = servers().await;
    for round in 0..rounds() {
        let ada = one.user(&format!("ada{round}")).await;
        let devices = [Device::of(&one, &ada).await, Device::of(&two, &ada).await];
        let owner = ada.client.clone();
        let mut calls: Vec<Call> = vec![Box::pin(async move {
            change_password_only(&owner, PASSWORD, NEW).await
        })];
        for device in devices.iter().chain(&devices) {
            let client = device.client.clone();
            calls.push(Box::pin(async move { reauthenticate(&client, PASSWORD).await }));
        }
        let answers = at_once(calls, round).await;
        assert!(is_done(&answers[0]), "{}", answers[0].text);
        for device in devices {
            let row = device.row(&one).await.unwrap();
            assert_eq!((row.reauthenticated_at, row.revoked_at), (None, None));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sessions_that_end_each_other_one_is_left() {
    const END_OTHERS: &str = "mutation { revokeOtherSessions { revokedSessionIds } }";
    const END: &str = "mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) { revokedSessionId } }";
    let [one, two] = servers().await;
    for round in 0..rounds() {
        let ada = one.user(&format!("ada{round}")).await;
        let mut calls = vec![change(&ada.client, NEW)];
        for number in 0..6 {
            let device = Device::of(if number % 2 == 0 { &one } else { &two }, &ada).await;
            calls.push(Box::pin(async move { device.client.query(END_OTHERS).await }));
        }
        let answers = at_once(calls, round).await;
        let alive = async || {
            let sessions = sessions_of(&one, &ada.id).await;
            sessions
                .iter()
                .filter(|session| session.revoked_at.is_none())
                .count()
        };
        assert_eq!(alive().await, 1);
        for answer in answers.iter().filter(|answer| !answer.codes().is_empty()) {
            assert_eq!(answer.reason(), "SESSION_REVOKED");
        }
        assert_eq!(opens(&one, &ada, NEW).await, is_done(&answers[0]));

        let eve = one.user(&format!("eve{round}")).await;
        let devices = [Device::of(&one, &eve).await, Device::of(&two, &eve).await];
        let [first, second] = [(0, 1), (1, 0)].map(|(own, other): (usize, usize)| {
            let (client, id) = (
                devices[own].client.clone(),
                json!({ "id": devices[other].session }),
            );
            let call: Call = Box::pin(async move { client.run(END, id).await });
            call
        });
        let answers = at_once(vec![first, second], round).await;
        let ended = answers.iter().filter(|answer| answer.codes().is_empty());
        assert_eq!(ended.count(), 1, "{answers:?}");
    }
}
