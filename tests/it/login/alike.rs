//! Who fails learns nothing, not even from the headers.

use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

/// An answer without what is another in every answer.
fn shape(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.text.clone())
}

#[tokio::test]
async fn every_failed_login_gets_the_same_answer_to_the_byte() {
    let app = TestApp::start().await;
    for name in ["ada", "off", "bare", "odd"] {
        app.user(name).await;
    }
    app.disable("off@example.com").await;
    app.put_hash("bare@example.com", None).await;
    app.put_hash("odd@example.com", Some("nonsense")).await;
    let wrong = "not the password";
    let long = "x".repeat(5_000);
    let mut shapes = Vec::new();
    for (email, password) in [
        ("ada@example.com", wrong),
        ("ADA@EXAMPLE.COM", wrong),
        ("nobody@example.com", wrong),
        ("nobody@example.com", PASSWORD),
        ("off@example.com", wrong),
        ("bare@example.com", PASSWORD),
        ("odd@example.com", PASSWORD),
        ("ada@example", PASSWORD),
        ("ada", PASSWORD),
        ("@", PASSWORD),
        ("ada@example.com\0", PASSWORD),
        ("ada@example.com' OR '1'='1", PASSWORD),
        ("ádа@example.com", PASSWORD),
        ("ada@example.com", long.as_str()),
        ("ada@example.com", "with\0nul"),
        ("ada@example.com", "short"),
        ("nobody@example.com", "short"),
    ] {
        let answer = app.anonymous().login(email, password).await;
        assert_eq!(
            answer.user_errors("login"),
            [("INVALID_CREDENTIALS", "Invalid email or password", json!(null))],
            "{email}"
        );
        shapes.push(shape(&answer));
    }
    for other in &shapes {
        assert_eq!(other, &shapes[0]);
    }
}

#[tokio::test]
async fn that_an_account_is_disabled_is_told_to_those_who_know_its_password() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.disable(&ada.email).await;
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "ACCOUNT_DISABLED");
    let answer = app.anonymous().login(&ada.email, "not the password").await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
}
