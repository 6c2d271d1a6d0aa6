//! The log is edited by hand, and a verification names what was edited.

use std::time::Duration;

use entity::{AuditEventId, SessionId, audit_event::Model, audit_seal};
use portcullis::features::audit::{self, Finding, MAX_FINDINGS};
use uuid::Uuid;

use super::{
    add, findings, overwrite, overwrite_seal, remove, remove_seal, rows, seal, sealed_log, seals, sign_in,
    user,
};
use crate::support::TestApp;

/// What a hand does to a row.
type Edit<T> = fn(&mut T);

/// A log that verifies.
pub(super) async fn sealed() -> TestApp {
    let app = TestApp::start().await;
    sealed_log(&app).await;
    assert_eq!(findings(&app).await, []);
    app
}

/// The rows of a seal, in the order of their ids.
pub(super) async fn of_seal(app: &TestApp, seal: i64) -> Vec<Model> {
    let mut rows = rows(app).await;
    rows.retain(|row| row.seal == Some(seal));
    rows
}

#[tokio::test]
async fn a_changed_field_is_found_and_names_the_row() {
    let app = sealed().await;
    let row = of_seal(&app, 2).await.remove(1);
    let id = row.id;
    let other = Uuid::from_u128(77);
    let changed = Finding::RowChanged { id };
    let personal = Finding::PersonalChanged { id };
    let replaced = Finding::RowsReplaced { seal: 2 };
    let edits: [(&str, Edit<Model>, &[Finding]); 22] = [
        ("kind", |row| row.kind = "logout".to_owned(), &[changed]),
        (
            "unknown kind",
            |row| row.kind = "no such kind".to_owned(),
            &[changed],
        ),
        ("time", |row| row.created_at -= 1, &[changed]),
        (
            "actor kind",
            |row| row.actor_kind = "system".to_owned(),
            &[changed],
        ),
        ("actor", |row| row.actor_id = Some(user(9)), &[changed]),
        ("no actor", |row| row.actor_id = None, &[changed]),
        ("subject", |row| row.subject_id = Some(user(9)), &[changed]),
        (
            "session",
            |row| row.session_id = Some(SessionId(Uuid::nil())),
            &[changed],
        ),
        ("request", |row| row.request_id = None, &[changed]),
        ("details", |row| row.details = "{}".to_owned(), &[changed]),
        ("broken details", |row| row.details = "}".to_owned(), &[changed]),
        ("hash of the actor", |row| row.actor_hash = None, &[changed]),
        (
            "hash of the subject",
            |row| row.subject_hash = Some("x".to_owned()),
            &[changed],
        ),
        ("mac", |row| row.mac = "A".repeat(43), &[changed, replaced]),
        (
            "key",
            |row| row.key_id = "x".to_owned(),
            &[Finding::RowKeyUnknown { id }],
        ),
        (
            "address",
            |row| row.ip_address = Some("192.0.2.9".to_owned()),
            &[personal],
        ),
        ("agent", |row| row.user_agent = None, &[personal]),
        (
            "facts about the actor",
            |row| row.actor_facts = Some("{}".to_owned()),
            &[personal],
        ),
        (
            "facts about the subject",
            |row| row.subject_facts = Some("{}".to_owned()),
            &[personal],
        ),
        ("salt of the actor", |row| row.actor_salt = None, &[personal]),
        ("salt of the subject", |row| row.subject_salt = None, &[personal]),
        (
            "address after the erasure",
            |row| {
                row.actor_salt = None;
                row.user_agent = None;
            },
            &[personal],
        ),
    ];
    for (what, edit, wanted) in edits {
        let mut edited = row.clone();
        edit(&mut edited);
        overwrite(&app, id, edited).await;
        // The finding that only names the seal comes after those of its rows.
        assert_eq!(findings(&app).await, wanted, "{what}");
        overwrite(&app, id, row.clone()).await;
    }
    let mut edited = row.clone();
    edited.id = AuditEventId(other);
    overwrite(&app, id, edited).await;
    let found = findings(&app).await;
    assert!(
        found.contains(&Finding::RowChanged {
            id: AuditEventId(other)
        }),
        "{found:?}"
    );
    overwrite(&app, AuditEventId(other), row).await;
    assert_eq!(findings(&app).await, []);
}

#[tokio::test]
async fn swapped_macs_are_found() {
    let app = sealed().await;
    let [one, two, _] = of_seal(&app, 1).await.try_into().unwrap();
    let (mut first, mut second) = (one.clone(), two.clone());
    std::mem::swap(&mut first.mac, &mut second.mac);
    overwrite(&app, one.id, first).await;
    overwrite(&app, two.id, second).await;
    let wanted = [
        Finding::RowChanged { id: one.id },
        Finding::RowChanged { id: two.id },
        Finding::RowsReplaced { seal: 1 },
    ];
    assert_eq!(findings(&app).await, wanted);
}

#[tokio::test]
async fn a_removed_row_is_found() {
    let app = sealed().await;
    let row = of_seal(&app, 2).await.remove(0);
    remove(&app, row.id).await;
    assert_eq!(findings(&app).await, [Finding::RowsMissing { seal: 2, count: 1 }]);
    // Another genuine row does not take its place.
    let moved = of_seal(&app, 3).await.remove(0);
    let id = moved.id;
    overwrite(
        &app,
        id,
        Model {
            seal: Some(2),
            ..moved
        },
    )
    .await;
    let wanted = [
        Finding::RowsReplaced { seal: 2 },
        Finding::RowsMissing { seal: 3, count: 1 },
    ];
    assert_eq!(findings(&app).await, wanted);
}

#[tokio::test]
async fn an_added_row_is_found_sealed_or_not() {
    let app = sealed().await;
    let row = of_seal(&app, 2).await.remove(0);
    for seal in [Some(2), Some(3), None] {
        let id = AuditEventId(Uuid::from_u128(5));
        add(
            &app,
            Model {
                id,
                seal,
                ..row.clone()
            },
        )
        .await;
        assert_eq!(findings(&app).await, [Finding::RowChanged { id }], "{seal:?}");
        remove(&app, id).await;
    }
    for seal in [0, -1, i64::MIN, 99, i64::MAX] {
        let id = AuditEventId(Uuid::nil());
        add(
            &app,
            Model {
                id,
                seal: Some(seal),
                ..row.clone()
            },
        )
        .await;
        let wanted = [
            Finding::RowChanged { id },
            Finding::RowsWithoutSeal { seal, id, count: 1 },
        ];
        assert_eq!(findings(&app).await, wanted, "{seal:?}");
        remove(&app, id).await;
    }
    assert_eq!(findings(&app).await, []);
}

#[tokio::test]
async fn a_row_that_was_moved_to_another_seal_is_found() {
    let app = sealed().await;
    let row = of_seal(&app, 1).await.remove(1);
    let id = row.id;
    overwrite(
        &app,
        id,
        Model {
            seal: Some(3),
            ..row.clone()
        },
    )
    .await;
    let wanted = [
        Finding::RowsMissing { seal: 1, count: 1 },
        Finding::RowMoved { id, seal: 3 },
    ];
    assert_eq!(findings(&app).await, wanted);
    // One that is made to look new is sealed again, and missing in its seal all the same.
    overwrite(&app, id, Model { seal: None, ..row }).await;
    assert_eq!(findings(&app).await, [Finding::RowsMissing { seal: 1, count: 1 }]);
    assert_eq!(seal(&app).await, 1);
    assert_eq!(seals(&app).await[3].late_count, 1);
    assert_eq!(findings(&app).await, [Finding::RowsMissing { seal: 1, count: 1 }]);
}

#[tokio::test]
async fn a_changed_seal_is_found() {
    let app = sealed().await;
    let seal = seals(&app).await.remove(1);
    let changed = Finding::SealChanged { seal: 2 };
    let edits: [(&str, Edit<audit_seal::Model>, &[Finding]); 11] = [
        (
            "absurdly few rows",
            |seal| seal.row_count = i64::MIN,
            &[
                Finding::RowsAdded {
                    seal: 2,
                    count: i64::MAX,
                },
                changed,
            ],
        ),
        ("time", |seal| seal.created_at -= 1, &[changed]),
        ("until", |seal| seal.until_id = None, &[changed]),
        ("late", |seal| seal.late_count = 3, &[changed]),
        (
            "more rows",
            |seal| seal.row_count = 4,
            &[Finding::RowsMissing { seal: 2, count: 1 }, changed],
        ),
        (
            "fewer rows",
            |seal| seal.row_count = 0,
            &[Finding::RowsAdded { seal: 2, count: 3 }, changed],
        ),
        (
            "root",
            |seal| seal.root = "A".repeat(43),
            &[Finding::RowsReplaced { seal: 2 }, changed],
        ),
        (
            "previous",
            |seal| seal.previous_mac = None,
            &[changed, Finding::SealDetached { seal: 2 }],
        ),
        ("removal", |seal| seal.removed_to = Some(1), &[changed]),
        (
            "key",
            |seal| seal.key_id = "x".to_owned(),
            &[Finding::SealKeyUnknown { seal: 2 }],
        ),
        (
            "mac",
            |seal| seal.mac = "A".repeat(43),
            &[changed, Finding::SealDetached { seal: 3 }],
        ),
    ];
    for (what, edit, wanted) in edits {
        let mut edited = seal.clone();
        edit(&mut edited);
        overwrite_seal(&app, 2, edited).await;
        assert_eq!(findings(&app).await, wanted, "{what}");
        overwrite_seal(&app, 2, seal.clone()).await;
    }
    assert_eq!(findings(&app).await, []);
}

#[tokio::test]
async fn a_missing_or_renumbered_seal_is_found() {
    let app = sealed().await;
    let seal = seals(&app).await.remove(1);
    let id = of_seal(&app, 2).await[0].id;
    let lost = Finding::RowsWithoutSeal {
        seal: 2,
        id,
        count: 3,
    };
    let missing = Finding::SealsMissing { from: 2, to: 2 };
    overwrite_seal(
        &app,
        2,
        audit_seal::Model {
            seq: 7,
            ..seal.clone()
        },
    )
    .await;
    let wanted = [
        lost,
        missing,
        Finding::RowsMissing { seal: 7, count: 3 },
        Finding::SealChanged { seal: 7 },
        Finding::SealsMissing { from: 4, to: 6 },
    ];
    assert_eq!(findings(&app).await, wanted);
    overwrite_seal(&app, 7, seal).await;
    assert_eq!(findings(&app).await, []);
    remove_seal(&app, 2).await;
    assert_eq!(findings(&app).await, [lost, missing]);
    // Without its rows, too.
    for row in of_seal(&app, 2).await {
        remove(&app, row.id).await;
    }
    assert_eq!(findings(&app).await, [missing]);
}

#[tokio::test]
async fn a_log_of_unknown_keys_does_not_verify_and_new_events_do() {
    let app = sealed().await;
    app.sql("DELETE FROM data_keys WHERE purpose = 'audit'").await;
    // It makes a new key at its start.
    let other = app.another(|_| {}).await;
    sign_in(&other, 1).await;
    // The lease of the first one runs out.
    other.pass(Duration::from_mins(3));
    assert_eq!(seal(&other).await, 1);
    let found = findings(&other).await;
    let of_rows = |finding: &&Finding| matches!(finding, Finding::RowKeyUnknown { .. });
    let of_seals = |finding: &&Finding| matches!(finding, Finding::SealKeyUnknown { seal: 1..=3 });
    let counts = (
        found.iter().filter(of_rows).count(),
        found.iter().filter(of_seals).count(),
    );
    assert_eq!((counts, found.len()), ((9, 3), 12), "{found:?}");
}

#[tokio::test]
async fn only_the_first_findings_are_listed_and_all_are_counted() {
    let app = TestApp::start().await;
    for number in 0..130 {
        sign_in(&app, number).await;
    }
    app.sql("UPDATE audit_events SET kind = 'logout'").await;
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.findings.len(), report.finding_count), (MAX_FINDINGS, 130));
}
