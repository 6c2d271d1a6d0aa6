//! What clients receive when the connection to the database breaks in the middle, or the database hangs.

use std::{fmt::Write as _, time::Duration};

use futures_util::future::join_all;
use portcullis::platform::{config::DatabaseUrl, db::Invalidates};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, EntityTrait as _,
    QueryFilter as _,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{Answer, PASSWORD, Person, Proxy, TestApp, TestDatabase, until};

const NEW_PASSWORD: &str = "a candle behind thick glass";

/// What a sign-up commits before it makes the account: that a mail to this address is counted.
const MAIL_COUNTED: usize = 1;

/// A server behind a wire that can break, and a connection of our own to its database.
struct Here {
    app: TestApp,
    wire: Proxy,
    observer: DatabaseConnection,
    ada: Person,
}

impl Here {
    /// None on SQLite, which has no wire that could break.
    #[expect(clippy::print_stderr, reason = "a test that tries nothing says so")]
    async fn start() -> Option<Self> {
        if TestDatabase::empty().await.is_sqlite() {
            eprintln!("not tried on SQLite: there is no connection that could break");
            return None;
        }
        let mut wire = None;
        let app = TestApp::with(|config| {
            let made = Proxy::before(config.database_url.expose());
            config.database_url = DatabaseUrl::parse(&made.url).unwrap();
            config.database_max_connections = 20;
            config.account_writes = 0;
            wire = Some(made);
        })
        .await;
        let observer = Database::connect(&app.database.url).await.unwrap();
        let ada = app.user("ada").await;
        Some(Self {
            wire: wire.unwrap(),
            observer,
            ada,
            app,
        })
    }

    async fn user(&self, email: &str) -> Option<entity::user::Model> {
        let user = entity::user::Entity::find().filter(entity::user::Column::EmailKey.eq(email));
        user.one(&self.observer).await.unwrap()
    }

    async fn generation(&self) -> i64 {
        let id: entity::SessionId = self.ada.session_id.parse().unwrap();
        let session = entity::session::Entity::find_by_id(id).one(&self.observer).await;
        session.unwrap().unwrap().refresh_generation
    }

    async fn sign_up(&self, email: &str) -> Answer {
        let form = json!({ "name": "Eve", "email": email, "password": PASSWORD });
        self.app.anonymous().signup(form).await
    }

    async fn set_admin(&self) {
        self.app.set_roles(&self.ada, &["admin"]).await;
    }

    async fn rename(&self, name: &str) -> Answer {
        let document = format!(
            "mutation {{ updateProfile(input: {{ name: \"{name}\" }}) {{ user {{ name roles }} userErrors {{ code }} }} }}"
        );
        self.ada.client.query(&document).await
    }

    async fn change_password(&self) -> Answer {
        let document = "mutation ($old: String!, $new: String!) {
            changePassword(input: { currentPassword: $old, newPassword: $new }) { user { id } userErrors { code } } }";
        let passwords = json!({ "old": PASSWORD, "new": NEW_PASSWORD });
        self.ada.client.run(document, passwords).await
    }
}

/// What the answer says of the change.
#[track_caller]
fn outcome(answer: &Answer) -> &Value {
    assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"], "{}", answer.text);
    assert!(answer.header("retry-after").is_some());
    &answer.body["errors"][0]["extensions"]["outcome"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_whose_commit_was_not_answered_is_there_when_it_is_asked_for_again() {
    let Some(here) = Here::start().await else { return };
    here.wire.spare(MAIL_COUNTED);
    here.wire.end_after("COMMIT");
    assert_eq!(outcome(&here.sign_up("eve@example.com").await), "UNKNOWN");
    assert!(here.wire.has_ended_one());
    let again = here.sign_up("eve@example.com").await;
    assert_eq!(again.user_errors("signup")[0].0, "EMAIL_TAKEN");
    here.app.sign_in("eve@example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_reached_the_database_is_not_told_as_made() {
    let Some(here) = Here::start().await else { return };
    here.wire.spare(MAIL_COUNTED);
    here.wire.end_before("COMMIT");
    assert_eq!(outcome(&here.sign_up("eve@example.com").await), "UNKNOWN");
    assert_eq!(here.user("eve@example.com").await, None);
    here.wire.end_before("COMMIT");
    assert_eq!(outcome(&here.rename("Changed").await), "UNKNOWN");
    assert_eq!(here.user("ada@example.com").await.unwrap().name, "ada");
    here.rename("Again").await.data("updateProfile");
    assert_eq!(here.user("ada@example.com").await.unwrap().name, "Again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_answer_was_lost_gives_the_same_tokens_when_it_is_asked_for_again() {
    let Some(here) = Here::start().await else { return };
    here.wire.end_after("COMMIT");
    let client = here.app.anonymous();
    assert_eq!(outcome(&client.refresh(&here.ada.refresh_token).await), "UNKNOWN");
    assert_eq!(here.generation().await, 1);
    let first = client
        .refresh(&here.ada.refresh_token)
        .await
        .tokens("refreshSession");
    let again = client
        .refresh(&here.ada.refresh_token)
        .await
        .tokens("refreshSession");
    assert_eq!(first.refresh, again.refresh);
    assert_eq!(here.generation().await, 1);
}

/// The proof and its tokens are committed one after the other, and the attempt before both.
#[tokio::test(flavor = "multi_thread")]
async fn whichever_commit_of_a_proof_was_not_answered_the_session_goes_on_and_tokens_that_come_count() {
    let Some(here) = Here::start().await else { return };
    // The last administrator, who may go on to leave, and stays.
    here.set_admin().await;
    let mut refresh_token = here.ada.refresh_token.clone();
    let (mut unanswered, mut proven) = (0, 0);
    for spared in 0..10 {
        here.wire.spare(spared);
        here.wire.end_after("COMMIT");
        let input = json!({ "password": PASSWORD });
        let fields = "tokens { accessToken refreshToken }";
        let answer = here.ada.client.call("reauthenticate", fields, input).await;
        let has_ended_one = here.wire.has_ended_one();
        here.wire.speak();
        here.wire.spare(0);
        if answer.codes().is_empty() {
            let tokens = answer.tokens("reauthenticate");
            let client = here.app.bearer(&tokens.access);
            let left = client.call("deleteAccount", "deletedUserId", json!({})).await;
            assert_eq!(left.user_errors("deleteAccount")[0].0, "LAST_ADMIN");
            refresh_token = tokens.refresh;
            proven += 1;
        } else {
            assert_eq!(outcome(&answer), "UNKNOWN");
            unanswered += 1;
        }
        // Long after a lost answer would be given again, the newest token that the client got is not a used one.
        here.app.pass(Duration::from_secs(90));
        let traded = here.app.anonymous().refresh(&refresh_token).await;
        refresh_token = traded.tokens("refreshSession").refresh;
        if !has_ended_one {
            break;
        }
    }
    assert!(unanswered >= 1 && proven >= 2, "{unanswered} {proven}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_whose_commit_was_not_answered_is_the_one_that_signs_in() {
    let Some(here) = Here::start().await else { return };
    // The attempt is counted by a transaction of its own, which comes first.
    here.wire.end_after("COMMIT");
    let first = here.change_password().await;
    let last = if first.codes().is_empty() {
        here.wire.end_after("COMMIT");
        here.change_password().await
    } else {
        first
    };
    assert_eq!(outcome(&last), "UNKNOWN");
    let mut accepted = 0;
    for password in [PASSWORD, NEW_PASSWORD] {
        let answer = here.app.anonymous().login("ada@example.com", password).await;
        accepted += usize::from(answer.data("login")["userErrors"] == json!([]));
    }
    assert_eq!(accepted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_before_the_commit_costs_nobody_the_request() {
    for ends_before in [true, false] {
        let Some(here) = Here::start().await else { return };
        let end = |text| {
            if ends_before {
                here.wire.end_before(text);
            } else {
                here.wire.end_after(text);
            }
        };
        end("UPDATE ");
        here.rename("Changed").await.data("updateProfile");
        assert!(here.wire.has_ended_one());
        assert_eq!(here.user("ada@example.com").await.unwrap().name, "Changed");
        end("INSERT ");
        here.sign_up("eve@example.com").await.tokens("signup");
        assert!(here.wire.has_ended_one());
        end("SELECT ");
        here.app.sign_in("ada@example.com").await;
        assert!(here.wire.has_ended_one());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_again_and_again_before_the_commit_leave_nothing_behind_and_say_so() {
    let Some(here) = Here::start().await else { return };
    here.wire.end_each_before("UPDATE ");
    assert_eq!(outcome(&here.rename("Changed").await), &Value::Null);
    assert_eq!(here.user("ada@example.com").await.unwrap().name, "ada");
    here.wire.end_each_before("INSERT ");
    assert_eq!(outcome(&here.sign_up("eve@example.com").await), &Value::Null);
    assert_eq!(here.user("eve@example.com").await, None);
    here.wire.speak();
    here.sign_up("eve@example.com").await.tokens("signup");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_in_silence_cost_nobody_a_request() {
    let Some(here) = Here::start().await else { return };
    // So that what is asked is not answered by what was read before.
    let cache = here.app.app.config.session_cache;
    for round in 0..3 {
        let held = join_all((0..10).map(|_| here.app.app.db.begin(Invalidates::Nothing))).await;
        for tx in held {
            tx.unwrap().rollback().await.unwrap();
        }
        let forgotten = here.wire.forget();
        assert!(forgotten >= 10, "{forgotten}");
        here.app.pass(cache);
        let begun = Instant::now();
        match round {
            0 => here.ada.client.me().await.data("me"),
            1 => here.rename("Changed").await.data("updateProfile"),
            _ => here
                .app
                .anonymous()
                .login("ada@example.com", PASSWORD)
                .await
                .data("login"),
        };
        let first = begun.elapsed();
        for _ in 0..5 {
            here.app.pass(cache);
            here.ada.client.me().await.data("me");
            assert_eq!(here.app.anonymous().get("/readyz").await.status, 200);
        }
        let all = begun.elapsed();
        assert!(first < Duration::from_millis(1_500), "{round}: {first:?}");
        assert!(all < Duration::from_millis(2_500), "{round}: {all:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_an_administrator_ends_cost_nobody_a_request() {
    let Some(here) = Here::start().await else { return };
    for round in 0..3 {
        let held = join_all((0..10).map(|_| here.app.app.db.begin(Invalidates::Nothing))).await;
        for tx in held {
            tx.unwrap().rollback().await.unwrap();
        }
        here.wire.cut();
        here.wire.mend();
        here.app.pass(here.app.app.config.session_cache);
        let name = format!("n{round}");
        let answers = join_all((0..10).map(|number| {
            let (here, name) = (&here, &name);
            async move {
                match number % 2 {
                    0 => here.ada.client.me().await,
                    _ => here.rename(name).await,
                }
            }
        }))
        .await;
        for answer in answers {
            assert!(answer.codes().is_empty(), "{round}: {}", answer.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_loaded_after_a_change_does_not_make_the_change_undone() {
    let Some(here) = Here::start().await else { return };
    // The roles are loaded when the profile has been changed.
    here.wire.end_each_before("user_roles");
    assert_eq!(outcome(&here.rename("Changed").await), "UNKNOWN");
    assert_eq!(here.user("ada@example.com").await.unwrap().name, "Changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_mutation_of_a_document_that_fails_does_not_deny_the_earlier_one() {
    let Some(here) = Here::start().await else { return };
    let document = "mutation {
        first: updateProfile(input: { name: \"Changed\" }) { user { name } }
        second: revokeOtherSessions { revokedSessionIds } }";
    here.app.sign_in("ada@example.com").await;
    // What the second one writes, and the first one does not.
    here.wire.end_each_before(match here.app.app.db.backend() {
        DbBackend::Postgres => "SET \"revoked_at\"",
        _ => "SET `revoked_at`",
    });
    assert_eq!(outcome(&here.ada.client.query(document).await), "UNKNOWN");
    assert_eq!(here.user("ada@example.com").await.unwrap().name, "Changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_else_holds_for_too_long_is_no_fault_of_ours() {
    let Some(here) = Here::start().await else { return };
    let other = here.app.another(|_| {}).await;
    let held = other.app.db.begin(Invalidates::Nothing).await.unwrap();
    let lock = "UPDATE users SET name = 'Held' WHERE email_key = 'ada@example.com'";
    held.execute_unprepared(lock).await.unwrap();
    assert_eq!(outcome(&here.rename("Changed").await), &Value::Null);
    held.rollback().await.unwrap();
    here.rename("Changed").await.data("updateProfile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_is_told_of_and_is_back_when_it_answers() {
    let Some(here) = Here::start().await else { return };
    let anonymous = here.app.anonymous();
    let mut renames = String::new();
    for number in 0..10 {
        let rename = format!("updateProfile(input: {{ name: \"n{number}\" }}) {{ user {{ name }} }}");
        write!(renames, "m{number}: {rename} ").unwrap();
    }
    let renames = format!("mutation {{ {renames} }}");
    for _ in 0..2 {
        here.wire.silence();
        here.app.pass(here.app.app.config.session_cache);
        let begun = Instant::now();
        let (me, login, signup, refresh, many, ready, healthy) = tokio::join!(
            here.ada.client.me(),
            anonymous.login("ada@example.com", PASSWORD),
            here.sign_up("eve@example.com"),
            anonymous.refresh(&here.ada.refresh_token),
            here.ada.client.query(&renames),
            anonymous.get("/readyz"),
            anonymous.get("/healthz"),
        );
        // By the limits on statements, of which the load test measures what is left of three seconds, and long before
        // the request's own.
        let took = begun.elapsed();
        assert!(took < here.app.app.config.request_timeout, "{took:?}");
        for answer in [me, login, signup, refresh] {
            assert_eq!(outcome(&answer), &Value::Null, "{}", answer.text);
        }
        assert!(
            many.codes().iter().all(|code| *code == "SERVICE_UNAVAILABLE"),
            "{}",
            many.text
        );
        assert_eq!((ready.status.as_u16(), healthy.status.as_u16()), (503, 200));

        here.wire.speak();
        until("all is well", async || {
            let (ready, me, login) = tokio::join!(
                anonymous.get("/readyz"),
                here.ada.client.me(),
                anonymous.login("ada@example.com", PASSWORD),
            );
            ready.status == 200
                && me.codes().is_empty()
                && login.codes().is_empty()
                && login.data("login")["userErrors"] == json!([])
        })
        .await;
        assert_eq!(here.user("eve@example.com").await, None);
    }
}
