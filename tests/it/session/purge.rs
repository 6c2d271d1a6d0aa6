//! Sessions that ended long ago are forgotten.

use std::time::Duration;

use entity::{SessionId, session};
use portcullis::{features::session::purge, server::upkeep};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _};

use crate::support::{TestApp, until};

const DAY: Duration = Duration::from_hours(24);
const INSTANT: Duration = Duration::from_millis(1);

async fn count(app: &TestApp) -> u64 {
    session::Entity::find().count(app.app.db.writer()).await.unwrap()
}

#[tokio::test]
async fn a_week_after_its_end_a_session_is_forgotten() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass((14 + 7) * DAY);
    assert_eq!(purge(&app.app).await.unwrap(), 0);
    assert!(app.session(&ada.session_id).await.is_some());
    app.pass(INSTANT);
    assert_eq!(purge(&app.app).await.unwrap(), 1);
    assert_eq!(app.session(&ada.session_id).await, None);
    let answer = app.anonymous().refresh(&ada.refresh_token).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    // The account stays.
    app.sign_in(&ada.email).await;
}

#[tokio::test]
async fn sessions_in_use_and_those_that_ended_lately_stay() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let out = app.sign_in(&eve.email).await;
    out.client.logout().await;
    app.pass(13 * DAY);
    let traded = app
        .anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    app.pass(8 * DAY + INSTANT);
    // Eve's ended a week ago; the one that she left is kept until then, too: its used tokens still tell of a theft.
    assert_eq!(purge(&app.app).await.unwrap(), 2);
    assert_eq!(app.session(&eve.session_id).await, None);
    assert_eq!(app.session(&out.session_id).await, None);
    let again = app
        .anonymous()
        .refresh(&traded.refresh)
        .await
        .tokens("refreshSession");
    assert_eq!(app.bearer(&again.access).me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn there_may_be_more_than_one_statement_takes_away() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let kept = app.session(&ada.session_id).await.unwrap();
    for batch in 0..10_u128 {
        let rows = (0..125).map(|number| {
            let old = session::Model {
                id: SessionId(uuid::Uuid::from_u128(batch * 1_000 + number)),
                expires_at: 1,
                ..kept.clone()
            };
            old.into_active_model().reset_all()
        });
        session::Entity::insert_many(rows)
            .exec_without_returning(app.app.db.writer())
            .await
            .unwrap();
    }
    assert_eq!(count(&app).await, 1_251);
    assert_eq!(purge(&app.app).await.unwrap(), 1_250);
    assert_eq!(app.session(&ada.session_id).await, Some(kept));
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn the_server_does_it_by_itself() {
    let app = TestApp::start().await;
    app.user("ada").await;
    app.pass(30 * DAY);
    let upkeep = tokio::spawn(upkeep::run(app.app.clone()));
    until("the session is forgotten", async || count(&app).await == 0).await;
    upkeep.abort();
}
