//! Which fields ask for a token: the schema itself is asked, so that a new field cannot be forgotten here.

use serde_json::{Value, json};

use crate::support::TestApp;

/// Fields of the root types that anybody may ask for. Everything else must deny those who are not signed in.
const PUBLIC: [&str; 24] = [
    "viewer",
    "node",
    "nodes",
    "serverInfo",
    // Needs a key, not a token.
    "devOutbox",
    "signup",
    "login",
    "logout",
    "refreshSession",
    "requestPasswordReset",
    "resetPassword",
    "verifyEmail",
    "resendVerificationEmail",
    "undoEmailChange",
    "requestEmailLogin",
    "loginWithEmailCode",
    "loginWithEmailLink",
    "endReportedSession",
    "verifyMfa",
    "startPasskeyLogin",
    "finishPasskeyLogin",
    "startSocialLogin",
    "finishSocialLogin",
    "acceptInvitation",
];

/// Arguments for the fields that need some.
const ARGUMENTS: [(&str, &str); 25] = [
    ("changePassword", r#"{ currentPassword: "a", newPassword: "b" }"#),
    ("updateProfile", r#"{ name: "Eve" }"#),
    (
        "requestEmailChange",
        r#"{ newEmail: "eve@example.com", currentPassword: "a" }"#,
    ),
    ("deleteAccount", r#"{ currentPassword: "a" }"#),
    ("reauthenticate", r#"{ password: "a" }"#),
    (
        "revokeSession",
        r#"{ sessionId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    ("confirmTotpSetup", r#"{ setupToken: "a", code: "b" }"#),
    ("disableTotp", r#"{ code: "a" }"#),
    (
        "finishPasskeyRegistration",
        r#"{ challengeToken: "a", credential: {} }"#,
    ),
    (
        "renamePasskey",
        r#"{ passkeyId: "019aab6e-0d3c-7c11-b3d4-0242ac120002", name: "a" }"#,
    ),
    (
        "removePasskey",
        r#"{ passkeyId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    (
        "startIdentityLink",
        r#"{ provider: "a", redirectUrl: "b", codeChallenge: "c" }"#,
    ),
    ("finishIdentityLink", r#"{ code: "a", codeVerifier: "b" }"#),
    (
        "unlinkIdentity",
        r#"{ identityId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    ("user", r#"{ email: "eve@example.com" }"#),
    ("createUser", r#"{ email: "eve@example.com", name: "Eve" }"#),
    (
        "updateUser",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002", name: "Eve" }"#,
    ),
    (
        "updateUserRoles",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002", roles: [] }"#,
    ),
    (
        "disableUser",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    (
        "enableUser",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    (
        "deleteUser",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    (
        "revokeUserSessions",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    (
        "sendPasswordReset",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    (
        "resetUserMfa",
        r#"{ userId: "019aab6e-0d3c-7c11-b3d4-0242ac120002" }"#,
    ),
    ("importUsers", "{ users: [] }"),
];

const ROOTS: &str = "{ __schema {
    queryType { fields { name args { name type { kind } defaultValue } type { kind ofType { kind } } } }
    mutationType { fields { name args { name type { kind } defaultValue } type { kind ofType { kind } } } }
} }";

#[tokio::test]
async fn every_field_that_is_not_public_denies_those_who_are_not_signed_in() {
    let app = TestApp::start().await;
    let answer = app.anonymous().query(ROOTS).await;
    let schema = answer.data("__schema");
    let mut guarded = 0;
    for (root, kind) in [("queryType", "query"), ("mutationType", "mutation")] {
        for field in schema[root]["fields"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            if PUBLIC.contains(&name) {
                continue;
            }
            let needed = field["args"].as_array().unwrap().iter().find(|argument| {
                argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
            });
            let value = ARGUMENTS.iter().find(|(field, _)| *field == name);
            let arguments = match (needed, value) {
                (None, None) => String::new(),
                (Some(needed), Some((_, value))) => {
                    format!("({}: {value})", needed["name"].as_str().unwrap())
                }
                _ => panic!("{name}: teach this test which arguments to give"),
            };
            let of = |ty: &Value| ty["kind"] == "SCALAR" || ty["kind"] == "ENUM";
            let is_leaf = of(&field["type"]) || of(&field["type"]["ofType"]);
            let selection = if is_leaf { "" } else { "{ __typename }" };
            for (client, reason) in [
                (app.anonymous(), "TOKEN_MISSING"),
                (app.bearer("garbage"), "TOKEN_INVALID"),
            ] {
                let answer = client
                    .query(&format!("{kind} {{ {name}{arguments} {selection} }}"))
                    .await;
                assert_eq!(answer.reason(), reason, "{name}");
                assert_eq!(answer.body["errors"][0]["path"], json!([name]));
            }
            guarded += 1;
        }
    }
    assert!(guarded > ARGUMENTS.len(), "the schema has no guarded field left");
}
