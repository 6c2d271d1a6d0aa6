//! The signing key across restarts, and with several servers.

use entity::signing_key;
use portcullis::{
    platform::{config::ServerSecret, crypto::NotOpened},
    server::wiring::StartError,
};
use sea_orm::EntityTrait as _;

use crate::support::TestApp;

const NEWER: &str = "vT5mXq9ZbJ2rKd7Lw4Hs8Yc3Pn6Gf1Uu";
const OLDER: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";

#[tokio::test]
async fn servers_on_one_database_sign_with_one_key() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let (ada, eve) = (app.user("ada").await, other.user("eve").await);
    assert_eq!(other.bearer(&ada.token).me().await.data("me")["id"], ada.id);
    assert_eq!(app.bearer(&eve.token).me().await.data("me")["id"], eve.id);
    let keys = async |app: &TestApp| app.anonymous().get("/.well-known/jwks.json").await.body;
    assert_eq!(keys(&app).await, keys(&other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_make_one_key() {
    let app = TestApp::start().await;
    app.sql("DELETE FROM signing_keys").await;
    let starts = std::iter::repeat_with(|| app.would_start(|_| {})).take(6);
    let started = futures_util::future::join_all(starts).await;
    let mut kids: Vec<String> = started
        .into_iter()
        .map(|app| app.unwrap().tokens.keys().signing().kid().to_owned())
        .collect();
    kids.dedup();
    assert_eq!(kids.len(), 1, "{kids:?}");
}

#[tokio::test]
async fn a_key_outlives_the_server() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let kid = app.app.tokens.keys().signing().kid().to_owned();
    app.app.db.close().await;
    let again = app.another(|_| {}).await;
    assert_eq!(again.app.tokens.keys().signing().kid(), kid);
    assert_eq!(again.bearer(&ada.token).me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn the_private_key_lies_sealed_in_the_database() {
    let app = TestApp::start().await;
    let rows = signing_key::Entity::find()
        .all(app.app.db.reader())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    let parts: Vec<&str> = rows[0].sealed_private_key.split('.').collect();
    assert_eq!((parts[0], parts.len()), ("v1", 4));
    assert_eq!(rows[0].kid, app.app.tokens.keys().signing().kid());
}

#[tokio::test]
async fn a_server_with_another_secret_does_not_start() {
    let app = TestApp::with(|config| config.secret = Some(ServerSecret::parse(OLDER).unwrap())).await;
    let refused = app
        .would_start(|config| config.secret = Some(ServerSecret::parse(NEWER).unwrap()))
        .await;
    assert!(matches!(
        refused,
        Err(StartError::SealedKey(NotOpened::UnknownKey))
    ));
    // A replaced secret: the new one first, the old one still there.
    let both = ServerSecret::parse(&format!("{NEWER},{OLDER}")).unwrap();
    let started = app
        .would_start(|config| config.secret = Some(both))
        .await
        .unwrap();
    assert_eq!(
        started.tokens.keys().signing().kid(),
        app.app.tokens.keys().signing().kid()
    );
}

#[tokio::test]
async fn a_key_that_was_altered_or_moved_keeps_the_server_from_starting() {
    for change in [
        // Another ciphertext, another row.
        "UPDATE signing_keys SET sealed_private_key = CONCAT(sealed_private_key, 'AAAA')",
        "UPDATE signing_keys SET sealed_private_key = REPLACE(sealed_private_key, 'v1.', 'v2.')",
        "UPDATE signing_keys SET sealed_private_key = ''",
    ] {
        let app = TestApp::start().await;
        app.sql(change).await;
        let refused = app.would_start(|_| {}).await;
        assert!(matches!(refused, Err(StartError::SealedKey(_))), "{change}");
    }
}

#[tokio::test]
async fn a_secret_is_replaced_without_a_break() {
    let app = TestApp::with(|config| config.secret = Some(ServerSecret::parse(OLDER).unwrap())).await;
    let ada = app.user("ada").await;
    let both = format!("{NEWER},{OLDER}");
    let between = app
        .another(|config| config.secret = Some(ServerSecret::parse(&both).unwrap()))
        .await;
    assert_eq!(between.bearer(&ada.token).me().await.data("me")["id"], ada.id);
    // A server that still seals with the older secret, but knows the newer one, goes on.
    let behind = ServerSecret::parse(&format!("{OLDER},{NEWER}")).unwrap();
    app.would_start(|config| config.secret = Some(behind))
        .await
        .unwrap();
    let both = ServerSecret::parse(&both).unwrap();
    app.would_start(|config| config.secret = Some(both))
        .await
        .unwrap();
    let after = app
        .another(|config| config.secret = Some(ServerSecret::parse(NEWER).unwrap()))
        .await;
    assert_eq!(after.bearer(&ada.token).me().await.data("me")["id"], ada.id);
    assert_eq!(
        after.app.tokens.keys().signing().kid(),
        app.app.tokens.keys().signing().kid()
    );
}
