//! D9: signing in with a mailed code or link.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    email_change::proven,
    support::{Client, Letter, TestApp},
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

async fn start() -> TestApp {
    TestApp::with(|config| config.email_login = true).await
}

async fn ask(client: &Client, email: &str) -> String {
    let input = json!({ "email": email });
    let answer = client
        .call("requestEmailLogin", "challengeToken expiresAt", input)
        .await;
    let challenge = &answer.data("requestEmailLogin")["challengeToken"];
    challenge
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.text))
        .to_owned()
}

async fn with_code(client: &Client, challenge: &str, code: &str) -> Result<Value, String> {
    let input = json!({ "challengeToken": challenge, "code": code });
    signed_in(client, "loginWithEmailCode", input).await
}

async fn with_link(client: &Client, challenge: &str, token: &str) -> Result<Value, String> {
    let input = json!({ "challengeToken": challenge, "token": token });
    signed_in(client, "loginWithEmailLink", input).await
}

async fn signed_in(client: &Client, field: &str, input: Value) -> Result<Value, String> {
    let fields = "user { id } session { id authMethods } tokens { accessToken refreshToken }";
    let answer = client.call(field, fields, input).await;
    match answer.user_errors(field).first() {
        Some(error) => Err(error.0.to_owned()),
        None => Ok(answer.data(field).clone()),
    }
}

async fn letter(app: &TestApp, email: &str) -> Letter {
    app.mail(email, "sign_in_code").await
}

#[tokio::test]
async fn the_code_or_the_link_signs_in_whoever_asked() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    let challenge = ask(&client, "ADA@example.com").await;
    let code = letter(&app, &ada.email).await.code();
    let done = with_code(&client, &challenge, &code.to_lowercase().replace('-', " "))
        .await
        .unwrap();
    assert_eq!(done["session"]["authMethods"], json!(["EMAIL_CODE"]));
    assert_eq!(done["user"]["id"], ada.id);

    let challenge = ask(&client, &ada.email).await;
    let token = letter(&app, &ada.email).await.token();
    let done = with_link(&client, &challenge, &token).await.unwrap();
    assert_eq!(done["session"]["authMethods"], json!(["EMAIL_LINK"]));
}

#[tokio::test]
async fn the_mail_names_the_asker_and_the_only_host_for_the_code() {
    let app = start().await;
    let ada = app.user("ada").await;
    ask(&app.anonymous().agent(FIREFOX), &ada.email).await;
    let letter = letter(&app, &ada.email).await;
    for part in ["Firefox on Linux", "127.0.0.1", "localhost:8000"] {
        assert!(letter.text.contains(part), "{part}: {}", letter.text);
    }
    assert!(!letter.text.contains("Gecko") && !letter.subject.contains(&letter.code()));
}

#[tokio::test]
async fn a_code_or_a_link_is_worth_nothing_without_its_own_challenge() {
    let app = start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let client = app.anonymous();
    let of_ada = ask(&client, &ada.email).await;
    let mailed = letter(&app, &ada.email).await;
    let of_eve = ask(&client, &eve.email).await;
    let again = ask(&client, &ada.email).await;
    for other in [&of_eve, &again] {
        assert_eq!(
            with_code(&client, other, &mailed.code()).await,
            Err("EMAIL_CODE_INVALID".to_owned())
        );
        assert_eq!(
            with_link(&client, other, &mailed.token()).await,
            Err("TOKEN_INVALID".to_owned())
        );
    }
    for garbage in ["", "pct_x", &mailed.token()] {
        assert_eq!(
            with_code(&client, garbage, &mailed.code()).await,
            Err("CHALLENGE_EXPIRED".to_owned())
        );
        assert_eq!(
            with_link(&client, garbage, &mailed.token()).await,
            Err("TOKEN_INVALID".to_owned())
        );
    }
    with_code(&client, &of_ada, &mailed.code()).await.unwrap();
}

#[tokio::test]
async fn five_wrong_codes_end_their_own_challenge_only() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    let client = app.anonymous();
    let attacked = ask(&client, &ada.email).await;
    let code = letter(&app, &ada.email).await.code();
    let own = ask(&client, &ada.email).await;
    let own_code = letter(&app, &ada.email).await.code();
    assert_eq!(
        with_code(&client, &attacked, " ").await,
        Err("REQUIRED".to_owned())
    );
    for wrong in ["0000-0000", "nonsense!", "1111-1111", "2222-2222", "3333-3333"] {
        assert_eq!(
            with_code(&client, &attacked, wrong).await,
            Err("EMAIL_CODE_INVALID".to_owned())
        );
    }
    assert_eq!(
        with_code(&client, &attacked, &code).await,
        Err("CHALLENGE_EXPIRED".to_owned())
    );
    with_code(&client, &own, &own_code).await.unwrap();
    // And no password counter was touched.
    app.anonymous()
        .login(&ada.email, crate::support::PASSWORD)
        .await
        .tokens("login");
}

#[tokio::test]
async fn concurrent_tries_count_each() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    let challenge = ask(&client, &ada.email).await;
    let tries = (0..20).map(|nth| {
        let (client, challenge) = (&client, &challenge);
        async move {
            with_code(client, challenge, &format!("{nth:08}"))
                .await
                .unwrap_err()
        }
    });
    let codes = futures_util::future::join_all(tries).await;
    assert_eq!(
        codes.iter().filter(|code| *code == "EMAIL_CODE_INVALID").count(),
        5
    );
    assert_eq!(
        codes.iter().filter(|code| *code == "CHALLENGE_EXPIRED").count(),
        15
    );
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answers_and_no_mail() {
    let app = start().await;
    app.user("ada").await;
    app.mails().await;
    let client = app.anonymous();
    let unknown = ask(&client, "nobody@example.com").await;
    let known = ask(&client, "ada@example.com").await;
    assert_eq!(unknown.len(), known.len());
    assert_eq!(app.kinds_to("nobody@example.com").await, [""; 0]);
    for challenge in [&unknown, &known] {
        for _ in 0..5 {
            assert_eq!(
                with_code(&client, challenge, "0000-0000").await,
                Err("EMAIL_CODE_INVALID".to_owned())
            );
        }
        assert_eq!(
            with_code(&client, challenge, "0000-0000").await,
            Err("CHALLENGE_EXPIRED".to_owned())
        );
    }
}

/// D12: the first answer was lost.
#[tokio::test]
async fn the_same_call_again_gets_the_same_session_for_a_minute() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    let challenge = ask(&client, &ada.email).await;
    let code = letter(&app, &ada.email).await.code();
    let first = with_code(&client, &challenge, &code).await.unwrap();
    let again = with_code(&client, &challenge, &code).await.unwrap();
    assert_eq!(again["session"]["id"], first["session"]["id"]);
    assert_eq!(again["tokens"]["refreshToken"], first["tokens"]["refreshToken"]);
    // Another code with the same challenge is another call.
    assert_eq!(
        with_code(&client, &challenge, "0000-0000").await,
        Err("CHALLENGE_EXPIRED".to_owned())
    );
    app.pass(Duration::from_mins(2));
    assert_eq!(
        with_code(&client, &challenge, &code).await,
        Err("CHALLENGE_EXPIRED".to_owned())
    );
}

#[tokio::test]
async fn code_and_link_live_for_ten_minutes() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    let challenge = ask(&client, &ada.email).await;
    let mailed = letter(&app, &ada.email).await;
    app.pass(Duration::from_mins(10));
    assert_eq!(
        with_code(&client, &challenge, &mailed.code()).await,
        Err("CHALLENGE_EXPIRED".to_owned())
    );
    assert_eq!(
        with_link(&client, &challenge, &mailed.token()).await,
        Err("TOKEN_EXPIRED".to_owned())
    );
}

#[tokio::test]
async fn a_disabled_account_is_told_after_the_right_code_only() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    let challenge = ask(&client, &ada.email).await;
    let code = letter(&app, &ada.email).await.code();
    app.disable(&ada.email).await;
    assert_eq!(
        with_code(&client, &challenge, "0000-0000").await,
        Err("EMAIL_CODE_INVALID".to_owned())
    );
    assert_eq!(
        with_code(&client, &challenge, &code).await,
        Err("ACCOUNT_DISABLED".to_owned())
    );
}

#[tokio::test]
async fn it_is_off_unless_it_is_switched_on() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let input = json!({ "email": ada.email });
    let answer = app
        .anonymous()
        .call("requestEmailLogin", "challengeToken", input)
        .await;
    assert_eq!(answer.user_errors("requestEmailLogin")[0].0, "FEATURE_DISABLED");
}
