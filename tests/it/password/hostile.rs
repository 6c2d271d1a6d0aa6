//! Rows whose hash somebody tampered with.

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

const SALT_AND_OUTPUT: &str = "c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";

#[tokio::test]
async fn a_hash_that_asks_for_too_much_or_is_none_lets_nobody_in_and_harms_nobody_else() {
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    let eve = app.user("eve").await;
    let good = app.row(&ada.email).await.unwrap().password_hash.unwrap();
    let hostile = [
        format!("$argon2id$v=19$m=4194304,t=1,p=1${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=19$m=4294967295,t=4294967295,p=16777215${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=19$m=8,t=4294967295,p=1${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=19$m=134217728,t=1,p=16777215${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=19$m=0,t=0,p=0${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=19$m=-1,t=1,p=1${SALT_AND_OUTPUT}"),
        format!("$argon2id$v=99$m=8,t=1,p=1${SALT_AND_OUTPUT}"),
        format!("$argon2x$v=19$m=8,t=1,p=1${SALT_AND_OUTPUT}"),
        format!("$bcrypt$v=19$m=8,t=1,p=1${SALT_AND_OUTPUT}"),
        "$2b$12$ééééééééééééééééééééééééééééééééééééééééééé".to_owned(),
        "$argon2id$v=19$m=8,t=1,p=1$$".to_owned(),
        "$argon2id$v=19$m=8,t=1,p=1$c29t".to_owned(),
        "$argon2id$".to_owned(),
        "$".repeat(200),
        String::new(),
        " ".to_owned(),
        PASSWORD.to_owned(),
        format!("{good} "),
        good.replace("argon2id", "ARGON2ID"),
        good[..good.len() - 1].to_owned(),
    ];
    for stored in &hostile {
        app.put_hash(&ada.email, Some(stored)).await;
        for password in [PASSWORD, "another password", " "] {
            let answer = app.anonymous().login(&ada.email, password).await;
            assert_eq!(
                answer.user_errors("login"),
                [("INVALID_CREDENTIALS", "Invalid email or password", json!(null))],
                "{stored}"
            );
        }
        assert_eq!(
            app.row(&ada.email).await.unwrap().password_hash.as_deref(),
            Some(&**stored)
        );
    }
    app.put_hash(&ada.email, None).await;
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");

    let answer = app.anonymous().login(&eve.email, PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["id"], eve.id);
    app.put_hash(&ada.email, Some(&good)).await;
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["id"], ada.id);
}
