//! Keys that follow each other, on two servers.

use std::time::Duration;

use entity::audit_event;
use portcullis::{
    features::{
        audit::Actor,
        key::{self, KeyState, NotRetired, NotRotated, Rotated, Start},
    },
    platform::{crypto::SigningAlgorithm, failure::Failure},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::{
    support::{TestApp, rounds},
    token::SECRET,
};

const DAY: Duration = Duration::from_secs(DAY_SECONDS);
const DAY_SECONDS: u64 = 24 * 60 * 60;

async fn rotate(app: &TestApp, start: Start) -> Rotated {
    key::rotate(&app.app, start, Actor::system()).await.unwrap()
}

async fn refresh(app: &TestApp) -> bool {
    key::refresh(&app.app).await.unwrap()
}

fn signing(app: &TestApp) -> String {
    app.app.tokens.keys().signing().kid().to_owned()
}

async fn published(app: &TestApp) -> Vec<String> {
    let answer = app.anonymous().get("/.well-known/jwks.json").await;
    let keys = answer.body["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn is_accepted(app: &TestApp, token: &str) -> bool {
    let answer = app.bearer(token).me().await;
    answer.body["data"]["me"]["id"].is_string()
}

/// An access token of a new session.
async fn token(app: &TestApp, email: &str) -> String {
    let answer = app.anonymous().login(email, crate::support::PASSWORD).await;
    app.person(&answer, "login").token
}

#[tokio::test]
async fn a_key_is_published_a_day_before_it_signs_and_kept_until_its_last_token_has_run_out() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let first = signing(&app);
    let next = rotate(&app, Start::Published).await;
    assert!(refresh(&app).await);
    assert_eq!(signing(&app), first);
    assert_eq!(published(&app).await.len(), 2);
    assert!(published(&app).await.contains(&next.kid));

    app.pass(Duration::from_secs(DAY_SECONDS - 1));
    assert!(!refresh(&app).await);
    let last = token(&app, &ada.email).await;
    app.pass(Duration::from_secs(1));
    assert!(refresh(&app).await);
    assert_eq!(signing(&app), next.kid);
    assert!(is_accepted(&app, &last).await);
    assert!(is_accepted(&app, &token(&app, &ada.email).await).await);

    app.pass(Duration::from_mins(119));
    assert!(!refresh(&app).await);
    assert_eq!(published(&app).await.len(), 2);
    app.pass(Duration::from_mins(2));
    assert!(refresh(&app).await);
    assert_eq!(published(&app).await, [next.kid]);
    assert_eq!(app.row_counts(&["signing_keys"]).await, "signing_keys: 2\n");
    assert_eq!(key::purge(&app.app).await.unwrap(), 1);
    assert_eq!(app.row_counts(&["signing_keys"]).await, "signing_keys: 1\n");
}

/// The long form is `PORTCULLIS_RACE_ROUNDS=100`.
#[tokio::test(flavor = "multi_thread")]
async fn rotations_under_load_refuse_no_token_that_lives() {
    let app = TestApp::patient().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    let mut kids = vec![signing(&app)];
    for round in 0..rounds(10) {
        let next = rotate(if round % 2 == 0 { &app } else { &other }, Start::Published).await;
        app.pass(Duration::from_secs(DAY_SECONDS - 6));
        let mut tokens = Vec::new();
        // The servers read the keys again every five seconds, at different times.
        for second in 0..12 {
            app.pass(Duration::from_secs(1));
            if second % 5 == 1 {
                refresh(&app).await;
            }
            if second % 5 == 4 {
                refresh(&other).await;
            }
            tokens.push(token(if second % 2 == 0 { &app } else { &other }, &ada.email).await);
            let asked = tokens.iter().flat_map(|token| {
                [&app, &other].map(async |app| assert!(is_accepted(app, token).await, "round {round}"))
            });
            futures_util::future::join_all(asked).await;
        }
        assert_eq!(
            (signing(&app), signing(&other)),
            (next.kid.clone(), next.kid.clone())
        );
        kids.push(next.kid);
        app.pass(Duration::from_hours(3));
        for app in [&app, &other] {
            refresh(app).await;
            assert_eq!(published(app).await, kids[kids.len() - 1..]);
        }
    }
    let all = kids.len();
    kids.sort();
    kids.dedup();
    assert_eq!(kids.len(), all);
}

#[tokio::test]
async fn a_key_that_must_sign_at_once_waits_until_every_server_has_read_it() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    let next = rotate(&app, Start::Now).await;
    app.pass(Duration::from_secs(5));
    refresh(&other).await;
    refresh(&app).await;
    assert_ne!(signing(&app), next.kid);
    app.pass(Duration::from_secs(5));
    refresh(&app).await;
    assert_eq!(signing(&app), next.kid);
    assert_ne!(signing(&other), next.kid);
    let new = token(&app, &ada.email).await;
    for (app, token) in [(&other, &new), (&app, &ada.token), (&other, &ada.token)] {
        assert!(is_accepted(app, token).await);
    }
}

#[tokio::test]
async fn a_removed_key_verifies_nothing_and_sessions_go_on() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let first = signing(&app);
    assert!(is_accepted(&app, &ada.token).await);
    let retire = async |kid: &str| key::retire(&app.app, kid, Actor::system()).await;
    assert!(matches!(
        retire(&first).await,
        Err(Failure::Refused(NotRetired::Signs))
    ));
    assert!(matches!(
        retire("other").await,
        Err(Failure::Refused(NotRetired::Unknown))
    ));
    rotate(&app, Start::Now).await;
    app.pass(Duration::from_secs(10));
    refresh(&app).await;
    retire(&first).await.unwrap();
    assert!(
        is_accepted(&app, &ada.token).await,
        "until the keys are read again"
    );
    refresh(&app).await;
    let refused = app.bearer(&ada.token).me().await;
    assert_eq!(refused.body["errors"][0]["extensions"]["reason"], "TOKEN_INVALID");
    let traded = app.anonymous().refresh(&ada.refresh_token).await;
    assert!(is_accepted(&app, &app.person(&traded, "refreshSession").token).await);
}

#[tokio::test]
async fn only_one_key_waits_unless_there_is_no_time() {
    let app = TestApp::start().await;
    let next = rotate(&app, Start::Published).await;
    let again = key::rotate(&app.app, Start::Published, Actor::system()).await;
    let expected = NotRotated::Published {
        kid: next.kid.clone(),
        activates_at: next.activates_at,
    };
    assert!(matches!(again, Err(Failure::Refused(refused)) if refused == expected));
    let urgent = rotate(&app, Start::Now).await;
    refresh(&app).await;
    assert!(!published(&app).await.contains(&next.kid));
    app.pass(Duration::from_secs(10));
    refresh(&app).await;
    assert_eq!(signing(&app), urgent.kid);
    app.pass(Duration::from_hours(3));
    refresh(&app).await;
    assert_eq!(published(&app).await, [urgent.kid]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_rotate_at_once_one_makes_a_key() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let racers = (0..8).map(|number| {
        let app = if number % 2 == 0 { &app } else { &other };
        key::rotate(&app.app, Start::Published, Actor::system())
    });
    let outcomes = futures_util::future::join_all(racers).await;
    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(made, 1, "{outcomes:?}");
    assert_eq!(app.row_counts(&["signing_keys"]).await, "signing_keys: 2\n");
}

#[tokio::test]
async fn a_new_key_that_cannot_be_opened_keeps_none_of_the_others_and_no_removal_waiting() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let first = signing(&app);
    let next = rotate(&app, Start::Now).await;
    app.pass(Duration::from_secs(10));
    refresh(&app).await;
    let urgent = rotate(&app, Start::Now).await;
    app.sql(&format!(
        "UPDATE signing_keys SET sealed_private_key = '' WHERE kid = '{}'",
        urgent.kid
    ))
    .await;
    app.pass(Duration::from_secs(10));
    key::retire(&app.app, &first, Actor::system()).await.unwrap();
    assert!(refresh(&app).await);
    assert_eq!(signing(&app), next.kid);
    assert!(!is_accepted(&app, &ada.token).await);
    assert!(is_accepted(&app, &token(&app, &ada.email).await).await);
}

#[tokio::test]
async fn keys_follow_each_other_by_themselves_at_the_age_in_the_settings() {
    let app = TestApp::with(|config| config.key_rotation = 30 * DAY).await;
    let first = signing(&app);
    assert!(key::rotate_due(&app.app).await.unwrap().is_none());
    app.pass(Duration::from_secs(29 * DAY_SECONDS - 1));
    assert!(key::rotate_due(&app.app).await.unwrap().is_none());
    app.pass(Duration::from_secs(1));
    let next = key::rotate_due(&app.app).await.unwrap().unwrap();
    assert!(key::rotate_due(&app.app).await.unwrap().is_none());
    let states = key::list(&app.app).await.unwrap();
    let states: Vec<_> = states.iter().map(|key| (key.kid.clone(), key.state)).collect();
    assert_eq!(
        states,
        [
            (first, KeyState::Signing),
            (next.kid.clone(), KeyState::Published)
        ]
    );
    app.pass(DAY);
    refresh(&app).await;
    assert_eq!(signing(&app), next.kid);
    assert!(key::rotate_due(&app.app).await.unwrap().is_none());
}

#[tokio::test]
async fn keys_stay_where_the_settings_say_so() {
    let app = TestApp::with(|config| config.key_rotation = Duration::ZERO).await;
    app.pass(1_000 * DAY);
    assert!(key::rotate_due(&app.app).await.unwrap().is_none());
}

#[tokio::test]
async fn another_algorithm_follows_without_a_refused_token() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let other = app
        .another(|config| config.jwt_algorithm = SigningAlgorithm::EdDsa)
        .await;
    assert_eq!(signing(&other), signing(&app));
    refresh(&app).await;
    assert_eq!(published(&app).await, published(&other).await);
    assert_eq!(published(&app).await.len(), 2);
    let discovery = other.anonymous().get("/.well-known/openid-configuration").await;
    assert_eq!(
        discovery.body["id_token_signing_alg_values_supported"],
        serde_json::json!(["ES256", "EdDSA"])
    );
    app.pass(DAY);
    let old = token(&app, &ada.email).await;
    refresh(&other).await;
    assert_ne!(signing(&other), signing(&app));
    let new = token(&other, &ada.email).await;
    for app in [&app, &other] {
        assert!(is_accepted(app, &old).await && is_accepted(app, &new).await);
    }
    // A second start makes no further key.
    let third = app
        .another(|config| config.jwt_algorithm = SigningAlgorithm::EdDsa)
        .await;
    assert_eq!(signing(&third), signing(&other));
    assert_eq!(app.row_counts(&["signing_keys"]).await, "signing_keys: 2\n");
}

#[tokio::test]
async fn a_shared_secret_has_no_keys_to_rotate() {
    let app = TestApp::with(|config| {
        config.jwt_algorithm = SigningAlgorithm::Hs256;
        config.jwt_secret = Some(SECRET.into());
    })
    .await;
    let refused = key::rotate(&app.app, Start::Now, Actor::system()).await;
    let expected = NotRotated::SharedSecret(SigningAlgorithm::Hs256);
    assert!(matches!(refused, Err(Failure::Refused(refused)) if refused == expected));
    assert!(!refresh(&app).await);
    assert!(key::rotate_due(&app.app).await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_and_a_removed_key_are_events() {
    let app = TestApp::start().await;
    let first = signing(&app);
    let next = rotate(&app, Start::Now).await;
    app.pass(Duration::from_secs(10));
    key::retire(&app.app, &first, Actor::system()).await.unwrap();
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq("key_rotated"))
        .all(app.app.db.reader())
        .await
        .unwrap();
    let details: Vec<_> = events.iter().map(|event| event.details.as_str()).collect();
    assert_eq!(details.len(), 2);
    assert!(details.iter().any(|it| it.contains(&next.kid)), "{details:?}");
    assert!(
        details
            .iter()
            .any(|it| it.contains("retired_kid") && it.contains(&first))
    );
}
