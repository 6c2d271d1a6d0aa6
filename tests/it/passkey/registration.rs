//! Registrations (WebAuthn Level 3, section 7.1).

use ciborium::Value as Cbor;
use portcullis::features::{
    passkey::{self, Rejected},
    user::DisplayName,
};
use serde_json::{Value, json};

use super::{ORIGIN, Place, phone};
use crate::support::{Authenticator, BE, BS, Breaks, UP, UV};

#[tokio::test]
async fn the_options_ask_for_a_verified_discoverable_passkey_without_attestation() {
    let place = Place::new().await;
    let saved = place.saved(&mut phone("first")).await;
    let ceremony = place.creation().await;
    let options: Value = serde_json::from_str(&ceremony.options_json).unwrap();
    assert_eq!(options["rp"], json!({ "id": "localhost", "name": "Portcullis" }));
    assert_eq!(options["user"]["name"], "ada@example.com");
    assert_eq!(options["user"]["displayName"], "ada");
    assert_eq!(options["user"]["id"], saved.user_handle);
    assert_eq!(options["timeout"], 300_000);
    assert_eq!(options["attestation"], "none");
    let selection =
        json!({ "residentKey": "required", "requireResidentKey": true, "userVerification": "required" });
    assert_eq!(options["authenticatorSelection"], selection);
    let transports = json!(["hybrid", "internal"]);
    assert_eq!(
        options["excludeCredentials"],
        json!([{ "type": "public-key", "id": saved.credential_id, "transports": transports }])
    );
    let algorithms: Vec<_> = options["pubKeyCredParams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["alg"])
        .collect();
    assert_eq!(algorithms, [-7, -8, -257]);
    // 32 bytes each, another one every time, and no handle tells whose it is.
    assert_eq!(options["challenge"].as_str().unwrap().len(), 43);
    assert_eq!(saved.user_handle.len(), 43);
    let again: Value = serde_json::from_str(&place.creation().await.options_json).unwrap();
    assert_ne!(options["challenge"], again["challenge"]);
}

#[tokio::test]
async fn every_offered_algorithm_registers_and_signs_in() {
    let place = Place::new().await;
    for mut authenticator in [
        phone("es256"),
        Authenticator::ed25519(ORIGIN, "ed25519"),
        Authenticator::rsa(ORIGIN, "rsa"),
    ] {
        let saved = place.saved(&mut authenticator).await;
        assert!(passkey::is_synced(&saved));
        assert_eq!(
            (saved.sign_count, &*saved.rp_id, &*saved.name),
            (0, "localhost", "Passkey")
        );
        assert_eq!(saved.credential_id, authenticator.id());
        let asserted = place.sign_in(&mut authenticator, &saved).unwrap();
        assert!(place.record(&saved, &asserted).await);
    }
}

#[tokio::test]
async fn the_flags_tell_whether_it_is_synced() {
    let place = Place::new().await;
    for (flags, is_synced) in [(UP | UV, false), (UP | UV | BE, false), (UP | UV | BE | BS, true)] {
        let mut authenticator = phone(&flags.to_string());
        authenticator.flags = flags;
        let new = place.register(&mut authenticator).await.unwrap();
        assert_eq!(passkey::is_synced(&new.row), is_synced, "{flags:#x}");
    }
}

#[tokio::test]
async fn a_passkey_is_named_by_its_owner_or_after_the_device_that_made_it() {
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    let place = Place::new().await;
    let new = place.register(&mut phone("named")).await.unwrap();
    assert_eq!(
        new.clone().named_after(Some(FIREFOX)).row.name,
        "Passkey (Firefox on Linux)"
    );
    for agent in [None, Some(""), Some("<script>/1")] {
        assert_eq!(new.clone().named_after(agent).row.name, "Passkey");
    }
    let name = DisplayName::parse(" My key ").unwrap();
    assert_eq!(new.named(name).row.name, "My key");
}

#[tokio::test]
async fn other_origins_are_refused() {
    let place = Place::new().await;
    for origin in [
        "https://localhost:8000",
        "http://localhost",
        "http://localhost:8001",
        "http://auth.localhost:8000",
        "http://localhost:8000/",
        "http://LOCALHOST:8000",
        "http://localhost:8000.evil.example",
        "https://evil.example",
        "null",
        "",
    ] {
        let refused = place.register(&mut Authenticator::new(origin, "page")).await;
        assert_eq!(refused.unwrap_err(), Rejected::Invalid, "{origin}");
    }
}

#[tokio::test]
async fn flags_that_contradict_the_options_or_each_other_are_refused() {
    let place = Place::new().await;
    for flags in [0, UP, UV, UV | BE, UP | BE | BS, UP | UV | BS] {
        let mut authenticator = phone("flags");
        authenticator.flags = flags;
        assert!(place.register(&mut authenticator).await.is_err(), "{flags:#x}");
    }
}

/// Something that is wrong, and its name.
type Break = (&'static str, fn(&mut Breaks));

fn pairs(list: &[(&str, Cbor)]) -> Cbor {
    Cbor::Map(
        list.iter()
            .map(|(name, value)| (Cbor::Text((*name).to_owned()), value.clone()))
            .collect(),
    )
}

fn nested(levels: usize) -> Cbor {
    (0..levels).fold(Cbor::Null, |inner, _| Cbor::Map(vec![(0.into(), inner)]))
}

const BROKEN: [Break; 24] = [
    ("an assertion's type", |it| it.kind = Some("webauthn.get")),
    ("an unknown type", |it| it.kind = Some("payment.get")),
    ("another challenge", |it| it.challenge = Some("A".repeat(43))),
    ("no challenge", |it| it.challenge = Some(String::new())),
    ("a frame", |it| it.client_data = Some(r#","crossOrigin":true"#)),
    ("a frame in words", |it| {
        it.client_data = Some(r#","crossOrigin":"true""#);
    }),
    ("a page above", |it| {
        it.client_data = Some(r#","crossOrigin":false,"topOrigin":"https://evil.example""#);
    }),
    ("a second origin", |it| {
        it.client_data = Some(r#","origin":"http://localhost:8000""#);
    }),
    ("another relying party", |it| it.rp_id = Some("evil.example")),
    ("a parent of the relying party", |it| it.rp_id = Some("")),
    ("packed", |it| {
        let statement = pairs(&[("alg", (-7).into()), ("sig", Cbor::Bytes(vec![0; 70]))]);
        it.attestation = Some(("packed", statement));
    }),
    ("fido-u2f", |it| it.attestation = Some(("fido-u2f", pairs(&[])))),
    ("android-key", |it| {
        it.attestation = Some(("android-key", pairs(&[])));
    }),
    ("tpm", |it| {
        it.attestation = Some(("tpm", pairs(&[("ver", Cbor::Text("2.0".to_owned()))])));
    }),
    ("apple", |it| it.attestation = Some(("apple", pairs(&[])))),
    ("a statement with none", |it| {
        it.attestation = Some(("none", pairs(&[("x5c", Cbor::Array(vec![]))])));
    }),
    ("no statement", |it| it.attestation = Some(("none", Cbor::Null))),
    ("bytes after the object", |it| it.after_object = vec![0]),
    ("bytes after the data", |it| it.after_data = vec![0]),
    ("extensions that are no map", |it| {
        it.extensions = Some(Cbor::Bool(true));
    }),
    ("extensions that nest", |it| it.extensions = Some(nested(40))),
    ("no credential id", |it| it.credential_id = Some(Vec::new())),
    ("a credential id of 1,024 bytes", |it| {
        it.credential_id = Some(vec![7; 1024]);
    }),
    ("a statement that nests", |it| {
        it.attestation = Some(("none", nested(200)));
    }),
];

#[tokio::test]
async fn one_wrong_thing_is_enough() {
    let place = Place::new().await;
    for (what, breaks) in BROKEN {
        let refused = place.register(&mut phone("broken").breaking(breaks)).await;
        assert_eq!(refused.unwrap_err(), Rejected::Invalid, "{what}");
    }
    // Without the wrong thing, and with things that look odd and are right.
    let odd: [Break; 4] = [
        ("nothing", |_| {}),
        ("unknown members", |it| {
            it.client_data = Some(r#","crossOrigin":false,"extra":{"a":[1]}"#);
        }),
        ("extensions", |it| {
            it.extensions = Some(pairs(&[("credProtect", 2.into())]));
        }),
        ("a credential id of 1,023 bytes", |it| {
            it.credential_id = Some(vec![7; 1023]);
        }),
    ];
    for (what, breaks) in odd {
        let accepted = place.register(&mut phone("odd").breaking(breaks)).await;
        assert!(accepted.is_ok(), "{what}");
    }
}
