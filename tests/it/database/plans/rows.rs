//! Enough rows for an index to be worth the while.

use entity::{
    MailId, OneTimeTokenId, SessionId, UserId, address_reservation, attempt_streak, audit_erasure,
    form_receipt, lease,
    mail::{self, State},
    mail_budget, mail_suppression,
    one_time_token::{self, Purpose},
    session::{self, TokenDelivery},
    user::{self, Status},
    user_role,
};
use portcullis::platform::{clock::Clock, db::Executor};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, IntoActiveModel as _,
};
use uuid::Uuid;

use super::{audit, factors, identities, passkeys};

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
        let rows = batch.iter().flat_map(|id| roles(*id));
        let rows = rows.map(|row| row.into_active_model().reset_all());
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
        insert_mail_rows(database, batch, now).await;
        passkeys::fill(database, batch, now).await;
        identities::fill(database, batch, now).await;
        factors::fill(database, batch, now).await;
        audit::fill(database, batch, now).await;
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

/// The rows about mail, and some of which there are few: tokens, mails, budgets, suppressions, reservations.
async fn insert_mail_rows(database: &Executor, ids: &[u128], now: i64) {
    let rows = ids
        .iter()
        .map(|id| token(*id, now).into_active_model().reset_all());
    let insert = one_time_token::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
    let rows = ids
        .iter()
        .map(|id| mail(*id, now).into_active_model().reset_all());
    let insert = mail::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
    // There are few of them; with so many, the plan for one is seen.
    let rows = ids.iter().map(|id| lease::Model {
        name: format!("work {id}"),
        holder: None,
        held_until: 0,
        fence: 0,
    });
    let insert = lease::Entity::insert_many(rows.map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(database).await.unwrap();
    // Nor are many accounts deleted in an hour. These users were never there.
    let rows = ids.iter().map(|id| audit_erasure::Model {
        user_id: UserId(Uuid::from_u128(id + 1)),
        due_at: now + YEAR,
    });
    let insert = audit_erasure::Entity::insert_many(rows.map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(database).await.unwrap();
    let rows = ids.iter().map(|id| mail_budget::Model {
        budget_key: format!("{id:043}"),
        full_at: if is_over(*id) { now - DAY } else { now + YEAR },
    });
    let insert = mail_budget::Entity::insert_many(rows.map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(database).await.unwrap();
    let rows = ids.iter().map(|id| mail_suppression::Model {
        address_key: format!("{id:043}"),
        reason: "550".to_owned(),
        refusals: 1,
        refused_at: now,
        suppressed_at: None,
    });
    let insert = mail_suppression::Entity::insert_many(rows.map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(database).await.unwrap();
    let rows = ids.iter().map(|id| address_reservation::Model {
        email_key: format!("{id}@example.net"),
        user_id: UserId(Uuid::from_u128(*id)),
        reserved_until: if is_over(*id) { now - DAY } else { now + YEAR },
    });
    let insert =
        address_reservation::Entity::insert_many(rows.map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(database).await.unwrap();
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
            "ANALYZE TABLE users, user_roles, sessions, attempt_streaks, form_receipts, signing_keys, data_keys, leases, \
             one_time_tokens, mails, mail_budgets, mail_suppressions, address_reservations, passkeys, \
             totp_factors, recovery_codes, audit_events, audit_seals, portcullis_migrations"
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
        name_key: format!("somebody {id}"),
        id: UserId(Uuid::from_u128(id)),
        name: format!("Somebody {id}"),
        email: format!("{id}@example.org"),
        email_key: format!("{id}@example.org"),
        password_hash: Some("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZW91dHB1dA".to_owned()),
        email_verified_at: is_over(id).then_some(now),
        status: Status::Active,
        created_at: now,
        updated_at: now,
        last_login_at: Some(now),
        locale: "en".to_owned(),
        pending_email: None,
        sign_in_notices_off_at: None,
        deletes_at: None,
        deletion_cancellable_since: None,
    }
}

/// A few are administrators. Everybody has several roles: PostgreSQL reads a table that is much smaller than the page of
/// users as a whole.
fn roles(id: u128) -> [user_role::Model; 4] {
    let first = if is_over(id) { "admin" } else { "staff" };
    [first, "editor", "reader", "writer"].map(|role| user_role::Model {
        user_id: UserId(Uuid::from_u128(id)),
        role: role.to_owned(),
        granted_at: 0,
    })
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

fn token(id: u128, now: i64) -> one_time_token::Model {
    one_time_token::Model {
        id: OneTimeTokenId(Uuid::from_u128(id)),
        purpose: Purpose::Reset,
        secret_key: format!("{id:043}"),
        user_id: Some(UserId(Uuid::from_u128(id))),
        sender_id: Some(UserId(Uuid::from_u128(id))),
        bound: Some(format!("{id:043}")),
        sealed_payload: None,
        attempts_left: 0,
        created_at: now,
        expires_at: if is_over(id) { now - 2 * DAY } else { now + YEAR },
        used_at: None,
    }
}

fn mail(id: u128, now: i64) -> mail::Model {
    mail::Model {
        id: MailId(Uuid::from_u128(id)),
        kind: "reset_password".to_owned(),
        state: State::Sent,
        user_id: Some(UserId(Uuid::from_u128(id))),
        to_address: Some(format!("{id}@example.org")),
        sealed_content: None,
        attempts: 1,
        due_at: if is_over(id) { now - 31 * DAY } else { now + YEAR },
        leased_until: None,
        lease_token: None,
        expires_at: now,
        last_problem: None,
        created_at: now,
        ended_at: Some(now),
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
