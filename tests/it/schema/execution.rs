//! How documents run, on the schema that is served: what nullability, order and variables promise.

use portcullis::server::schema::CREDENTIAL_MUTATIONS;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

const SIGNUP: &str = "mutation ($input: SignupInput!) { signup(input: $input) { userErrors { code } } }";

#[tokio::test]
async fn without_its_variables_nothing_of_a_document_runs() {
    let app = TestApp::start().await;
    for variables in [
        json!({}),
        json!({ "input": null }),
        json!({ "input": {} }),
        json!({ "input": { "name": "Eve", "email": "eve@example.com" } }),
        json!({ "input": { "name": "Eve", "email": "eve@example.com", "password": null } }),
        json!({ "input": { "name": 1, "email": "eve@example.com", "password": PASSWORD } }),
        json!({ "input": { "name": "Eve", "email": "eve@example.com", "password": [PASSWORD] } }),
        json!({ "input": { "name": "Eve", "email": "eve@example.com", "password": PASSWORD, "isAdmin": true } }),
    ] {
        let answer = app.anonymous().run(SIGNUP, variables.clone()).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{variables}");
        assert!(answer.body.get("data").is_none(), "{variables}");
    }
    let login = app.anonymous().login("eve@example.com", PASSWORD).await;
    assert_eq!(login.user_errors("login")[0].0, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_variable_missing_late_in_the_document_keeps_its_beginning_from_running() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let document =
        "mutation ($skip: Boolean!) { logout { wasSignedIn } b: logout @skip(if: $skip) { wasSignedIn } }";
    for variables in [json!({}), json!({ "skip": null }), json!({ "skip": "no" })] {
        let answer = ada.client.run(document, variables).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
    }
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn what_could_fail_late_in_the_document_is_refused_before_its_beginning_runs() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for document in [
        "mutation ($skip: Boolean) { logout { wasSignedIn } b: logout @skip(if: $skip) { wasSignedIn } }",
        "mutation ($skip: Boolean = null) { logout { wasSignedIn } ... @skip(if: $skip) { b: logout { wasSignedIn } } }",
        "mutation { logout { wasSignedIn } b: logout @skip(if: \"no\") { wasSignedIn } }",
    ] {
        let answer = ada.client.query(document).await;
        assert_eq!(answer.codes(), ["GRAPHQL_VALIDATION_FAILED"], "{document}");
        assert!(answer.body.get("data").is_none(), "{document}");
    }
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn a_null_me_leaves_its_siblings_alone_whatever_their_order() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .query("{ a: me { id } viewer { isAuthenticated } b: me { id } serverInfo { isSignupEnabled } }")
        .await;
    assert_eq!(
        answer.body["data"],
        json!({
            "a": null, "viewer": { "isAuthenticated": false }, "b": null, "serverInfo": { "isSignupEnabled": true },
        })
    );
    assert_eq!(answer.codes(), ["UNAUTHENTICATED", "UNAUTHENTICATED"]);
    let mut paths = [
        &answer.body["errors"][0]["path"],
        &answer.body["errors"][1]["path"],
    ];
    paths.sort_by_key(ToString::to_string);
    assert_eq!(paths, [&json!(["a"]), &json!(["b"])]);
}

#[tokio::test]
async fn a_failing_field_that_must_not_be_null_takes_the_data_along() {
    let app = TestApp::start().await;
    let document = "query ($ids: [ID!]!) { serverInfo { version } nodes(ids: $ids) { id } }";
    let answer = app
        .anonymous()
        .run(document, json!({ "ids": vec!["x"; 101] }))
        .await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(answer.body.get("data"), Some(&Value::Null));
    assert_eq!(answer.body["errors"][0]["path"], json!(["nodes"]));
}

#[tokio::test]
async fn mutations_run_one_after_the_other() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let document =
        "mutation { a: logout { wasSignedIn } b: logout { wasSignedIn } c: logout { wasSignedIn } }";
    let answer = ada.client.query(document).await;
    assert_eq!(
        answer.body,
        json!({ "data": {
            "a": { "wasSignedIn": true }, "b": { "wasSignedIn": false }, "c": { "wasSignedIn": false },
        } })
    );
}

#[tokio::test]
async fn a_credential_mutation_runs_only_when_it_is_alone() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let login = format!(
        "login(input: {{ email: \"{}\", password: \"{PASSWORD}\" }}) {{ session {{ id }} }}",
        ada.email
    );
    let signup = format!(
        "signup(input: {{ name: \"Eve\", email: \"eve@example.com\", password: \"{PASSWORD}\" }}) {{ session {{ id }} }}"
    );
    for document in [
        format!("mutation {{ {login} {login} }}"),
        format!("mutation {{ a: {login} b: {login} }}"),
        format!("mutation {{ {signup} {login} }}"),
        format!("mutation {{ {signup} logout {{ wasSignedIn }} }}"),
        format!("mutation {{ logout {{ wasSignedIn }} {signup} }}"),
        format!("mutation {{ {signup} a: logout @skip(if: true) {{ wasSignedIn }} }}"),
        format!("mutation {{ {signup} ...A }} fragment A on Mutation {{ logout {{ wasSignedIn }} }}"),
        format!("mutation {{ ... {{ a: {login} }} ... on Mutation {{ b: {login} }} }}"),
        format!("mutation {{ ...A ...A }} fragment A on Mutation {{ {login} }}"),
    ] {
        let answer = ada.client.query(&document).await;
        assert_eq!(answer.codes(), ["QUERY_LIMIT_EXCEEDED"], "{document}");
        assert!(answer.body.get("data").is_none());
    }
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id, "still signed in");
    let login_of_eve = app.anonymous().login("eve@example.com", PASSWORD).await;
    assert_eq!(login_of_eve.user_errors("login")[0].0, "INVALID_CREDENTIALS");

    let alone = app
        .anonymous()
        .query(&format!("mutation {{ __typename {login} }}"))
        .await;
    assert!(alone.data("login")["session"]["id"].is_string());
}

/// The credential mutations with an input that is accepted or refused, but not malformed; those of Ada name her
/// address.
fn credential_mutations(email: &str) -> [(&'static str, String); 31] {
    [
        (
            "signup",
            format!("name: \"Eve\" email: \"eve@example.com\" password: \"{PASSWORD}\""),
        ),
        ("login", format!("email: \"{email}\" password: \"{PASSWORD}\"")),
        ("refreshSession", "refreshToken: \"pcr_x\"".to_owned()),
        (
            "changePassword",
            format!("currentPassword: \"{PASSWORD}\" newPassword: \"another lantern\""),
        ),
        ("reauthenticate", format!("password: \"{PASSWORD}\"")),
        ("requestPasswordReset", format!("email: \"{email}\"")),
        (
            "resetPassword",
            "token: \"pct_x\" newPassword: \"another lantern\"".to_owned(),
        ),
        ("verifyEmail", "token: \"pct_x\"".to_owned()),
        ("resendVerificationEmail", format!("email: \"{email}\"")),
        (
            "requestEmailChange",
            "newEmail: \"ada@example.org\" currentPassword: \"another lantern\"".to_owned(),
        ),
        ("undoEmailChange", "token: \"pct_x\"".to_owned()),
        ("requestEmailLogin", format!("email: \"{email}\"")),
        (
            "loginWithEmailCode",
            "challengeToken: \"pct_x\" code: \"0000-0000\"".to_owned(),
        ),
        (
            "loginWithEmailLink",
            "challengeToken: \"pct_x\" token: \"pct_x\"".to_owned(),
        ),
        ("endReportedSession", "token: \"pct_x\"".to_owned()),
        ("deleteAccount", format!("currentPassword: \"{PASSWORD}\"")),
        (
            "verifyMfa",
            "challengeToken: \"pct_x\" factor: { totpCode: \"000000\" }".to_owned(),
        ),
        ("startTotpSetup", String::new()),
        (
            "confirmTotpSetup",
            "setupToken: \"pct_x\" code: \"000000\"".to_owned(),
        ),
        ("disableTotp", "code: \"000000\"".to_owned()),
        ("regenerateRecoveryCodes", String::new()),
        ("removePassword", String::new()),
        ("startPasskeyRegistration", String::new()),
        (
            "finishPasskeyRegistration",
            "challengeToken: \"pct_x\" credential: {}".to_owned(),
        ),
        (
            "removePasskey",
            "passkeyId: \"019aab6e-0d3c-7c11-b3d4-0242ac120002\"".to_owned(),
        ),
        (
            "finishPasskeyLogin",
            "challengeToken: \"pct_x\" credential: {}".to_owned(),
        ),
        ("startReauthentication", String::new()),
        (
            "finishSocialLogin",
            "code: \"pct_x\" codeVerifier: \"x\"".to_owned(),
        ),
        (
            "finishIdentityLink",
            "code: \"pct_x\" codeVerifier: \"x\"".to_owned(),
        ),
        (
            "acceptInvitation",
            "token: \"pct_x\" newPassword: \"x\"".to_owned(),
        ),
        ("importUsers", "users: []".to_owned()),
    ]
}

/// As the one above; here all of them, by the name that the server has them under.
#[tokio::test]
async fn every_credential_mutation_runs_only_when_it_is_alone() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let fields = credential_mutations(&ada.email);
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, CREDENTIAL_MUTATIONS, "teach this test the new one");
    let before = app.row(&ada.email).await;
    let whole = |(name, input): &(&str, String)| {
        let input = match input.as_str() {
            "" => String::new(),
            input => format!("(input: {{ {input} }})"),
        };
        format!("{name}{input} {{ userErrors {{ code }} }}")
    };
    let rename = "updateProfile(input: { name: \"Eve\" }) { user { name } }";
    for field in fields.iter().map(whole) {
        for document in [
            format!("mutation {{ a: {field} b: {field} }}"),
            format!("mutation {{ {field} {rename} }}"),
            format!("mutation {{ {rename} {field} }}"),
            format!("mutation {{ {rename} ...A }} fragment A on Mutation {{ {field} }}"),
            format!("mutation {{ a: {field} ... @include(if: true) {{ b: {field} }} }}"),
        ] {
            let answer = ada.client.query(&document).await;
            assert_eq!(answer.codes(), ["QUERY_LIMIT_EXCEEDED"], "{document}");
            assert!(answer.body.get("data").is_none());
        }
    }
    assert_eq!(app.row(&ada.email).await, before);
    assert_eq!(app.row("eve@example.com").await, None);
    assert_eq!(ada.client.me().await.data("me")["name"], "ada");
    // With nothing but `__typename`, each does run; last the one that deletes the account.
    let (last, others): (Vec<_>, _) = fields.iter().partition(|(name, _)| *name == "deleteAccount");
    for field in others.into_iter().chain(last).map(whole) {
        let answer = ada
            .client
            .query(&format!("mutation {{ __typename {field} }}"))
            .await;
        // It runs, and she may not import.
        let expected: &[&str] = if field.starts_with("importUsers") {
            &["FORBIDDEN"]
        } else {
            &[]
        };
        assert_eq!(answer.codes(), expected, "{field}: {}", answer.text);
    }
}

#[tokio::test]
async fn an_answer_has_few_errors_however_many_there_are() {
    let app = TestApp::start().await;
    let many: Vec<_> = (0..10).map(|n| format!("a{n}: me {{ id }}")).collect();
    let answer = app.anonymous().query(&format!("{{ {} }}", many.join(" "))).await;
    assert_eq!(answer.codes().len(), 10);
    let unknown: Vec<_> = (0..200).map(|n| format!("field{n}")).collect();
    let answer = app
        .anonymous()
        .query(&format!("{{ viewer {{ {} }} }}", unknown.join(" ")))
        .await;
    assert_eq!(answer.codes(), ["GRAPHQL_VALIDATION_FAILED"; 10]);
}
