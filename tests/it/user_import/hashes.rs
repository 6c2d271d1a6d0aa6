//! People sign in with the password that they had before, and its hash becomes one of ours.

use portcullis::platform::crypto::{Asker, FirebaseParameters, ForeignHash, ForeignHashOptions};
use serde_json::Value;

use crate::support::{PASSWORD, Person, TestApp};

/// What the original libraries wrote for [`PASSWORD`] and others; `scripts/password-vectors` makes it.
const VECTORS: &str = include_str!("../../../src/platform/crypto/foreign_hash/vectors.json");

/// bcrypt of cost 12, of no password that anybody knows.
const EXPENSIVE: &str = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";

fn options(app: &TestApp, document: &Value) -> ForeignHashOptions {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let firebase = &document["firebase"];
    let parameters = FirebaseParameters::new(
        &text(&firebase["signerKey"]).into(),
        &text(&firebase["saltSeparator"]),
        number(&firebase["rounds"]),
        number(&firebase["memCost"]),
    );
    // `hmacKey` in Base64.
    let key = b"0123456789abcdef0123456789abcdef".to_vec();
    ForeignHashOptions::new(app.app.hasher.cost())
        .with_hmac_key(&key.into())
        .unwrap()
        .with_firebase(parameters.unwrap())
}

async fn stored(app: &TestApp, person: &Person) -> String {
    app.row(&person.email).await.unwrap().password_hash.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_with_the_password_of_the_other_system_and_get_a_hash_of_ours() {
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    let document: Value = serde_json::from_str(VECTORS).unwrap();
    let options = options(&app, &document);
    let vectors = document["vectors"].as_array().unwrap();
    let mut formats = std::collections::BTreeSet::new();
    // One of each kind, with the password of the tests.
    for vector in vectors
        .iter()
        .filter(|vector| vector["password"] == PASSWORD && vector["hmacKey"].is_null())
    {
        let name = vector["name"].as_str().unwrap();
        let hash = ForeignHash::parse(vector["text"].as_str().unwrap(), &options).unwrap();
        formats.insert(hash.format());
        let imported = app.app.hasher.import(Asker::Stranger, &hash).await.unwrap();
        app.put_hash(&ada.email, Some(imported.as_str())).await;

        let answer = app.anonymous().login(&ada.email, "not the password").await;
        assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS", "{name}");
        assert_eq!(stored(&app, &ada).await, imported.as_str(), "{name}");

        let answer = app.anonymous().login(&ada.email, PASSWORD).await;
        assert_eq!(answer.data("login")["user"]["id"], ada.id, "{name}");
        let ours = stored(&app, &ada).await;
        assert!(ours.starts_with("$argon2id$v=19$m="), "{name}: {ours}");
        let is_enough_already = imported.as_str().starts_with("$argon2id$v=19$");
        assert_eq!(ours == imported.as_str(), is_enough_already, "{name}");

        let answer = app.anonymous().login(&ada.email, PASSWORD).await;
        assert_eq!(answer.data("login")["user"]["id"], ada.id, "{name}");
        assert_eq!(stored(&app, &ada).await, ours, "{name}");
    }
    assert!(formats.len() >= 9, "{formats:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_changes_while_an_imported_one_is_verified_is_not_overwritten() {
    let app = TestApp::with(|config| {
        config.hash_threads = 1;
        config.hash_queue = 4;
    })
    .await;
    let ada = app.user("ada").await;
    // bcrypt of cost 10 keeps the thread for a tenth of a second or more.
    let document: Value = serde_json::from_str(VECTORS).unwrap();
    let mut vectors = document["vectors"].as_array().unwrap().iter();
    let vector = vectors
        .find(|it| it["name"] == "bcrypt 10" && it["password"] == PASSWORD)
        .unwrap();
    app.put_hash(&ada.email, vector["text"].as_str()).await;
    let new = "another lantern under snow";
    let hash = app
        .another(|_| {})
        .await
        .app
        .hasher
        .hash(Asker::Stranger, &new.into())
        .await
        .unwrap();

    let login = {
        let (client, email) = (app.anonymous(), ada.email.clone());
        tokio::spawn(async move { client.login(&email, PASSWORD).await })
    };
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    app.put_hash(&ada.email, Some(hash.as_str())).await;
    // Whichever came first, the new password stays.
    login.await.unwrap();
    assert_eq!(stored(&app, &ada).await, hash.as_str());
    let answer = app.anonymous().login(&ada.email, new).await;
    assert_eq!(answer.data("login")["user"]["id"], ada.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_fails_at_expensive_hashes_has_to_wait_and_others_do_not() {
    let app = TestApp::builder().behind_proxy().patient().start().await;
    let ada = app.user("ada").await;
    let bob = app.user("bob").await;
    app.put_hash(&ada.email, Some(EXPENSIVE)).await;
    let here = app.anonymous().at("203.0.113.7");
    let mut refused = None;
    for _ in 0..10 {
        let answer = here.login(&ada.email, "not the password").await;
        if answer.codes() == ["RATE_LIMITED"] {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    }
    assert!(refused.is_some());
    // Hashes of our own are not expensive, and other networks have their own share.
    let answer = here.login(&bob.email, PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["id"], bob.id);
    let answer = app
        .anonymous()
        .at("198.51.100.7")
        .login(&ada.email, "not the password")
        .await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
}
