//! When two passwords are the same.

use serde_json::json;

use crate::support::TestApp;

/// Whether someone who signed up with one password gets in with the other.
async fn same(app: &TestApp, number: usize, chosen: &str, entered: &str) -> bool {
    let email = format!("person{number}@example.com");
    let answer = app
        .anonymous()
        .signup(json!({ "name": "Ada", "email": email, "password": chosen }))
        .await;
    assert_eq!(answer.data("signup")["userErrors"], json!([]), "{chosen}");
    let answer = app.anonymous().login(&email, entered).await;
    let login = answer.data("login");
    assert_eq!(login["tokens"].is_null(), login["userErrors"] != json!([]));
    !login["tokens"].is_null()
}

#[tokio::test]
async fn one_text_typed_in_two_ways_is_one_password() {
    let app = TestApp::start().await;
    for (number, (chosen, entered)) in [
        ("caf\u{e9} au lait", "cafe\u{301} au lait"),
        ("cafe\u{301} au lait", "caf\u{e9} au lait"),
        ("a lantern under snow", "a\u{a0}lantern\u{2003}under\u{3000}snow"),
        ("\u{212b}ngstr\u{f6}m units", "\u{c5}ngstro\u{308}m units"),
        (
            "\u{d55c}\u{ad6d}\u{c5b4} long enough",
            "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165} long enough",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(same(&app, number, chosen, entered).await, "{chosen} {entered}");
    }
}

#[tokio::test]
async fn what_differs_for_a_reader_differs() {
    let app = TestApp::start().await;
    let start = "x".repeat(72);
    let long = "y".repeat(199);
    for (number, (chosen, entered)) in [
        ("\u{fb01}sh and chips".to_owned(), "fish and chips".to_owned()),
        ("Fish and chips".to_owned(), "fish and chips".to_owned()),
        ("fish and chips ".to_owned(), "fish and chips".to_owned()),
        (" fish and chips".to_owned(), "fish and chips".to_owned()),
        ("fish  and chips".to_owned(), "fish and chips".to_owned()),
        ("\u{ff46}ish and chips".to_owned(), "fish and chips".to_owned()),
        ("fi\u{200b}sh and chips".to_owned(), "fish and chips".to_owned()),
        (format!("{start}one"), format!("{start}two")),
        (format!("{long}1"), format!("{long}2")),
        (format!("{long}1"), long.clone()),
        ("ab".repeat(128), "ab".repeat(127)),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(!same(&app, number, &chosen, &entered).await, "{chosen} {entered}");
    }
}
