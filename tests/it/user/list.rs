//! The operator's list of users.

use portcullis::features::user::{self, UserReference};

use crate::support::TestApp;

#[tokio::test]
async fn a_page_of_users_costs_two_statements_however_many_they_are() {
    let first = TestApp::start().await;
    let names = ["ada", "bob", "eve"];
    for name in names {
        let id = first.user(name).await.id;
        let user = UserReference::parse(&id).unwrap();
        let roles = [name.to_owned(), "staff".to_owned()];
        user::set_roles(&first.app, &user, &roles).await.unwrap();
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
    let expected = names.map(|name| (name, vec![name.to_owned(), "staff".to_owned()]));
    assert_eq!(listed, expected);
}
