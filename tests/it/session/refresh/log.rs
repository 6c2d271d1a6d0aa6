//! What the log tells when it tells everything.

use serde_json::json;

use super::forge::Forged;
use crate::support::{Client, PASSWORD, Program};

#[tokio::test]
async fn no_line_has_a_refresh_token_and_the_theft_has_one() {
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace");
    let server = program.serve().await;
    let client = server.client();
    let answer = client
        .signup(json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD }))
        .await;
    let session = answer.data("signup")["session"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let first = answer.tokens("signup");
    let second = client.refresh(&first.refresh).await.tokens("refreshSession");
    let again = client.refresh(&first.refresh).await.tokens("refreshSession");
    assert_eq!(again.refresh, second.refresh);
    // The new token moves the session on at once if another program trades it.
    let updated = client.agent("updated");
    let third = updated.refresh(&second.refresh).await.tokens("refreshSession");
    let mut forged = Forged::read(&third.refresh);
    forged.tag[0] ^= 1;
    for token in [&forged.text(), &format!("{}x", third.refresh)] {
        client.refresh(token).await;
        client.logout_with(json!({ "refreshToken": token })).await;
    }
    // A token where none belongs.
    Client::new(server.url().to_owned(), Some(third.refresh.clone()))
        .me()
        .await;
    client.get(&format!("/graphql?token={}", third.refresh)).await;
    client.query(&format!("{{ {} }}", third.refresh)).await;
    // And the theft.
    client.refresh(&first.refresh).await;

    let log = server.log();
    let warnings: Vec<_> = log
        .lines()
        .filter(|line| line.contains("a used refresh token came back"))
        .collect();
    assert_eq!(warnings.len(), 1, "{log}");
    assert!(warnings[0].contains(&session), "{}", warnings[0]);
    assert!(log.contains("answered"), "{log}");
    for tokens in [first, second, third] {
        for token in [tokens.access, tokens.refresh] {
            let middle = token.get(30..60).unwrap();
            let end = token.get(token.len() - 30..).unwrap();
            let lines: Vec<_> = log
                .lines()
                .filter(|line| line.contains(middle) && line.contains(end))
                .collect();
            assert!(lines.is_empty(), "{lines:#?}");
        }
    }
}
