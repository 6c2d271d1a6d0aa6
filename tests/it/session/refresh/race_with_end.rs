//! A session that ends while it is being refreshed: whichever comes first, no token of it works afterwards.

use serde_json::json;
use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};

use super::{assert_dead, assert_invalid};
use crate::support::{Client, PASSWORD, Person, TestApp, Tokens};

/// Nobody ends a session so slowly.
const PATIENCE: usize = 10_000;

/// Two programs that take turns: within the window, the one that traded last does not move the session on.
const PROGRAMS: [&str; 2] = ["one", "other"];

/// Trades on and on, each token by three clients at once, until all are refused. Tells when it has begun, and gives
/// back the access tokens of the last rounds and the newest refresh token.
fn trade_until_refused(
    clients: [Client; 3],
    refresh: &str,
) -> (oneshot::Receiver<()>, JoinHandle<(Vec<String>, String)>) {
    let (begun, begins) = oneshot::channel();
    let mut refresh = refresh.to_owned();
    let trading = tokio::spawn(async move {
        let mut begun = Some(begun);
        let mut handed_out = Vec::new();
        for program in PROGRAMS.into_iter().cycle().take(PATIENCE) {
            let mut trades = JoinSet::new();
            for client in clients.clone() {
                let (client, refresh) = (client.agent(program), refresh.clone());
                trades.spawn(async move { client.refresh(&refresh).await });
            }
            let answers = trades.join_all().await;
            let tokens: Vec<Tokens> = answers
                .iter()
                .filter(|answer| !answer.data("refreshSession")["tokens"].is_null())
                .map(|answer| answer.tokens("refreshSession"))
                .collect();
            let Some(newest) = tokens.last() else {
                handed_out.truncate(20);
                return (handed_out, refresh);
            };
            refresh.clone_from(&newest.refresh);
            handed_out.splice(0..0, tokens.into_iter().map(|tokens| tokens.access));
            if let Some(begun) = begun.take() {
                begun.send(()).unwrap();
            }
        }
        panic!("the session does not end");
    });
    (begins, trading)
}

/// Sees that after `end`, done amid the trades of Ada's session by two servers, all is over with that session.
async fn assert_ends(end: impl AsyncFn(&TestApp, &Person, &Person)) {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    for _ in 0..10 {
        let session = app.sign_in(&ada.email).await;
        let clients = [app.anonymous(), other.anonymous(), app.anonymous()];
        let (begins, trading) = trade_until_refused(clients, &session.refresh_token);
        begins.await.unwrap();
        end(&other, &ada, &session).await;
        let (handed_out, newest) = trading.await.unwrap();
        assert!(!handed_out.is_empty());
        for access in handed_out.iter().chain([&session.token]) {
            assert_dead(&app, &session.session_id, access, &newest).await;
        }
        for token in [&session.refresh_token, &newest] {
            assert_invalid(&other.anonymous().refresh(token).await);
        }
        assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    }
    let reused = [&app, &other].map(|server| server.app.metrics.refresh_tokens_reused.get());
    assert_eq!(reused, [0, 0], "it was the end that ended it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_amid_trades_holds() {
    assert_ends(async |app, _, session| {
        let answer = app.bearer(&session.token).logout().await;
        assert_eq!(answer.data("logout")["wasSignedIn"], true);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_by_an_old_refresh_token_amid_trades_holds() {
    assert_ends(async |app, _, session| {
        let input = json!({ "refreshToken": session.refresh_token });
        let answer = app.anonymous().logout_with(input).await;
        assert_eq!(answer.data("logout")["wasSignedIn"], true);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_from_another_session_amid_trades_holds() {
    assert_ends(async |app, ada, session| {
        let answer = app.bearer(&ada.token).revoke_session(&session.session_id).await;
        assert_eq!(
            answer.data("revokeSession")["revokedSessionId"],
            session.session_id
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_all_others_amid_trades_holds() {
    assert_ends(async |app, ada, session| {
        let answer = app.bearer(&ada.token).revoke_other_sessions().await;
        assert_eq!(
            answer.data("revokeOtherSessions")["revokedSessionIds"],
            json!([session.session_id])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_amid_trades_holds() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    let change = "mutation ($old: String!, $new: String!) {
        changePassword(input: { currentPassword: $old, newPassword: $new }) {
            revokedSessionCount userErrors { code } } }";
    let mut password = PASSWORD.to_owned();
    for round in 0..10 {
        let login = app.anonymous().login(&ada.email, &password).await;
        let session = login.tokens("login");
        let clients = [app.anonymous(), other.anonymous(), app.anonymous()];
        let (begins, trading) = trade_until_refused(clients, &session.refresh);
        begins.await.unwrap();
        let new = format!("{PASSWORD} {round}");
        let variables = json!({ "old": password, "new": new });
        let answer = other.bearer(&ada.token).run(change, variables).await;
        assert_eq!(
            answer.data("changePassword"),
            &json!({ "revokedSessionCount": 1, "userErrors": [] })
        );
        let (handed_out, newest) = trading.await.unwrap();
        let id = login.data("login")["session"]["id"].as_str().unwrap();
        for access in &handed_out {
            assert_dead(&app, id, access, &newest).await;
        }
        password = new;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_the_account_amid_trades_holds() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    for _ in 0..10 {
        let session = app.sign_in(&ada.email).await;
        let clients = [app.anonymous(), other.anonymous(), app.anonymous()];
        let (begins, trading) = trade_until_refused(clients, &session.refresh_token);
        begins.await.unwrap();
        other.disable(&ada.email).await;
        let (handed_out, newest) = trading.await.unwrap();
        for access in &handed_out {
            assert_eq!(app.bearer(access).me().await.reason(), "SESSION_REVOKED");
        }
        app.enable(&ada.email).await;
        for access in &handed_out {
            assert_dead(&app, &session.session_id, access, &newest).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_account_amid_trades_holds() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let delete = "mutation ($password: String!) { deleteAccount(input: { currentPassword: $password }) {
        deletedUserId userErrors { code } } }";
    for _ in 0..5 {
        let ada = app.user("ada").await;
        let clients = [app.anonymous(), other.anonymous(), app.anonymous()];
        let (begins, trading) = trade_until_refused(clients, &ada.refresh_token);
        begins.await.unwrap();
        let answer = other
            .bearer(&ada.token)
            .run(delete, json!({ "password": PASSWORD }))
            .await;
        assert_eq!(answer.data("deleteAccount")["deletedUserId"], ada.id);
        let (handed_out, newest) = trading.await.unwrap();
        for access in &handed_out {
            assert_dead(&app, &ada.session_id, access, &newest).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_token_amid_trades_ends_the_session() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    for round in 1..=10 {
        let session = app.sign_in(&ada.email).await;
        let first = app.anonymous().refresh(&session.refresh_token).await;
        let clients = [app.anonymous(), other.anonymous(), app.anonymous()];
        let (begins, trading) = trade_until_refused(clients, &first.tokens("refreshSession").refresh);
        begins.await.unwrap();
        // Several thieves at once.
        let mut thieves = JoinSet::new();
        for number in 0..4 {
            let server = if number % 2 == 0 { &app } else { &other };
            let (thief, stolen) = (server.anonymous(), session.refresh_token.clone());
            thieves.spawn(async move { thief.refresh(&stolen).await });
        }
        thieves.join_all().await.iter().for_each(assert_invalid);
        let (handed_out, newest) = trading.await.unwrap();
        for access in &handed_out {
            assert_dead(&app, &session.session_id, access, &newest).await;
        }
        let counted = [&app, &other].map(|server| server.app.metrics.refresh_tokens_reused.get());
        assert_eq!(counted.iter().sum::<u64>(), round);
    }
}
