//! Inviting people.

use super::*;
use crate::support::Statements;

#[tokio::test]
async fn who_was_invited_waits_and_can_be_invited_again() {
    let app = TestApp::start().await;
    let admin = proven(&app, "root", &["admin"]).await;
    let fields = [
        ("name", "Guest"),
        ("email", "guest@example.com"),
        ("role.staff", "true"),
    ];
    let answer = post(&admin, "/admin/invite", "/admin/invite", &fields).await;
    assert_eq!(location(&answer), "/admin/invite?notice=person-invited");
    let page = get(&admin, "/admin/invite").await.text;
    for part in ["Guest", "guest@example.com", "staff</span>", "Works until"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let id = app.row("guest@example.com").await.unwrap().id.to_string();
    let answer = post(&admin, "/admin/invite", "/admin/invite/again", &[("user", &id)]).await;
    assert_eq!(location(&answer), "/admin/invite?notice=person-invited");
    assert_eq!(app.kinds_to("guest@example.com").await.len(), 2);
    let again = post(&admin, "/admin/invite", "/admin/invite", &fields).await;
    assert_eq!(again.status.as_u16(), 422);
    assert!(
        again.text.contains("Another account has this address."),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn the_page_costs_the_same_statements_however_many_wait() {
    let statements = Statements::default();
    let app = TestApp::builder()
        .config(|config| config.account_writes = 0)
        .watched(&statements)
        .start()
        .await;
    let admin = proven(&app, "root", &["admin"]).await;
    let mut costs = Vec::new();
    for name in ["one", "two", "three", "four"] {
        let email = format!("{name}@example.com");
        let fields = [("name", name), ("email", &email), ("role.staff", "true")];
        let answer = post(&admin, "/admin/invite", "/admin/invite", &fields).await;
        assert_eq!(location(&answer), "/admin/invite?notice=person-invited");
        statements.take();
        let page = get(&admin, "/admin/invite").await.text;
        assert!(page.contains(&email), "{page}");
        costs.push(statements.take().len());
    }
    assert_eq!(costs[1], costs[3], "{costs:?}");
}
