//! Many trades of one token at the same moment.

use entity::session::RevocationReason;
use tokio::task::JoinSet;

use super::{assert_dead, assert_invalid, row};
use crate::support::{self, Answer, Client, TestApp};

/// How many trade at once.
const AT_ONCE: usize = 20;

/// How often each race is run.
fn rounds() -> usize {
    support::rounds(200)
}

/// Trades a token twenty times at once, by these clients in turn.
async fn trade(clients: &[Client], token: &str) -> Vec<Answer> {
    let mut trades = JoinSet::new();
    for client in clients.iter().cycle().take(AT_ONCE) {
        let (client, token) = (client.clone(), token.to_owned());
        trades.spawn(async move { client.refresh(&token).await });
    }
    trades.join_all().await
}

/// Sees that twenty trades at once are one rotation, round after round, and everybody gets the same.
async fn assert_one_rotation_a_round(app: &TestApp, clients: &[Client], rounds: usize) {
    let ada = app.user("ada").await;
    let mut refresh = ada.refresh_token;
    for round in 1..=rounds {
        let answers = trade(clients, &refresh).await;
        assert_eq!(answers.len(), AT_ONCE);
        let mut tokens = answers.iter().map(|answer| answer.tokens("refreshSession"));
        let first = tokens.next().unwrap();
        for other in tokens {
            assert_eq!(other.refresh, first.refresh, "round {round}");
            assert_ne!(other.access, first.access, "round {round}");
        }
        assert_ne!(first.refresh, refresh);
        let session = row(app, &ada.session_id).await;
        assert_eq!(session.refresh_generation, i64::try_from(round).unwrap());
        assert_eq!(session.revoked_at, None);
        refresh = first.refresh;
        // Within the window, the new token would not move the session on.
        app.pass(app.app.config.refresh_replay_window);
        assert_eq!(app.bearer(&first.access).me().await.data("me")["id"], ada.id);
    }
    assert_eq!(app.app.metrics.refresh_tokens_reused.get(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_are_one_rotation_and_all_get_the_same_token() {
    let app = TestApp::start().await;
    assert_one_rotation_a_round(&app, &[app.anonymous()], rounds().div_ceil(10)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_on_two_servers_are_one_rotation_too() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    assert_one_rotation_a_round(&app, &[app.anonymous(), other.anonymous()], rounds()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_programs_at_once_one_gets_tokens_and_nobody_keeps_them() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let programs: Vec<_> = (0..AT_ONCE)
        .map(|number| {
            let server = if number % 2 == 0 { &app } else { &other };
            server.anonymous().agent(&format!("program {number}"))
        })
        .collect();
    app.user("ada").await;
    let rounds = rounds();
    for round in 1..=rounds {
        let ada = app.sign_in("ada@example.com").await;
        let answers = trade(&programs, &ada.refresh_token).await;
        let (given, refused): (Vec<_>, Vec<_>) = answers
            .iter()
            .partition(|answer| answer.data("refreshSession")["userErrors"] == serde_json::json!([]));
        assert_eq!((given.len(), refused.len()), (1, AT_ONCE - 1), "round {round}");
        refused.into_iter().for_each(assert_invalid);
        let session = row(&app, &ada.session_id).await;
        assert_eq!(session.refresh_generation, 1);
        assert_eq!(session.revocation_reason, Some(RevocationReason::TokenReuse));
        let tokens = given[0].tokens("refreshSession");
        for access in [&ada.token, &tokens.access] {
            assert_dead(&app, &ada.session_id, access, &tokens.refresh).await;
        }
    }
    // Each theft was counted once, by the server that ended the session.
    let counted = [&app, &other].map(|server| server.app.metrics.refresh_tokens_reused.get());
    assert_eq!(counted.iter().sum::<u64>(), u64::try_from(rounds).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_window_twenty_at_once_are_a_theft() {
    let app = TestApp::with(|config| config.refresh_replay_window = std::time::Duration::ZERO).await;
    let ada = app.user("ada").await;
    let answers = trade(&[app.anonymous()], &ada.refresh_token).await;
    let given: Vec<_> = answers
        .iter()
        .filter(|answer| !answer.data("refreshSession")["tokens"].is_null())
        .collect();
    assert_eq!(given.len(), 1);
    let tokens = given[0].tokens("refreshSession");
    assert_dead(&app, &ada.session_id, &tokens.access, &tokens.refresh).await;
}
