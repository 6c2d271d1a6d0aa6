//! What the log tells when it tells everything.

use entity::user;
use sea_orm::{ConnectionTrait as _, Database, EntityTrait as _};
use serde_json::json;

use crate::support::{Client, Program};

#[tokio::test]
async fn no_line_has_a_password_a_hash_or_a_token() {
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace")
        // Without a cache, so that the fault below affects the next request.
        .with("SESSION_CACHE", "0s");
    let server = program.serve().await;
    let rows = Database::connect(program.database_url()).await.unwrap();

    let (right, wrong) = ("zebra-canary-right-one", "zebra-canary-wrong-one");
    let email = "quagga@example.com";
    let input = |email| json!({ "name": "Ada", "email": email, "password": right });
    let client = server.client();
    let answer = client.signup(input(email)).await;
    let token = answer.data("signup")["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    client.signup(input(email)).await;
    client.login(email, wrong).await;
    client.login(email, &format!("{wrong}\0")).await;
    client.login("nobody@example.com", wrong).await;
    let bearer = |token: String| Client::new(server.url().to_owned(), Some(token));
    let signed_in = bearer(token.clone());
    signed_in.login(email, right).await;
    assert_eq!(signed_in.me().await.data("me")["email"], email);
    bearer(format!("{token}zebra")).me().await;
    client
        .get(&format!("/graphql?query=%7Bme%7D&token={token}"))
        .await;
    client.get(&format!("/nowhere?password={right}")).await;

    // A row that was tampered with, and a fault in the midst of a sign-up.
    let hash = user::Entity::find()
        .one(&rows)
        .await
        .unwrap()
        .unwrap()
        .password_hash
        .unwrap();
    rows.execute_unprepared(&format!("UPDATE users SET password_hash = '{hash}$zebra'"))
        .await
        .unwrap();
    client.login(email, right).await;
    rows.execute_unprepared("ALTER TABLE sessions RENAME TO sessions_away")
        .await
        .unwrap();
    assert_eq!(signed_in.me().await.codes(), ["INTERNAL_SERVER_ERROR"]);
    let answer = client.signup(input("eve@example.com")).await;
    assert_eq!(answer.codes(), ["INTERNAL_SERVER_ERROR"]);

    let log = server.log();
    for expected in ["answered", "a request failed with a fault", "cannot be used"] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    let (salt, output) = hash.rsplit_once("p=1$").unwrap().1.split_once('$').unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for secret in ["zebra", salt, output, signed, signature] {
        let leaks: Vec<&str> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(leaks.is_empty(), "{secret}: {leaks:#?}");
    }
}
