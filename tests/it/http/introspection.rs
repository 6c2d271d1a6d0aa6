//! The schema, published or not.

use portcullis::server::schema::sdl;

use crate::support::TestApp;

#[tokio::test]
async fn the_schema_is_published_as_a_file() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/graphql/schema.graphql").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    similar_asserts::assert_eq!(answer.text, sdl());
}

#[tokio::test]
async fn where_introspection_is_off_the_schema_cannot_be_read_in_any_way() {
    let app = TestApp::with(|config| config.introspection = false).await;
    let answer = app.anonymous().get("/graphql/schema.graphql").await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (404, vec!["INTROSPECTION_DISABLED"])
    );
    for query in [
        "{ __schema { queryType { name } } }",
        "{ me { id } a: __schema { types { name } } }",
        "{ __type(name: \"User\") { name } }",
        "{ ...A } fragment A on Query { ... { __schema { types { name } } } }",
        "query A { __typename } query B { __schema { types { name } } }",
    ] {
        let answer = app.anonymous().query(query).await;
        assert_eq!(answer.codes(), ["INTROSPECTION_DISABLED"], "{query}");
        assert!(answer.body.get("data").is_none());
    }
    let answer = app
        .anonymous()
        .query("{ __typename viewer { __typename } }")
        .await;
    assert_eq!(answer.data("viewer")["__typename"], "Viewer");
}

#[tokio::test]
async fn where_introspection_is_off_errors_suggest_no_names() {
    let mistaken = [
        "{ mee { id } }",
        "{ me { emails } }",
        "{ viewer { isAuthenticate } }",
        "{ node(idd: 1) { id } }",
        "mutation { signups { user { id } } }",
        "mutation { login(input: { email: \"a\", passwort: \"b\" }) { user { id } } }",
        "query ($a: LoginInputt!) { me { id } }",
        "{ ... on Users { id } }",
    ];
    let on = TestApp::start().await;
    let off = on.another(|config| config.introspection = false).await;
    let suggestion = "Did you mean";
    let mut suggested = 0;
    for query in mistaken {
        let answer = off.anonymous().query(query).await;
        assert!(!answer.codes().is_empty(), "{query}");
        assert!(!answer.text.contains(suggestion), "{}", answer.text);
        suggested += usize::from(on.anonymous().query(query).await.text.contains(suggestion));
    }
    assert!(suggested > 0, "with introspection on there are suggestions");
}
