//! Whole answers, as a client sees them.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, TestApp};

/// The answer with its extensions and nulls; ids and tokens, which differ in each run, are left out.
fn whole(answer: &Answer) -> String {
    let mut body = answer.body.clone();
    blank(&mut body);
    format!("{}\n{body:#}", answer.status.as_u16())
}

fn blank(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "id" | "accessToken" | "refreshToken" | "requestId" if value.is_string() => {
                        *value = json!("…");
                    }
                    _ => blank(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank),
        _ => {}
    }
}

const SIGNUP: &str = "mutation ($input: SignupInput!) { signup(input: $input) {
    user { id name email isEmailVerified createdAt roles } session { id isCurrent deviceName expiresAt }
    tokens { accessToken accessTokenExpiresAt refreshToken serviceToken } userErrors { code message field } } }";

#[tokio::test]
async fn a_sign_up_that_succeeds_and_one_with_everything_wrong() {
    let app = TestApp::start().await;
    let input = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let answer = app.anonymous().run(SIGNUP, json!({ "input": input })).await;
    assert_snapshot!(whole(&answer), @r#"
    200
    {
      "data": {
        "signup": {
          "session": {
            "deviceName": "Unknown device",
            "expiresAt": "2026-12-06T12:00:00.000Z",
            "id": "…",
            "isCurrent": true
          },
          "tokens": {
            "accessToken": "…",
            "accessTokenExpiresAt": "2026-11-22T12:15:00.000Z",
            "refreshToken": "…",
            "serviceToken": null
          },
          "user": {
            "createdAt": "2026-11-22T12:00:00.000Z",
            "email": "ada@example.com",
            "id": "…",
            "isEmailVerified": false,
            "name": "Ada",
            "roles": []
          },
          "userErrors": []
        }
      }
    }
    "#);
    let input = json!({ "name": " ", "email": "nobody", "password": "short", "deviceName": "\u{7}" });
    let answer = app.anonymous().run(SIGNUP, json!({ "input": input })).await;
    assert_snapshot!(whole(&answer), @r#"
    200
    {
      "data": {
        "signup": {
          "session": null,
          "tokens": null,
          "user": null,
          "userErrors": [
            {
              "code": "REQUIRED",
              "field": [
                "name"
              ],
              "message": "Please enter a name."
            },
            {
              "code": "INVALID_EMAIL",
              "field": [
                "email"
              ],
              "message": "Enter an email address such as name@example.com."
            },
            {
              "code": "PASSWORD_TOO_SHORT",
              "field": [
                "password"
              ],
              "message": "Choose a longer password: at least 8 characters."
            },
            {
              "code": "INVALID_CHARACTERS",
              "field": [
                "deviceName"
              ],
              "message": "Choose a device name without control characters, such as tabs, line breaks or direction marks."
            }
          ]
        }
      }
    }
    "#);
}

#[tokio::test]
async fn a_login_with_a_wrong_password_and_one_too_many() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let query = "mutation ($input: LoginInput!) { login(input: $input) {
        user { id } session { id } tokens { accessToken } userErrors { code message field } } }";
    let input = json!({ "input": { "email": "ada@example.com", "password": "wrong" } });
    let answer = app.anonymous().run(query, input.clone()).await;
    assert_snapshot!(whole(&answer), @r#"
    200
    {
      "data": {
        "login": {
          "session": null,
          "tokens": null,
          "user": null,
          "userErrors": [
            {
              "code": "INVALID_CREDENTIALS",
              "field": null,
              "message": "Invalid email or password"
            }
          ]
        }
      }
    }
    "#);
    for _ in 0..4 {
        app.anonymous().run(query, input.clone()).await;
    }
    let answer = app.anonymous().run(query, input).await;
    assert_snapshot!(whole(&answer), @r#"
    200
    {
      "data": null,
      "errors": [
        {
          "extensions": {
            "code": "RATE_LIMITED",
            "retryAfterSeconds": 900
          },
          "locations": [
            {
              "column": 34,
              "line": 1
            }
          ],
          "message": "Too many attempts or changes. Try again later.",
          "path": [
            "login"
          ]
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn me_and_viewer_with_a_token_without_one_and_with_one_that_expired() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let query = "{ me { name email roles } viewer { isAuthenticated unauthenticatedReason user { name } } }";
    assert_snapshot!(whole(&ada.client.query(query).await), @r#"
    200
    {
      "data": {
        "me": {
          "email": "ada@example.com",
          "name": "ada",
          "roles": []
        },
        "viewer": {
          "isAuthenticated": true,
          "unauthenticatedReason": null,
          "user": {
            "name": "ada"
          }
        }
      }
    }
    "#);
    assert_snapshot!(whole(&app.anonymous().query(query).await), @r#"
    200
    {
      "data": {
        "me": null,
        "viewer": {
          "isAuthenticated": false,
          "unauthenticatedReason": "TOKEN_MISSING",
          "user": null
        }
      },
      "errors": [
        {
          "extensions": {
            "code": "UNAUTHENTICATED",
            "reason": "TOKEN_MISSING"
          },
          "locations": [
            {
              "column": 3,
              "line": 1
            }
          ],
          "message": "Token is missing!",
          "path": [
            "me"
          ]
        }
      ]
    }
    "#);
    app.pass(Duration::from_mins(16));
    assert_snapshot!(whole(&ada.client.query(query).await), @r#"
    200
    {
      "data": {
        "me": null,
        "viewer": {
          "isAuthenticated": false,
          "unauthenticatedReason": "TOKEN_EXPIRED",
          "user": null
        }
      },
      "errors": [
        {
          "extensions": {
            "code": "UNAUTHENTICATED",
            "reason": "TOKEN_EXPIRED"
          },
          "locations": [
            {
              "column": 3,
              "line": 1
            }
          ],
          "message": "Token is invalid!",
          "path": [
            "me"
          ]
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn what_is_not_found_and_what_is_not_asked_rightly() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let query = r#"mutation { revokeSession(input: { sessionId: "nothing" }) {
        revokedSessionId userErrors { code message field } } }"#;
    assert_snapshot!(whole(&ada.client.query(query).await), @r#"
    200
    {
      "data": {
        "revokeSession": {
          "revokedSessionId": null,
          "userErrors": [
            {
              "code": "NOT_FOUND",
              "field": [
                "sessionId"
              ],
              "message": "You have no live session with this id."
            }
          ]
        }
      }
    }
    "#);
    assert_snapshot!(whole(&ada.client.query("{ me { age } }").await), @r#"
    200
    {
      "errors": [
        {
          "extensions": {
            "code": "GRAPHQL_VALIDATION_FAILED"
          },
          "locations": [
            {
              "column": 8,
              "line": 1
            }
          ],
          "message": "Unknown field \"age\" on type \"User\"."
        }
      ]
    }
    "#);
    assert_snapshot!(whole(&ada.client.query("{ me { name ").await), @r#"
    200
    {
      "errors": [
        {
          "extensions": {
            "code": "GRAPHQL_PARSE_FAILED"
          },
          "locations": [
            {
              "column": 13,
              "line": 1
            }
          ],
          "message": "The document is not valid GraphQL at line 1, column 13."
        }
      ]
    }
    "#);
}
