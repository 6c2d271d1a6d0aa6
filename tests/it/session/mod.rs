//! Sessions and the tokens they give out.

mod cached;
mod ended;
mod ids;
mod limit;
mod list;
mod logout;
mod purge;
mod refresh;
mod revoke;
mod revoke_others;
mod time;
mod viewer;
mod writes;

use crate::support::{Person, TestApp};

/// Sees that neither token of a session opens it any more.
async fn assert_out(app: &TestApp, person: &Person) {
    assert_eq!(person.client.me().await.reason(), "SESSION_REVOKED");
    let answer = app.anonymous().refresh(&person.refresh_token).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
}

/// Sees that a session goes on.
async fn assert_in(person: &Person) {
    assert_eq!(person.client.me().await.data("me")["id"], person.id);
}
