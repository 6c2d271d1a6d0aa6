//! What is kept of passkeys.

use entity::{PasskeyId, UserId};
use portcullis::{
    features::{
        passkey::{self, CredentialTaken},
        user::DisplayName,
    },
    platform::db::{Invalidates, TxError},
};

use super::{Place, phone};

#[tokio::test]
async fn a_credential_id_belongs_to_one_account() {
    let place = Place::new().await;
    let mut mine = phone("mine");
    place.saved(&mut mine).await;
    // Authenticators exclude what is listed; a forged one does not.
    let bob = place.app.user("bob").await;
    let user = place.app.row("bob@example.com").await.unwrap();
    let app = &place.app.app;
    let ceremony = passkey::begin_registration(app, &user, &[]).unwrap();
    let answer = mine.create(&ceremony.options_json);
    let bob_id: UserId = bob.id.parse().unwrap();
    let new = passkey::check_registration(app, bob_id, &ceremony.state, &answer).unwrap();
    assert!(matches!(
        place.save(&new).await,
        Err(TxError::Refused(CredentialTaken))
    ));
    assert_eq!(passkey::of_user(&app.db, bob_id).await.unwrap().len(), 0);
    assert_eq!(passkey::of_user(&app.db, place.user_id()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn passkeys_are_listed_newest_first_renamed_and_removed_by_their_owner_alone() {
    let place = Place::new().await;
    let mut ids = Vec::new();
    for seed in ["a", "b", "c"] {
        ids.push(place.saved(&mut phone(seed)).await.id);
        place.app.pass(std::time::Duration::from_secs(1));
    }
    let (ada, app) = (place.user_id(), &place.app.app);
    let bob: UserId = place.app.user("bob").await.id.parse().unwrap();
    let listed = async || -> Vec<PasskeyId> {
        let all = passkey::of_user(&app.db, ada).await.unwrap();
        all.into_iter().map(|it| it.id).collect()
    };
    assert_eq!(listed().await, [ids[2], ids[1], ids[0]]);
    let name = DisplayName::parse("Yellow key").unwrap();
    let tx = app.db.begin(Invalidates::All).await.unwrap();
    assert_eq!(passkey::count_of(&tx, ada).await.unwrap(), 3);
    assert!(!passkey::rename(&tx, bob, ids[0], &name).await.unwrap());
    assert!(!passkey::remove(&tx, bob, ids[0]).await.unwrap());
    assert!(passkey::rename(&tx, ada, ids[0], &name).await.unwrap());
    assert!(passkey::remove(&tx, ada, ids[1]).await.unwrap());
    assert!(!passkey::remove(&tx, ada, ids[1]).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(listed().await, [ids[2], ids[0]]);
    let find = async |user, id| passkey::find_own(&app.db, user, id).await.unwrap();
    assert_eq!(find(ada, ids[0]).await.unwrap().name, "Yellow key");
    assert!(find(bob, ids[0]).await.is_none());
    let tx = app.db.begin(Invalidates::All).await.unwrap();
    assert_eq!(passkey::remove_all(&tx, bob).await.unwrap(), 0);
    assert_eq!(passkey::remove_all(&tx, ada).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(listed().await, []);
}

#[tokio::test]
async fn the_longest_id_fits_into_the_table() {
    let place = Place::new().await;
    let mut long = phone("long").breaking(|it| it.credential_id = Some(vec![0xff; 1023]));
    let saved = place.saved(&mut long).await;
    let own = passkey::find_own(&place.app.app.db, place.user_id(), saved.id)
        .await
        .unwrap();
    assert_eq!(own.unwrap().credential_id.len(), 1364);
    assert!(place.sign_in(&mut long, &saved).is_ok());
}

#[tokio::test]
async fn nothing_shows_what_identifies_a_passkey() {
    let place = Place::new().await;
    let mut mine = phone("mine");
    let mut saved = place.saved(&mut mine).await;
    saved.name = "Ada's telephone".to_owned();
    let (creation, request) = (place.creation().await, place.request(&[saved.clone()]));
    let shown = format!(
        "{saved:?} {creation:?} {request:?} {:?} {:?}",
        creation.state, request.state
    );
    for secret in [
        &saved.credential_id,
        &saved.credential_key,
        &saved.public_key,
        &saved.user_handle,
        &saved.name,
    ] {
        assert!(!shown.contains(secret.as_str()), "{shown}");
    }
}
