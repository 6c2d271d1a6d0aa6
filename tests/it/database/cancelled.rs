//! Requests that are dropped in the middle, as when the client hangs up or a time limit passes.
//!
//! Each use case is dropped after its first poll, after its second, and so on until it completes. Whatever it was doing
//! then, all of it or nothing is written, no transaction stays open, and the connection is as good as before.

mod factors;

use std::{
    future::poll_fn,
    net::SocketAddr,
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, header},
};
use entity::{
    mail::{self, State},
    one_time_token::{self, Purpose},
    recovery_code, session, totp_factor, user,
};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use portcullis::server::{health::Stopping, router::router};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, Statement,
};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{PASSWORD, Person, TestApp, until};

const NEW_PASSWORD: &str = "a candle behind thick glass";

/// No use case needs as many.
const MAX_POLLS: usize = 200;

/// When a future is dropped after its last poll.
#[derive(Debug, Clone, Copy)]
enum Drop {
    /// At once: what it waits for is under way.
    AtOnce,
    /// When it is woken: what it waited for has come, and it never hears of it.
    WhenWoken,
}

/// Polls a future so many times at most. Whether it completed.
async fn completes_within<F: Future>(future: F, polls: usize, drop: Drop) -> bool {
    let mut future: Pin<Box<F>> = Box::pin(future);
    let mut left = polls;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 && matches!(drop, Drop::AtOnce) => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// After how many polls, and how.
#[derive(Debug, Clone, Copy)]
struct When {
    polls: usize,
    drop: Drop,
}

/// One request of somebody, and what can be seen of it.
struct Asked {
    about: &'static str,
    document: Value,
    person: Person,
    newcomer: String,
    parts: &'static [fn(&Seen) -> bool],
}

/// Something to ask for, with what there must be afterwards: nothing of it, or all.
struct Case {
    about: &'static str,
    request: fn(&Person, &str) -> Value,
    /// What can be seen of it in the database, each part on its own.
    parts: &'static [fn(&Seen) -> bool],
}

/// The account, and its sessions in the order in which they began.
struct Seen {
    user: Option<user::Model>,
    sessions: Vec<session::Model>,
    /// The account that a sign-up makes.
    newcomer: Option<user::Model>,
    newcomer_sessions: u64,
    newcomer_mails: u64,
    /// Tokens that change the address of the account.
    changes: u64,
    mails: u64,
    /// The authenticator app, and the recovery codes.
    totp: Option<totp_factor::Model>,
    recovery_codes: Vec<recovery_code::Model>,
    own: String,
}

impl Seen {
    fn own(&self) -> Option<&session::Model> {
        self.sessions
            .iter()
            .find(|session| session.id.to_string() == self.own)
    }

    fn others(&self) -> impl Iterator<Item = &session::Model> {
        self.sessions
            .iter()
            .filter(|session| session.id.to_string() != self.own)
    }
}

fn document(query: &str) -> Value {
    json!({ "query": query })
}

const CASES: &[Case] = &[
    Case {
        about: "signup",
        request: |_, newcomer| {
            document(&format!(
                "mutation {{ signup(input: {{ name: \"Eve\", email: \"{newcomer}\", password: \"{PASSWORD}\" }}) {{ user {{ id }} }} }}"
            ))
        },
        parts: &[
            |seen| seen.newcomer.is_some(),
            |seen| seen.newcomer_sessions == 1,
            |seen| seen.newcomer_mails == 1,
        ],
    },
    Case {
        about: "login",
        request: |person, _| {
            document(&format!(
                "mutation {{ login(input: {{ email: \"{}\", password: \"{PASSWORD}\" }}) {{ user {{ id }} }} }}",
                person.email
            ))
        },
        parts: &[|seen| seen.sessions.len() == 3],
    },
    Case {
        about: "refreshSession",
        request: |person, _| {
            document(&format!(
                "mutation {{ refreshSession(input: {{ refreshToken: \"{}\" }}) {{ tokens {{ accessToken }} }} }}",
                person.refresh_token
            ))
        },
        parts: &[
            |seen| seen.own().unwrap().refresh_generation == 1,
            |seen| seen.own().unwrap().rotated_at.is_some(),
        ],
    },
    Case {
        about: "updateProfile",
        request: |_, _| {
            document("mutation { updateProfile(input: { name: \"Changed\" }) { user { name } } }")
        },
        parts: &[|seen| seen.user.as_ref().unwrap().name == "Changed"],
    },
    Case {
        about: "changePassword",
        request: |_, _| {
            document(&format!(
                "mutation {{ changePassword(input: {{ currentPassword: \"{PASSWORD}\", newPassword: \"{NEW_PASSWORD}\" }}) {{ user {{ id }} }} }}"
            ))
        },
        parts: &[
            |seen| seen.user.as_ref().unwrap().updated_at != seen.user.as_ref().unwrap().created_at,
            |seen| seen.others().all(|session| session.revoked_at.is_some()),
        ],
    },
    Case {
        about: "requestPasswordReset",
        request: |person, _| {
            document(&format!(
                "mutation {{ requestPasswordReset(input: {{ email: \"{}\" }}) {{ email }} }}",
                person.email
            ))
        },
        parts: &[|seen| seen.mails == 1],
    },
    Case {
        about: "requestEmailChange",
        request: |_, newcomer| {
            document(&format!(
                "mutation {{ requestEmailChange(input: {{ newEmail: \"{newcomer}\", currentPassword: \"{PASSWORD}\" }}) {{ user {{ id }} }} }}"
            ))
        },
        parts: &[
            |seen| seen.user.as_ref().unwrap().pending_email.is_some(),
            |seen| seen.changes == 1,
            |seen| seen.mails == 1,
        ],
    },
    Case {
        about: "reauthenticate",
        request: |_, _| {
            document(&format!(
                "mutation {{ reauthenticate(input: {{ password: \"{PASSWORD}\" }}) {{ validUntil }} }}"
            ))
        },
        parts: &[|seen| seen.own().unwrap().reauthenticated_at.is_some()],
    },
    Case {
        about: "revokeOtherSessions",
        request: |_, _| document("mutation { revokeOtherSessions { revokedSessionIds } }"),
        parts: &[|seen| seen.others().all(|session| session.revoked_at.is_some())],
    },
    Case {
        about: "revokeSession",
        request: |person, _| {
            document(&format!(
                "mutation {{ revokeSession(input: {{ sessionId: \"{}\" }}) {{ revokedSessionId }} }}",
                person.session_id
            ))
        },
        parts: &[|seen| seen.own().unwrap().revoked_at.is_some()],
    },
    Case {
        about: "logout",
        request: |_, _| document("mutation { logout { wasSignedIn } }"),
        parts: &[|seen| seen.own().unwrap().revoked_at.is_some()],
    },
    Case {
        about: "deleteAccount",
        request: |_, _| {
            document(&format!(
                "mutation {{ deleteAccount(input: {{ currentPassword: \"{PASSWORD}\" }}) {{ deletedUserId }} }}"
            ))
        },
        parts: &[|seen| seen.user.is_none(), |seen| seen.sessions.is_empty()],
    },
    Case {
        about: "me",
        request: |_, _| document("{ me { name roles sessions { totalCount nodes { id } } } }"),
        parts: &[],
    },
];

/// A server with one connection to the database, so that the next request meets what the last one left behind; and a
/// connection observer it.
struct Here {
    app: TestApp,
    service: TowerToHyperService<axum::Router>,
    observer: DatabaseConnection,
    witness: Person,
}

impl Here {
    async fn start() -> Self {
        let app = TestApp::with(|config| {
            config.database_max_connections = 1;
            config.attempts_per_account = 1_000;
            config.account_writes = 0;
            // Codes need new half minutes, and the witness stays.
            config.access_token_ttl = Duration::from_hours(24);
        })
        .await;
        let service = TowerToHyperService::new(router(&app.app, Stopping::default()).unwrap());
        let observer = Database::connect(&app.database.url).await.unwrap();
        let witness = app.user("witness").await;
        Self {
            app,
            service,
            observer,
            witness,
        }
    }

    fn request(person: &Person, document: &Value) -> Request<Body> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/graphql")
            .header(header::HOST, "localhost:8000")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", person.token))
            .body(Body::from(document.to_string()))
            .unwrap();
        let peer = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1)));
        request.extensions_mut().insert(peer);
        request
    }

    async fn seen(&self, person: &Person, newcomer: &str) -> Seen {
        let id: entity::UserId = person.id.parse().unwrap();
        let user = user::Entity::find_by_id(id).one(&self.observer).await.unwrap();
        let sessions = session::Entity::find().filter(session::Column::UserId.eq(id));
        let new = user::Entity::find().filter(user::Column::EmailKey.eq(newcomer));
        let new = new.one(&self.observer).await.unwrap();
        let new_sessions = match &new {
            Some(new) => {
                let sessions = session::Entity::find().filter(session::Column::UserId.eq(new.id));
                sessions.count(&self.observer).await.unwrap()
            }
            None => 0,
        };
        let waiting = |kinds: [&str; 2]| {
            mail::Entity::find()
                .filter(mail::Column::Kind.is_in(kinds))
                .filter(mail::Column::State.eq(State::Waiting))
        };
        let to_newcomer = mail::Entity::find().filter(mail::Column::ToAddress.eq(newcomer));
        let codes = recovery_code::Entity::find().filter(recovery_code::Column::UserId.eq(id));
        let totp = totp_factor::Entity::find_by_id(id).one(&self.observer);
        let changes = one_time_token::Entity::find()
            .filter(one_time_token::Column::UserId.eq(id))
            .filter(one_time_token::Column::Purpose.eq(Purpose::Change));
        Seen {
            newcomer_mails: to_newcomer.count(&self.observer).await.unwrap(),
            changes: changes.count(&self.observer).await.unwrap(),
            mails: waiting(["reset_password", "confirm_new_address"])
                .count(&self.observer)
                .await
                .unwrap(),
            totp: totp.await.unwrap(),
            recovery_codes: codes.all(&self.observer).await.unwrap(),
            user,
            sessions: sessions.all(&self.observer).await.unwrap(),
            newcomer: new,
            newcomer_sessions: new_sessions,
            own: person.session_id.clone(),
        }
    }

    /// Transactions of this server that are open in the database.
    async fn open_transactions(&self) -> i64 {
        let question = match self.app.app.db.backend() {
            DbBackend::Postgres => {
                "SELECT COUNT(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
            }
            DbBackend::MySql => {
                "SELECT COUNT(*) FROM information_schema.innodb_trx
                 JOIN information_schema.processlist ON id = trx_mysql_thread_id WHERE db = DATABASE()"
            }
            // A lock that is still held would make this one fail.
            _ => {
                let lock = "BEGIN IMMEDIATE; ROLLBACK";
                self.observer.execute_unprepared(lock).await.unwrap();
                return 0;
            }
        };
        let question = Statement::from_string(self.app.app.db.backend(), question);
        let row = self.observer.query_one_raw(question).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// MariaDB looks anew only when nobody has asked for a tenth of a second.
    async fn until_no_transaction_is_open(&self) {
        until("no transaction is open", async || {
            let is_so = self.open_transactions().await == 0;
            if !is_so {
                sleep(Duration::from_millis(150)).await;
            }
            is_so
        })
        .await;
    }

    /// That the server is as good as before: what it acknowledges is there for others to see.
    async fn assert_sound(&self, name: &str) {
        self.app.until_database_is_idle().await;
        self.until_no_transaction_is_open().await;
        let document =
            format!("mutation {{ updateProfile(input: {{ name: \"{name}\" }}) {{ user {{ name }} }} }}");
        let answer = self.witness.client.query(&document).await;
        assert_eq!(answer.data("updateProfile")["user"]["name"], name);
        let seen = self.seen(&self.witness, "").await;
        assert_eq!(seen.user.unwrap().name, name);
        self.until_no_transaction_is_open().await;
        assert!(self.app.app.db.connections().0 <= 2, "{name}");
    }

    /// Somebody with a second session.
    async fn somebody(&self, about: &str, when: When) -> Person {
        let about = about.replace(' ', "");
        let name = format!("p{}{:?}{about}", when.polls, when.drop).to_lowercase();
        let person = self.app.user(&name).await;
        self.app.sign_in(&person.email).await;
        person
    }

    async fn drop_case(&self, case: &Case, when: When) -> bool {
        let person = self.somebody(case.about, when).await;
        let newcomer = format!("new.{}", person.email);
        let asked = Asked {
            about: case.about,
            document: (case.request)(&person, &newcomer),
            person,
            newcomer,
            parts: case.parts,
        };
        self.drop_after(&asked, when).await
    }

    /// Whether the request completed. Asserts that nothing or all was written, and that the server is sound.
    async fn drop_after(&self, asked: &Asked, when: When) -> bool {
        let about = format!("{} {} {:?}", asked.about, when.polls, when.drop);
        self.app.sql("DELETE FROM mails").await;
        self.app.pass(Duration::from_millis(1));
        let request = Self::request(&asked.person, &asked.document);
        let completed = completes_within(self.service.call(request), when.polls, when.drop).await;
        self.assert_sound(&about).await;
        let seen = self.seen(&asked.person, &asked.newcomer).await;
        let parts: Vec<bool> = asked.parts.iter().map(|part| part(&seen)).collect();
        assert!(
            parts.iter().all(|part| *part) || parts.iter().all(|part| !*part),
            "{about}: {parts:?}"
        );
        if completed {
            assert!(parts.iter().all(|part| *part), "{about}: {parts:?}");
        }
        completed
    }
}

/// Drops something after its first poll, after its second, and so on until it completes.
async fn drop_everywhere(about: &str, is_completed: impl AsyncFn(When) -> bool) {
    for drop in [Drop::AtOnce, Drop::WhenWoken] {
        let mut when = When { polls: 1, drop };
        while !pin!(is_completed(when)).await {
            when.polls += 1;
            assert!(when.polls < MAX_POLLS, "{about} never completes");
        }
        assert!(when.polls > 1, "{about} was never dropped");
    }
}

// On one thread: what a poll begins has not ended before the poll has.
#[tokio::test]
async fn whenever_a_request_is_dropped_all_or_nothing_is_written_and_the_connection_is_clean() {
    let here = Here::start().await;
    for case in CASES {
        drop_everywhere(case.about, async |when| here.drop_case(case, when).await).await;
    }
}
