//! The operator's list of users.

use portcullis::features::user;

use crate::support::TestApp;

#[tokio::test]
async fn a_page_of_users_costs_two_statements_however_many_they_are() {
    let first = TestApp::start().await;
    let names = ["ada", "bob", "eve"];
    for name in names {
        let person = first.user(name).await;
        first.set_roles(&person, &["editor", "staff"]).await;
    }
    let (app, statements) = first.another_watched(|_| {}).await;
    statements.take();
    let page = user::page(&app.app, None).await.unwrap();
    assert_eq!(statements.take().len(), 2);
    let mut listed: Vec<_> = page
        .iter()
        .map(|it| (it.user.name.as_str(), it.roles.clone()))
        .collect();
    listed.sort();
    let expected = names.map(|name| (name, vec!["editor".to_owned(), "staff".to_owned()]));
    assert_eq!(listed, expected);
}
