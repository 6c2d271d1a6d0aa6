//! Refresh tokens: each is good for one trade, and nothing follows from one that is not genuine.

mod database;
mod followed;
mod forge;
mod forged;
mod life;
mod limits;
mod log;
mod owner;
mod race;
mod race_with_end;
mod replay;
mod secret;
mod servers;
mod theft;

use std::time::Duration;

use entity::session;
use serde_json::json;

use crate::support::{Answer, TestApp};

/// The least time that passes.
const INSTANT: Duration = Duration::from_millis(1);

/// All but the last instant of this time.
fn almost(time: Duration) -> Duration {
    time.saturating_sub(INSTANT)
}

/// Sees that a trade was refused in the one way in which every bad token is, and gave nothing.
#[track_caller]
fn assert_invalid(answer: &Answer) {
    assert_eq!(
        answer.data("refreshSession"),
        &json!({
            "user": null,
            "session": null,
            "tokens": null,
            "userErrors": [{
                "code": "REFRESH_TOKEN_INVALID",
                "message": "Your session has ended. Please sign in again.",
                "field": null,
            }],
        })
    );
}

/// Sees that nothing opens a session any more: neither this access token, on any of the fields that tell who calls,
/// nor this refresh token.
async fn assert_dead(app: &TestApp, session: &str, access: &str, refresh: &str) {
    const VIEWER: &str = "query ($id: ID!) {
        node(id: $id) { id }
        viewer { isAuthenticated unauthenticatedReason user { id } session { id } } }";
    let client = app.bearer(access);
    assert_eq!(client.me().await.reason(), "SESSION_REVOKED");
    let answer = client.run(VIEWER, json!({ "id": session })).await;
    assert_eq!(answer.data("node"), &json!(null));
    assert_eq!(
        answer.data("viewer"),
        &json!({
            "isAuthenticated": false,
            "unauthenticatedReason": "SESSION_REVOKED",
            "user": null,
            "session": null,
        })
    );
    assert_invalid(&app.anonymous().refresh(refresh).await);
}

/// Tokens that somebody makes who has seen one of Ada's and holds one of his own.
pub(super) fn forgeries(adas: &str, own: &str) -> Vec<String> {
    let (adas, own) = (forge::Forged::read(adas), forge::Forged::read(own));
    let mut flipped = adas.clone();
    flipped.tag[31] ^= 1;
    let mut older = adas.clone();
    older.generation -= 1;
    let mut with_own_tag = own.clone();
    with_own_tag.session = adas.session;
    [flipped, older, with_own_tag].map(|forged| forged.text()).into()
}

/// The row of a session that is there.
async fn row(app: &TestApp, session: &str) -> session::Model {
    app.session(session).await.unwrap()
}
