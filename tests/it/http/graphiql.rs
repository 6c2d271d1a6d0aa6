//! The page to try the schema with.

use reqwest::Method;

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn the_page_has_a_policy_of_its_own_and_its_files_answer() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/graphiql").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let files: Vec<_> = page
        .text
        .split('"')
        .filter(|text| text.starts_with("/graphiql/"))
        .collect();
    assert!(files.len() >= 2, "{}", page.text);
    for file in files {
        let answer = app.anonymous().get(file).await;
        assert_eq!(answer.status.as_u16(), 200, "{file}");
        assert!(!answer.text.is_empty(), "{file}");
    }
}

#[tokio::test]
async fn a_browser_that_has_a_file_is_not_sent_it_again() {
    let app = TestApp::start().await;
    let first = app.anonymous().get("/graphiql/page.js").await;
    let tag = first.header("etag").unwrap();
    let request = app.anonymous().request(Method::GET, "/graphiql/page.js");
    let again = Answer::of(request.header("if-none-match", tag)).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    assert_eq!(again.header("etag"), Some(tag));
}

#[tokio::test]
async fn where_it_is_off_there_is_nothing() {
    let app = TestApp::with(|config| config.graphiql = false).await;
    for path in ["/graphiql", "/graphiql/page.js", "/graphiql/page.css"] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (404, vec!["NOT_FOUND"]),
            "{path}"
        );
    }
}
