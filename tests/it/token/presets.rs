//! Claims in the shapes that gateways and databases expect.

use portcullis::platform::config::{ClaimsPreset, Config, JwtClaim, Roles};
use serde_json::{Value, json};

use super::part;
use crate::support::{PASSWORD, Person, TestApp};

const NAMESPACE: &str = "https://hasura.io/jwt/claims";

async fn server(change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::with(|config| {
        config.roles = Roles::parse("editor,writer,reader").unwrap();
        config.mfa_required_roles.clear();
        change(config);
    })
    .await
}

/// The claims of Ada's next token, with these roles.
async fn claims(app: &TestApp, roles: &[&str]) -> Value {
    let ada = app.user("ada").await;
    app.set_roles(&ada, roles).await;
    part(&signed_in(app, &ada).await.token, 1)
}

async fn signed_in(app: &TestApp, ada: &Person) -> Person {
    app.person(&app.anonymous().login(&ada.email, PASSWORD).await, "login")
}

fn roles_of(claims: &Value) -> Value {
    json!({
        "roles": claims["roles"], "role": claims["role"], "scope": claims["scope"], "hasura": claims[NAMESPACE],
    })
}

#[tokio::test]
async fn hasura_finds_texts_in_its_namespace() {
    let app = server(|config| config.claims_preset = ClaimsPreset::Hasura).await;
    let claims = claims(&app, &["editor", "reader"]).await;
    let expected = json!({
        "x-hasura-default-role": "user",
        "x-hasura-allowed-roles": ["user", "editor", "reader"],
        "x-hasura-user-id": claims["sub"],
    });
    assert_eq!(
        roles_of(&claims),
        json!({ "roles": null, "role": null, "scope": null, "hasura": expected })
    );
    assert_eq!(claims["email"], "ada@example.com");
}

#[tokio::test]
async fn a_default_role_that_is_also_held_is_named_once() {
    let app = server(|config| {
        config.claims_preset = ClaimsPreset::Hasura;
        "editor".clone_into(&mut config.claims_default_role);
    })
    .await;
    let claims = claims(&app, &["editor", "reader"]).await;
    assert_eq!(
        claims[NAMESPACE]["x-hasura-allowed-roles"],
        json!(["editor", "reader"])
    );
}

#[tokio::test]
async fn postgrest_finds_the_most_powerful_database_role() {
    for (held, expected) in [
        (&["reader", "writer"][..], "writer"),
        (&["reader"], "reader"),
        // No role of the database.
        (&["editor"], "user"),
        (&[], "user"),
    ] {
        let app = server(|config| {
            config.claims_preset = ClaimsPreset::Postgrest;
            config.claims_database_roles = ["writer", "reader"].map(str::to_owned).to_vec();
        })
        .await;
        let claims = claims(&app, held).await;
        assert_eq!(
            roles_of(&claims),
            json!({ "roles": null, "role": expected, "scope": null, "hasura": null })
        );
    }
}

#[tokio::test]
async fn routers_find_a_scope_if_there_are_roles() {
    for (held, expected) in [
        (&["editor", "reader"][..], json!("editor reader")),
        (&[], json!(null)),
    ] {
        let app = server(|config| config.claims_preset = ClaimsPreset::Router).await;
        let claims = claims(&app, held).await;
        assert_eq!(
            roles_of(&claims),
            json!({ "roles": null, "role": null, "scope": expected, "hasura": null })
        );
    }
}

#[tokio::test]
async fn roles_that_are_left_out_are_in_no_shape() {
    for (preset, expected) in [
        (ClaimsPreset::Postgrest, json!({ "role": "user" })),
        (ClaimsPreset::Router, json!({})),
        (ClaimsPreset::Plain, json!({})),
    ] {
        let app = server(|config| {
            config.claims_preset = preset;
            config.claims_database_roles = vec!["editor".to_owned()];
            config.jwt_claims.remove(&JwtClaim::Roles);
        })
        .await;
        let found = roles_of(&claims(&app, &["editor"]).await);
        for (name, value) in found.as_object().unwrap() {
            assert_eq!(
                value,
                expected.get(name).unwrap_or(&json!(null)),
                "{preset:?} {name}"
            );
        }
    }
}

#[tokio::test]
async fn only_the_token_for_services_has_the_shape() {
    let app = server(|config| {
        config.claims_preset = ClaimsPreset::Hasura;
        "https://api.example.com".clone_into(&mut config.audience);
    })
    .await;
    let ada = app.user("ada").await;
    assert_eq!(part(&ada.token, 1)[NAMESPACE], json!(null));
    assert!(part(ada.service_token.as_deref().unwrap(), 1)[NAMESPACE].is_object());
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
}

async fn preview(person: &Person, arguments: &str) -> (Value, Value) {
    let answer = person
        .client
        .query(&format!("{{ tokenPreview{arguments} {{ payload algorithm }} }}"))
        .await;
    let preview = answer.data("tokenPreview");
    let payload = preview["payload"].as_str().unwrap();
    (
        serde_json::from_str(payload).unwrap(),
        preview["algorithm"].clone(),
    )
}

#[tokio::test]
async fn a_preview_is_what_the_next_token_says() {
    let app = server(|config| config.claims_preset = ClaimsPreset::Router).await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["editor"]).await;
    let ada = signed_in(&app, &ada).await;
    let (mut previewed, algorithm) = preview(&ada, "").await;
    assert_eq!(algorithm, "ES256");
    let mut signed = part(&ada.token, 1);
    for claims in [&mut previewed, &mut signed] {
        claims["jti"].take();
    }
    assert_eq!(previewed, signed);

    let (hasura, _) = preview(&ada, "(preset: HASURA)").await;
    assert_eq!(
        hasura[NAMESPACE]["x-hasura-allowed-roles"],
        json!(["user", "editor"])
    );
    let (plain, _) = preview(&ada, "(preset: PLAIN)").await;
    assert_eq!(
        (&plain["roles"], &plain["scope"]),
        (&json!(["editor"]), &json!(null))
    );
}

#[tokio::test]
async fn a_preview_is_that_of_the_service_token_where_there_is_one() {
    let app = server(|config| "https://api.example.com".clone_into(&mut config.audience)).await;
    let ada = app.user("ada").await;
    let (previewed, _) = preview(&ada, "").await;
    assert_eq!(previewed["aud"], "https://api.example.com");
}

/// The block after this heading of the manual.
fn printed(heading: &str, language: &str) -> String {
    let manual = include_str!("../../../docs/verify.md");
    let (_, section) = manual.split_once(&format!("\n### {heading}\n")).unwrap();
    let (_, block) = section.split_once(&format!("```{language}\n")).unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

#[tokio::test]
async fn the_manual_prints_what_a_preview_says() {
    let app = server(|config| {
        config.claims_database_roles = ["editor", "writer"].map(str::to_owned).to_vec();
    })
    .await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["editor", "reader"]).await;
    for (heading, preset) in [
        ("Hasura", "HASURA"),
        ("PostgREST", "POSTGREST"),
        ("Apollo Router", "ROUTER"),
    ] {
        let text = printed(heading, "json").replace("019ac1…", &ada.id);
        let claims: Value = serde_json::from_str(&text).unwrap();
        let (previewed, _) = preview(&ada, &format!("(preset: {preset})")).await;
        for (name, value) in claims.as_object().unwrap() {
            assert_eq!(&previewed[name], value, "{heading}");
        }
        assert_eq!(previewed["roles"], json!(null), "{heading}");
    }
}
