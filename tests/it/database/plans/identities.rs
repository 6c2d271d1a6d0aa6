//! Rows of identities, and all that is done with them.

use entity::{
    IdentityId, UserId,
    identity::{self as row, Model},
    unlinked_identity,
};
use portcullis::platform::db::Executor;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use url::Url;
use uuid::Uuid;

use crate::{
    page::{form_token, location},
    social::{come_back, confirm_all, get, stepped_up_browser},
    support::{StubProvider, TestApp},
};

/// One for each user, and as many that were unlinked.
pub(super) async fn fill(database: &Executor, ids: &[u128], now: i64) {
    let rows = ids.iter().map(|id| {
        let identity = Model {
            id: IdentityId(Uuid::from_u128(*id)),
            user_id: UserId(Uuid::from_u128(*id)),
            provider: "corp".to_owned(),
            subject_key: format!("{id:043}"),
            issuer: "https://id.example.com".to_owned(),
            subject: id.to_string(),
            email: None,
            created_at: now,
            last_used_at: None,
        };
        identity.into_active_model().reset_all()
    });
    let insert = row::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
    let rows = ids.iter().map(|id| {
        let unlinked = unlinked_identity::Model {
            subject_key: format!("-{id:042}"),
            unlinked_at: now,
        };
        unlinked.into_active_model().reset_all()
    });
    let insert = unlinked_identity::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
}

/// Does it once.
pub(super) async fn live(app: &TestApp, provider: &StubProvider) {
    for _ in 0..2 {
        let browser = app.browser();
        let started = get(&browser, "/oauth/corp/start").await;
        let callback = provider.sign_in(&Url::parse(location(&started)).unwrap());
        assert!(location(&come_back(&browser, &callback).await).starts_with("/account"));
    }
    let olga = app.user("olga").await;
    confirm_all(app).await;
    provider.answers(|claims| claims["sub"] = "olga".into());
    let browser = stepped_up_browser(app, &olga.email).await;
    let started = get(&browser, "/oauth/corp/start?link").await;
    let callback = provider.sign_in(&Url::parse(location(&started)).unwrap());
    come_back(&browser, &callback).await;
    let page = get(&browser, "/account/security").await;
    let (_, rest) = page
        .text
        .split_once("name=\"identity\" value=\"")
        .expect("it is linked");
    let id = rest.split_once('"').unwrap().0;
    let token = form_token(&page);
    let request = browser.request(reqwest::Method::POST, "/account/identities/unlink");
    let answer = browser
        .send(request.form(&[("form_token", token.as_str()), ("identity", id)]))
        .await;
    assert_eq!(location(&answer), "/account/security?notice=identity-unlinked");
}
