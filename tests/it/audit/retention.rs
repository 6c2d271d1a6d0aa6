//! Old events are removed with their seals, and the rest verifies.

use std::time::Duration;

use entity::audit_event::Model;
use portcullis::features::audit::{self, Finding, SealReference};

use super::{add, findings, overwrite, overwrite_seal, remove_seal, rows, seal, sealed_log, seals, sign_in};
use crate::support::{TestApp, rounds};

const DAY: Duration = Duration::from_hours(24);

/// The time until seals that were just made are too old.
const LONG: Duration = Duration::from_mins(24 * 60 + 1);

async fn keeping_a_day() -> TestApp {
    TestApp::with(|config| config.audit_retention = DAY).await
}

#[tokio::test]
async fn old_events_are_removed_with_their_seals_and_the_rest_verifies() {
    let app = keeping_a_day().await;
    sealed_log(&app).await;
    let old = seals(&app).await;
    app.pass(DAY / 2);
    sign_in(&app, 1).await;
    assert_eq!(seal(&app).await, 1);
    assert_eq!(audit::purge(&app.app).await.unwrap(), 0);
    app.pass(DAY / 2);
    assert_eq!(audit::purge(&app.app).await.unwrap(), 9);
    assert_eq!(audit::purge(&app.app).await.unwrap(), 0);
    assert_eq!(rows(&app).await.len(), 1);
    let left = seals(&app).await;
    assert_eq!(left.iter().map(|it| it.seq).collect::<Vec<_>>(), [4, 5]);
    assert_eq!((left[1].removed_to, &left[1].root), (Some(3), &old[2].mac));
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.findings, report.removed_to), (vec![], 3));
    for seal in &old {
        let logged = SealReference {
            seq: seal.seq,
            mac: seal.mac.clone(),
        };
        let report = audit::verify(&app.app, Some(&logged)).await.unwrap();
        assert_eq!(report.findings, []);
    }
    let forged = SealReference {
        seq: 3,
        mac: old[1].mac.clone(),
    };
    let report = audit::verify(&app.app, Some(&forged)).await.unwrap();
    assert_eq!(report.findings, [Finding::TailReplaced { seal: 3 }]);
    // More than was recorded is missing.
    remove_seal(&app, 4).await;
    assert!(findings(&app).await.contains(&Finding::HeadMissing { seal: 5 }));
}

#[tokio::test]
async fn a_log_of_which_everything_is_old_goes_on() {
    let app = keeping_a_day().await;
    for _ in 0..3 {
        sealed_log(&app).await;
        app.pass(LONG);
        assert_eq!(audit::purge(&app.app).await.unwrap(), 9);
        assert_eq!(rows(&app).await, []);
        assert_eq!(seals(&app).await.len(), 1);
        assert_eq!(findings(&app).await, []);
    }
    sealed_log(&app).await;
    assert_eq!(findings(&app).await, []);
}

#[tokio::test]
async fn a_removal_that_was_interrupted_is_completed() {
    let app = keeping_a_day().await;
    sealed_log(&app).await;
    let row = rows(&app).await.remove(0);
    app.pass(LONG);
    audit::purge(&app.app).await.unwrap();
    add(&app, row).await;
    assert_eq!(findings(&app).await, []);
    assert_eq!(audit::purge(&app.app).await.unwrap(), 1);
    assert_eq!(rows(&app).await, []);
}

#[tokio::test]
async fn nobody_can_have_the_server_remove_what_is_not_old() {
    let app = keeping_a_day().await;
    sealed_log(&app).await;
    let before = seals(&app).await;
    for mut seal in before.clone() {
        seal.created_at -= i64::try_from(DAY.as_millis()).unwrap() * 2;
        overwrite_seal(&app, seal.seq, seal).await;
    }
    assert_eq!(audit::purge(&app.app).await.unwrap(), 0);
    // A removal that somebody invented counts as little.
    let mut removal = before[2].clone();
    removal.removed_to = Some(2);
    overwrite_seal(&app, 3, removal).await;
    assert_eq!(audit::purge(&app.app).await.unwrap(), 0);
    for seal in before {
        overwrite_seal(&app, seal.seq, seal).await;
    }
    // A young row that names an old seal goes with it, and its own seal misses it.
    app.pass(DAY);
    sign_in(&app, 1).await;
    assert_eq!(seal(&app).await, 1);
    let young = rows(&app).await.pop().unwrap();
    overwrite(
        &app,
        young.id,
        Model {
            seal: Some(1),
            ..young.clone()
        },
    )
    .await;
    assert_eq!(audit::purge(&app.app).await.unwrap(), 10);
    assert_eq!(findings(&app).await, [Finding::RowsMissing { seal: 4, count: 1 }]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_verifies_while_servers_write_seal_and_remove() {
    let app = keeping_a_day().await;
    let other = app.another(|config| config.audit_retention = DAY).await;
    sealed_log(&app).await;
    let working = async {
        for round in 0..rounds(60) {
            sign_in(&app, 1).await;
            app.pass(DAY / 5);
            audit::seal(&app.app).await.unwrap();
            audit::purge(&app.app).await.unwrap();
            assert!(seals(&app).await.len() < 20, "{round}");
        }
    };
    let mut verified = 0;
    let verifying = async {
        loop {
            let report = audit::verify(&other.app, None).await.unwrap();
            assert_eq!(report.findings, [], "{verified}");
            verified += 1;
        }
    };
    tokio::select! {
        () = working => {}
        () = verifying => {}
    }
    assert!(verified > 0);
}

#[tokio::test]
async fn what_is_made_to_look_as_if_it_were_removed_is_found_and_kept() {
    let app = keeping_a_day().await;
    sealed_log(&app).await;
    let old = rows(&app).await;
    let removed_seals = seals(&app).await;
    app.pass(LONG);
    assert_eq!(audit::purge(&app.app).await.unwrap(), 9);
    // An event that never was.
    let forged = Model {
        mac: "forged".to_owned(),
        ..old[0].clone()
    };
    add(&app, forged).await;
    assert_eq!(findings(&app).await, [Finding::RowChanged { id: old[0].id }]);
    super::remove(&app, old[0].id).await;
    // A seal that never was.
    let forged = entity::audit_seal::Model {
        row_count: 999,
        ..removed_seals[0].clone()
    };
    super::add_seal(&app, forged).await;
    assert_eq!(findings(&app).await, [Finding::SealChanged { seal: 1 }]);
    remove_seal(&app, 1).await;
    // A new event that the next removal is to hide.
    app.pass(Duration::from_mins(1));
    sign_in(&app, 4).await;
    let new = rows(&app).await.remove(0);
    let hidden = Model {
        seal: Some(1),
        ..new.clone()
    };
    overwrite(&app, new.id, hidden).await;
    let moved = Finding::RowMoved { id: new.id, seal: 1 };
    assert_eq!(findings(&app).await, [moved]);
    audit::purge(&app.app).await.unwrap();
    assert_eq!(findings(&app).await, [moved]);
}
