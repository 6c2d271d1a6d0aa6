//! All or nothing, and what a client can do whose answer was lost.

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn an_account_without_its_session_is_not_kept() {
    let app = TestApp::start().await;
    app.sql("ALTER TABLE sessions RENAME TO sessions_away").await;
    let input = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let answer = app.anonymous().signup(input.clone()).await;
    assert_eq!(answer.codes(), ["INTERNAL_SERVER_ERROR"]);
    assert_eq!(
        answer.body["errors"][0]["message"],
        "Something went wrong on our side."
    );
    assert_eq!(
        answer.body["errors"][0]["extensions"]["requestId"].as_str(),
        answer.header("x-request-id")
    );
    for word in ["sessions", "SQL", "table", "insert", "no such", PASSWORD] {
        assert!(!answer.text.contains(word), "{}", answer.text);
    }
    assert_eq!(app.row("ada@example.com").await, None);

    app.sql("ALTER TABLE sessions_away RENAME TO sessions").await;
    let answer = app.anonymous().signup(input).await;
    assert_eq!(answer.data("signup")["userErrors"], json!([]));
}

#[tokio::test]
async fn a_client_whose_answer_was_lost_hears_that_the_account_is_there_and_gets_in() {
    let app = TestApp::start().await;
    let input = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let lost = app.anonymous().signup(input.clone()).await;
    let again = app.anonymous().signup(input).await;
    assert_eq!(again.user_errors("signup")[0].0, "EMAIL_TAKEN");
    let login = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(
        login.data("login")["user"]["id"],
        lost.data("signup")["user"]["id"]
    );
}

#[tokio::test]
async fn a_refused_sign_up_leaves_no_session() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let input = json!({ "name": "Eve", "email": "ada@example.com", "password": "another lantern" });
    app.anonymous().signup(input).await;
    let sessions = sea_orm::PaginatorTrait::count(
        <entity::session::Entity as sea_orm::EntityTrait>::find(),
        app.app.db.writer(),
    );
    assert_eq!(sessions.await.unwrap(), 1);
    let row = app.row("ada@example.com").await.unwrap();
    assert_eq!(row.name, "ada");
}
