//! Rows of passkeys, and all that is done with them.

use entity::{
    PasskeyId, UserId,
    passkey::{self as row, Backup, Model},
};
use portcullis::{
    features::{passkey, user::DisplayName},
    platform::db::{Executor, Invalidates},
};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use crate::support::{Authenticator, TestApp};

/// One for each user.
pub(super) async fn fill(database: &Executor, ids: &[u128], now: i64) {
    let rows = ids.iter().map(|id| {
        let passkey = Model {
            id: PasskeyId(Uuid::from_u128(*id)),
            user_id: UserId(Uuid::from_u128(*id)),
            credential_key: format!("{id:043}"),
            credential_id: format!("{id:043}"),
            public_key: "A".repeat(103),
            algorithm: -7,
            sign_count: 0,
            aaguid: Uuid::nil(),
            transports: "internal".to_owned(),
            backup: Backup::Synced,
            user_handle: format!("{id:043}"),
            rp_id: "localhost".to_owned(),
            name: "Passkey".to_owned(),
            created_at: now,
            last_used_at: None,
        };
        passkey.into_active_model().reset_all()
    });
    let insert = row::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
}

/// Does it once.
pub(super) async fn live(app: &TestApp) {
    let eva = app.user("eva").await;
    let user = app.row(&eva.email).await.unwrap();
    let (parts, db) = (&app.app, &app.app.db);
    let mut phone = Authenticator::new("http://localhost:8000", "plans");
    let creation = passkey::begin_registration(parts, &user, &[]).unwrap();
    let answer = phone.create(&creation.options_json);
    let new = passkey::check_registration(parts, user.id, &creation.state, &answer).unwrap();
    let tx = db.begin(Invalidates::All).await.unwrap();
    assert_eq!(passkey::count_of(&tx, user.id).await.unwrap(), 0);
    new.save(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let request = passkey::begin_assertion(parts, &[]).unwrap();
    let answer = phone.get(&request.options_json);
    let found = passkey::find_asserted(parts, &answer).await.unwrap();
    let asserted = passkey::check_assertion(parts, &request.state, &answer, &found).unwrap();
    assert_eq!(passkey::of_user(db, user.id).await.unwrap().len(), 1);
    assert!(passkey::find_own(db, user.id, found.id).await.unwrap().is_some());
    let name = DisplayName::parse("Phone").unwrap();
    let tx = db.begin(Invalidates::All).await.unwrap();
    assert!(passkey::record_use(&tx, &found, &asserted, 1).await.unwrap());
    assert!(passkey::rename(&tx, user.id, found.id, &name).await.unwrap());
    assert!(passkey::remove(&tx, user.id, found.id).await.unwrap());
    assert_eq!(passkey::remove_all(&tx, user.id).await.unwrap(), 0);
    tx.commit().await.unwrap();
}
