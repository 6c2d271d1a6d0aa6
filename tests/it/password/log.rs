//! What the log tells when it tells everything.

use entity::user;
use sea_orm::{ConnectionTrait as _, Database, EntityTrait as _};
use serde_json::json;

use crate::support::{Process, TestDatabase};

#[tokio::test]
async fn no_line_has_a_password_a_hash_or_a_token() {
    let database = TestDatabase::create().await;
    let settings = [
        (
            "PORTCULLIS_LOG_LEVEL",
            "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace",
        ),
        ("PORTCULLIS_LOG_FORMAT", "text"),
    ];
    let server = Process::start(&database, &settings).await;
    let rows = Database::connect(&database.url).await.unwrap();

    let (right, wrong) = ("zebra-canary-right-one", "zebra-canary-wrong-one");
    let email = "quagga@example.com";
    let input = |email| json!({ "name": "Ada", "email": email, "password": right });
    let client = server.anonymous();
    let answer = client.signup(input(email)).await;
    let token = answer.data("signup")["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    client.signup(input(email)).await;
    client.login(email, wrong).await;
    client.login(email, &format!("{wrong}\0")).await;
    client.login("nobody@example.com", wrong).await;
    let signed_in = server.bearer(&token);
    signed_in.login(email, right).await;
    assert_eq!(signed_in.me().await.data("me")["email"], email);
    server.bearer(&format!("{token}zebra")).me().await;
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

    let log = std::fs::read_to_string(database.folder().join("log")).unwrap();
    for expected in ["answered", "met a fault", "cannot be used"] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    let (salt, output) = hash.rsplit_once("p=1$").unwrap().1.split_once('$').unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for secret in ["zebra", salt, output, signed, signature] {
        let told: Vec<&str> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(told.is_empty(), "{secret}: {told:#?}");
    }
}
