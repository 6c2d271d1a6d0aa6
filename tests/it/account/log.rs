//! What answers and the log tell of the passwords, when the log tells everything.

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;

use super::{
    CHANGE_PASSWORD, DELETE_ACCOUNT, REAUTHENTICATE, assert_done, change_password, delete_account,
    reauthenticate, update_profile,
};
use crate::support::{Answer, Client, Program};

const RIGHT: &str = "zebra-canary-right-one";
const NEXT: &str = "zebra-canary-next-one";
const WRONG: &str = "zebra-canary-wrong-one";

#[tokio::test]
async fn no_password_comes_back_in_an_answer_or_stands_in_the_log() {
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace")
        .with("ATTEMPTS_PER_ACCOUNT", "1000");
    let server = program.serve().await;
    let answer = server
        .client()
        .signup(json!({ "name": "Ada", "email": "ada@example.com", "password": RIGHT }))
        .await;
    let token = answer.data("signup")["tokens"]["accessToken"].as_str().unwrap();
    let ada = Client::new(server.url().to_owned(), Some(token.to_owned()));

    let mut answers = refused(&ada).await;
    answers.extend(malformed(&ada).await);
    let done = [
        change_password(&ada, RIGHT, NEXT).await,
        reauthenticate(&ada, NEXT).await,
    ];
    done.iter().for_each(assert_done);
    answers.extend(done);
    answers.push(update_profile(&ada, json!({ "name": "Countess" })).await);

    // A row that was tampered with, and a fault in the midst of it.
    let rows = Database::connect(program.database_url()).await.unwrap();
    let sql = "UPDATE users SET password_hash = 'zebra-hash'";
    rows.execute_unprepared(sql).await.unwrap();
    answers.push(change_password(&ada, NEXT, RIGHT).await);
    let sql = "ALTER TABLE sessions RENAME TO sessions_away";
    rows.execute_unprepared(sql).await.unwrap();
    let fault = change_password(&ada, NEXT, RIGHT).await;
    assert_eq!(fault.codes(), ["INTERNAL_SERVER_ERROR"]);
    answers.push(fault);

    for answer in &answers {
        assert!(!answer.text.contains("zebra"), "{}", answer.text);
        let mut headers = answer.headers.values();
        assert!(headers.all(|value| !String::from_utf8_lossy(value.as_bytes()).contains("zebra")));
    }
    let log = server.log();
    for expected in ["answered", "a request failed with a fault", "cannot be used"] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    let leaks: Vec<&str> = log.lines().filter(|line| line.contains("zebra")).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// What a form can get wrong.
async fn refused(ada: &Client) -> Vec<Answer> {
    vec![
        change_password(ada, WRONG, NEXT).await,
        change_password(ada, RIGHT, RIGHT).await,
        change_password(ada, RIGHT, &format!("{NEXT}\0")).await,
        change_password(ada, &format!("{RIGHT}\0"), NEXT).await,
        change_password(ada, RIGHT, &NEXT.repeat(100)).await,
        reauthenticate(ada, WRONG).await,
        reauthenticate(ada, &WRONG.repeat(100)).await,
        delete_account(ada, json!({ "currentPassword": WRONG })).await,
        delete_account(ada, json!({ "currentPassword": format!("{RIGHT}\0") })).await,
    ]
}

/// What a program can get wrong.
async fn malformed(ada: &Client) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (query, field) in [
        (CHANGE_PASSWORD, "currentPassword"),
        (CHANGE_PASSWORD, "newPassword"),
        (CHANGE_PASSWORD, "keepOtherSessions"),
        (DELETE_ACCOUNT, "currentPassword"),
        (REAUTHENTICATE, "password"),
    ] {
        for value in [json!([WRONG]), json!({ "a": WRONG }), json!([{ "a": WRONG }])] {
            for name in [field, "more"] {
                let input = json!({ "input": { name: value } });
                answers.push(ada.run(query, input).await);
            }
        }
        answers.push(ada.run(query, json!({ "input": WRONG })).await);
    }
    for document in [
        "mutation { changePassword(input: { currentPassword: \"WRONG\", newPassword: \"WRONG } ) { userErrors { code } } }",
        "mutation { changePassword(input: { currentPassword: \"WRONG\" }) { userErrors { code } } }",
        "mutation { changePassword(input: { current: \"WRONG\", newPassword: \"WRONG\" }) { userErrors { code } } }",
        "mutation { changePassword(currentPassword: \"WRONG\") { userErrors { code } } }",
        "mutation { reauthenticate(input: { password: [\"WRONG\"] }) { userErrors { code } } }",
        "mutation { reauthenticate(input: \"WRONG\") { userErrors { code } } }",
        "mutation { a: reauthenticate(input: { password: \"WRONG\" }) { userErrors { code } } \
         b: reauthenticate(input: { password: \"WRONG\" }) { userErrors { code } } }",
        "mutation { deleteAccount(input: { currentPassword: \"WRONG\", really: \"WRONG\" }) { userErrors { code } } }",
    ] {
        answers.push(ada.query(&document.replace("WRONG", WRONG)).await);
    }
    for answer in &answers {
        assert!(!answer.codes().is_empty(), "{}", answer.text);
        assert!(
            !answer.codes().contains(&"INTERNAL_SERVER_ERROR"),
            "{}",
            answer.text
        );
    }
    answers
}
