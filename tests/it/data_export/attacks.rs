//! The address of a download is worth nothing outside of its session and its time.

use serde_json::json;

use super::{export, path, stepped_up, with_long_export};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn only_the_session_that_asked_downloads() {
    let app = TestApp::start().await;
    let (ada, client, path) = with_long_export(&app, "ada").await;
    let eve = app.user("eve").await;
    let elsewhere = app.sign_in(&ada.email).await;
    let answer = app.anonymous().get(&path).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
    for other in [
        eve.client.clone(),
        stepped_up(&app, &eve.client).await,
        elsewhere.client.clone(),
        stepped_up(&app, &elsewhere.client).await,
    ] {
        let answer = other.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.codes()), (404, vec!["NOT_FOUND"]));
        assert!(!answer.text.contains("ada@"), "{}", answer.text);
    }
    let answer = client.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["profile"]["id"], ada.id);
    // The older token of the same session does, too: the address was asked for with the proof.
    assert_eq!(ada.client.get(&path).await.status, 200);
}

#[tokio::test]
async fn it_works_for_five_minutes() {
    let app = TestApp::start().await;
    let (_, client, path) = with_long_export(&app, "ada").await;
    app.pass(std::time::Duration::from_secs(299));
    assert_eq!(client.get(&path).await.status, 200);
    app.pass(std::time::Duration::from_secs(1));
    assert_eq!(client.get(&path).await.status, 404);
}

#[tokio::test]
async fn it_outlives_the_step_up_but_not_its_withdrawal() {
    let app = TestApp::with(|config| {
        config.reauthentication_ttl = std::time::Duration::from_mins(1);
    })
    .await;
    let (ada, client, link) = with_long_export(&app, "ada").await;
    app.pass(std::time::Duration::from_mins(2));
    let answer = export(&client).await;
    assert_eq!(
        answer.user_errors("exportMyData")[0].0,
        "REAUTHENTICATION_REQUIRED"
    );
    assert_eq!(client.get(&link).await.status, 200);
    // A change of the password elsewhere takes the proofs of other sessions back.
    let proven = stepped_up(&app, &ada.client).await;
    let link = path(&export(&proven).await);
    let elsewhere = app.sign_in(&ada.email).await;
    let input = json!({
        "currentPassword": PASSWORD, "newPassword": "a candle behind thick glass", "keepOtherSessions": true,
    });
    let answer = elsewhere
        .client
        .call("changePassword", "user { id }", input)
        .await;
    assert_eq!(answer.user_errors("changePassword"), []);
    assert_eq!(proven.get(&link).await.status, 404);
}

#[tokio::test]
async fn a_sign_out_ends_it() {
    let app = TestApp::start().await;
    let (_, client, path) = with_long_export(&app, "ada").await;
    client.logout().await.data("logout");
    assert_eq!(client.get(&path).await.status, 401);
}

#[tokio::test]
async fn a_disabled_owner_downloads_nothing() {
    let app = TestApp::start().await;
    let (ada, client, path) = with_long_export(&app, "ada").await;
    app.disable(&ada.email).await;
    assert_eq!(client.get(&path).await.status, 401);
}

#[tokio::test]
async fn other_addresses_and_methods_find_nothing() {
    let app = TestApp::start().await;
    let (_, client, path) = with_long_export(&app, "ada").await;
    let long = format!("/export?token={}", "v1.".repeat(2_000));
    for wrong in [
        "/export",
        "/export?token=",
        "/export?token=v1.a.b.c",
        &long,
        &path[..path.len() - 4],
    ] {
        let answer = client.get(wrong).await;
        assert_eq!(answer.status, 404, "{wrong}");
    }
    for method in ["HEAD", "POST", "PUT"] {
        let answer = client
            .request(method.parse().unwrap(), &path)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 405, "{method}");
    }
    let events = client
        .query("{ auditEvents(first: 90) { nodes { type } } }")
        .await;
    assert!(!events.text.contains("DATA_EXPORTED"), "{}", events.text);
}

#[tokio::test]
async fn a_service_token_downloads_nothing() {
    let app = TestApp::with(|config| config.audience = "https://services.example".to_owned()).await;
    let (ada, _, path) = with_long_export(&app, "ada").await;
    let Some(service) = &ada.service_token else {
        panic!("there is no service token");
    };
    assert_eq!(app.bearer(service).get(&path).await.status, 401);
}
