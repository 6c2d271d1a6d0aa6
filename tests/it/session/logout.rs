//! Signing out.

use crate::support::TestApp;

#[tokio::test]
async fn after_sign_out_the_token_stops_working_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_eq!(ada.client.logout().await.data("logout")["wasSignedIn"], true);
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(ada.client.logout().await.data("logout")["wasSignedIn"], false);
}

#[tokio::test]
async fn signing_out_without_a_session_succeeds() {
    let app = TestApp::start().await;
    assert_eq!(
        app.anonymous().logout().await.data("logout")["wasSignedIn"],
        false
    );
    assert_eq!(
        app.bearer("garbage").logout().await.data("logout")["wasSignedIn"],
        false
    );
}

#[tokio::test]
async fn a_sign_out_holds_on_every_server_of_the_database() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    assert_eq!(other.bearer(&ada.token).me().await.data("me")["id"], ada.id);
    ada.client.logout().await;
    assert_eq!(other.bearer(&ada.token).me().await.reason(), "SESSION_REVOKED");
}
