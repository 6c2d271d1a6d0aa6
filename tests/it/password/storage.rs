//! How a password is kept.

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn hashes_are_argon2id_at_the_floor_each_with_a_salt_of_its_own() {
    let app = TestApp::with(|config| {
        let default = portcullis::platform::config::Config::default();
        config.argon2_memory_kib = default.argon2_memory_kib;
        config.argon2_iterations = default.argon2_iterations;
    })
    .await;
    let mut hashes = Vec::new();
    for name in ["ada", "eve"] {
        app.user(name).await;
        let stored = app
            .row(&format!("{name}@example.com"))
            .await
            .unwrap()
            .password_hash
            .unwrap();
        let rest = stored
            .strip_prefix("$argon2id$v=19$m=19456,t=2,p=1$")
            .unwrap_or_else(|| panic!("{stored}"));
        let (salt, output) = rest.split_once('$').unwrap();
        // 16 and 32 bytes in base64 without padding.
        assert_eq!((salt.len(), output.len()), (22, 43));
        assert!(!stored.contains(PASSWORD));
        hashes.push((salt.to_owned(), output.to_owned()));
    }
    assert_ne!(hashes[0].0, hashes[1].0);
    assert_ne!(hashes[0].1, hashes[1].1);
}

#[tokio::test]
async fn no_answer_repeats_a_password() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let secret = "zebra-canary-4711-xylophone";
    let mutation = format!(
        "mutation {{ login(input: {{ email: \"{}\", password: \"{secret}\" }}) {{ user {{ id }} userErrors {{ code }} }} }}",
        ada.email
    );
    let client = app.anonymous();
    let answers = [
        client.login(&ada.email, secret).await,
        client.query(&mutation).await,
        // Wrong in form, in types, in limits.
        client.query(&format!("{mutation} }}")).await,
        client.query(&mutation.replace("email:", "mail:")).await,
        client.query(&mutation.replace("user {", "nobody {")).await,
        client.query(&mutation.replace(&format!("\"{secret}\""), &format!("{{ a: \"{secret}\" }}"))).await,
        client.query(&mutation.replace(&format!("\"{secret}\""), &format!("[\"{secret}\", 1]"))).await,
        client.query(&mutation.replace(secret, &format!("{secret}\n"))).await,
        client.query(&mutation.replace("user {", "again: user {").replace("mutation {", "mutation { logout { wasSignedIn }")).await,
        client.signup(serde_json::json!({ "name": "A", "email": "x@y.example", "password": { "a": secret } })).await,
        client.signup(serde_json::json!({ "name": "A", "email": "x@y.example", "password": [secret] })).await,
        client.signup(serde_json::json!({ "name": "A", "email": "no", "password": secret, "passwordAgain": secret })).await,
        client.signup(serde_json::json!({ "name": "A", "email": "x@y.example", "password": format!("{secret}\0") })).await,
    ];
    for answer in answers {
        assert!(!answer.text.contains("zebra"), "{}", answer.text);
        assert!(
            answer
                .headers
                .values()
                .all(|value| !String::from_utf8_lossy(value.as_bytes()).contains("zebra"))
        );
        assert!(
            !answer.codes().contains(&"INTERNAL_SERVER_ERROR"),
            "{}",
            answer.text
        );
    }
}
