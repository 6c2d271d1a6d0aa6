//! Rows are sealed a minute later, by one server, also those that come late.

use std::time::Duration;

use futures_util::future::join;
use portcullis::{
    features::audit::{self, Actor, EventKind, NewEvent},
    platform::db::Invalidates,
};

use super::{findings, rows, save, seal, sealed_log, seals, sign_in};
use crate::support::{TestApp, rounds};

#[tokio::test]
async fn a_log_that_nobody_changed_verifies_and_an_empty_one_too() {
    let app = TestApp::start().await;
    let empty = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((empty.events, empty.seals, empty.finding_count), (0, 0, 0));
    assert_eq!(seal(&app).await, 0);
    assert_eq!(seals(&app).await, [], "there is nothing to seal");
    sealed_log(&app).await;
    sign_in(&app, 1).await;
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.events, report.seals, report.unsealed), (10, 3, 1));
    assert_eq!((report.finding_count, report.overdue), (0, 0));
    for (index, seal) in seals(&app).await.iter().enumerate() {
        assert_eq!(seal.seq, i64::try_from(index).unwrap() + 1);
        let covered = rows(&app)
            .await
            .into_iter()
            .filter(|row| row.seal == Some(seal.seq));
        assert_eq!(covered.map(|row| row.id).max(), seal.until_id);
    }
    let seals = seals(&app).await;
    let chain: Vec<_> = seals.iter().map(|seal| seal.previous_mac.as_ref()).collect();
    assert_eq!(chain, [None, Some(&seals[0].mac), Some(&seals[1].mac)]);
    let last = report.last_seal.unwrap();
    assert_eq!((last.seq, &last.mac), (3, &seals[2].mac));
}

#[tokio::test]
async fn a_row_is_sealed_when_it_is_a_minute_old() {
    let app = TestApp::start().await;
    sign_in(&app, 1).await;
    app.pass(Duration::from_millis(59_999));
    assert_eq!(audit::seal(&app.app).await.unwrap(), 0);
    app.pass(Duration::from_millis(1));
    assert_eq!(audit::seal(&app.app).await.unwrap(), 1);
    assert_eq!(audit::seal(&app.app).await.unwrap(), 0);
}

#[tokio::test]
async fn a_row_that_commits_after_its_time_is_sealed_as_late() {
    let app = TestApp::start().await;
    let late = NewEvent::new(&app.app, EventKind::Logout, Actor::system());
    app.pass(Duration::from_secs(1));
    sign_in(&app, 1).await;
    sign_in(&app, 2).await;
    assert_eq!(seal(&app).await, 2);
    save(&app, late).await;
    // Another server's clock is slow.
    app.clock.go_back(Duration::from_mins(4));
    sign_in(&app, 3).await;
    app.pass(Duration::from_mins(4));
    sign_in(&app, 4).await;
    assert_eq!(seal(&app).await, 3);
    let seals = seals(&app).await;
    let counts: Vec<_> = seals.iter().map(|it| (it.row_count, it.late_count)).collect();
    assert_eq!(counts, [(2, 0), (3, 2)]);
    assert_eq!(findings(&app).await, []);
}

#[tokio::test]
async fn many_rows_are_sealed_a_thousand_at_a_time() {
    let app = TestApp::start().await;
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    for _ in 0..2_300 {
        let event = NewEvent::new(&app.app, EventKind::Logout, Actor::system());
        event.save(&tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(seal(&app).await, 2_300);
    let counts: Vec<_> = seals(&app).await.iter().map(|seal| seal.row_count).collect();
    assert_eq!(counts, [1_000, 1_000, 300]);
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.events, report.finding_count), (2_300, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_servers_one_seals_and_no_row_has_two_seals() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    for round in 0..rounds(5) {
        sign_in(&app, 1).await;
        sign_in(&other, 2).await;
        // Longer than the lease, so that the other one can be faster.
        app.pass(Duration::from_mins(5));
        let (one, two) = join(audit::seal(&app.app), audit::seal(&other.app)).await;
        assert_eq!(one.unwrap() + two.unwrap(), 2, "{round}");
    }
    let counted: i64 = seals(&app).await.iter().map(|seal| seal.row_count).sum();
    assert_eq!(counted, i64::try_from(rows(&app).await.len()).unwrap());
    assert_eq!(findings(&other).await, []);
}

#[tokio::test]
async fn rows_that_wait_for_ten_minutes_show_that_no_server_seals() {
    let app = TestApp::start().await;
    sign_in(&app, 1).await;
    app.pass(Duration::from_mins(10));
    assert_eq!(audit::verify(&app.app, None).await.unwrap().overdue, 0);
    app.pass(Duration::from_millis(1));
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.overdue, report.finding_count), (1, 0));
}
