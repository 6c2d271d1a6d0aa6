//! One's own account: another password, another name, proving again who one is, leaving.

mod change_password;
mod delete;
mod grace;
mod hashes;
mod last_admin;
mod log;
mod new_password;
mod other_sessions;
mod race;
mod reauthenticate;
mod renewal;
mod step_up;
mod subject;
mod under_way;
mod update_profile;
mod writes;

use entity::session;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

/// Another password that passes the rules.
const NEW: &str = "a candle behind thick glass";

const CHANGE_PASSWORD: &str = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
    user { id name email isEmailVerified status roles hasPassword lastLoginAt createdAt updatedAt }
    revokedSessionCount userErrors { code message field } } }";
const UPDATE_PROFILE: &str = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
    user { id name email isEmailVerified status roles updatedAt } userErrors { code message field } } }";
const DELETE_ACCOUNT: &str = "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) {
    deletedUserId userErrors { code message field } } }";
const REAUTHENTICATE: &str = "mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) {
    validUntil tokens { accessToken accessTokenExpiresAt refreshToken serviceToken }
    userErrors { code message field } } }";
const REFRESH: &str = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) {
    user { id } tokens { accessToken refreshToken } userErrors { code message field } } }";
const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) {
    session { id } tokens { accessToken refreshToken } userErrors { code } } }";

/// One of the devices that somebody is signed in on.
struct Device {
    client: Client,
    session: String,
    refresh: String,
}

impl Device {
    /// A new one of somebody whose password is still the usual one.
    async fn of(app: &TestApp, person: &Person) -> Self {
        let input = json!({ "input": { "email": person.email, "password": PASSWORD } });
        let answer = app.anonymous().run(LOGIN, input).await;
        let login = answer.data("login");
        assert_eq!(login["userErrors"], json!([]));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            client: app.bearer(login["tokens"]["accessToken"].as_str().unwrap()),
            session: text(&login["session"]["id"]),
            refresh: text(&login["tokens"]["refreshToken"]),
        }
    }

    /// The session's row, if it is there.
    async fn row(&self, app: &TestApp) -> Option<session::Model> {
        session::Entity::find_by_id(self.session.parse::<entity::SessionId>().unwrap())
            .one(app.app.db.writer())
            .await
            .unwrap()
    }
}

async fn change_password(client: &Client, current: &str, new: &str) -> Answer {
    let input = json!({ "input": { "currentPassword": current, "newPassword": new } });
    client.run(CHANGE_PASSWORD, input).await
}

async fn change_password_only(client: &Client, current: &str, new: &str) -> Answer {
    let input = json!({ "currentPassword": current, "newPassword": new, "keepOtherSessions": true });
    client.run(CHANGE_PASSWORD, json!({ "input": input })).await
}

async fn update_profile(client: &Client, input: Value) -> Answer {
    client.run(UPDATE_PROFILE, json!({ "input": input })).await
}

async fn delete_account(client: &Client, input: Value) -> Answer {
    client.run(DELETE_ACCOUNT, json!({ "input": input })).await
}

async fn reauthenticate(client: &Client, password: &str) -> Answer {
    let input = json!({ "input": { "password": password } });
    client.run(REAUTHENTICATE, input).await
}

/// The client with the token of a proof by the usual password. The one from before has no part in it.
async fn proven(app: &TestApp, client: &Client) -> Client {
    let answer = reauthenticate(client, PASSWORD).await;
    assert_done(&answer);
    app.bearer(&answer.tokens("reauthenticate").access)
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let input = json!({ "input": { "refreshToken": token } });
    app.anonymous().run(REFRESH, input).await
}

/// Codes and fields of the user errors of the only root field.
fn refusals(answer: &Answer) -> Vec<(String, Value)> {
    assert!(answer.codes().is_empty(), "{}", answer.text);
    let (_, payload) = answer.body["data"].as_object().unwrap().iter().next().unwrap();
    payload["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["code"].as_str().unwrap().to_owned(), error["field"].clone()))
        .collect()
}

/// Such a refusal.
fn refusal(code: &str, field: Option<&str>) -> (String, Value) {
    let field = field.map_or(Value::Null, |field| json!([field]));
    (code.to_owned(), field)
}

/// Whether the only root field did what was asked.
fn is_done(answer: &Answer) -> bool {
    answer.codes().is_empty() && refusals(answer).is_empty()
}

fn assert_done(answer: &Answer) {
    assert!(is_done(answer), "{}", answer.text);
}

/// Whether the account opens with this password. That leaves a session.
async fn opens(app: &TestApp, person: &Person, password: &str) -> bool {
    let answer = app.anonymous().login(&person.email, password).await;
    match answer.user_errors("login").as_slice() {
        [] => true,
        [("INVALID_CREDENTIALS", ..)] => false,
        other => panic!("{other:?}"),
    }
}

/// The sessions of somebody that are kept, whether alive or not.
async fn sessions_of(app: &TestApp, id: &str) -> Vec<session::Model> {
    session::Entity::find()
        .filter(session::Column::UserId.eq(id.parse::<entity::UserId>().unwrap()))
        .all(app.app.db.writer())
        .await
        .unwrap()
}
