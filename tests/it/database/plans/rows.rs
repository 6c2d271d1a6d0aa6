//! Enough rows for an index to be worth the while.

use entity::{
    SessionId, UserId, attempt_streak, form_receipt,
    session::{self, TokenDelivery},
    user::{self, Status},
    user_role,
};
use portcullis::platform::{clock::Clock, db::Executor};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, IntoActiveModel as _,
};
use uuid::Uuid;

const USERS: u128 = 3_000;
/// Few enough for what a statement may hold on every database.
const BATCH: usize = 500;
const DAY: i64 = 24 * 60 * 60 * 1_000;
const YEAR: i64 = 365 * DAY;

/// Fills the tables, and gives one of the users. A few sessions and streaks are long over.
pub(super) async fn fill(database: &Executor, clock: &dyn Clock) -> UserId {
    let now = clock.now().as_millisecond();
    let ids: Vec<u128> = (1..=USERS).map(|number| number << 64).collect();
    for batch in ids.chunks(BATCH) {
        let rows = batch
            .iter()
            .map(|id| user(*id, now).into_active_model().reset_all());
        let insert = user::Entity::insert_many(rows);
        insert.exec_without_returning(database).await.unwrap();
        let rows = batch.iter().map(|id| role(*id).into_active_model().reset_all());
        let insert = user_role::Entity::insert_many(rows);
        insert.exec_without_returning(database).await.unwrap();
        let rows = batch
            .iter()
            .map(|id| streak(*id, now).into_active_model().reset_all());
        let insert = attempt_streak::Entity::insert_many(rows);
        insert.exec_without_returning(database).await.unwrap();
        let rows = batch
            .iter()
            .map(|id| receipt(*id, now).into_active_model().reset_all());
        let insert = form_receipt::Entity::insert_many(rows);
        insert.exec_without_returning(database).await.unwrap();
        for nth in [1, 2] {
            let rows = batch
                .iter()
                .map(|id| session(*id, nth, now).into_active_model().reset_all());
            let insert = session::Entity::insert_many(rows);
            insert.exec_without_returning(database).await.unwrap();
        }
    }
    UserId(Uuid::from_u128((USERS / 2) << 64))
}

/// A hundred more sessions of a user, as many as may live.
pub(super) async fn crowd(database: &Executor, user_id: UserId, clock: &dyn Clock) {
    let rows = (0..100).map(|nth| {
        let row = session::Model {
            user_id,
            ..session(u128::MAX << 64, nth, clock.now().as_millisecond())
        };
        row.into_active_model().reset_all()
    });
    let insert = session::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
}

/// Has the database count its rows, as those that are servers do by themselves.
pub(super) async fn count(database: &Executor) {
    let sql = match database.get_database_backend() {
        DbBackend::MySql => {
            "ANALYZE TABLE users, user_roles, sessions, attempt_streaks, form_receipts, signing_keys, \
             portcullis_migrations"
        }
        _ => "ANALYZE",
    };
    database.execute_unprepared(sql).await.unwrap();
}

fn is_over(id: u128) -> bool {
    (id >> 64).is_multiple_of(100)
}

fn user(id: u128, now: i64) -> user::Model {
    user::Model {
        id: UserId(Uuid::from_u128(id)),
        name: format!("Somebody {id}"),
        email: format!("{id}@example.org"),
        email_key: format!("{id}@example.org"),
        password_hash: Some("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZW91dHB1dA".to_owned()),
        email_verified_at: None,
        status: Status::Active,
        created_at: now,
        updated_at: now,
        last_login_at: Some(now),
    }
}

/// A few are administrators.
fn role(id: u128) -> user_role::Model {
    let role = if is_over(id) { "admin" } else { "staff" };
    user_role::Model {
        user_id: UserId(Uuid::from_u128(id)),
        role: role.to_owned(),
    }
}

fn streak(id: u128, now: i64) -> attempt_streak::Model {
    attempt_streak::Model {
        account_key: format!("{id:043}"),
        network_key: format!("{id:043}"),
        failures: 1,
        failures_in_window: 1,
        window_began_at: now,
        waits: 0,
        blocked_until: 0,
        failed_at: now,
        succeeded_at: None,
        forget_at: if is_over(id) { now - DAY } else { now + YEAR },
    }
}

fn receipt(id: u128, now: i64) -> form_receipt::Model {
    form_receipt::Model {
        form_key: format!("{id:043}"),
        session_id: SessionId(Uuid::from_u128(id + 1)),
        done_at: if is_over(id) { now - DAY } else { now + YEAR },
    }
}

fn session(of: u128, nth: u128, now: i64) -> session::Model {
    session::Model {
        id: SessionId(Uuid::from_u128(of + nth)),
        user_id: UserId(Uuid::from_u128(of)),
        created_at: now - DAY,
        last_used_at: now - DAY,
        expires_at: if is_over(of) { now - 30 * DAY } else { now + YEAR },
        revoked_at: None,
        revocation_reason: None,
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned()),
        ip_address: Some("192.0.2.1".to_owned()),
        device_name: "Firefox on Linux".to_owned(),
        auth_methods: "password".to_owned(),
        token_delivery: TokenDelivery::Body,
        reauthenticated_at: None,
        refresh_key_id: "k".to_owned(),
        refresh_salt: "s".repeat(43),
        refresh_generation: 0,
        rotated_at: None,
        rotated_by: None,
        repeat_count: 0,
        repeat_weight: 0,
        rotated_from: None,
        form_cookie: None,
    }
}
