//! Which addresses are one, and which are none.

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

async fn code(app: &TestApp, email: &str) -> Option<String> {
    let answer = app
        .anonymous()
        .signup(json!({ "name": "Ada", "email": email, "password": PASSWORD }))
        .await;
    let errors = answer.user_errors("signup");
    assert!(errors.len() <= 1, "{errors:?}");
    errors.first().map(|(code, _, field)| {
        assert_eq!(field, &json!(["email"]));
        (*code).to_owned()
    })
}

#[tokio::test]
async fn one_address_written_in_many_ways_is_one_account() {
    for (first, others) in [
        (
            "A@X.example",
            vec![
                "a@x.example",
                " a@x.EXAMPLE ",
                "A@x.Example",
                "a@x\u{200b}.example",
            ],
        ),
        (
            "user@bücher.example",
            vec![
                "user@xn--bcher-kva.example",
                "USER@BÜCHER.example",
                "user@bu\u{308}cher.example",
                "user@XN--BCHER-KVA.example",
                "user@bücher。example",
                "user@ｂücher.example",
            ],
        ),
        ("a@xn--strae-oqa.example", vec!["a@straße.example"]),
    ] {
        let app = TestApp::start().await;
        assert_eq!(code(&app, first).await, None, "{first}");
        for other in others {
            assert_eq!(code(&app, other).await.as_deref(), Some("EMAIL_TAKEN"), "{other}");
            let answer = app.anonymous().login(other, PASSWORD).await;
            let user = &answer.data("login")["user"];
            assert_eq!(user["email"], first.trim(), "{other}");
        }
    }
}

#[tokio::test]
async fn addresses_that_look_alike_are_accounts_of_their_own() {
    let app = TestApp::patient().await;
    let alike = [
        "ab@strasse.example",
        "ab@straße.example",
        "a.b@strasse.example",
        "a+b@strasse.example",
        "ab@strässe.example",
        "ab@strasse.example.org",
    ];
    for (number, email) in alike.into_iter().enumerate() {
        let input = json!({ "name": "Ada", "email": email, "password": format!("{PASSWORD} {number}") });
        let answer = app.anonymous().signup(input).await;
        assert_eq!(answer.data("signup")["userErrors"], json!([]), "{email}");
    }
    for email in alike {
        let mut opened = 0;
        for number in 0..alike.len() {
            let answer = app
                .anonymous()
                .login(email, &format!("{PASSWORD} {number}"))
                .await;
            opened += usize::from(answer.data("login")["user"]["email"] == email);
        }
        assert_eq!(opened, 1, "{email}");
    }
}

#[tokio::test]
async fn the_database_compares_addresses_byte_by_byte() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let row = app.row(&ada.email).await.unwrap();
    // Past all the rules: what a database that ignores case or accents would take for the same.
    for (number, key) in ["Ada@example.com", "áda@example.com", "ada@éxample.com"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(app.row(key).await, None, "{key}");
        let mut id = uuid::Uuid::parse_str(&ada.id).unwrap().into_bytes();
        id[15] = id[15].wrapping_add(u8::try_from(number).unwrap() + 1);
        let other = entity::user::Model {
            id: entity::UserId(uuid::Uuid::from_bytes(id)),
            email_key: key.to_owned(),
            ..row.clone()
        };
        let other = sea_orm::ActiveModelTrait::reset_all(sea_orm::IntoActiveModel::into_active_model(other));
        <entity::user::Entity as sea_orm::EntityTrait>::insert(other)
            .exec_without_returning(app.app.db.writer())
            .await
            .unwrap();
    }
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["id"], ada.id);
}

#[tokio::test]
async fn what_is_no_address_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let long_local = format!("{}@example.com", "l".repeat(65));
    let long_domain = format!("a@{}.example", "d".repeat(64));
    let long = format!("a@{}example.com", "abcdefghi.".repeat(25));
    for (expected, emails) in [
        ("REQUIRED", vec!["", " ", "   "]),
        ("TOO_LONG", vec![long_local.as_str(), &long]),
        (
            "INVALID_CHARACTERS",
            vec![
                "a\0@x.example",
                "a@x.example\r\nBcc: b@x.example",
                "a\t@x.example",
                "a@x.\u{fdd0}example",
            ],
        ),
        (
            "INVALID_EMAIL",
            vec![
                "plain",
                "@",
                "a@",
                "@x.example",
                "a@b@x.example",
                "a b@x.example",
                "a@x .example",
                "\"a b\"@x.example",
                "a(comment)@x.example",
                "Ada <ada@x.example>",
                "a@[127.0.0.1]",
                "a@[IPv6:::1]",
                "a@127.0.0.1",
                "a@localhost",
                "a@x..example",
                "a@.x.example",
                "a@x.example.",
                "a@-x.example",
                "a@x-.example",
                "a@x_y.example",
                ".a@x.example",
                "a.@x.example",
                "a..b@x.example",
                "раypal@x.example",
                "á@x.example",
                "a@xn--example.com",
                "a@xn--a.example",
                "a@x.example,b@x.example",
                "a@x.example;b@x.example",
                "mailto:a@x.example?x=@",
                &long_domain,
                "a\u{3000}@x.example",
            ],
        ),
    ] {
        for email in emails {
            assert_eq!(code(&app, email).await.as_deref(), Some(expected), "{email:?}");
        }
    }
    let users = sea_orm::PaginatorTrait::count(
        <entity::user::Entity as sea_orm::EntityTrait>::find(),
        app.app.db.writer(),
    );
    assert_eq!(users.await.unwrap(), 0);
}

#[tokio::test]
async fn the_longest_address_there_can_be_is_one() {
    let app = TestApp::start().await;
    let local = "l".repeat(64);
    let domain = format!("{}.{}.{}.example", "a".repeat(60), "b".repeat(60), "c".repeat(59));
    let email = format!("{local}@{domain}");
    assert_eq!(email.len(), 254);
    assert_eq!(code(&app, &email).await, None);
    let answer = app.anonymous().login(&email, PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["email"], email.as_str());
}
