//! Assertions (WebAuthn Level 3, section 7.2).

use ciborium::Value as Cbor;
use portcullis::{
    features::passkey::{self, Rejected},
    platform::failure::Failure,
};
use serde_json::{Value, json};

use super::{ORIGIN, Place, phone};
use crate::support::{Authenticator, BE, BS, Breaks, UP, UV};

#[tokio::test]
async fn the_options_ask_for_any_verified_passkey_or_for_those_of_a_list() {
    let place = Place::new().await;
    let saved = place.saved(&mut phone("first")).await;
    let any: Value = serde_json::from_str(&place.request(&[]).options_json).unwrap();
    assert_eq!(any["allowCredentials"], json!([]));
    assert_eq!(any["userVerification"], "required");
    assert_eq!(
        (&any["rpId"], &any["timeout"]),
        (&json!("localhost"), &json!(300_000))
    );
    assert_eq!(any["challenge"].as_str().unwrap().len(), 43);
    let listed: Value =
        serde_json::from_str(&place.request(std::slice::from_ref(&saved)).options_json).unwrap();
    assert_eq!(listed["allowCredentials"][0]["id"], saved.credential_id);
}

#[tokio::test]
async fn an_answer_finds_its_passkey_by_the_credential_id() {
    let place = Place::new().await;
    let (mut mine, mut unknown) = (phone("mine"), phone("unknown"));
    let saved = place.saved(&mut mine).await;
    let options = place.request(&[]).options_json;
    let app = &place.app.app;
    let found = passkey::find_asserted(app, &mine.get(&options)).await.unwrap();
    assert_eq!(found, saved);
    for answer in [unknown.get(&options), "{}".to_owned()] {
        let refused = passkey::find_asserted(app, &answer).await;
        assert!(matches!(refused, Err(Failure::Refused(Rejected::Invalid))));
    }
}

#[tokio::test]
async fn the_state_survives_being_stored_and_is_bound_to_its_challenge() {
    let place = Place::new().await;
    let mut mine = phone("mine");
    let saved = place.saved(&mut mine).await;
    let (first, second) = (place.request(&[]), place.request(&[]));
    let stored = serde_json::to_string(&first.state).unwrap();
    let state = serde_json::from_str(&stored).unwrap();
    let answer = mine.get(&first.options_json);
    let check = |state| passkey::check_assertion(&place.app.app, state, &answer, &saved);
    assert!(check(&state).is_ok());
    assert_eq!(check(&second.state), Err(Rejected::Invalid));
}

#[tokio::test]
async fn other_origins_and_other_flags_are_refused() {
    let place = Place::new().await;
    let mut mine = phone("mine");
    let saved = place.saved(&mut mine).await;
    for origin in [
        "https://localhost:8000",
        "http://localhost",
        "http://localhost:8001",
        "http://auth.localhost:8000",
        "https://evil.example",
        "null",
        "",
    ] {
        mine.origin = origin.to_owned();
        assert_eq!(
            place.sign_in(&mut mine, &saved),
            Err(Rejected::Invalid),
            "{origin}"
        );
    }
    mine.origin = ORIGIN.to_owned();
    for flags in [
        0,
        UP,
        UV | BE | BS,
        UP | BE | BS,
        UP | UV | BS,
        UP | UV,
        UP | UV | BE | BS | 0x40,
    ] {
        mine.flags = flags;
        assert_eq!(
            place.sign_in(&mut mine, &saved),
            Err(Rejected::Invalid),
            "{flags:#x}"
        );
    }
    // What can be synced may cease to be so, and that is seen.
    mine.flags = UP | UV | BE;
    let asserted = place.sign_in(&mut mine, &saved).unwrap();
    assert!(place.record(&saved, &asserted).await);
    let own = passkey::find_own(&place.app.app.db, place.user_id(), saved.id)
        .await
        .unwrap();
    assert!(!passkey::is_synced(&own.unwrap()));
}

#[tokio::test]
async fn a_passkey_of_one_device_does_not_become_one_that_is_synced() {
    let place = Place::new().await;
    let mut key = phone("key").single_device();
    let saved = place.saved(&mut key).await;
    assert!(place.sign_in(&mut key, &saved).is_ok());
    key.flags |= BE;
    assert_eq!(place.sign_in(&mut key, &saved), Err(Rejected::Invalid));
}

/// Something that is wrong, and its name.
type Break = (&'static str, fn(&mut Breaks));

const BROKEN: [Break; 15] = [
    ("a registration's type", |it| it.kind = Some("webauthn.create")),
    ("another challenge", |it| it.challenge = Some("A".repeat(43))),
    ("no challenge", |it| it.challenge = Some(String::new())),
    ("a frame", |it| it.client_data = Some(r#","crossOrigin":true"#)),
    ("a frame, twice said", |it| {
        it.client_data = Some(r#","crossOrigin":true,"crossOrigin":false"#);
    }),
    ("a page above", |it| {
        it.client_data = Some(r#","topOrigin":"https://evil.example""#);
    }),
    ("another relying party", |it| it.rp_id = Some("evil.example")),
    ("a bogus signature", |it| it.signature = true),
    ("bytes after the data", |it| it.after_data = vec![0]),
    ("extensions that are no map", |it| {
        it.extensions = Some(Cbor::Null);
    }),
    ("another credential", |it| it.credential_id = Some(vec![7; 32])),
    ("a credential id of 1,024 bytes", |it| {
        it.credential_id = Some(vec![7; 1024]);
    }),
    ("another user handle", |it| {
        it.user_handle = Some(json!("A".repeat(43)));
    }),
    ("an empty user handle", |it| it.user_handle = Some(json!(""))),
    ("no user handle", |it| it.user_handle = Some(Value::Null)),
];

#[tokio::test]
async fn one_wrong_thing_is_enough() {
    let place = Place::new().await;
    let mut mine = phone("mine");
    let saved = place.saved(&mut mine).await;
    for (what, breaks) in BROKEN {
        mine.breaks = Breaks::default();
        breaks(&mut mine.breaks);
        assert_eq!(place.sign_in(&mut mine, &saved), Err(Rejected::Invalid), "{what}");
    }
    mine.breaks = Breaks::default();
    assert!(place.sign_in(&mut mine, &saved).is_ok());
    mine.breaks.extensions = Some(Cbor::Map(vec![(
        Cbor::Text("uvm".to_owned()),
        Cbor::Array(vec![]),
    )]));
    assert!(place.sign_in(&mut mine, &saved).is_ok());
}

#[tokio::test]
async fn another_passkey_does_not_answer_for_this_one() {
    let place = Place::new().await;
    let (mut mine, mut other) = (phone("mine"), phone("other"));
    let (saved, second) = (place.saved(&mut mine).await, place.saved(&mut other).await);
    assert_eq!(saved.user_handle, second.user_handle, "one handle per account");
    let ceremony = place.request(&[]);
    let answer = other.get(&ceremony.options_json);
    let check = |passkey| passkey::check_assertion(&place.app.app, &ceremony.state, &answer, passkey);
    assert_eq!(check(&saved), Err(Rejected::Invalid));
    assert!(check(&second).is_ok());
    // Also not by its id under the other's key.
    let forged = answer.replace(&second.credential_id, &saved.credential_id);
    let refused = passkey::check_assertion(&place.app.app, &ceremony.state, &forged, &saved);
    assert_eq!(refused, Err(Rejected::Invalid));
}

#[tokio::test]
async fn of_a_list_only_those_on_it_answer_and_no_handle_is_needed() {
    let place = Place::new().await;
    let (mut mine, mut other) = (phone("mine"), phone("other"));
    let (saved, second) = (place.saved(&mut mine).await, place.saved(&mut other).await);
    let ceremony = place.request(std::slice::from_ref(&saved));
    let app = &place.app.app;
    mine.breaks.user_handle = Some(Value::Null);
    let answer = mine.get(&ceremony.options_json);
    assert!(passkey::check_assertion(app, &ceremony.state, &answer, &saved).is_ok());
    let answer = other.get(&ceremony.options_json);
    let refused = passkey::check_assertion(app, &ceremony.state, &answer, &second);
    assert_eq!(refused, Err(Rejected::Invalid));
    mine.breaks.user_handle = Some(json!("A".repeat(43)));
    let answer = mine.get(&ceremony.options_json);
    let refused = passkey::check_assertion(app, &ceremony.state, &answer, &saved);
    assert_eq!(
        refused,
        Err(Rejected::Invalid),
        "a wrong handle is refused, needed or not"
    );
}

#[tokio::test]
async fn a_counter_that_does_not_grow_is_told_apart_but_only_with_a_right_signature() {
    let place = Place::new().await;
    let mut key = phone("key").single_device();
    let registered = place.saved(&mut key).await;
    assert_eq!(registered.sign_count, 1);
    key.counter = 7;
    let asserted = place.sign_in(&mut key, &registered).unwrap();
    assert!(place.record(&registered, &asserted).await);
    let own = passkey::find_own(&place.app.app.db, place.user_id(), registered.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(own.sign_count, 7);
    assert_eq!(own.last_used_at, Some(place.app.app.clock.now().as_millisecond()));
    for counter in [0, 1, 6, 7] {
        key.counter = counter;
        assert_eq!(
            place.sign_in(&mut key, &own),
            Err(Rejected::CounterRegressed),
            "{counter}"
        );
        key.counter = counter;
        key.breaks.signature = true;
        assert_eq!(place.sign_in(&mut key, &own), Err(Rejected::Invalid), "{counter}");
        key.breaks.signature = false;
    }
    for counter in [8, u32::MAX - 1] {
        key.counter = counter;
        assert!(place.sign_in(&mut key, &own).is_ok(), "{counter}");
    }
}

#[tokio::test]
async fn of_two_sign_ins_with_one_counter_one_is_recorded_and_without_counting_all_are() {
    let place = Place::new().await;
    let mut key = phone("key").single_device();
    let saved = place.saved(&mut key).await;
    key.counter = 5;
    let five = place.sign_in(&mut key, &saved).unwrap();
    let six = place.sign_in(&mut key, &saved).unwrap();
    assert!(place.record(&saved, &five).await);
    assert!(!place.record(&saved, &five).await);
    assert!(place.record(&saved, &six).await);
    assert!(!place.record(&saved, &five).await);
    let mut synced = phone("synced");
    let saved = place.saved(&mut synced).await;
    let asserted = place.sign_in(&mut synced, &saved).unwrap();
    assert!(place.record(&saved, &asserted).await && place.record(&saved, &asserted).await);
}

#[tokio::test]
async fn an_android_app_and_a_related_page_answer_where_the_settings_list_them() {
    const APP: &str = "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let place = Place::new().await;
    let mut mine = phone("mine");
    let saved = place.saved(&mut mine).await;
    let listed = place
        .app
        .another(|config| config.passkey_origins = vec![APP.to_owned(), "https://app.example".to_owned()])
        .await;
    let ceremony = place.request(&[]);
    for origin in [APP, "https://app.example"] {
        let mut elsewhere = Authenticator::new(origin, "mine");
        elsewhere.breaks.user_handle = Some(json!(saved.user_handle));
        let answer = elsewhere.get(&ceremony.options_json);
        let check = |app| passkey::check_assertion(app, &ceremony.state, &answer, &saved);
        assert_eq!(check(&place.app.app), Err(Rejected::Invalid), "{origin}");
        assert!(check(&listed.app).is_ok(), "{origin}");
    }
}

#[tokio::test]
async fn in_development_pages_on_any_port_of_localhost_answer() {
    let place = Place::new().await;
    let mut mine = phone("mine");
    let saved = place.saved(&mut mine).await;
    let development = place
        .app
        .another(|config| config.cors_origins.loopback = true)
        .await;
    let reached_by_others = place
        .app
        .another(|config| {
            config.cors_origins.loopback = false;
            config.cors_origins.exact = vec!["http://localhost:5173".to_owned()];
        })
        .await;
    let ceremony = place.request(&[]);
    for (origin, is_taken) in [
        ("http://localhost:5173", true),
        ("https://localhost:8443", true),
        ("http://localhost.evil.example:5173", false),
        ("http://localhost:5173/", false),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let mut elsewhere = Authenticator::new(origin, "mine");
        elsewhere.breaks.user_handle = Some(json!(saved.user_handle));
        let answer = elsewhere.get(&ceremony.options_json);
        let check = |app| passkey::check_assertion(app, &ceremony.state, &answer, &saved);
        assert_eq!(check(&development.app).is_ok(), is_taken, "{origin}");
        assert_eq!(check(&reached_by_others.app), Err(Rejected::Invalid), "{origin}");
    }
}
