//! Those who leave, and all who would go on.

use serde_json::json;

use super::{at_once, change, leave, login, on, rounds, servers, tokens, trade};
use crate::{
    account::{Device, NEW, is_done, opens, reauthenticate, refusals, sessions_of, update_profile},
    support::PASSWORD,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_administrators_who_all_leave_one_stays() {
    let [one, two] = servers().await;
    for round in 0..rounds() {
        let mut people = Vec::new();
        for number in 0..2 + round % 3 {
            let person = one.admin(&format!("ada{round}-{number}")).await;
            one.set_roles(&person, &["admin", "staff"]).await;
            people.push(person);
        }
        let servers = [&one, &two];
        let clients = people
            .iter()
            .enumerate()
            .map(|(number, person)| on(servers[number % 2], person));
        let answers = at_once(clients.map(|client| leave(&client)).collect(), round).await;
        let stayed: Vec<_> = answers.iter().filter(|answer| !is_done(answer)).collect();
        assert_eq!(stayed.len(), 1, "{answers:?}");
        assert_eq!(refusals(stayed[0])[0].0, "LAST_ADMIN");
        for (person, answer) in people.iter().zip(&answers) {
            assert_eq!(one.row(&person.email).await.is_none(), is_done(answer));
            // The next round begins without an administrator.
            if !is_done(answer) {
                one.set_roles(person, &[]).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_of_a_deleted_user_works_and_none_is_kept() {
    let [one, two] = servers().await;
    for round in 0..rounds() {
        let ada = one.user(&format!("ada{round}")).await;
        let devices = [Device::of(&one, &ada).await, Device::of(&two, &ada).await];
        let (renamed, proven) = (on(&two, &ada), devices[0].client.clone());
        let mut calls = vec![
            leave(&ada.client),
            trade(&one, &devices[0]),
            trade(&two, &devices[1]),
            change(&devices[1].client, NEW),
        ];
        calls.extend([&one, &two, &one, &two].map(|server| login(server, &ada)));
        calls.push(Box::pin(async move {
            update_profile(&renamed, json!({ "name": "Countess" })).await
        }));
        calls.push(Box::pin(async move { reauthenticate(&proven, PASSWORD).await }));
        let answers = at_once(calls, round).await;
        if is_done(&answers[3]) {
            // Hers was ended, or her password another one, before she could leave.
            assert!(!is_done(&answers[0]));
            continue;
        }
        assert!(is_done(&answers[0]), "{}", answers[0].text);
        for token in tokens(&answers) {
            assert_eq!(two.bearer(token).me().await.reason(), "SESSION_REVOKED");
        }
        for device in &devices {
            assert_eq!(device.client.me().await.reason(), "SESSION_REVOKED");
        }
        assert_eq!(sessions_of(&one, &ada.id).await, []);
        assert!(!opens(&one, &ada, PASSWORD).await);
        assert_eq!(one.row(&ada.email).await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_is_deleted_once_and_its_address_taken_once() {
    let [one, two] = servers().await;
    for round in 0..rounds() {
        let ada = one.user(&format!("ada{round}")).await;
        let mut calls = vec![leave(&ada.client), leave(&on(&two, &ada)), leave(&ada.client)];
        for server in [&one, &two] {
            let (client, email) = (server.anonymous(), ada.email.clone());
            calls.push(Box::pin(async move {
                let input = json!({ "name": "Eve", "email": email, "password": NEW });
                client.signup(input).await
            }));
        }
        let answers = at_once(calls, round).await;
        let (left, signed_up) = answers.split_at(3);
        assert_eq!(
            left.iter().filter(|answer| is_done(answer)).count(),
            1,
            "{left:?}"
        );
        for answer in left.iter().filter(|answer| !is_done(answer)) {
            assert_eq!(answer.reason(), "SESSION_REVOKED");
        }
        let made: Vec<_> = signed_up.iter().filter(|answer| is_done(answer)).collect();
        assert!(made.len() <= 1, "{made:?}");
        for answer in signed_up.iter().filter(|answer| !is_done(answer)) {
            assert_eq!(refusals(answer)[0].0, "EMAIL_TAKEN");
        }
        match (one.row(&ada.email).await, made.first()) {
            (Some(row), Some(answer)) => {
                assert_eq!(answer.data("signup")["user"]["id"], row.id.to_string());
                assert_ne!(row.id.to_string(), ada.id);
            }
            (None, None) => {}
            other => panic!("{other:?}"),
        }
    }
}
