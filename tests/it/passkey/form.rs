//! The JSON form of answers.

use serde_json::{Value, json};

use super::{Place, phone};

#[tokio::test]
async fn an_answer_that_names_two_ids_or_is_not_as_browsers_write_it_is_refused() {
    let place = Place::new().await;
    let ceremony = place.creation().await;
    let answer = phone("form").create(&ceremony.options_json);
    let other = phone("other").id();
    let value: Value = serde_json::from_str(&answer).unwrap();
    let changed = |change: fn(&mut Value, &str)| {
        let mut value = value.clone();
        change(&mut value, &other);
        value.to_string()
    };
    for (what, text) in [
        ("nothing", String::new()),
        ("null", "null".to_owned()),
        ("another raw id", changed(|it, other| it["rawId"] = json!(other))),
        ("another id", changed(|it, other| it["id"] = json!(other))),
        (
            "both another",
            changed(|it, other| {
                it["id"] = json!(other);
                it["rawId"] = json!(other);
            }),
        ),
        ("another type", changed(|it, _| it["type"] = json!("password"))),
        (
            "padding",
            changed(|it, _| {
                let text = it["response"]["clientDataJSON"].as_str().unwrap();
                it["response"]["clientDataJSON"] = json!(format!("{text}="));
            }),
        ),
        (
            "a number",
            changed(|it, _| it["response"]["attestationObject"] = json!(1)),
        ),
        ("no response", changed(|it, _| it["response"] = Value::Null)),
        ("a second response", answer.replacen('{', r#"{"response":{},"#, 1)),
        ("text after it", format!("{answer} 1")),
        (
            "17 KiB",
            answer.replacen('{', &format!(r#"{{"more":"{}","#, "x".repeat(17 * 1024)), 1),
        ),
        (
            "a deep response",
            answer.replacen(
                r#""response":{"#,
                &format!(r#""response":{}{{"#, "[".repeat(5000)),
                1,
            ),
        ),
    ] {
        assert!(place.check_new(&ceremony.state, &text).is_err(), "{what}");
    }
    // What is not read may be anything, and as deep as it likes.
    let deep = answer.replacen(
        '{',
        &format!(r#"{{"more":{}{},"#, "[".repeat(5000), "]".repeat(5000)),
        1,
    );
    assert!(place.check_new(&ceremony.state, &deep).is_ok());
    let odd = changed(|it, _| {
        it["clientExtensionResults"] = json!({ "prf": { "results": { "first": "not base64!" } } });
        it["authenticatorAttachment"] = json!("implant");
        it["response"]["transports"] = json!(["internal", "telepathy"]);
    });
    assert_eq!(
        place.check_new(&ceremony.state, &odd).unwrap().row.transports,
        "internal"
    );
}
