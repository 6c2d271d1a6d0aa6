//! Each kind of provider, as it is when nothing is wrong.

use portcullis::platform::{
    config::Preset,
    oidc::{ProviderClaims, ProviderError, Step},
};
use serde_json::{Value, json};

use super::{Setup, flow};
use crate::support::{Misbehavior, Part, TENANT};

/// Subject, address, whether it is trusted, and name.
fn person(claims: &ProviderClaims) -> (&str, Option<&str>, bool, Option<&str>) {
    (
        &claims.subject,
        claims.email.as_deref(),
        claims.is_email_trusted,
        claims.name.as_deref(),
    )
}

#[tokio::test]
async fn the_browser_takes_along_what_ties_the_sign_in_together() {
    let setup = Setup::of(Preset::Oidc, "scopes = [\"openid\", \"email\"]").await;
    let flow = flow();
    let url = setup
        .provider()
        .authorization_url(&*setup.clock, &flow)
        .await
        .unwrap();
    let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    query.sort_unstable();
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        query,
        [
            "client_id=portcullis+client",
            "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method=S256",
            "nonce=nonce-of-this-flow",
            "redirect_uri=http://localhost:8000/oauth/corp/callback",
            "response_type=code",
            "scope=openid email",
            "state=state-of-this-flow",
        ]
    );
    assert_eq!(url.path(), "/authorize");
}

#[tokio::test]
async fn a_query_of_the_endpoint_stays() {
    let setup = Setup::oidc().await;
    let url = setup.stub.url.clone();
    setup.stub.changes(Part::Discovery, move |document| {
        document["authorization_endpoint"] = json!(format!("{url}/authorize?tenant=a%26b"));
    });
    let url = setup
        .provider()
        .authorization_url(&*setup.clock, &flow())
        .await
        .unwrap();
    assert!(
        url.query()
            .unwrap()
            .starts_with("tenant=a%26b&response_type=code&"),
        "{url}"
    );
}

#[tokio::test]
async fn openid_providers_sign_people_in() {
    for (preset, id, is_trusted) in [
        (Preset::Oidc, "corp", false),
        (Preset::Google, "google", false),
        (Preset::GitLab, "gitlab", false),
        (Preset::Apple, "apple", true),
    ] {
        let setup = Setup::of(preset, "").await;
        let provider = setup.provider();
        assert_eq!(provider.id(), id);
        assert!(setup.providers.find(id).is_some() && setup.providers.find("other").is_none());
        let claims = setup.sign_in().await.unwrap();
        assert_eq!(claims.issuer, setup.stub.url);
        assert_eq!(
            person(&claims),
            (
                "248289761001",
                Some("ada@example.com"),
                is_trusted,
                Some("Ada Lovelace")
            ),
            "{id}"
        );
        let text = format!("{claims:?} {:?} {provider:?}", setup.providers);
        assert!(!text.contains("ada") && !text.contains("248289761001"), "{text}");
    }
}

#[tokio::test]
async fn apple_posts_its_answer_only_where_it_sends_personal_data() {
    for (more, is_posted) in [
        ("", true),
        ("scopes = [\"openid\"]", false),
        ("scopes = [\"openid\", \"name\"]", true),
    ] {
        let setup = Setup::of(Preset::Apple, more).await;
        assert_eq!(setup.provider().posts_answers(), is_posted, "{more}");
        let flow = flow();
        let callback = setup.authorize(&flow).await.unwrap();
        assert_eq!(callback.is_posted, is_posted);
        assert!(setup.finish(&callback, &flow).await.is_ok());
    }
    assert!(!Setup::oidc().await.provider().posts_answers());
}

#[tokio::test]
async fn a_public_client_has_no_secret() {
    let setup = Setup::with(Preset::Oidc, "", |config| {
        config.credential = portcullis::platform::config::ClientCredential::None;
    })
    .await;
    assert!(setup.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_secret_goes_into_the_form_where_the_provider_takes_it_only_there() {
    let setup = Setup::of(Preset::Apple, "").await;
    assert!(setup.sign_in().await.is_ok());
    // The stub of the others takes it only in the header.
    let setup = Setup::oidc().await;
    setup.stub.changes(Part::Discovery, |document| {
        document["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
    });
    let error = setup.sign_in().await.unwrap_err();
    assert!(
        matches!(
            error,
            ProviderError::Refused {
                step: Step::Tokens,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn each_tenant_of_microsoft_is_an_issuer_of_its_own() {
    let setup = Setup::of(Preset::Microsoft, "").await;
    let claims = setup.sign_in().await.unwrap();
    assert_eq!(claims.issuer, format!("{}/{TENANT}/v2.0", setup.stub.url));
    assert_eq!(
        person(&claims),
        (
            "248289761001",
            Some("ada@example.com"),
            false,
            Some("Ada Lovelace")
        )
    );
    setup.stub.answers(|claims| claims["xms_edov"] = json!(true));
    assert!(setup.sign_in().await.unwrap().is_email_trusted);
    let listed = Setup::of(Preset::Microsoft, &format!("tenants = [\"{TENANT}\"]")).await;
    assert!(listed.sign_in().await.unwrap().is_email_trusted);
}

#[tokio::test]
async fn github_has_a_number_and_a_list_of_addresses() {
    let setup = Setup::of(Preset::GitHub, "").await;
    let claims = setup.sign_in().await.unwrap();
    assert_eq!(claims.issuer, setup.stub.url);
    assert_eq!(
        person(&claims),
        ("583231", Some("ada@example.com"), true, Some("Ada Lovelace"))
    );
    setup.stub.answers(|user| user["name"] = Value::Null);
    assert_eq!(setup.sign_in().await.unwrap().name.as_deref(), Some("ada"));

    // Neither the public address of the profile nor one that is not primary.
    setup
        .stub
        .changes(Part::Emails, |emails| emails[1]["verified"] = json!(false));
    let claims = setup.sign_in().await.unwrap();
    assert_eq!((claims.email, claims.is_email_trusted), (None, false));
    setup.stub.changes(Part::Emails, |emails| {
        emails[1]["email"] = json!("1+ada@users.noreply.github.com");
    });
    assert_eq!(setup.sign_in().await.unwrap().email, None);

    let asks_less = Setup::of(Preset::GitHub, "scopes = [\"read:user\"]").await;
    assert_eq!(asks_less.sign_in().await.unwrap().email, None);
    assert_eq!(asks_less.stub.hits("/api/v3/user/emails"), 0);
}

#[tokio::test]
async fn github_says_no_with_status_200_or_hides_what_is_not_permitted() {
    let setup = Setup::of(Preset::GitHub, "").await;
    let flow = flow();
    let callback = setup.authorize(&flow).await.unwrap();
    setup.finish(&callback, &flow).await.unwrap();
    let error = setup.finish(&callback, &flow).await.unwrap_err();
    assert_eq!(
        error.what_happened(),
        "github: the token endpoint refused: invalid_grant"
    );
    setup.stub.fails("/api/v3/user/emails", Misbehavior::Status(404));
    let error = setup.sign_in().await.unwrap_err();
    assert_eq!(
        error.what_happened(),
        "github: the email addresses refused: HTTP 404"
    );
    for id in [json!("583231"), json!(-1), json!(null), json!(1.5)] {
        let setup = Setup::of(Preset::GitHub, "").await;
        setup.stub.answers(move |user| user["id"] = id.clone());
        assert_eq!(setup.refusal().await.0, Step::Profile);
    }
}

#[tokio::test]
async fn discord_is_trusted_for_listed_domains_if_it_has_verified_the_address() {
    let listed = Setup::of(Preset::Discord, "email_domains = [\"example.com\"]").await;
    let claims = listed.sign_in().await.unwrap();
    assert_eq!(claims.issuer, listed.stub.url);
    assert_eq!(
        person(&claims),
        (
            "80351110224678912",
            Some("ada@example.com"),
            true,
            Some("Ada Lovelace")
        )
    );
    for verified in [json!(false), json!(null)] {
        listed
            .stub
            .answers(move |user| user["verified"] = verified.clone());
        assert!(!listed.sign_in().await.unwrap().is_email_trusted);
    }
    let other = Setup::of(Preset::Discord, "").await;
    assert!(!other.sign_in().await.unwrap().is_email_trusted);
    other.stub.answers(|user| user["id"] = json!("1/../2"));
    assert_eq!(
        other.refusal().await,
        (Step::Profile, "has no usable id".to_owned())
    );
}

#[tokio::test]
async fn what_an_id_token_leaves_out_comes_from_the_userinfo_endpoint() {
    let setup = Setup::of(Preset::Oidc, "email_domains = [\"example.com\"]").await;
    setup.sign_in().await.unwrap();
    assert_eq!(setup.stub.hits("/userinfo"), 0, "nothing was missing");
    setup.stub.answers(|claims| {
        let claims = claims.as_object_mut().unwrap();
        claims.retain(|name, _| !["email", "email_verified", "name"].contains(&name.as_str()));
    });
    let claims = setup.sign_in().await.unwrap();
    assert_eq!(
        person(&claims),
        (
            "248289761001",
            Some("ada@example.com"),
            true,
            Some("Ada Lovelace")
        )
    );
    setup
        .stub
        .changes(Part::Profile, |profile| profile["email_verified"] = json!(false));
    assert!(!setup.sign_in().await.unwrap().is_email_trusted);
    setup
        .stub
        .changes(Part::Profile, |profile| profile["sub"] = json!("another"));
    let (step, problem) = setup.refusal().await;
    assert_eq!(step, Step::Profile);
    assert!(problem.contains("another person"), "{problem}");
}

#[tokio::test]
async fn the_address_of_google_comes_from_its_signed_token_alone() {
    let setup = Setup::of(Preset::Google, "").await;
    setup
        .stub
        .answers(|claims| drop(claims.as_object_mut().unwrap().remove("email")));
    assert_eq!(setup.sign_in().await.unwrap().email, None);
    assert_eq!(setup.stub.hits("/userinfo"), 0);
}

#[tokio::test]
async fn odd_addresses_and_names_are_left_out() {
    let setup = Setup::of(Preset::Google, "").await;
    setup.stub.answers(|claims| {
        claims["email"] = json!("ada@evil.example@gmail.com");
        claims["name"] = json!("Ada\u{202e}\n");
    });
    let claims = setup.sign_in().await.unwrap();
    assert_eq!(person(&claims), ("248289761001", None, false, None));
}
