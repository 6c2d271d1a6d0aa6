//! Documents and bodies that mean harm, from somebody who has the secret.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::json;

use super::{NAMES, PATH, ask, names, router, start, user};
use crate::support::{Answer, Client};

/// Sends a body as it is.
async fn send(client: &Client, body: String) -> Answer {
    let request = client.request(Method::POST, PATH);
    Answer::of(request.header("content-type", "application/json").body(body)).await
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}{}", open.repeat(depth), close.repeat(depth))
}

#[tokio::test]
async fn documents_pass_the_same_limits_as_those_of_everybody() {
    let app = start().await;
    let client = router(&app);
    let entity = r#"_entities(representations: [{ __typename: "User", id: "x" }]) { __typename }"#;
    let many = |count| {
        (0..count).fold(String::new(), |mut text, n| {
            let _ = write!(text, "a{n}: _service {{ sdl }} ");
            text
        })
    };
    for (about, document) in [
        ("2.7 KB of selections", nested("{ a ", "}", 540)),
        (
            "nested lists as representations",
            format!(
                "{{ _entities(representations: {}) {{ __typename }} }}",
                nested("[", "]", 1_250)
            ),
        ),
        (
            "nested objects in a representation",
            format!(
                "{{ _entities(representations: {}) {{ __typename }} }}",
                nested("{a:", "}", 1_250).replace(":}", ":1}")
            ),
        ),
        ("a thousand aliases", format!("{{ {} }}", many(1_000))),
        ("eleven root fields", format!("{{ {} }}", many(11))),
        (
            "sixteen aliases of entities",
            (0..16).fold("{ ".to_owned(), |text, n| format!("{text} e{n}: {entity}")) + " }",
        ),
        (
            "a thousand tokens",
            format!("{{ _service {{ {} }} }}", "sdl ".repeat(1_001)),
        ),
        ("long", format!("{{ __typename }} # {}", "x".repeat(16 * 1024))),
    ] {
        assert_eq!(
            ask(&client, &document).await.codes(),
            ["QUERY_LIMIT_EXCEEDED"],
            "{about}"
        );
    }
    let circle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    assert_eq!(ask(&client, circle).await.codes(), ["GRAPHQL_VALIDATION_FAILED"]);
    assert!(
        ask(&client, "{ _service { sdl } }")
            .await
            .data("_service")
            .is_object()
    );
}

#[tokio::test]
async fn bodies_and_values_of_any_kind_never_cause_a_fault() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = router(&app);
    let body = |representations: &str| {
        format!(
            r#"{{"query":{},"variables":{{"r":{representations}}}}}"#,
            json!(NAMES)
        )
    };
    let twice = format!(r#"[{{"__typename":"User","id":"x","id":"{}"}}]"#, ada.id);
    for (about, status, text) in [
        ("a key twice", 400, body(&twice)),
        ("deep JSON", 400, body(&nested("[", "]", 200))),
        (
            "deep JSON in a representation",
            400,
            body(&format!("[{}]", nested("{\"a\":", "}", 200).replace(":}", ":1}"))),
        ),
        (
            "a large id",
            413,
            body(&format!(
                r#"[{{"__typename":"User","id":"{}"}}]"#,
                "x".repeat(70_000)
            )),
        ),
        ("no JSON", 400, "{".to_owned()),
        ("a batch", 400, format!("[{}]", body("[]"))),
    ] {
        let answer = send(&client, text).await;
        assert_eq!(answer.status.as_u16(), status, "{about}: {}", answer.text);
        assert!(answer.body.get("data").is_none(), "{about}");
    }
    for wrong in [json!(null), json!([null]), json!([user(&ada.id), null])] {
        let answer = names(&client, wrong.clone()).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{wrong}");
    }
    for odd in [
        json!("x"),
        json!(1.5e300),
        json!([[user(&ada.id)]]),
        json!([{ "__typename": "User", "id": "x".repeat(60_000) }]),
        json!([{ "__typename": "\u{0}", "id": "\u{0}" }]),
        json!([{ "__typename": "User", "id": "' OR '1'='1" }]),
        json!([{ "__typename": "User", "id": ada.id.to_uppercase() }]),
        json!([{ "__typename": "User", "id": { "$ne": null } }]),
    ] {
        let answer = names(&client, odd).await;
        assert!(!answer.text.contains("\"name\""), "{}", answer.text);
        assert!(
            answer.codes().iter().all(|code| *code == "BAD_USER_INPUT"),
            "{}",
            answer.text
        );
        assert!(answer.text.len() < 1_000, "{}", answer.text.len());
    }
    let answer = names(&client, json!([user(&ada.id)])).await;
    assert_eq!(answer.data("_entities")[0]["name"], "ada");
}
