//! Second factors: authenticator apps, recovery codes, passkeys, and the gate that every sign-in passes.

mod attacks;
mod challenge;
mod counter;
mod doors;
mod events;
mod interrupted;
mod log;
mod lost;
mod passkey_sign_in;
mod passkeys;
mod policy;
mod race;
mod recovery;
mod reset;
mod step_up;
mod totp;

use std::time::Duration;

use entity::session;
use portcullis::platform::{clock::Clock as _, config::Config};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::{
    email_change::proven,
    support::{Answer, Authenticator, Client, PASSWORD, Person, TestApp, totp_code, with_unsent_mail},
};

const ORIGIN: &str = "http://localhost:8000";

/// The address of the owner of an account.
const HOME: &str = "198.51.100.1";

/// Begins a proof.
const START: &str = "mutation { startReauthentication { methods challengeToken passkeyOptions } }";

/// Replaces the recovery codes.
const REGENERATE: &str = "mutation { regenerateRecoveryCodes { recoveryCodes userErrors { code } } }";

const SIGNED_IN: &str = "user { id } session { id authMethods } tokens { accessToken refreshToken }
    mfaChallenge { challengeToken methods passkeyOptions expiresAt }";

/// A person with an authenticator app.
pub(crate) struct WithTotp {
    pub(crate) person: Person,
    /// Signed in, and stepped up by the password when the app was set up.
    client: Client,
    secret: String,
    pub(crate) recovery_codes: Vec<String>,
}

impl WithTotp {
    /// A person who has just signed up and set an app up. Codes of the present step are used.
    pub(crate) async fn new(app: &TestApp, name: &str) -> Self {
        Self::of(app, app.user(name).await).await
    }

    /// A client with the step-up of the set-up.
    pub(crate) fn stepped_up(&self) -> Client {
        self.client.clone()
    }

    pub(crate) async fn of(app: &TestApp, person: Person) -> Self {
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
    pub(crate) fn next_code(&self, app: &TestApp) -> String {
        app.pass(Duration::from_secs(30));
        self.code(app)
    }

    /// The code that the app shows now.
    fn code(&self, app: &TestApp) -> String {
        totp_code(&self.secret, app.clock.now().as_second())
    }

    /// Signs in with everything from where `client` is. The client of the new session, which has no address.
    async fn sign_in_from(&self, app: &TestApp, client: &Client) -> Client {
        let waiting = challenge(client, &self.person.email).await;
        let answer = verify(client, &waiting, json!({ "totpCode": self.next_code(app) })).await;
        assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
        client_of(app, &answer, "verifyMfa")
    }

    /// Signs in with everything.
    async fn sign_in(&self, app: &TestApp) -> Client {
        self.sign_in_from(app, &app.anonymous()).await
    }

    /// Replaces the recovery codes in another session. The new ones.
    async fn regenerate(&self, app: &TestApp) -> Vec<String> {
        let client = self.sign_in(app).await;
        let client = step_up(app, &client, json!({ "totpCode": self.next_code(app) })).await;
        let answer = client.query(REGENERATE).await;
        assert_eq!(codes(&answer), [""; 0]);
        let new = answer.data("regenerateRecoveryCodes")["recoveryCodes"].as_array();
        new.unwrap().iter().map(text).collect()
    }
}

/// Neither networks nor accounts have to wait.
fn without_other_limits(config: &mut Config) {
    config.logins_per_network = 0;
    config.account_writes = 0;
}

/// A server behind a proxy, which does not show its mails, and a person who signed up at [`HOME`] and has a proven
/// address.
async fn at_home() -> (TestApp, Person) {
    let app = TestApp::builder()
        .behind_proxy()
        .config(with_unsent_mail)
        .config(without_other_limits)
        .start()
        .await;
    let person = app.user_at("ada", HOME).await;
    app.sql("UPDATE users SET email_verified_at = 1").await;
    (app, person)
}

/// A person with a proven address who has just registered a passkey, and the recovery codes.
pub(crate) async fn with_passkey(app: &TestApp, name: &str) -> (Client, Authenticator, Vec<String>) {
    let person = proven(app, name).await;
    let client = step_up(app, &person.client, json!({ "password": PASSWORD })).await;
    let (passkey, recovery_codes) = register(&client, name).await;
    (client, passkey, recovery_codes.expect("it is the first factor"))
}

/// How many sessions there are, of everybody.
async fn sessions(app: &TestApp) -> u64 {
    session::Entity::find().count(app.app.db.writer()).await.unwrap()
}

/// Sets the usual password anew, by mail.
async fn reset_password(app: &TestApp, email: &str) {
    let asked = app
        .anonymous()
        .call("requestPasswordReset", "email", json!({ "email": email }))
        .await;
    assert_eq!(codes(&asked), [""; 0]);
    reset_by(app, &app.mail(email, "reset_password").await.token(), PASSWORD).await;
}

/// Sets this password with the token of a mail.
async fn reset_by(app: &TestApp, token: &str, password: &str) {
    let input = json!({ "token": token, "newPassword": password });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(codes(&answer), [""; 0]);
}

/// Says "that was not me" with the link of a notice.
async fn end_reported(app: &TestApp, link: &str) {
    let input = json!({ "token": link });
    let ended = app.anonymous().call("endReportedSession", "isEnded", input).await;
    assert_eq!(codes(&ended), [""; 0]);
}

/// The proof of a passkey to a challenge of this client.
async fn passkey_proof(client: &Client, passkey: &mut Authenticator) -> Value {
    let started = client.query(START).await;
    let started = started.data("startReauthentication");
    json!({ "passkey": {
        "challengeToken": started["challengeToken"],
        "credential": answer_of(passkey, &started["passkeyOptions"]),
    } })
}

/// Sets an app up. Its secret, and the recovery codes if it is the first factor.
pub(crate) async fn set_up(app: &TestApp, client: &Client) -> (String, Option<Vec<String>>) {
    set_up_at(client, app.clock.now().as_second()).await
}

/// The same at this second, counted from 1970.
async fn set_up_at(client: &Client, now: i64) -> (String, Option<Vec<String>>) {
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
        "code": totp_code(&secret, now),
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
pub(crate) async fn passkey_login(client: &Client, passkey: &mut Authenticator) -> Answer {
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
pub(crate) async fn challenge(client: &Client, email: &str) -> Value {
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
pub(crate) async fn verify(client: &Client, challenge: &Value, factor: Value) -> Answer {
    let input = json!({ "challengeToken": challenge["challengeToken"], "factor": factor });
    client.call("verifyMfa", SIGNED_IN, input).await
}

/// Codes of the refusals of the only root field; empty if it was done.
pub(crate) fn codes(answer: &Answer) -> Vec<String> {
    if !answer.codes().is_empty() {
        return answer.codes().into_iter().map(str::to_owned).collect();
    }
    let (_, payload) = answer.body["data"].as_object().unwrap().iter().next().unwrap();
    errors(payload)
}

/// The codes of what the person can mend.
fn errors(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().map(|error| text(&error["code"])).collect()
}

/// The client with the tokens that this proof returns.
pub(crate) async fn step_up(app: &TestApp, client: &Client, proof: Value) -> Client {
    app.bearer(&proven_token(client, proof).await)
}

/// The access token that this proof returns.
async fn proven_token(client: &Client, proof: Value) -> String {
    let answer = client
        .call("reauthenticate", "validUntil tokens { accessToken }", proof)
        .await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    text(&answer.data("reauthenticate")["tokens"]["accessToken"])
}

/// The client of a session that this answer began.
fn client_of(app: &TestApp, answer: &Answer, field: &str) -> Client {
    app.bearer(
        answer.data(field)["tokens"]["accessToken"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", answer.text)),
    )
}

/// The token that a client sends.
fn token_of(client: &Client) -> String {
    let request = client.request(reqwest::Method::POST, "/graphql").build().unwrap();
    let header = request.headers()["authorization"].to_str().unwrap();
    header.strip_prefix("Bearer ").unwrap().to_owned()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
