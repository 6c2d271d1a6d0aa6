//! Documents that the server knows: registered by a file, or sent once.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Program, TestApp};

const LOGIN: &str = "mutation Login($input: LoginInput!) { login(input: $input) { tokens { accessToken } userErrors { code } } }";
const ME: &str = "query Me { me { id email } }";

async fn post(client: &Client, body: Value) -> Answer {
    Answer::of(client.request(reqwest::Method::POST, "/graphql").json(&body)).await
}

/// A server that takes the documents of a file only.
async fn strict() -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = write(&folder, &json!({ "login": LOGIN, "me": ME }));
    let app = TestApp::with(|config| {
        config.trusted_documents = Some(file);
        config.trusted_documents_only = true;
    })
    .await;
    (app, folder)
}

fn write(folder: &tempfile::TempDir, documents: &Value) -> PathBuf {
    let file = folder.path().join("documents.json");
    std::fs::write(&file, documents.to_string()).unwrap();
    file
}

#[tokio::test]
async fn where_only_trusted_documents_run_people_sign_in_and_nobody_tries_anything_else() {
    let (app, _folder) = strict().await;
    let open = app
        .another(|config| (config.trusted_documents, config.trusted_documents_only) = (None, false))
        .await;
    let ada = open.user("ada").await;

    let input = json!({ "email": ada.email, "password": PASSWORD });
    let body = json!({ "documentId": "login", "variables": { "input": input } });
    let answer = post(&app.anonymous(), body).await;
    let token = answer.data("login")["tokens"]["accessToken"].as_str().unwrap();
    let answer = post(&app.bearer(token), json!({ "documentId": "me" })).await;
    assert_eq!(answer.data("me")["id"], ada.id);

    let refused = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(
        (refused.status.as_u16(), refused.codes()),
        (200, vec!["DOCUMENT_NOT_TRUSTED"])
    );
    let introspection = app.anonymous().query("{ __schema { types { name } } }").await;
    assert_eq!(introspection.codes(), ["DOCUMENT_NOT_TRUSTED"]);
    // What code generators read goes by the setting for introspection alone, and so do the pages for people.
    for path in ["/graphql/schema.graphql", "/login"] {
        assert_eq!(app.anonymous().get(path).await.status.as_u16(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_trusted_document_runs_for_foreign_pages_no_more_than_any_other() {
    let (app, _folder) = strict().await;
    let variables = json!({ "input": { "email": "a@b.c", "password": "x", "tokenDelivery": "COOKIE" } });
    let request = app.anonymous().request(reqwest::Method::POST, "/graphql");
    let request = request
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    let answer = Answer::of(request.json(&json!({ "documentId": "login", "variables": variables }))).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (403, vec!["CSRF_BLOCKED"])
    );
    let by_get = app.anonymous().get("/graphql?documentId=login").await;
    assert_eq!(
        (by_get.status.as_u16(), by_get.codes()),
        (405, vec!["METHOD_NOT_ALLOWED"])
    );
}

#[tokio::test]
async fn by_default_a_document_is_kept_for_those_who_ask_by_hash() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    // As `printf 'query Me { me { id email } }' | sha256sum` has it.
    let hash = "de94c792b32a87c3eb67d6952059e30f1f856e8d5f85b74d34dc8eb9780205ad";
    let by_hash = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    let mut with_text = by_hash.clone();
    with_text["query"] = json!(ME);
    assert_eq!(
        post(&ada.client, by_hash.clone()).await.codes(),
        ["PERSISTED_QUERY_NOT_FOUND"]
    );
    assert_eq!(post(&ada.client, with_text).await.data("me")["id"], ada.id);
    // It is the document that is kept, not the answer.
    assert_eq!(post(&ada.client, by_hash.clone()).await.data("me")["id"], ada.id);
    assert_eq!(post(&app.anonymous(), by_hash).await.reason(), "TOKEN_MISSING");
}

#[tokio::test]
async fn a_file_that_cannot_be_trusted_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new().await;
    for (documents, complaint) in [
        (
            json!({ "bad": "{ nope }" }),
            "trusted_documents: the document `bad` would be refused: Unknown field",
        ),
        (
            json!({ "two": "mutation { logout { wasSignedIn } signup(input: null) { user { id } } }" }),
            "trusted_documents: the document `two` would be refused: `signup` must be the only field",
        ),
        (json!([ME]), "trusted_documents: must contain one JSON object"),
        (json!({}), "trusted_documents: contains no document"),
    ] {
        let file = write(&folder, &documents);
        let program = program.run(&[
            "serve",
            "--migrate",
            "--set",
            &format!("trusted_documents={}", file.display()),
        ]);
        let last_line = program.err.lines().last().unwrap().to_owned();
        assert_eq!(program.status, Some(78), "{program:?}");
        assert!(
            last_line.starts_with(&format!("portcullis: {complaint}")),
            "{last_line}"
        );
    }
}
