//! What a copy of the database is worth to a thief: nothing that opens a session.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use entity::data_key;
use portcullis::platform::crypto::{SealContext, Sealer, master_key};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryResult, Statement,
};
use secrecy::ExposeSecret as _;

use super::{
    assert_invalid,
    forge::{Forged, bytes},
    row,
};
use crate::{
    support::{Person, SECRET, TestApp},
    token::hmac_of,
};

const TABLES: [&str; 5] = ["sessions", "users", "user_roles", "signing_keys", "data_keys"];

/// Every value of every row, in the bytes that it has.
async fn dump(app: &TestApp) -> Vec<Vec<u8>> {
    let db = app.app.db.writer();
    let mut values = Vec::new();
    for table in TABLES {
        let all = Statement::from_string(app.app.db.backend(), format!("SELECT * FROM {table}"));
        for row in db.query_all_raw(all).await.unwrap() {
            for column in row.column_names() {
                values.extend(value(&row, &column));
            }
        }
    }
    values
}

/// A value as bytes; none for NULL.
fn value(row: &QueryResult, column: &str) -> Option<Vec<u8>> {
    if let Ok(text) = row.try_get::<Option<String>>("", column) {
        return text.map(String::into_bytes);
    }
    if let Ok(id) = row.try_get::<Option<uuid::Uuid>>("", column) {
        return id.map(|id| id.as_bytes().to_vec());
    }
    if let Ok(bytes) = row.try_get::<Option<Vec<u8>>>("", column) {
        return bytes;
    }
    let number = row.try_get::<Option<i64>>("", column);
    number.unwrap().map(|number| number.to_be_bytes().to_vec())
}

/// What a value may stand for: itself, and what it says where it is base64 or hexadecimal, whole or in parts.
fn readings(value: &[u8]) -> Vec<Vec<u8>> {
    let mut readings = vec![value.to_vec()];
    let text = String::from_utf8_lossy(value);
    for part in text.split(['.', ',', '$', ' ']).chain([&*text]) {
        readings.push(part.as_bytes().to_vec());
        readings.extend(URL_SAFE_NO_PAD.decode(part));
        readings.extend(STANDARD.decode(part));
        readings.extend(unhex(part));
    }
    readings
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|&character| character != '-')
        .map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok()))
        .collect();
    Some(
        digits?
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}

/// What anybody can read without signing in, and what goes without saying.
async fn public(app: &TestApp, ada: &Person) -> Vec<Vec<u8>> {
    let mut public = vec![Vec::new(), vec![0; 32], b"portcullis".to_vec()];
    public.extend([&b"refresh"[..], b"portcullis v1 refresh"].map(<[u8]>::to_vec));
    for path in ["/.well-known/jwks.json", "/.well-known/openid-configuration"] {
        let text = app.anonymous().get(path).await.text;
        public.extend(text.split('"').map(|text| text.as_bytes().to_vec()));
    }
    public.extend(ada.token.split('.').map(|part| part.as_bytes().to_vec()));
    public
}

/// The secret of the server, wherever it has it from.
fn secret(app: &TestApp) -> String {
    if app.database.is_sqlite() {
        let file = app.database.folder().join("secret.key");
        return std::fs::read_to_string(file).unwrap().trim().to_owned();
    }
    SECRET.to_owned()
}

/// The tag that somebody who takes `key` for the server's secret would make; none if it does not open the stored key.
fn tag_by_secret(stored: &data_key::Model, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let secret = String::from_utf8_lossy(key).into_owned().into();
    let sealer = Sealer::new(&[master_key(&secret).unwrap()]).unwrap();
    let place = SealContext {
        table: "data_keys",
        id: &format!("{}/{}", stored.purpose, stored.id),
        column: "sealed_key",
    };
    let opened = sealer.open(place, &stored.sealed_key).ok()?;
    Some(hmac_of(opened.expose_secret(), message))
}

async fn stored_key(app: &TestApp) -> data_key::Model {
    data_key::Entity::find()
        .filter(data_key::Column::Purpose.eq("refresh"))
        .one(app.app.db.reader())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn no_token_and_no_part_of_one_is_kept() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let traded = app.anonymous().refresh(&ada.refresh_token).await;
    let tokens = [ada.refresh_token, traded.tokens("refreshSession").refresh];
    let values = dump(&app).await;
    let session = row(&app, &ada.session_id).await;
    let holds = |wanted: &[u8]| {
        let readings = values.iter().flat_map(|value| readings(value));
        readings
            .into_iter()
            .any(|reading| reading.windows(wanted.len()).any(|window| window == wanted))
    };
    assert!(holds(session.refresh_salt.as_bytes()), "the dump is not complete");
    assert!(holds(session.id.0.as_bytes()), "the dump is not complete");
    for token in &tokens {
        assert!(!holds(token.as_bytes()));
        // Eight bytes in a row would be no chance.
        for part in Forged::read(token).tag.chunks(8) {
            assert!(!holds(part), "a part of the tag is there");
        }
        for part in bytes(token)[24..].chunks(8) {
            assert!(!holds(part));
        }
    }
    if app.database.is_sqlite() {
        for file in std::fs::read_dir(app.database.folder()).unwrap() {
            let content = std::fs::read(file.unwrap().path()).unwrap();
            for token in &tokens {
                let tag = Forged::read(token).tag;
                assert!(!content.windows(32).any(|window| window == tag));
                assert!(
                    !content
                        .windows(40)
                        .any(|window| window == &token.as_bytes()[40..80])
                );
            }
        }
    }
}

#[tokio::test]
async fn no_token_can_be_made_of_what_is_kept_and_what_is_public() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let session = row(&app, &ada.session_id).await;
    let genuine = Forged::read(&ada.refresh_token);
    // What the tag is computed over. Each known value is tried as the key, and as the secret that the key comes from.
    let message = |salt: &[u8]| {
        let id = session.id.0;
        [
            b"refresh",
            &id.as_bytes()[..],
            &genuine.generation.to_be_bytes(),
            salt,
        ]
        .concat()
    };
    let right = message(session.refresh_salt.as_bytes());
    let stored = stored_key(&app).await;
    let by_secret = tag_by_secret(&stored, secret(&app).as_bytes(), &right);
    assert_eq!(by_secret.unwrap(), genuine.tag);

    let mut known: Vec<_> = dump(&app)
        .await
        .iter()
        .flat_map(|value| readings(value))
        .collect();
    known.extend(public(&app, &ada).await);
    known.sort();
    known.dedup();
    assert!(known.len() > 30, "{}", known.len());
    let mut tried = None;
    for key in &known {
        for message in [
            right.clone(),
            message(&[]),
            message(&URL_SAFE_NO_PAD.decode(&session.refresh_salt).unwrap()),
        ] {
            let by_secret = tag_by_secret(&stored, key, &message);
            for tag in std::iter::once(hmac_of(key, &message)).chain(by_secret) {
                assert_ne!(tag, genuine.tag, "a token can be made with {key:?}");
                tried = Some(tag);
            }
        }
    }
    let forged = Forged {
        tag: tried.unwrap().try_into().unwrap(),
        ..genuine
    };
    assert_invalid(&app.anonymous().refresh(&forged.text()).await);
    assert_eq!(row(&app, &ada.session_id).await, session);
}

#[tokio::test]
async fn each_session_has_256_random_bits_of_its_own() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut salts = vec![row(&app, &ada.session_id).await.refresh_salt];
    for _ in 0..10 {
        let session = app.sign_in(&ada.email).await.session_id;
        salts.push(row(&app, &session).await.refresh_salt);
    }
    for salt in &salts {
        assert_eq!(URL_SAFE_NO_PAD.decode(salt).unwrap().len(), 32);
    }
    let count = salts.len();
    salts.sort();
    salts.dedup();
    assert_eq!(salts.len(), count);
}
