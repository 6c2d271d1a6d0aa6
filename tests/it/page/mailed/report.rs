//! Ending a sign-in that was not one's own.

use super::{NEW, ada, location, open, press};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_notice_of_a_sign_in_leads_to_a_button_that_ends_it() {
    let app = TestApp::start().await;
    let browser = ada(&app).await;
    let thief = app.browser();
    let request = thief
        .request(reqwest::Method::POST, "/graphql")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .json(&serde_json::json!({
            "query": "mutation ($input: LoginInput!) { login(input: $input) { user { id } userErrors { code } } }",
            "variables": { "input": {
                "email": "ada@example.com",
                "password": PASSWORD,
                "deviceName": "Trust me",
                "tokenDelivery": "COOKIE",
            } },
        }));
    thief.send(request).await.data("login");
    let letter = app.mail("ada@example.com", "new_sign_in").await;
    let reader = app.browser();
    let page = open(&reader, &letter).await;
    assert!(
        page.text.contains("Firefox on Linux") && page.text.contains("127.0.0.1"),
        "{}",
        page.text
    );
    // The thief chose the name.
    assert!(!page.text.contains("Trust me"));
    let answer = press(&reader, &page, "/end-session", &[]).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(
        answer.text.contains("All devices are signed out"),
        "{}",
        answer.text
    );
    assert!(!reader.cookies().contains_key("portcullis-end-session"));
    for signed_out in [&thief, &browser] {
        assert_eq!(signed_out.me().await.reason(), "SESSION_REVOKED");
    }
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    let page = open(&reader, &app.mail("ada@example.com", "session_ended").await).await;
    let answer = press(&reader, &page, "/reset-password", &[("new_password", NEW)]).await;
    assert_eq!(location(&answer), "/login?notice=password-set-sign-in");
    app.anonymous()
        .login("ada@example.com", NEW)
        .await
        .tokens("login");
}
