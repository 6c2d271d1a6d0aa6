//! Services with an audience of their own: a token for them, another for this server, and neither passes for the other.

use std::time::Duration;

use portcullis::platform::config::Config;
use serde_json::{Value, json};

use super::{Forger, forge::sign_text, part};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

const OWN: &str = "http://localhost:8000";
const SERVICES: &str = "https://api.example.com";
const IS_LIVE: &str = "{ viewer { isAuthenticated } }";

fn with_services(config: &mut Config) {
    SERVICES.clone_into(&mut config.audience);
}

/// A service that was handed Ada's token for services.
fn service(app: &TestApp, ada: &Person) -> Client {
    app.bearer(token_of(ada))
}

fn token_of(ada: &Person) -> &str {
    ada.service_token.as_deref().unwrap()
}

async fn is_live(client: &Client) -> bool {
    let answer = client.query(IS_LIVE).await;
    answer.data("viewer")["isAuthenticated"].as_bool().unwrap()
}

#[tokio::test]
async fn without_an_audience_of_services_one_token_is_for_both() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .signup(json!({ "name": "ada", "email": "ada@example.com", "password": PASSWORD }))
        .await;
    let tokens = &answer.data("signup")["tokens"];
    assert_eq!(tokens["serviceToken"], json!(null));
    assert_eq!(tokens["serviceTokenExpiresAt"], json!(null));
    let token = tokens["accessToken"].as_str().unwrap();
    assert_eq!(part(token, 0)["typ"], "at+jwt");
    assert_eq!(part(token, 1)["aud"], OWN);
}

#[tokio::test]
async fn with_one_there_is_a_token_for_each_and_only_that_for_services_tells_of_the_person() {
    let app = TestApp::with(with_services).await;
    let ada = app.user("ada").await;
    let (own, services) = (&ada.token, token_of(&ada));
    assert_eq!(part(own, 0)["typ"], "session+jwt");
    assert_eq!(part(services, 0)["typ"], "at+jwt");
    assert_eq!(part(own, 0)["kid"], part(services, 0)["kid"]);

    let began = app.app.clock.now().as_second();
    let (own, services) = (part(own, 1), part(services, 1));
    let claims = |audience: &str, jti: &Value| {
        json!({
            "iss": OWN, "aud": audience, "sub": ada.id, "sid": ada.session_id, "jti": jti,
            "iat": began, "nbf": began, "exp": began + 15 * 60,
        })
    };
    assert_eq!(own, claims(OWN, &own["jti"]));
    let mut expected = claims(SERVICES, &services["jti"]);
    expected["name"] = json!("ada");
    expected["email"] = json!("ada@example.com");
    expected["email_verified"] = json!(false);
    expected["roles"] = json!([]);
    assert_eq!(services, expected);
    assert_ne!(own["jti"], services["jti"]);
}

#[tokio::test]
async fn a_token_for_services_does_nothing_at_the_account() {
    let app = TestApp::with(with_services).await;
    let ada = app.user("ada").await;
    let elsewhere = app.sign_in(&ada.email).await;
    let service = service(&app, &ada);
    // Also after it was found genuine, and cached.
    assert!(is_live(&service).await);
    let session = &elsewhere.session_id;
    let revoke = format!(
        "mutation {{ revokeSession(input: {{ sessionId: \"{session}\" }}) {{ userErrors {{ code }} }} }}"
    );
    for document in [
        "{ me { id } }",
        "{ me { sessions(first: 9) { nodes { ipAddress } } } }",
        "mutation { updateProfile(input: { name: \"Eve\" }) { userErrors { code } } }",
        "mutation { requestEmailChange(input: { newEmail: \"eve@example.org\" }) { userErrors { code } } }",
        "mutation { cancelEmailChange { userErrors { code } } }",
        "mutation { exportMyData { data downloadUrl } }",
        "mutation { cancelAccountDeletion { userErrors { code } } }",
        "mutation { revokeOtherSessions { revokedSessionIds } }",
        &revoke,
        "mutation { logout { wasSignedIn } }",
        "mutation { deleteAccount(input: {}) { userErrors { code } } }",
    ] {
        assert_eq!(
            service.query(document).await.reason(),
            "TOKEN_INVALID",
            "{document}"
        );
    }
    let node = service
        .query(&format!("{{ node(id: \"{}\") {{ id }} }}", ada.id))
        .await;
    assert_eq!(node.data("node"), &Value::Null);
    // A refresh token next to it is no way to sign out either.
    let given = json!({ "refreshToken": ada.refresh_token });
    assert_eq!(service.logout_with(given).await.reason(), "TOKEN_INVALID");
    for person in [&ada, &elsewhere] {
        assert_eq!(person.client.me().await.data("me")["name"], "ada");
    }
}

#[tokio::test]
async fn a_service_may_ask_whether_the_session_lives_and_nothing_else() {
    let app = TestApp::with(with_services).await;
    let ada = app.user("ada").await;
    let service = service(&app, &ada);
    for document in [
        IS_LIVE,
        "{ viewer { __typename isAuthenticated } }",
        "{ viewer { ...Life } } fragment Life on Viewer { isAuthenticated }",
    ] {
        let answer = service.query(document).await;
        assert_eq!(answer.data("viewer")["isAuthenticated"], true, "{document}");
    }
    for more in [
        "unauthenticatedReason",
        "user { id }",
        "session { id }",
        "... on Viewer { user { email } }",
    ] {
        let document = format!("{{ viewer {{ isAuthenticated unauthenticatedReason {more} }} }}");
        let answer = service.query(&document).await;
        let viewer = answer.data("viewer");
        assert_eq!(viewer["isAuthenticated"], false, "{document}");
        assert_eq!(viewer["unauthenticatedReason"], "TOKEN_INVALID", "{document}");
        assert!(
            !answer.text.contains(&ada.id) && !answer.text.contains(&ada.email),
            "{document}"
        );
    }
    let both = service.query("{ viewer { isAuthenticated } me { id } }").await;
    assert_eq!(both.reason(), "TOKEN_INVALID");
    ada.client.logout().await;
    assert!(!is_live(&service).await);
}

#[tokio::test]
async fn it_learns_of_every_end_at_once() {
    let app = TestApp::with(|config| {
        with_services(config);
        config.session_idle_timeout = Duration::from_mins(20);
    })
    .await;
    let (ada, eve, grace) = (
        app.user("ada").await,
        app.user("eve").await,
        app.user("grace").await,
    );
    let services = [&ada, &eve, &grace].map(|person| service(&app, person));
    for service in &services {
        assert!(is_live(service).await);
    }
    app.disable(&ada.email).await;
    app.sql("DELETE FROM users WHERE email_key = 'eve@example.com'")
        .await;
    assert!(!is_live(&services[0]).await);
    assert!(!is_live(&services[1]).await);
    assert!(is_live(&services[2]).await);
    // Fifteen minutes of the token, and the leeway of clocks.
    app.pass(Duration::from_mins(15));
    assert!(is_live(&services[2]).await);
    app.pass(Duration::from_secs(30));
    assert!(!is_live(&services[2]).await);
}

#[tokio::test]
async fn a_question_of_a_service_is_no_use_of_the_session() {
    let app = TestApp::with(with_services).await;
    let ada = app.user("ada").await;
    let before = app.session(&ada.session_id).await.unwrap();
    app.pass(Duration::from_mins(5));
    assert!(is_live(&service(&app, &ada)).await);
    assert_eq!(app.session(&ada.session_id).await.unwrap(), before);
}

#[tokio::test]
async fn each_token_has_a_lifetime_of_its_own() {
    let app = TestApp::with(|config| {
        with_services(config);
        config.access_token_ttl = Duration::from_mins(5);
        config.service_token_ttl = Duration::from_mins(2);
    })
    .await;
    let answer = app
        .anonymous()
        .signup(json!({ "name": "ada", "email": "ada@example.com", "password": PASSWORD }))
        .await;
    let tokens = &answer.data("signup")["tokens"];
    assert_eq!(tokens["accessTokenExpiresAt"], "2026-11-22T12:05:00.000Z");
    assert_eq!(tokens["serviceTokenExpiresAt"], "2026-11-22T12:02:00.000Z");
    let life = |name: &str| {
        let claims = part(tokens[name].as_str().unwrap(), 1);
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
    };
    assert_eq!((life("accessToken"), life("serviceToken")), (300, 120));
    app.pass(Duration::from_secs(150));
    assert!(!is_live(&app.bearer(tokens["serviceToken"].as_str().unwrap())).await);
    let own = app.bearer(tokens["accessToken"].as_str().unwrap());
    assert_eq!(own.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn no_token_for_services_outlives_the_end_of_its_session() {
    let app = TestApp::with(|config| {
        with_services(config);
        config.session_lifetime = Duration::from_hours(1);
        config.session_idle_timeout = Duration::from_hours(1);
    })
    .await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(50));
    let answer = ada.client.refresh(&ada.refresh_token).await;
    let tokens = &answer.data("refreshSession")["tokens"];
    assert_eq!(tokens["serviceTokenExpiresAt"], "2026-11-22T13:00:00.000Z");
}

#[tokio::test]
async fn every_refresh_gives_both_also_one_that_is_answered_again() {
    let app = TestApp::with(with_services).await;
    let ada = app.user("ada").await;
    let mut claims = Vec::new();
    for _ in 0..2 {
        let answer = app.anonymous().refresh(&ada.refresh_token).await;
        let tokens = &answer.data("refreshSession")["tokens"];
        let token = tokens["serviceToken"].as_str().unwrap();
        assert!(is_live(&app.bearer(token)).await);
        let mut read = part(token, 1);
        read.as_object_mut().unwrap().remove("jti");
        claims.push((
            read,
            tokens["refreshToken"].clone(),
            tokens["serviceTokenExpiresAt"].clone(),
        ));
    }
    assert_eq!(claims[0], claims[1]);
}

#[tokio::test]
async fn cookies_hold_the_own_token_and_the_one_for_services_is_in_the_body_alone() {
    let app = TestApp::with(with_services).await;
    let browser = app.browser();
    let is_apart = |field: &str, answer: &Answer| {
        let tokens = &answer.data(field)["tokens"];
        let token = tokens["serviceToken"].as_str().unwrap();
        assert_eq!(part(token, 0)["typ"], "at+jwt", "{field}");
        let cookies = browser.cookies();
        assert_eq!(
            cookies["portcullis-access"],
            tokens["accessToken"].as_str().unwrap()
        );
        assert!(cookies.values().all(|value| value != token), "{field}");
    };
    is_apart("signup", &browser.signup("ada").await);
    is_apart("login", &browser.login("ada@example.com").await);
    is_apart("refreshSession", &browser.refresh().await);
    assert_eq!(browser.me().await.data("me")["name"], "ada");
    // Renewed cookies hold it too.
    let before = browser.cookie("portcullis-access");
    let proof =
        format!("mutation {{ reauthenticate(input: {{ password: \"{PASSWORD}\" }}) {{ validUntil }} }}");
    assert!(browser.query(&proof).await.data("reauthenticate")["validUntil"].is_string());
    let renewed = browser.cookie("portcullis-access");
    assert!(renewed != before && part(&renewed, 0)["typ"] == "session+jwt");
    assert_eq!(browser.me().await.data("me")["name"], "ada");
    // In a cookie it is refused, even for the one question that services may ask.
    let answer = browser.refresh().await;
    let token = answer.data("refreshSession")["tokens"]["serviceToken"].clone();
    browser.put("portcullis-access", token.as_str().unwrap());
    assert_eq!(browser.me().await.reason(), "TOKEN_INVALID");
    let answer = browser.query(IS_LIVE).await;
    assert_eq!(answer.data("viewer")["isAuthenticated"], false);
}

#[tokio::test]
async fn type_and_audience_have_to_be_right_together() {
    let app = TestApp::with(|config| {
        Forger::config(config);
        with_services(config);
    })
    .await;
    let ada = app.user("ada").await;
    let kid = part(&ada.token, 0)["kid"].clone();
    for (token_type, audience, acts, asks) in [
        ("session+jwt", OWN, true, true),
        ("at+jwt", SERVICES, false, true),
        ("at+jwt", OWN, false, false),
        ("session+jwt", SERVICES, false, false),
        ("JWT", OWN, false, false),
        ("JWT", SERVICES, false, false),
    ] {
        let header = json!({ "alg": "HS256", "typ": token_type, "kid": kid });
        let mut claims = part(&ada.token, 1);
        claims["aud"] = json!(audience);
        let client = app.bearer(&sign_text(&header.to_string(), &claims.to_string()));
        let me = client.me().await;
        assert_eq!(
            me.codes().is_empty(),
            acts,
            "{token_type} {audience}: {}",
            me.text
        );
        assert!(acts || me.reason() == "TOKEN_INVALID");
        assert_eq!(is_live(&client).await, asks, "{token_type} {audience}");
    }
}
