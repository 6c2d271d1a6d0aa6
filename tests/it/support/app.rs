//! A whole server: the real router, schema, migrations and accept loop, with a clock that tests move and cheap hashes.

use std::{sync::Arc, time::Duration};

use entity::{UserId, user, user_role};
use portcullis::{
    context::App,
    features::{
        admin::{self, Refused},
        authority::Authority,
        mail::PostOffice,
        mfa::Reset,
        user::Listed,
    },
    platform::{config::Config, db::Invalidates, failure::Outcome},
    server::{health::Stopping, wiring::StartError},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Set, Statement,
    sea_query::Expr,
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{
    builder::TestAppBuilder,
    client::{Answer, Client},
    clock::ManualClock,
    database::TestDatabase,
    rng::SeededRng,
    statements::Statements,
    waiting::until,
};

/// A password that passes the rules.
pub(crate) const PASSWORD: &str = "a lantern under quiet snow";

/// The secret of every server in tests.
pub(crate) const SECRET: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";

/// A server that runs for one test.
pub(crate) struct TestApp {
    /// The parts of the server.
    pub(crate) app: Arc<App>,
    /// The URL it listens on.
    pub(crate) url: String,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) database: Arc<TestDatabase>,
    pub(super) rng: Arc<SeededRng>,
    /// Sends the mails; nobody does by themselves.
    pub(crate) post_office: PostOffice,
    /// Whether the server was asked to stop.
    pub(crate) stopping: Stopping,
    pub(super) running: JoinHandle<()>,
}

/// A person with an account.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    /// The session that they signed in to.
    pub(crate) session_id: String,
    /// Its access token.
    pub(crate) token: String,
    pub(crate) refresh_token: String,
    /// The service token, if services have a separate audience.
    pub(crate) service_token: Option<String>,
    /// A client that sends the access token.
    pub(crate) client: Client,
}

impl TestApp {
    /// A server that has not started yet, to change its settings.
    pub(crate) fn builder<'a>() -> TestAppBuilder<'a> {
        TestAppBuilder::default()
    }

    /// A server with the defaults.
    pub(crate) async fn start() -> Self {
        Self::builder().start().await
    }

    /// A server that allows more failed attempts than usual.
    pub(crate) async fn patient() -> Self {
        Self::builder().patient().start().await
    }

    /// A server that trusts a proxy on this machine.
    pub(crate) async fn behind_proxy() -> Self {
        Self::builder().behind_proxy().start().await
    }

    /// A server with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::builder().config(change).start().await
    }

    /// Another server on the same database with the same clock, as after a restart or as a second instance.
    pub(crate) async fn another(&self, change: impl FnOnce(&mut Config)) -> Self {
        Self::builder()
            .sharing_database_of(self)
            .config(change)
            .start()
            .await
    }

    /// Another server on the same database, and all statements that it sends from its start on.
    pub(crate) async fn another_watched(&self, change: impl FnOnce(&mut Config)) -> (Self, Statements) {
        let statements = Statements::default();
        let builder = Self::builder().sharing_database_of(self).watched(&statements);
        (builder.config(change).start().await, statements)
    }

    /// Whether another server on the same database would start; it does not listen.
    pub(crate) async fn would_start(&self, change: impl FnOnce(&mut Config)) -> Result<App, StartError> {
        Self::builder()
            .sharing_database_of(self)
            .config(change)
            .try_assemble()
            .await
    }

    /// A client without credentials.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.url.clone(), None)
    }

    /// A client that sends this token.
    pub(crate) fn bearer(&self, token: &str) -> Client {
        Client::new(self.url.clone(), Some(token.to_owned()))
    }

    /// A person who has just signed up, as `<name>@example.com`.
    pub(crate) async fn user(&self, name: &str) -> Person {
        let email = format!("{name}@example.com");
        let input = json!({ "name": name, "email": email, "password": PASSWORD });
        self.person(&self.anonymous().signup(input).await, "signup")
    }

    /// An administrator with a confirmed address who has just signed up, as `<name>@example.com`.
    pub(crate) async fn admin(&self, name: &str) -> Person {
        let person = self.user(name).await;
        self.set_roles(&person, &["admin"]).await;
        self.sql(&format!(
            "UPDATE users SET email_verified_at = created_at WHERE email_key = '{}'",
            person.email
        ))
        .await;
        person
    }

    /// Replaces the roles of a person in the database, bypassing all rules.
    pub(crate) async fn set_roles(&self, person: &Person, roles: &[&str]) {
        self.put_roles(&person.email, roles).await;
    }

    /// The same for the user with this normalised address.
    pub(crate) async fn put_roles(&self, email_key: &str, roles: &[&str]) {
        // Bypassing the rules also bypasses the invalidation of caches.
        let _change = self.app.db.invalidation_guard(Invalidates::All);
        let (id, writer) = (self.id_of(email_key).await, self.app.db.writer());
        let held = user_role::Entity::delete_many().filter(user_role::Column::UserId.eq(id));
        held.exec(writer).await.unwrap();
        for role in roles {
            let row = user_role::ActiveModel {
                user_id: Set(id),
                role: Set((*role).to_owned()),
                granted_at: Set(0),
            };
            let insert = user_role::Entity::insert(row);
            insert.exec_without_returning(writer).await.unwrap();
        }
    }

    /// Replaces the roles of a person, as the command line does.
    pub(crate) async fn try_set_roles(&self, email: &str, roles: &[String]) -> Outcome<Listed, Refused> {
        let authority = Authority::of_command_line(&self.app, "operator");
        admin::set_roles(&authority, self.id_of(email).await, roles).await
    }

    async fn id_of(&self, email: &str) -> UserId {
        self.row(email).await.expect("there is such a user").id
    }

    /// A person who has just signed up from this address and keeps using it. Needs a trusted proxy on this machine.
    pub(crate) async fn user_at(&self, name: &str, address: &str) -> Person {
        let email = format!("{name}@example.com");
        let input = json!({ "name": name, "email": email, "password": PASSWORD });
        let person = self.person(&self.anonymous().at(address).signup(input).await, "signup");
        Person {
            client: person.client.at(address),
            ..person
        }
    }

    /// The person after another sign-in.
    pub(crate) async fn sign_in(&self, email: &str) -> Person {
        self.person(&self.anonymous().login(email, PASSWORD).await, "login")
    }

    /// The person that this response signed in.
    pub(crate) fn person(&self, answer: &Answer, field: &str) -> Person {
        let tokens = answer.tokens(field);
        let payload = answer.data(field);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Person {
            id: text(&payload["user"]["id"]),
            email: text(&payload["user"]["email"]),
            session_id: text(&payload["session"]["id"]),
            client: self.bearer(&tokens.access),
            token: tokens.access,
            refresh_token: tokens.refresh,
            service_token: payload["tokens"]["serviceToken"].as_str().map(str::to_owned),
        }
    }

    /// The row of a session; none if it was deleted.
    pub(crate) async fn session(&self, id: &str) -> Option<entity::session::Model> {
        entity::session::Entity::find_by_id(id.parse::<entity::SessionId>().unwrap())
            .one(self.app.db.writer())
            .await
            .unwrap()
    }

    /// The row of the user with this normalised address.
    pub(crate) async fn row(&self, email_key: &str) -> Option<user::Model> {
        user::Entity::find()
            .filter(user::Column::EmailKey.eq(email_key))
            .one(self.app.db.writer())
            .await
            .unwrap()
    }

    /// Sets the hash in the row of a user, bypassing all rules.
    pub(crate) async fn put_hash(&self, email_key: &str, hash: Option<&str>) {
        // Bypassing the rules also bypasses the invalidation of caches.
        let _change = self.app.db.invalidation_guard(Invalidates::All);
        let done = user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, Expr::value(hash.map(str::to_owned)))
            .filter(user::Column::EmailKey.eq(email_key))
            .exec(self.app.db.writer())
            .await
            .unwrap();
        assert_eq!(done.rows_affected, 1);
    }

    /// Disables a user, as the command line does.
    pub(crate) async fn disable(&self, email: &str) {
        let authority = Authority::of_command_line(&self.app, "operator");
        admin::disable(&authority, self.id_of(email).await, None)
            .await
            .unwrap();
    }

    /// Enables a user, as the command line does.
    pub(crate) async fn enable(&self, email: &str) {
        let authority = Authority::of_command_line(&self.app, "operator");
        admin::enable(&authority, self.id_of(email).await).await.unwrap();
    }

    /// Removes the second factors of a user, as the command line does.
    pub(crate) async fn reset_mfa(&self, email: &str) -> Reset {
        let authority = Authority::of_command_line(&self.app, "operator");
        admin::reset_mfa(&authority, self.id_of(email).await)
            .await
            .unwrap()
    }

    /// Runs SQL, bypassing all rules.
    pub(crate) async fn sql(&self, sql: &str) {
        let _change = self.app.db.invalidation_guard(Invalidates::All);
        self.app.db.writer().execute_unprepared(sql).await.unwrap();
    }

    /// How many rows each of these tables has, one to a line.
    pub(crate) async fn row_counts(&self, tables: &[&str]) -> String {
        let mut text = String::new();
        for table in tables {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let statement = Statement::from_string(self.app.db.backend(), sql);
            let row = self.app.db.reader().query_one_raw(statement).await;
            let count: i64 = row.unwrap().unwrap().try_get_by_index(0).unwrap();
            text = text + table + ": " + &count.to_string() + "\n";
        }
        text
    }

    /// Waits until the database is idle: every transaction is committed or rolled back.
    pub(crate) async fn until_database_is_idle(&self) {
        until("the database is idle", async || self.app.db.connections().1 == 0).await;
    }

    /// Advances the clock.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.running.abort();
    }
}
