//! The log is cut off at its beginning or at its end.

use entity::audit_seal;
use portcullis::features::audit::{self, Finding, SealReference};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};

use super::{
    findings, remove, remove_seal, seal, seals, sign_in,
    tampered::{of_seal, sealed},
};
use crate::support::TestApp;

#[tokio::test]
async fn a_log_without_its_beginning_is_found() {
    let app = sealed().await;
    for row in of_seal(&app, 1).await {
        remove(&app, row.id).await;
    }
    remove_seal(&app, 1).await;
    assert_eq!(findings(&app).await, [Finding::HeadMissing { seal: 2 }]);
    // Nobody can invent the removal that would explain it.
    let mut removal = seals(&app).await.remove(1);
    removal.seq = 4;
    removal.removed_to = Some(1);
    let before = seals(&app).await.remove(0).previous_mac.unwrap();
    removal.root = before;
    add_seal(&app, removal).await;
    let found = findings(&app).await;
    assert!(found.contains(&Finding::HeadMissing { seal: 2 }), "{found:?}");
    assert!(found.contains(&Finding::SealChanged { seal: 4 }), "{found:?}");
}

/// Adds a seal by hand.
async fn add_seal(app: &TestApp, seal: audit_seal::Model) {
    audit_seal::Entity::insert(seal.into_active_model().reset_all())
        .exec_without_returning(app.app.db.writer())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_log_without_its_end_is_found_by_the_last_seal_that_was_logged() {
    let app = sealed().await;
    let known: Vec<_> = seals(&app)
        .await
        .into_iter()
        .map(|seal| SealReference {
            seq: seal.seq,
            mac: seal.mac,
        })
        .collect();
    for seal in &known {
        let report = audit::verify(&app.app, Some(seal)).await.unwrap();
        assert_eq!(report.findings, []);
    }
    remove_seal(&app, 3).await;
    let id = of_seal(&app, 3).await[0].id;
    let left = Finding::RowsWithoutSeal {
        seal: 3,
        id,
        count: 3,
    };
    assert_eq!(findings(&app).await, [left]);
    for row in of_seal(&app, 3).await {
        remove(&app, row.id).await;
    }
    assert_eq!(findings(&app).await, [], "the database alone cannot show it");
    let report = audit::verify(&app.app, Some(&known[2])).await.unwrap();
    assert_eq!(report.findings, [Finding::TailMissing { seal: 3 }]);
    sign_in(&app, 1).await;
    assert_eq!(seal(&app).await, 1);
    assert_eq!(findings(&app).await, []);
    let report = audit::verify(&app.app, Some(&known[2])).await.unwrap();
    assert_eq!(report.findings, [Finding::TailReplaced { seal: 3 }]);
}
