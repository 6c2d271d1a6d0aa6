//! The grace period of a deletion: the account stays for some days, and its owner can sign in and keep it.

use std::time::Duration;

use portcullis::features::account::delete_due;
use sea_orm::{
    ConnectionTrait as _,
    sea_query::{ColumnDef, ForeignKey, Table},
};
use serde_json::{Value, json};

use super::{assert_done, delete_account, proven as stepped_up, refusals};
use crate::{
    email_change::{change, known_networks, proven, undo},
    mfa::WithTotp,
    support::{Answer, Client, PASSWORD, Person, TestApp},
};

const DAY: Duration = Duration::from_hours(24);
const WEEK: Duration = Duration::from_hours(7 * 24);
const NEW: &str = "a kettle on a rainy stove";

async fn start() -> TestApp {
    TestApp::with(|config| config.deletion_grace = 14 * DAY).await
}

/// Asks to delete the account. The date.
async fn leave(person: &Person) -> Value {
    let input = json!({ "currentPassword": PASSWORD });
    let answer = person
        .client
        .call("deleteAccount", "deletedUserId deletesAt", input)
        .await;
    assert_eq!(answer.user_errors("deleteAccount"), [], "{}", answer.text);
    answer.data("deleteAccount")["deletesAt"].clone()
}

async fn deletes_at(client: &Client) -> Value {
    let answer = client.query("{ me { deletesAt isDeletionCancellable } }").await;
    let me = answer.data("me");
    assert_eq!(me["isDeletionCancellable"], !me["deletesAt"].is_null());
    me["deletesAt"].clone()
}

async fn keep(client: &Client) -> Answer {
    let answer = client
        .query("mutation { cancelAccountDeletion { user { id deletesAt } userErrors { code } } }")
        .await;
    assert_eq!(answer.user_errors("cancelAccountDeletion"), []);
    assert_eq!(
        answer.data("cancelAccountDeletion")["user"]["deletesAt"],
        Value::Null
    );
    answer
}

async fn due(app: &TestApp) -> u64 {
    delete_due(&app.app).await.unwrap()
}

async fn login_error(app: &TestApp, email: &str) -> String {
    let answer = app.anonymous().login(email, PASSWORD).await;
    answer.user_errors("login")[0].0.to_owned()
}

#[tokio::test]
async fn without_the_setting_an_account_is_deleted_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_eq!(leave(&ada).await, Value::Null);
    assert!(app.row(&ada.email).await.is_none());
}

#[tokio::test]
async fn everything_ends_at_once_but_the_account_and_the_mail_names_the_date() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    let elsewhere = app.sign_in(&ada.email).await;
    let input = json!({ "email": ada.email });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let link = app.mail(&ada.email, "reset_password").await.token();
    let date = leave(&ada).await;
    for person in [&ada, &elsewhere] {
        assert_eq!(person.client.me().await.reason(), "SESSION_REVOKED");
        let answer = app.anonymous().refresh(&person.refresh_token).await;
        assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    }
    let input = json!({ "token": link, "newPassword": NEW });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(answer.user_errors("resetPassword")[0].0, "TOKEN_INVALID");
    let mail = app.mail(&ada.email, "deletion_scheduled").await;
    assert!(mail.text.contains(&date.as_str().unwrap()[..10]), "{}", mail.text);
    assert!(mail.text.contains("/login"), "{}", mail.text);
    assert!(app.row(&ada.email).await.is_some());
    // Nobody gets the address meanwhile.
    let input = json!({ "name": "Eve", "email": ada.email, "password": PASSWORD });
    assert_eq!(
        app.anonymous().signup(input).await.user_errors("signup")[0].0,
        "EMAIL_TAKEN"
    );
}

#[tokio::test]
async fn signing_in_asks_and_cancels_nothing_by_itself() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    let date = leave(&ada).await;
    let input = json!({ "input": { "email": ada.email, "password": PASSWORD } });
    let login =
        "mutation ($input: LoginInput!) { login(input: $input) { user { deletesAt } userErrors { code } } }";
    let answer = app.anonymous().run(login, input).await;
    assert_eq!(answer.data("login")["user"]["deletesAt"], date);
    let again = app.sign_in(&ada.email).await;
    assert_eq!(deletes_at(&again.client).await, date);
    let answer = app.anonymous().refresh(&again.refresh_token).await;
    answer.tokens("refreshSession");
    app.pass(14 * DAY);
    assert_eq!(due(&app).await, 1);
    assert!(app.row(&ada.email).await.is_none());
    assert_eq!(again.client.me().await.codes(), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn the_owner_keeps_the_account_once_or_twice() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    leave(&ada).await;
    app.pass(13 * DAY);
    let again = app.sign_in(&ada.email).await;
    keep(&again.client).await;
    keep(&again.client).await;
    assert_eq!(deletes_at(&again.client).await, Value::Null);
    let kinds = app.kinds_to(&ada.email).await;
    let told = kinds.iter().filter(|kind| *kind == "deletion_cancelled").count();
    assert_eq!(told, 1, "{kinds:?}");
    let events = again
        .client
        .query("{ auditEvents(first: 50) { nodes { type } } }")
        .await;
    let text = events.data("auditEvents").to_string();
    assert_eq!(text.matches("DELETION_SCHEDULED").count(), 1, "{text}");
    assert_eq!(text.matches("DELETION_CANCELLED").count(), 1, "{text}");
    app.pass(14 * DAY);
    assert_eq!(due(&app).await, 0);
    assert!(app.row(&ada.email).await.is_some());
}

#[tokio::test]
async fn keeping_needs_a_session_and_no_account_of_somebody_else_is_kept() {
    let app = start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    leave(&ada).await;
    keep(&eve.client).await;
    for client in [app.anonymous(), ada.client.clone()] {
        let answer = client
            .query("mutation { cancelAccountDeletion { user { id } } }")
            .await;
        assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
    }
    assert!(app.row(&ada.email).await.unwrap().deletes_at.is_some());
}

#[tokio::test]
async fn whoever_asks_twice_gets_the_same_date_and_one_mail() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    let date = leave(&ada).await;
    app.pass(2 * DAY);
    let again = app.sign_in(&ada.email).await;
    assert_eq!(leave(&again).await, date);
    assert_eq!(again.client.me().await.reason(), "SESSION_REVOKED");
    // Also where the grace period was switched off meanwhile.
    let without = app.another(|_| {}).await;
    let third = without.sign_in(&ada.email).await;
    assert_eq!(leave(&third).await, date);
    let kinds = app.kinds_to(&ada.email).await;
    let told = kinds.iter().filter(|kind| *kind == "deletion_scheduled").count();
    assert_eq!(told, 1, "{kinds:?}");
}

#[tokio::test]
async fn a_second_factor_is_asked_as_always() {
    let app = start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let client = ada.stepped_up();
    assert_done(&delete_account(&client, json!({})).await);
    let query = "mutation ($input: LoginInput!) { login(input: $input) { user { id } mfaChallenge { methods }
        userErrors { code } } }";
    let input = json!({ "input": { "email": "ada@example.com", "password": PASSWORD } });
    let answer = app.anonymous().run(query, input).await;
    let login = answer.data("login");
    assert_eq!(login["user"], Value::Null, "{}", answer.text);
    assert!(login["mfaChallenge"].is_object(), "{}", answer.text);
}

#[tokio::test]
async fn a_mailed_code_signs_in_during_the_grace_period() {
    let app = TestApp::with(|config| {
        config.deletion_grace = 14 * DAY;
        config.email_login = true;
    })
    .await;
    let ada = proven(&app, "ada").await;
    let date = leave(&ada).await;
    let input = json!({ "email": ada.email });
    let asked = app
        .anonymous()
        .call("requestEmailLogin", "challengeToken", input)
        .await;
    let challenge = &asked.data("requestEmailLogin")["challengeToken"];
    let code = app.mail(&ada.email, "sign_in_code").await.code();
    let input = json!({ "challengeToken": challenge, "code": code });
    let fields = "user { deletesAt } tokens { accessToken }";
    let answer = app.anonymous().call("loginWithEmailCode", fields, input).await;
    assert_eq!(
        answer.data("loginWithEmailCode")["user"]["deletesAt"],
        date,
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_new_password_by_mail_keeps_nothing() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    let date = leave(&ada).await;
    let input = json!({ "email": ada.email });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let link = app.mail(&ada.email, "reset_password").await.token();
    let input = json!({ "token": link, "newPassword": NEW });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(answer.user_errors("resetPassword"), []);
    let tokens = app.anonymous().login(&ada.email, NEW).await.tokens("login");
    let client = app.bearer(&tokens.access);
    assert_eq!(deletes_at(&client).await, date);
    keep(&client).await;
}

#[tokio::test]
async fn disabling_stops_neither_the_clock_nor_is_it_undone_by_it() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    let date = leave(&ada).await;
    app.disable(&ada.email).await;
    assert_eq!(login_error(&app, &ada.email).await, "ACCOUNT_DISABLED");
    app.enable(&ada.email).await;
    let again = app.sign_in(&ada.email).await;
    assert_eq!(deletes_at(&again.client).await, date);
    app.disable(&ada.email).await;
    app.pass(14 * DAY);
    assert_eq!(due(&app).await, 1);
}

#[tokio::test]
async fn a_former_address_closes_the_account_and_takes_it_back() {
    let app = start().await;
    let thief = proven(&app, "ada").await;
    change(&app, &thief.client, "thief@example.org").await;
    let link = app.mail("ada@example.com", "address_changed").await.token();
    leave(&thief).await;
    assert_eq!(login_error(&app, "thief@example.org").await, "ACCOUNT_DISABLED");
    assert_eq!(undo(&app, &link).await, [""; 0]);
    app.pass(15 * DAY);
    assert_eq!(due(&app).await, 0);
    assert!(app.row("ada@example.com").await.unwrap().deletes_at.is_none());
}

#[tokio::test]
async fn once_no_former_address_can_take_it_back_the_rest_of_the_grace_period_begins() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    change(&app, &ada.client, "new@example.org").await;
    let date = leave(&ada).await;
    // The later of both.
    let row = app.row("new@example.org").await.unwrap();
    let now = portcullis::platform::clock::Clock::now(app.clock.as_ref()).as_millisecond();
    assert_eq!(row.deletes_at, Some(now + 14 * 24 * 60 * 60 * 1_000));
    app.pass(6 * DAY);
    assert_eq!(due(&app).await, 0);
    assert_eq!(login_error(&app, "new@example.org").await, "ACCOUNT_DISABLED");
    app.pass(DAY);
    assert_eq!(due(&app).await, 0);
    let again = app.sign_in("new@example.org").await;
    assert_eq!(deletes_at(&again.client).await, date);
    app.mail("new@example.org", "deletion_scheduled").await;
    app.pass(7 * DAY);
    assert_eq!(due(&app).await, 1);
}

#[tokio::test]
async fn a_short_grace_period_ends_no_earlier_than_the_right_of_the_former_address() {
    let app = TestApp::with(|config| config.deletion_grace = DAY).await;
    let ada = proven(&app, "ada").await;
    change(&app, &ada.client, "new@example.org").await;
    leave(&ada).await;
    app.pass(6 * DAY);
    assert_eq!(due(&app).await, 0);
    assert_eq!(login_error(&app, "new@example.org").await, "ACCOUNT_DISABLED");
    app.pass(DAY);
    assert_eq!(due(&app).await, 1);
}

#[tokio::test]
async fn an_address_changed_during_the_grace_period_can_still_take_itself_back() {
    let app = TestApp::with(|config| config.deletion_grace = DAY).await;
    let ada = proven(&app, "ada").await;
    leave(&ada).await;
    let thief = app.sign_in(&ada.email).await;
    change(&app, &thief.client, "thief@example.org").await;
    let link = app.mail("ada@example.com", "address_changed").await.token();
    app.pass(2 * DAY);
    assert_eq!(due(&app).await, 0);
    assert_eq!(login_error(&app, "thief@example.org").await, "ACCOUNT_DISABLED");
    assert_eq!(undo(&app, &link).await, [""; 0]);
    app.pass(WEEK);
    assert_eq!(due(&app).await, 0);
    assert!(app.row("ada@example.com").await.is_some());
}

#[tokio::test]
async fn somebody_on_the_way_out_does_not_count_as_an_administrator() {
    let app = start().await;
    let (ada, eve) = (app.admin("ada").await, app.admin("eve").await);
    leave(&ada).await;
    let answer = delete_account(&eve.client, json!({ "currentPassword": PASSWORD })).await;
    assert_eq!(refusals(&answer)[0].0, "LAST_ADMIN");
    // Until she keeps her account.
    let again = app.sign_in(&ada.email).await;
    let client = app.bearer(&again.token);
    keep(&client).await;
    leave(&eve).await;
}

#[tokio::test]
async fn the_owner_gets_a_mail_at_the_end_of_the_grace_period() {
    let app = start().await;
    let eve = proven(&app, "eve").await;
    leave(&eve).await;
    app.pass(14 * DAY);
    assert_eq!(due(&app).await, 1);
    assert_eq!(app.kinds_to(&eve.email).await, ["account_deleted"]);
}

#[tokio::test]
async fn one_deletion_that_fails_keeps_no_other_one_waiting() {
    let app = start().await;
    let (ada, eve) = (proven(&app, "ada").await, proven(&app, "eve").await);
    for person in [&ada, &eve] {
        leave(person).await;
    }
    app.pass(14 * DAY);
    let keep = Table::create()
        .table("kept")
        .col(ColumnDef::new("user_id").uuid())
        .foreign_key(ForeignKey::create().from("kept", "user_id").to("users", "id"))
        .to_owned();
    app.app.db.writer().execute(&keep).await.unwrap();
    app.sql("INSERT INTO kept SELECT id FROM users WHERE email_key = 'ada@example.com'")
        .await;
    assert_eq!(due(&app).await, 1);
    assert!(app.row(&ada.email).await.is_some());
    assert!(app.row(&eve.email).await.is_none());
}

#[tokio::test]
async fn who_became_the_last_administrator_meanwhile_is_not_deleted() {
    let app = start().await;
    let (ada, eve) = (app.admin("ada").await, app.admin("eve").await);
    leave(&ada).await;
    app.set_roles(&eve, &[]).await;
    app.pass(14 * DAY);
    assert_eq!(due(&app).await, 0);
    // Postponed by a day, and she can still keep it.
    let again = app.sign_in(&ada.email).await;
    let row = app.row(&ada.email).await.unwrap();
    let now = portcullis::platform::clock::Clock::now(app.clock.as_ref()).as_millisecond();
    assert_eq!(row.deletes_at, Some(now + 24 * 60 * 60 * 1_000));
    assert!(!deletes_at(&again.client).await.is_null());
    assert_eq!(due(&app).await, 0);
    app.set_roles(&eve, &["admin"]).await;
    app.pass(DAY);
    assert_eq!(due(&app).await, 1);
    assert!(app.row(&ada.email).await.is_none());
}

#[tokio::test]
async fn an_administrators_deletion_knows_no_grace() {
    let app = start().await;
    let (ada, eve) = (app.admin("ada").await, proven(&app, "eve").await);
    leave(&eve).await;
    let client = stepped_up(&app, &ada.client).await;
    let input = json!({ "userId": eve.id });
    let answer = client.call("deleteUser", "deletedUserId", input).await;
    assert_eq!(
        answer.data("deleteUser")["deletedUserId"],
        eve.id,
        "{}",
        answer.text
    );
    assert!(app.row(&eve.email).await.is_none());
    // Nor does it wait while a former address could take the account back.
    let joe = proven(&app, "joe").await;
    change(&app, &joe.client, "new@example.org").await;
    let input = json!({ "userId": joe.id });
    let answer = client.call("deleteUser", "deletedUserId", input).await;
    assert_eq!(
        answer.data("deleteUser")["deletedUserId"],
        joe.id,
        "{}",
        answer.text
    );
    assert!(app.row("new@example.org").await.is_none());
}

#[tokio::test]
async fn a_lost_session_deletes_and_keeps_nothing() {
    let app = start().await;
    let ada = app.user("ada").await;
    let answer = delete_account(&ada.client, json!({ "currentPassword": "wrong" })).await;
    assert_eq!(refusals(&answer)[0].0, "CURRENT_PASSWORD_INCORRECT");
    let answer = delete_account(&ada.client, json!({})).await;
    assert_eq!(refusals(&answer)[0].0, "REAUTHENTICATION_REQUIRED");
    assert!(app.row(&ada.email).await.unwrap().deletes_at.is_none());
}

#[tokio::test]
async fn the_account_still_knows_its_networks() {
    let app = start().await;
    let ada = app.user("ada").await;
    app.sign_in(&ada.email).await;
    let known = known_networks(&app).await;
    assert!(known > 0);
    leave(&ada).await;
    assert_eq!(known_networks(&app).await, known);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_race_the_account_is_kept_whole_or_deleted_whole() {
    for _ in 0..6 {
        let app = start().await;
        let ada = proven(&app, "ada").await;
        leave(&ada).await;
        app.pass(14 * DAY);
        let again = app.sign_in(&ada.email).await;
        let query = "mutation { cancelAccountDeletion { user { id deletesAt } userErrors { code } } }";
        let (answer, deleted) = tokio::join!(again.client.query(query), due(&app));
        let row = app.row(&ada.email).await;
        if answer.codes().is_empty() {
            assert_eq!(deleted, 0);
            assert!(row.unwrap().deletes_at.is_none());
            let events = again
                .client
                .query("{ auditEvents(first: 50) { nodes { type ipAddress } } }")
                .await;
            // Nothing of it was erased ahead.
            assert!(!events.text.contains("\"ipAddress\":null"), "{}", events.text);
        } else {
            assert_eq!(answer.codes(), ["UNAUTHENTICATED"], "{}", answer.text);
            assert_eq!(deleted, 1);
            assert!(row.is_none());
        }
    }
}
