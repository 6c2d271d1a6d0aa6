//! New cookies after a proof, and what is said when they cannot be made.

use serde_json::{Value, json};

use super::{
    CHANGE_PASSWORD, DELETE_ACCOUNT, LOGIN, NEW, REAUTHENTICATE, assert_done, opens, refusal, refusals,
    sessions_of,
};
use crate::support::{Answer, PASSWORD, TestApp};

const OWN_PAGE: &str = "http://localhost:8000";

/// Sends a document as a page of this server does, with what the browser keeps.
async fn from_page(app: &TestApp, cookies: &str, query: &str, input: Value) -> Answer {
    let request = app
        .anonymous()
        .request(reqwest::Method::POST, "/graphql")
        .header("origin", OWN_PAGE)
        .header("cookie", cookies)
        .json(&json!({ "query": query, "variables": { "input": input } }));
    Answer::of(request).await
}

/// What the browser keeps of an answer.
fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter();
    let pairs: Vec<_> = set
        .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap())
        .collect();
    pairs.join("; ")
}

#[tokio::test]
async fn what_was_done_is_told_as_done_although_the_cookies_could_not_be_renewed() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let input = json!({ "email": ada.email, "password": PASSWORD, "tokenDelivery": "COOKIE" });
    let kept = cookies(&from_page(&app, "", LOGIN, input).await);

    let proof = json!({ "password": PASSWORD });
    let answer = from_page(&app, &kept, REAUTHENTICATE, proof).await;
    assert_done(&answer);
    let kept = cookies(&answer);
    assert!(
        kept.contains("portcullis-refresh=pcr_"),
        "cookies are renewed where they can be"
    );

    // Tokens tell the roles.
    app.sql("ALTER TABLE user_roles RENAME TO user_roles_away").await;
    let change = CHANGE_PASSWORD.replace("roles", "");
    let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let answer = from_page(&app, &kept, &change, input).await;
    assert_done(&answer);
    assert_eq!(answer.data("changePassword")["user"]["id"], ada.id);
    assert_eq!(cookies(&answer), "");

    app.sql("ALTER TABLE user_roles_away RENAME TO user_roles").await;
    assert!(opens(&app, &ada, NEW).await);
    // The old cookies go on.
    let answer = from_page(&app, &kept, REAUTHENTICATE, json!({ "password": NEW })).await;
    assert_done(&answer);
    let renewed = sessions_of(&app, &ada.id)
        .await
        .iter()
        .map(|it| it.refresh_generation)
        .max();
    assert_eq!(renewed, Some(2));
}

/// The new tokens are all that a proof brings: what did not bring them did nothing.
#[tokio::test]
async fn a_proof_whose_tokens_could_not_be_made_is_told_as_a_failure_and_can_be_given_again() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let input = json!({ "email": ada.email, "password": PASSWORD, "tokenDelivery": "COOKIE" });
    let kept = cookies(&from_page(&app, "", LOGIN, input).await);
    let proof = json!({ "password": PASSWORD });

    app.sql("ALTER TABLE user_roles RENAME TO user_roles_away").await;
    let answer = from_page(&app, &kept, REAUTHENTICATE, proof.clone()).await;
    assert_eq!(answer.codes(), ["INTERNAL_SERVER_ERROR"], "{}", answer.text);
    assert_eq!(cookies(&answer), "");
    assert!(!answer.text.contains("validUntil"));
    app.sql("ALTER TABLE user_roles_away RENAME TO user_roles").await;

    // The cookies go on as they were, and carry nothing.
    let sessions = sessions_of(&app, &ada.id).await;
    assert!(sessions.iter().all(|session| session.refresh_generation == 0));
    let answer = from_page(&app, &kept, DELETE_ACCOUNT, json!({})).await;
    assert_eq!(refusals(&answer), [refusal("REAUTHENTICATION_REQUIRED", None)]);
    let answer = from_page(&app, &kept, REAUTHENTICATE, proof).await;
    assert_done(&answer);
    let answer = from_page(&app, &cookies(&answer), DELETE_ACCOUNT, json!({})).await;
    assert_done(&answer);
}
