//! What a new password must satisfy.

use serde_json::json;

use crate::support::TestApp;

/// The code that a sign-up with this password gets; none where the password may be chosen.
async fn code(app: &TestApp, password: &str) -> Option<String> {
    let input =
        json!({ "name": "Dora Marshwiggle", "email": "dora.marsh@lighthouse.example", "password": password });
    let answer = app.anonymous().signup(input).await;
    let errors = answer.user_errors("signup");
    let row = app.row("dora.marsh@lighthouse.example").await;
    match errors.as_slice() {
        [] => {
            assert!(row.is_some());
            app.sql("DELETE FROM users").await;
            None
        }
        [(code, _, field)] => {
            assert!(row.is_none(), "refused and kept");
            assert_eq!(field, &json!(["password"]));
            Some((*code).to_owned())
        }
        more => panic!("{more:?}"),
    }
}

#[tokio::test]
async fn length_is_counted_in_code_points_from_eight_to_256() {
    let app = TestApp::start().await;
    for (password, expected) in [
        ("x7#pQ2m".to_owned(), Some("PASSWORD_TOO_SHORT")),
        ("x7#pQ2mK".to_owned(), None),
        ("😀🎈🐢🌵🍩🚲🎻".to_owned(), Some("PASSWORD_TOO_SHORT")),
        ("😀🎈🐢🌵🍩🚲🎻🧭".to_owned(), None),
        ("e\u{301}".repeat(7), Some("PASSWORD_TOO_SHORT")),
        ("e\u{301}".repeat(8), None),
        ("ab".repeat(32), None),
        ("ab".repeat(64), None),
        ("ab".repeat(128), None),
        ("a".repeat(257), Some("PASSWORD_TOO_LONG")),
        ("😀".repeat(256), None),
        ("😀".repeat(257), Some("PASSWORD_TOO_LONG")),
        ("a".repeat(20_000), Some("PASSWORD_TOO_LONG")),
    ] {
        let shown: String = password.chars().take(10).collect();
        assert_eq!(
            code(&app, &password).await.as_deref(),
            expected,
            "{shown} of {} bytes",
            password.len()
        );
    }
}

#[tokio::test]
async fn the_bounds_are_as_configured_and_told() {
    let app = TestApp::with(|config| {
        config.password_min_length = 15;
        config.password_max_length = 64;
    })
    .await;
    assert_eq!(
        code(&app, "fourteen signs").await.as_deref(),
        Some("PASSWORD_TOO_SHORT")
    );
    assert_eq!(code(&app, "fifteen letters").await, None);
    assert_eq!(code(&app, &"ab".repeat(32)).await, None);
    assert_eq!(
        code(&app, &"a".repeat(65)).await.as_deref(),
        Some("PASSWORD_TOO_LONG")
    );
    let info = app
        .anonymous()
        .query("{ serverInfo { passwordPolicy { minLength maxLength } } }")
        .await;
    assert_eq!(
        info.data("serverInfo")["passwordPolicy"],
        json!({ "minLength": 15, "maxLength": 64 })
    );
}

#[tokio::test]
async fn no_mixture_is_asked_for() {
    let app = TestApp::start().await;
    for password in [
        "kwyjqxvbzpnhtrd",
        "846201957316482",
        "four words in middle",
        " spaces around ",
    ] {
        assert_eq!(code(&app, password).await, None, "{password}");
    }
}

#[tokio::test]
async fn what_is_tried_first_is_refused_in_any_case() {
    let app = TestApp::start().await;
    for password in [
        "password",
        "PassWord1",
        "12345678",
        "QWERTYuiop",
        "dora.marsh@lighthouse.example",
        "DORA.MARSH",
        "lighthouse",
        "Lighthouse.Example",
        "marshwiggle",
        "Dora Marshwiggle",
        "portcullis",
        "Portcullis",
    ] {
        assert_eq!(
            code(&app, password).await.as_deref(),
            Some("PASSWORD_TOO_WEAK"),
            "{password}"
        );
    }
    assert_eq!(code(&app, "password is my tortoise").await, None);
}

#[tokio::test]
async fn control_characters_and_noncharacters_are_refused() {
    let app = TestApp::start().await;
    for character in [
        '\0', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{fdd0}', '\u{ffff}',
    ] {
        let password = format!("long{character}enough words");
        assert_eq!(
            code(&app, &password).await.as_deref(),
            Some("INVALID_CHARACTERS"),
            "{character:?}"
        );
    }
}

#[tokio::test]
async fn half_of_a_character_never_reaches_the_server() {
    let app = TestApp::start().await;
    // JSON can write half of a surrogate pair, which is no text.
    let body = r#"{"query":"mutation($p:String!){signup(input:{name:\"A\",email:\"a@b.example\",password:$p}){user{id}}}","variables":{"p":"long enough \ud800 words"}}"#;
    let request = app
        .anonymous()
        .request(reqwest::Method::POST, "/graphql")
        .header("content-type", "application/json")
        .body(body);
    let answer = crate::support::Answer::of(request).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (400, vec!["BAD_REQUEST"])
    );
    assert_eq!(app.row("a@b.example").await, None);
}
