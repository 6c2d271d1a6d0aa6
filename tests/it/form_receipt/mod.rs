//! What is written down of forms that had their effect, and for how long.

use std::time::Duration;

use entity::form_receipt;
use portcullis::{features::form_receipt::purge, server::upkeep};
use sea_orm::{
    ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryOrder as _,
};

use crate::{
    page::{Filled, form_token, get, location},
    support::{PASSWORD, TestApp, until},
};

const MINUTE: Duration = Duration::from_mins(1);
const INSTANT: Duration = Duration::from_millis(1);

async fn rows(app: &TestApp) -> Vec<form_receipt::Model> {
    form_receipt::Entity::find()
        .order_by_asc(form_receipt::Column::DoneAt)
        .all(app.app.db.writer())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_receipt_tells_nothing_of_the_form_or_the_browser() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let token = form_token(&get(&browser, "/signup").await);
    let form = Filled::sign_up(&browser, "ada").await;
    form.send(&browser).await;
    let [row] = &rows(&app).await[..] else {
        panic!("one row");
    };
    assert_eq!(row.form_key.len(), 43);
    let stored = format!("{row:?}");
    let secrets = browser.cookies().into_values().chain([
        token,
        form.token().to_owned(),
        // The nonce alone, and the tag alone.
        form.token()[..20].to_owned(),
        form.token()[24..].to_owned(),
        PASSWORD.to_owned(),
        "ada".to_owned(),
    ]);
    for secret in secrets {
        assert!(!stored.contains(&secret), "{secret} is in {stored}");
    }
}

#[tokio::test]
async fn nothing_is_written_for_forms_that_were_refused_and_for_calls_that_are_no_forms() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.user("ada").await;
    app.browser().login("ada@example.com").await.data("login");
    for form in [
        Filled::sign_up(&browser, "ada").await,
        Filled::login(&browser, "nobody").await,
    ] {
        assert_eq!(form.send(&browser).await.status.as_u16(), 422);
    }
    // Nor for one that this server did not write.
    let form = Filled::login(&browser, "ada").await;
    assert_eq!(form.send(&app.browser()).await.status.as_u16(), 403);
    assert_eq!(rows(&app).await, []);
    assert_eq!(location(&form.send(&browser).await), "/account");
    assert_eq!(rows(&app).await.len(), 1);
}

#[tokio::test]
async fn a_receipt_that_counts_no_more_is_removed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    Filled::sign_up(&browser, "ada").await.send(&browser).await;
    app.pass(MINUTE);
    assert_eq!(purge(&app.app).await.unwrap(), 0);
    let other = app.browser();
    Filled::sign_up(&other, "eve").await.send(&other).await;
    app.pass(INSTANT);
    assert_eq!(purge(&app.app).await.unwrap(), 1);
    assert_eq!(purge(&app.app).await.unwrap(), 0);
    assert_eq!(rows(&app).await.len(), 1);
}

#[tokio::test]
async fn the_server_removes_them_by_itself_however_many_there_are() {
    let app = TestApp::start().await;
    let browser = app.browser();
    Filled::sign_up(&browser, "ada").await.send(&browser).await;
    let row = rows(&app).await.remove(0);
    let more = (0..1_000).map(|number| {
        let row = form_receipt::Model {
            form_key: format!("{number:043}"),
            ..row.clone()
        };
        row.into_active_model().reset_all()
    });
    form_receipt::Entity::insert_many(more)
        .exec_without_returning(app.app.db.writer())
        .await
        .unwrap();
    app.pass(MINUTE + INSTANT);
    let upkeep = tokio::spawn(upkeep::run(app.app.clone()));
    until("the receipts are removed", async || {
        form_receipt::Entity::find()
            .count(app.app.db.writer())
            .await
            .unwrap()
            == 0
    })
    .await;
    upkeep.abort();
}
