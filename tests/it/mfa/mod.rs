//! Second factors: authenticator apps, recovery codes, passkeys, and the gate that every sign-in passes.

mod attacks;
mod challenge;
mod counter;
mod doors;
mod lost;
mod passkeys;
mod policy;
mod race;
mod recovery;
mod reset;
mod step_up;
mod totp;

use std::time::Duration;

use portcullis::platform::clock::Clock as _;
use serde_json::{Value, json};

use crate::support::{Answer, Authenticator, Client, PASSWORD, Person, TestApp, totp_code};

const ORIGIN: &str = "http://localhost:8000";

const SIGNED_IN: &str = "user { id } session { id authMethods } tokens { accessToken refreshToken }
    mfaChallenge { challengeToken methods passkeyOptions expiresAt }";

/// A person with an authenticator app.
struct WithTotp {
    person: Person,
    /// Signed in, and stepped up by the password when the app was set up.
    client: Client,
    secret: String,
    recovery_codes: Vec<String>,
}

impl WithTotp {
    /// A person who has just signed up and set an app up. Codes of the present step are used.
    async fn new(app: &TestApp, name: &str) -> Self {
        Self::of(app, app.user(name).await).await
    }

    async fn of(app: &TestApp, person: Person) -> Self {
        let client = step_up(app, &person.client, json!({ "password": PASSWORD })).await;
        let (secret, recovery_codes) = set_up(app, &client).await;
        let recovery_codes = recovery_codes.expect("it is the first factor");
        assert_eq!(recovery_codes.len(), 10);
        Self {
            person,
            client,
            secret,
            recovery_codes,
        }
    }

    /// A code that was not used yet: the clock moves to the next step.
    fn next_code(&self, app: &TestApp) -> String {
        app.pass(Duration::from_secs(30));
        self.code(app)
    }

    /// The code that the app shows now.
    fn code(&self, app: &TestApp) -> String {
        totp_code(&self.secret, app.clock.now().as_second())
    }
}

/// Sets an app up. Its secret, and the recovery codes if it is the first factor.
async fn set_up(app: &TestApp, client: &Client) -> (String, Option<Vec<String>>) {
    let started = client
        .query(
            "mutation { startTotpSetup { setupToken secret otpauthUri userErrors { code message field } } }",
        )
        .await;
    assert_eq!(started.user_errors("startTotpSetup"), []);
    let started = started.data("startTotpSetup");
    let secret = text(&started["secret"]);
    let input = json!({
        "setupToken": started["setupToken"],
        "code": totp_code(&secret, app.clock.now().as_second()),
    });
    let answer = client
        .call(
            "confirmTotpSetup",
            "recoveryCodes user { mfa { isTotpEnabled } }",
            input,
        )
        .await;
    assert_eq!(answer.user_errors("confirmTotpSetup"), []);
    let confirmed = answer.data("confirmTotpSetup");
    assert_eq!(confirmed["user"]["mfa"]["isTotpEnabled"], true);
    let codes = confirmed["recoveryCodes"].as_array();
    (secret, codes.map(|codes| codes.iter().map(text).collect()))
}

/// Registers a passkey with a stepped-up client. The recovery codes if it is the first factor.
async fn register(client: &Client, seed: &str) -> (Authenticator, Option<Vec<String>>) {
    let mut passkey = Authenticator::new(ORIGIN, seed);
    let answer = register_with(client, &mut passkey).await;
    assert_eq!(
        answer.user_errors("finishPasskeyRegistration"),
        [],
        "{}",
        answer.text
    );
    let codes = answer.data("finishPasskeyRegistration")["recoveryCodes"].as_array();
    (passkey, codes.map(|codes| codes.iter().map(text).collect()))
}

async fn register_with(client: &Client, passkey: &mut Authenticator) -> Answer {
    let started = client
        .query("mutation { startPasskeyRegistration { challengeToken options userErrors { code message field } } }")
        .await;
    assert_eq!(started.user_errors("startPasskeyRegistration"), []);
    let started = started.data("startPasskeyRegistration");
    let credential: Value = serde_json::from_str(&passkey.create(&started["options"].to_string())).unwrap();
    let input = json!({ "challengeToken": started["challengeToken"], "credential": credential });
    let fields = "passkey { id name isSynced } recoveryCodes user { passkeys { id } mfa { isEnabled } }";
    client.call("finishPasskeyRegistration", fields, input).await
}

/// The answer of a passkey to these options.
fn answer_of(passkey: &mut Authenticator, options: &Value) -> Value {
    serde_json::from_str(&passkey.get(&options.to_string())).unwrap()
}

/// Signs in with a passkey alone.
async fn passkey_login(client: &Client, passkey: &mut Authenticator) -> Answer {
    let started = client
        .query("mutation { startPasskeyLogin { challengeToken options userErrors { code } } }")
        .await;
    let started = started.data("startPasskeyLogin");
    let input = json!({
        "challengeToken": started["challengeToken"],
        "credential": answer_of(passkey, &started["options"]),
    });
    client.call("finishPasskeyLogin", SIGNED_IN, input).await
}

/// The challenge of a right password.
async fn challenge(client: &Client, email: &str) -> Value {
    let input = json!({ "email": email, "password": PASSWORD });
    let answer = client.call("login", SIGNED_IN, input).await;
    let login = answer.data("login");
    assert_eq!(login["userErrors"], json!([]), "{}", answer.text);
    assert_eq!(
        (&login["session"], &login["tokens"], &login["user"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let challenge = login["mfaChallenge"].clone();
    assert!(
        challenge.is_object(),
        "no second factor was asked for: {}",
        answer.text
    );
    challenge
}

/// Gives the second factor to a challenge.
async fn verify(client: &Client, challenge: &Value, factor: Value) -> Answer {
    let input = json!({ "challengeToken": challenge["challengeToken"], "factor": factor });
    client.call("verifyMfa", SIGNED_IN, input).await
}

/// Codes of the refusals of the only root field; empty if it was done.
fn codes(answer: &Answer) -> Vec<String> {
    if !answer.codes().is_empty() {
        return answer.codes().into_iter().map(str::to_owned).collect();
    }
    let (_, payload) = answer.body["data"].as_object().unwrap().iter().next().unwrap();
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().map(|error| text(&error["code"])).collect()
}

/// The client with the tokens that this proof returns.
async fn step_up(app: &TestApp, client: &Client, proof: Value) -> Client {
    let answer = client
        .call("reauthenticate", "validUntil tokens { accessToken }", proof)
        .await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    app.bearer(
        answer.data("reauthenticate")["tokens"]["accessToken"]
            .as_str()
            .unwrap(),
    )
}

/// The client of a session that this answer began.
fn client_of(app: &TestApp, answer: &Answer, field: &str) -> Client {
    app.bearer(
        answer.data(field)["tokens"]["accessToken"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", answer.text)),
    )
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
