//! What is left of it in the log.

use super::{GATEWAY, SHOP, callers, check_of_proxy, question};
use crate::support::{Answer, Program, until};
use serde_json::json;

#[tokio::test]
async fn no_token_and_no_secret_of_a_caller_is_logged() {
    const WRONG: &str = "zebra-canary-of-a-wrong-caller";
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sea_orm=trace")
        .with("INTROSPECTION_CALLERS", &callers());
    let server = program.serve().await;
    let client = server.client();
    let input =
        json!({ "name": "ada", "email": "ada@example.com", "password": "a lantern under quiet snow" });
    let token = client.signup(input).await.tokens("signup").access;
    for (secret, status) in [(SHOP, 200), (WRONG, 401)] {
        let request = question(&client, &token).basic_auth("shop", Some(secret));
        assert_eq!(Answer::of(request).await.status.as_u16(), status);
    }
    assert_eq!(Answer::of(check_of_proxy(&client, &token)).await.status, 200);
    let by_stranger = check_of_proxy(&client, &token).header("portcullis-caller", format!("gateway:{WRONG}"));
    assert_eq!(Answer::of(by_stranger).await.status, 403);
    until("the requests are logged", async || {
        server.log().matches("/auth/verify").count() >= 4
    })
    .await;
    let log = server.log();
    assert!(log.contains("no caller has this name and secret"), "{log}");
    for secret in token.split('.').skip(1).chain([SHOP, GATEWAY, WRONG]) {
        assert!(!log.contains(secret), "{secret}");
    }
    let shown = program.done(&["config"]);
    assert!(
        shown.contains("introspection_callers") && !shown.contains(SHOP),
        "{shown}"
    );
}
