//! Forms of administration that did not come from here, or came twice.

use super::*;

#[tokio::test]
async fn forms_of_foreign_pages_and_with_other_tokens_have_no_effect() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let admin = proven(&app, "root", &["admin"]).await;
    let path = path_of(&app, "ada").await;
    let action = format!("{path}/disable");
    let token = form_token(&get(&admin, &path).await);
    let foreign = admin.on(&[("origin", "https://evil.example")]);
    let request = foreign.request(Method::POST, &action);
    let answer = foreign
        .send(request.form(&[("form_token", token.as_str())]))
        .await;
    assert_eq!(answer.status.as_u16(), 403);
    let other = with_roles(&app, "eve", &["admin"]).await;
    let of_other = form_token(&get(&other, &path).await);
    for token in ["", "garbage", of_other.as_str()] {
        let request = admin
            .request(Method::POST, &action)
            .form(&[("form_token", token)]);
        let answer = admin.send(request).await;
        assert_eq!(location(&answer), format!("{path}?notice=form-out-of-date"));
        let fields = [
            ("form_token", token),
            ("name", "Guest"),
            ("email", "guest@example.com"),
        ];
        let request = admin.request(Method::POST, "/admin/invite").form(&fields);
        let answer = admin.send(request).await;
        assert_eq!(location(&answer), "/admin/invite?notice=form-out-of-date");
    }
    assert!(app.row("guest@example.com").await.is_none());
    assert_eq!(
        app.row("ada@example.com").await.unwrap().status,
        entity::user::Status::Active
    );
}

#[tokio::test]
async fn a_form_that_is_sent_again_ends_where_the_first_one_did() {
    let app = TestApp::start().await;
    let admin = proven(&app, "root", &["admin"]).await;
    let token = form_token(&get(&admin, "/admin/invite").await);
    let fields = [
        ("form_token", token.as_str()),
        ("name", "Guest"),
        ("email", "guest@example.com"),
    ];
    for _ in 0..2 {
        let request = admin.request(Method::POST, "/admin/invite").form(&fields);
        let answer = admin.send(request).await;
        assert_eq!(location(&answer), "/admin/invite?notice=person-invited");
    }
    assert_eq!(app.kinds_to("guest@example.com").await.len(), 1);
}
