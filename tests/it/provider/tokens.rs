//! ID tokens that must not be believed.

use portcullis::platform::{
    config::Preset,
    oidc::{ProviderError, Step},
};
use serde_json::{Value, json};

use super::{Setup, flow};
use crate::support::{Part, Signs, TENANT};

/// The tenant of personal accounts.
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

#[tokio::test]
async fn every_algorithm_with_public_keys_is_verified() {
    for alg in [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
    ] {
        let setup = Setup::oidc().await;
        setup.stub.takes_key("another key", alg);
        assert!(setup.sign_in().await.is_ok(), "{alg}");
    }
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_refused() {
    for (signs, problem) in [
        (Signs::WithAnotherKey, "has a wrong signature"),
        (Signs::NotAtAll, "is signed with a method that is not allowed"),
        (
            Signs::WithPublicKey,
            "is signed with a method that is not allowed",
        ),
        (
            Signs::WithClientSecret,
            "is signed with a method that is not allowed",
        ),
    ] {
        let setup = Setup::oidc().await;
        setup.stub.signs(signs);
        // As if the provider announced it.
        setup.stub.changes(Part::Discovery, |document| {
            document["id_token_signing_alg_values_supported"] = json!(["ES256", "HS256", "none"]);
        });
        assert_eq!(
            setup.refusal().await,
            (Step::IdToken, problem.to_owned()),
            "{signs:?}"
        );
    }
}

#[tokio::test]
async fn a_header_cannot_choose_the_key_or_a_method_that_is_not_announced() {
    for (field, value, problem) in [
        ("alg", json!("RS256"), "does not announce"),
        ("alg", json!("ES384"), "does not announce"),
        ("alg", json!("HS256"), "not allowed"),
        ("alg", json!("none"), "not allowed"),
        ("alg", json!("nOnE"), "not allowed"),
        ("alg", json!(""), "not allowed"),
        ("alg", json!(null), "cannot be read"),
        ("typ", json!("at+jwt"), "not allowed"),
        ("crit", json!(["exp"]), "not allowed"),
        ("jku", json!("https://evil.example/keys"), "not allowed"),
        ("jwk", json!({ "kty": "EC" }), "not allowed"),
        ("kid", json!("../../key-1"), "does not publish"),
        ("kid", json!("key-1\u{0}"), "does not publish"),
    ] {
        let setup = Setup::oidc().await;
        let wrong = value.clone();
        setup
            .stub
            .changes(Part::Header, move |header| header[field] = wrong.clone());
        let (step, seen) = setup.refusal().await;
        assert_eq!(step, Step::IdToken);
        assert!(seen.contains(problem), "{field} {value}: {seen}");
    }
}

#[tokio::test]
async fn a_key_is_used_for_its_own_method_only() {
    let setup = Setup::oidc().await;
    setup.stub.changes(Part::Discovery, |document| {
        document
            .as_object_mut()
            .unwrap()
            .remove("id_token_signing_alg_values_supported");
    });
    setup
        .stub
        .changes(Part::Header, |header| header["alg"] = json!("RS256"));
    let (_, problem) = setup.refusal().await;
    assert_eq!(problem, "is signed by a key that the provider does not publish");
    for (member, value) in [
        ("use", json!("enc")),
        ("alg", json!("ES384")),
        ("key_ops", json!(["sign"])),
    ] {
        let setup = Setup::oidc().await;
        setup
            .stub
            .changes(Part::Keys, move |keys| keys["keys"][0][member] = value.clone());
        assert!(
            matches!(setup.sign_in().await, Err(ProviderError::Invalid { .. })),
            "{member}"
        );
    }
}

#[tokio::test]
async fn a_token_without_a_key_id_needs_a_single_key() {
    let setup = Setup::oidc().await;
    setup.stub.changes(Part::Header, |header| {
        drop(header.as_object_mut().unwrap().remove("kid"));
    });
    assert!(setup.sign_in().await.is_ok());
    let setup = Setup::oidc().await;
    setup.stub.changes(Part::Header, |header| {
        drop(header.as_object_mut().unwrap().remove("kid"));
    });
    setup.stub.changes(Part::Keys, |keys| {
        let mut twin = keys["keys"][0].clone();
        twin["kid"] = json!("key-2");
        keys["keys"].as_array_mut().unwrap().push(twin);
    });
    assert!(setup.sign_in().await.is_err());
}

/// A sign-in with one claim set to something else; none if it works all the same.
async fn refused(preset: Preset, more: &str, claim: &'static str, value: Value) -> Option<String> {
    let setup = Setup::of(preset, more).await;
    setup.stub.answers(move |claims| claims[claim] = value.clone());
    match setup.sign_in().await {
        Ok(_) => None,
        Err(ProviderError::Invalid {
            step: Step::IdToken,
            problem,
            ..
        }) => Some(problem.into_owned()),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_token_for_another_sign_in_client_or_time_is_refused() {
    let setup = Setup::oidc().await;
    let now = portcullis::platform::clock::Clock::now(&*setup.clock).as_second();
    for (claim, value, problem) in [
        ("nonce", json!("nonce-of-another-flow"), "(nonce)"),
        ("nonce", json!(null), "(nonce)"),
        ("iss", json!("https://evil.example"), "(iss)"),
        ("aud", json!("another-client"), "(aud)"),
        ("aud", json!(["portcullis+client", "another-client"]), "(azp)"),
        ("azp", json!("another-client"), "(azp)"),
        ("sub", json!(""), "(sub)"),
        ("exp", json!(now - 60), "(exp)"),
        ("exp", json!("9999999999"), "cannot be read"),
        ("iat", json!(now + 61), "(iat)"),
        ("iat", json!(now - 3661), "(iat)"),
        ("nbf", json!(now + 61), "(nbf)"),
        ("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ"), "(at_hash)"),
        ("at_hash", json!(""), "(at_hash)"),
    ] {
        let seen = refused(Preset::Oidc, "", claim, value.clone()).await;
        assert!(
            seen.as_ref().is_some_and(|seen| seen.contains(problem)),
            "{claim} {value}: {seen:?}"
        );
    }
    assert_eq!(refused(Preset::Oidc, "", "at_hash", json!(null)).await, None);
}

#[tokio::test]
async fn a_token_of_another_sign_in_cannot_be_put_in() {
    let setup = Setup::oidc().await;
    let mine = flow();
    let callback = setup.authorize(&mine).await.unwrap();
    // The code of somebody else, in my flow: their nonce and verifier are others.
    let mut other = flow();
    other.nonce = "nonce-of-another-flow".into();
    let error = setup.finish(&callback, &other).await.unwrap_err();
    assert_eq!(
        error.what_happened(),
        "corp: the ID token is of another sign-in (nonce)"
    );
    let callback = setup.authorize(&mine).await.unwrap();
    other = flow();
    other.code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX".into();
    let error = setup.finish(&callback, &other).await.unwrap_err();
    assert_eq!(
        error.what_happened(),
        "corp: the token endpoint refused: invalid_grant"
    );
}

#[tokio::test]
async fn tenants_cannot_speak_for_each_other() {
    for (more, claim, value, problem) in [
        ("", "tid", json!("11111111-2222-3333-4444-555555555555"), "(iss)"),
        ("", "tid", json!(PERSONAL), "(iss)"),
        ("", "tid", json!(null), "(tid)"),
        ("", "tid", json!("common"), "(tid)"),
        ("", "tid", json!("{tenantid}"), "(tid)"),
        (
            "",
            "iss",
            json!(format!("https://login.microsoftonline.com/{TENANT}/v2.0")),
            "(iss)",
        ),
    ] {
        let seen = refused(Preset::Microsoft, more, claim, value.clone()).await;
        assert!(
            seen.as_ref().is_some_and(|seen| seen.contains(problem)),
            "{claim} {value}: {seen:?}"
        );
    }
}

#[tokio::test]
async fn a_key_of_one_tenant_does_not_sign_for_another() {
    let setup = Setup::of(Preset::Microsoft, "").await;
    let issuer = format!("{}/{PERSONAL}/v2.0", setup.stub.url);
    setup
        .stub
        .changes(Part::Keys, move |keys| keys["keys"][0]["issuer"] = json!(issuer));
    assert_eq!(
        setup.refusal().await,
        (Step::IdToken, "is signed by the key of another issuer".to_owned())
    );
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    for token in [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "e30.e30.",
        "bnVsbA.bnVsbA.bnVsbA",
        "\u{0}.\u{0}.\u{0}",
    ] {
        let setup = Setup::oidc().await;
        setup
            .stub
            .changes(Part::Tokens, move |tokens| tokens["id_token"] = json!(token));
        assert_eq!(setup.refusal().await.0, Step::IdToken, "{token:?}");
    }
    let setup = Setup::oidc().await;
    setup.stub.changes(Part::Tokens, |tokens| {
        tokens["id_token"] = json!("a".repeat(40_000));
    });
    assert_eq!(setup.refusal().await, (Step::IdToken, "is too long".to_owned()));
    setup.stub.changes(Part::Tokens, |tokens| {
        drop(tokens.as_object_mut().unwrap().remove("id_token"));
    });
    assert_eq!(setup.refusal().await, (Step::IdToken, "is missing".to_owned()));
}

#[tokio::test]
async fn deeply_nested_claims_end_nothing_but_the_sign_in() {
    // Trusted for the address, if only it were verified.
    let setup = Setup::of(Preset::Oidc, "email_domains = [\"example.com\"]").await;
    assert!(setup.sign_in().await.unwrap().is_email_trusted);
    setup.stub.answers(|claims| {
        let mut nested = json!(1);
        for _ in 0..120 {
            nested = json!([nested]);
        }
        claims["email_verified"] = nested;
    });
    // 120 levels are within what the parser takes; the claim is not `true`.
    assert!(!setup.sign_in().await.unwrap().is_email_trusted);
}
